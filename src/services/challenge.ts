import {
  deviceId,
  newChallengeId,
  newDeviceTokenId,
  passkeyChallenge,
  signChallenge,
  signDevice,
  signProof,
  verifyChallenge,
  type ChallengeClaims,
} from '../crypto/claims.js'
import { deviceCookieName, findDevice } from '../crypto/device-cookie.js'
import { bindingDigest, joinKey } from '../crypto/digest.js'
import { hashRecoveryCode, normaliseRecoveryCode } from '../crypto/recovery-code.js'
import type { Approved, ChallengeOperations, Challenged } from '../interfaces/challenge.js'
import type { Delivery } from '../interfaces/delivery.js'
import type { PasskeyCredential, PasskeyRequestOptions } from '../interfaces/passkeys.js'
import type { Rejected } from '../interfaces/refusal.js'
import { readCode } from '../otp/code.js'
import { unlessBusy } from '../records/swap.js'
import { beginChallenge } from '../user/challenge-begin.js'
import { cancelChallenge, resendText, switchFactor, type Asked } from '../user/challenge.js'
import { rejected } from '../user/guessing.js'
import { provenBy } from '../user/proof.js'
import { redeemRecoveryCode } from '../user/recovery-codes.js'
import { verifyChallenge as decideVerify, type Approval } from '../user/verification.js'
import { comparisonsFor, equalText } from './comparisons.js'
import {
  credentialIdOf,
  isAbsent,
  optionalAssurance,
  optionalBinding,
  optionalChannel,
  optionalDevice,
  optionalId,
  optionalMaxAgeSeconds,
  optionalProofPurpose,
  optionalPurpose,
  optionalRequired,
  optionalSummary,
  readAsking,
  readProof,
  requireInput,
  requireUserId,
} from './input.js'
import { requireSummary } from '../shell/messages.js'
import { callVerifier } from '../shell/needs.js'
import { areOptions } from '../shell/passkey-answers.js'
import type { Asking, Ran, Shell } from '../shell/shell.js'

