import { keptBinding } from '../crypto/binding.js'
import { utf8 } from '../crypto/bytes.js'
import { newTokenId, recordId, signDevice, signProof, verifyChallenge } from '../crypto/claims.js'
import { deviceCookieName } from '../crypto/device-cookie.js'
import { hashRecoveryCode, normaliseRecoveryCode } from '../crypto/recovery-code.js'
import type { Approved, ChallengeOperations, Rejected } from '../interfaces/challenge.js'
import type { IssuedTrustedDevice, ProofMethod } from '../interfaces/factors.js'
import { normaliseCode } from '../otp/code.js'
import { equalBytes } from '../otp/equal.js'
import { challengeStanding, judgeCode, shutForCodes } from '../user/challenge.js'
import { rejected, type CodeFact } from '../user/guessing.js'
import { presentFactor, recoveryCodesRemaining } from '../user/record.js'
import type { ChallengeRecord, Decision, FactorRecord, RecoveryCodeSet, UserRecord } from '../user/record.js'
import { recoveryShut, redeemRecoveryCode } from '../user/recovery-codes.js'
import { checkSms, checkTotp } from './check-code.js'
import type { Context } from './context.js'
import { optionalBinding, optionalDeviceName, requireInput } from './input.js'
import { unlessBusy } from './update.js'

/** What was approved, before tokens are made of it. */
interface Approval {
  readonly status: 'approved'
  readonly challenge: ChallengeRecord
  readonly factor: FactorRecord | null
  readonly device: NewDevice | null
  /** Drawn before the commit, after which nothing may fail any more. */
  readonly proofId: Uint8Array
}

interface NewDevice {
  readonly tokenId: Uint8Array
  readonly device: {
    readonly id: string
    readonly name: string
    readonly trustedAt: number
    readonly expiresAt: number
  }
}

/** RFC 8176; it has no value for a recovery code. The host adds what the first factor was. */
const AMR: Readonly<Record<ProofMethod, readonly string[]>> = {
  totp: ['otp', 'mfa'],
  sms: ['sms', 'mfa'],
  'recovery-code': ['mfa'],
}