/** `twoFactor.challenge`. */
export function createChallenge({ options, look, run }: Shell): ChallengeOperations {
  const { ring, policy, random, namespace, sms, passkeys } = options
  const configured = { keyIds: sms === null ? null : ring.keyIds, passkeys: passkeys !== null }

  async function present({ outcome, delivery }: Ran<Asked>): Promise<Challenged> {
    const { claims, allow, ...shown } = outcome
    const passkey = allow === null ? null : await requestPasskey(claims, allow)
    return { token: signChallenge(ring, claims), passkey, ...shown, delivery: delivery ?? shown.delivery }
  }

  async function requestPasskey(
    { userId, id }: ChallengeClaims,
    allow: readonly PasskeyCredential[],
  ): Promise<PasskeyRequestOptions | null> {
    const request = {
      challenge: passkeyChallenge(ring, userId, id),
      allow,
      timeoutMs: policy.challengeLifetimeSeconds * 1000,
    }
    const asked = await callVerifier(passkeys, (verifier) => verifier.requestOptions(request), areOptions)
    return 'challenge' in asked ? asked : null
  }

  /** Runs what may approve a challenge, and signs what an approval gives once it is committed. */
  async function prove(
    claims: ChallengeClaims,
    binding: string | null,
    deviceTokenId: Uint8Array,
    decide: Parameters<typeof run<Approval | Rejected>>[1],
    asking: Asking,
  ): Promise<Approved | Rejected> {
    const { userId } = claims
    const ran = await unlessBusy(run(userId, decide, asking), null)
    if (ran === null) return rejected('busy', null)
    const { outcome } = ran
    if (outcome.status === 'rejected') return outcome
    const { proofClaims, device, ...approved } = outcome
    return {
      proof: signProof(ring, userId, binding, proofClaims),
      trustedDevice: device && {
        ...device,
        token: signDevice(ring, userId, deviceTokenId),
        cookieName: deviceCookieName(namespace, userId),
        maxAgeSeconds: policy.trustedDeviceLifetimeSeconds,
      },
      ...approved,
    }
  }

  return {
    async begin(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const asking = readAsking(input)
      const purpose = optionalPurpose(input.purpose)
      const binding = bindingDigest(optionalBinding(input.binding))
      const summary = optionalSummary(input.summary, purpose)
      if (summary !== null) requireSummary(options, summary, asking.locale)
      const { clientAddress } = asking
      const asked = {
        purpose,
        deviceId: findDevice(ring, userId, input.trustedDeviceToken),
        factorId: optionalId(input.factorId),
        required: optionalRequired(input.required),
        bindingDigest: binding,
        summary,
        joinKey: clientAddress === null ? null : joinKey(clientAddress, purpose, binding, summary),
        challengeId: newChallengeId(random),
        ...configured,
      }
      const ran = await run(userId, (at, facts) => beginChallenge(at, asked, facts), asking)
      const { outcome } = ran
      if (outcome.status === 'challenged') return present({ ...ran, outcome })
      if (!('claims' in outcome)) return outcome
      const { claims, ...shown } = outcome
      return { ...shown, token: claims === null ? null : signChallenge(ring, claims) } as Awaited<
        ReturnType<ChallengeOperations['begin']>
      >
    },

    async verify(input) {
      requireInput(input)
      const binding = optionalBinding(input.binding)
      const trust = optionalDevice(input.trustDevice)
      const asking = readAsking(input)
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return rejected('unknown-challenge', null)
      const code = readCode(input.code, claims.codeDigits)
      const typed = claims.codeDigits.length > 0
      const credentialId = typed ? null : credentialIdOf(input.response)
      if (typed && code === null) return rejected('malformed-code', null)
      if (!typed && credentialId === null)
        return rejected(isAbsent(input.response) ? 'malformed-code' : 'wrong-response', null)
      const tokenId = newDeviceTokenId(random)
      const device = trust && { ...trust, id: deviceId(tokenId) }
      const compare = comparisonsFor(ring, claims.userId)
      const asked = { claims, bindingDigest: bindingDigest(binding), given: { code, credentialId }, compare, device }
      return prove(claims, binding, tokenId, (at, facts) => decideVerify(at, asked, facts), asking)
    },

    async redeemRecoveryCode(input) {
      requireInput(input)
      const binding = optionalBinding(input.binding)
      const asking = readAsking(input)
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return rejected('unknown-challenge', null)
      const code = normaliseRecoveryCode(input.recoveryCode)
      if (code === null || !claims.recoveryLengths.includes(code.length)) return rejected('malformed-code', null)
      const asked = { claims, bindingDigest: bindingDigest(binding), code, hash: hashRecoveryCode, equal: equalText }
      return prove(
        claims,
        binding,
        newDeviceTokenId(random),
        (at, facts) => redeemRecoveryCode(at, asked, facts),
        asking,
      )
    },

    async switchFactor(input) {
      requireInput(input)
      const asking = readAsking(input)
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return rejected('unknown-challenge', null)
      const asked = { ...configured, claims, factorId: optionalId(input.factorId) ?? '' }
      const ran = await unlessBusy(
        run(claims.userId, (at, facts) => switchFactor(at, asked, facts), asking),
        null,
      )
      if (ran === null) return rejected('busy', null)
      const { outcome, delivery } = ran
      return outcome.status === 'rejected' ? outcome : present({ outcome, delivery })
    },

    async resend(input) {
      requireInput(input)
      const asking = readAsking(input)
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return rejected('unknown-challenge', null)
      const { keyIds } = configured
      const channel = optionalChannel(input.channel, sms?.channels ?? null)
      const ran = await unlessBusy(
        run(claims.userId, (at, facts) => resendText(at, { claims, keyIds, channel }, facts), asking),
        null,
      )
      if (ran === null) return rejected('busy', null)
      const { outcome, delivery } = ran
      return outcome.status === 'rejected' ? outcome : texted(delivery ?? outcome.delivery)
    },

    async cancel(input) {
      requireInput(input)
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return { status: 'cancelled' }
      const { outcome } = await run(claims.userId, (at) => cancelChallenge(at, claims))
      return outcome
    },

    async checkProof(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const binding = optionalBinding(input.binding)
      const demand = {
        maxAgeSeconds: optionalMaxAgeSeconds(input.maxAgeSeconds, policy.proofLifetimeSeconds),
        purpose: optionalProofPurpose(input.purpose),
        assurance: optionalAssurance(input.assurance),
      }
      const proof = readProof(ring, userId, binding, input.proof)
      if (proof.status !== 'signed') return { status: 'invalid' }
      const proven = await look(userId, (at) => provenBy(at, proof, demand))
      if (proven === null) return { status: 'invalid' }
      const { method, at, purpose, assurance } = proven
      return { status: 'valid', method, at, purpose, assurance }
    },
  }
}

/** A text's delivery, once there is one. */
function texted(delivery: Delivery | null): Delivery {
  if (delivery === null) throw new RangeError('a text that was committed has a delivery')
  return delivery
}