/** The half of a challenge in which a proof is given. */
export function createChallengeProving(context: Context): Pick<ChallengeOperations, 'verify' | 'redeemRecoveryCode'> {
  const { options, users } = context
  const { ring, policy, random, namespace } = options

  function newDevice(name: string, now: number): NewDevice {
    const tokenId = newTokenId(random)
    const expiresAt = now + policy.trustedDeviceLifetimeSeconds * 1000
    return { tokenId, device: { id: recordId(tokenId), name, trustedAt: now, expiresAt } }
  }

  function checkCode(
    userId: string,
    challenge: ChallengeRecord,
    factor: FactorRecord,
    code: string,
    now: number,
  ): CodeFact {
    if (factor.kind === 'totp') return checkTotp(factor, factor.lastStep, code, now)
    const { id: subjectId, purpose, binding, expiresAt, text } = challenge
    const subject = { userId, subjectId, phoneNumber: factor.phoneNumber, purpose, binding, expiresAt }
    return checkSms(ring, text, subject, code, now, policy)
  }

  function issue(userId: string, { tokenId, device }: NewDevice): IssuedTrustedDevice {
    const maxAgeSeconds = policy.trustedDeviceLifetimeSeconds
    return {
      ...device,
      token: signDevice(ring, userId, tokenId),
      cookieName: deviceCookieName(namespace, userId),
      maxAgeSeconds,
    }
  }

  function approve(
    record: UserRecord,
    userId: string,
    binding: string | null,
    approval: Approval,
    at: number,
  ): Approved {
    const { challenge, factor, device, proofId } = approval
    const method = factor?.kind ?? 'recovery-code'
    return {
      status: 'approved',
      userId,
      purpose: challenge.purpose,
      factor: factor && presentFactor(record, factor),
      method,
      amr: AMR[method],
      assurance: method === 'recovery-code' ? 'recovery' : 'second-factor',
      at,
      proof: signProof(ring, proofId, userId, binding, { method, at, epoch: record.epoch }),
      trustedDevice: device && issue(userId, device),
      recoveryCodesRemaining: recoveryCodesRemaining(record),
      enrolmentRequired: record.enrolmentRequired,
    }
  }

  /** Finds the open challenge of a token, lets `prove` decide, and makes the tokens of an approval once it is committed. */
  async function prove(
    claims: VerifiedChallenge,
    binding: string | null,
    decide: (
      open: OpenChallenge,
      now: number,
    ) => Decision<Rejected | Approval> | Promise<Decision<Rejected | Approval>>,
  ): Promise<Approved | Rejected> {
    const { userId } = claims
    const work = users.update(
      userId,
      (record, now): Decision<Rejected | Approval> | Promise<Decision<Rejected | Approval>> => {
        const standing = challengeStanding(record, claims, now, policy)
        if (standing.status === 'open' && standing.challenge.binding === keptBinding(binding))
          return decide({ record, ...standing }, now)
        const rejection = standing.status === 'open' ? rejected('unknown-challenge', null) : standing.rejection
        const purpose = standing.status === 'open' ? standing.challenge.purpose : standing.purpose
        return unproven(record, userId, purpose, rejection, now)
      },
    )
    const committed = await unlessBusy(work, null)
    if (committed === null) return rejected('busy', null)
    const { record, outcome, now } = committed
    return outcome.status === 'rejected' ? outcome : approve(record, userId, binding, outcome, now)
  }

  return {
    async verify(input) {
      requireInput(input)
      const binding = optionalBinding(input.binding)
      const deviceName = optionalDeviceName(input.trustDevice)
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return rejected('unknown-challenge', null)
      const code = normaliseCode(input.code, claims.codeDigits)
      if (code === null) return rejected('malformed-code', null)
      const { userId } = claims
      return prove(claims, binding, ({ record, challenge, factor }, now) => {
        const locked = shutForCodes(record, challenge, now, policy)
        if (locked !== null) return unproven(record, userId, challenge.purpose, locked, now)
        // Trust is about signing in: a step-up proves one action, and leaves nothing behind.
        const device = deviceName === null || challenge.purpose === 'step-up' ? null : newDevice(deviceName, now)
        const fact = checkCode(userId, challenge, factor, code, now)
        const decision = judgeCode(record, userId, { challenge, factor }, fact, device?.device ?? null, now, policy)
        const { outcome } = decision
        return {
          ...decision,
          outcome:
            outcome.status === 'approved'
              ? { status: 'approved', challenge, factor, device, proofId: newTokenId(random) }
              : outcome,
        }
      })
    },

    async redeemRecoveryCode(input) {
      requireInput(input)
      const binding = optionalBinding(input.binding)
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return rejected('unknown-challenge', null)
      const code = normaliseRecoveryCode(input.recoveryCode)
      if (code === null) return rejected('malformed-code', null)
      const { userId } = claims
      return prove(claims, binding, async ({ record, challenge }, now) => {
        const locked = recoveryShut(record, now, policy)
        if (locked !== null) return unproven(record, userId, challenge.purpose, locked, now)
        const index = await findRecoveryCode(record.recoveryCodes, code)
        const decision = redeemRecoveryCode(record, userId, challenge, index, now, policy)
        const { outcome } = decision
        const approval = {
          status: 'approved',
          challenge,
          factor: null,
          device: null,
          proofId: newTokenId(random),
        } as const
        return { ...decision, outcome: outcome.status === 'approved' ? approval : outcome }
      })
    },
  }
}

type VerifiedChallenge = NonNullable<ReturnType<typeof verifyChallenge>>

interface OpenChallenge {
  readonly record: UserRecord
  readonly challenge: ChallengeRecord
  readonly factor: FactorRecord
}

/** Nothing was compared and nothing changes; the host may still want to know. */
function unproven(
  record: UserRecord,
  userId: string,
  purpose: ChallengeRecord['purpose'] | null,
  rejection: Rejected,
  at: number,
): Decision<Rejected> {
  const { reason } = rejection
  return {
    next: record,
    outcome: rejection,
    events: purpose === null ? [] : [{ type: 'challenge-rejected', userId, at, purpose, reason }],
  }
}

/** Where in the set the code is, or -1. Every hash is compared, whichever matches. */
async function findRecoveryCode(set: RecoveryCodeSet | null, code: string): Promise<number> {
  if (set === null) return -1
  const hash = utf8(await hashRecoveryCode(code, set.salt))
  return set.hashes.reduce((found, each, index) => (equalBytes(utf8(each), hash) ? index : found), -1)
}
