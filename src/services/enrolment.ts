import { encodeBase64url } from '../crypto/bytes.js'
import { newRecordId, passkeyChallenge, passkeyUserHandle, signProof } from '../crypto/claims.js'
import type { EnrolmentOperations, StartedPasskey, StartedSms, StartedTotp } from '../interfaces/enrolment.js'
import type { PasskeyCreationOptions } from '../interfaces/passkeys.js'
import type { Refused } from '../interfaces/refusal.js'
import { readCode } from '../otp/code.js'
import { formatKeyUri } from '../otp/key-uri.js'
import { unlessBusy } from '../records/swap.js'
import { parsePhoneNumber } from '../sms/phone-number.js'
import { confirmEnrolment } from '../user/confirmation.js'
import {
  beginEnrolment,
  cancelEnrolment,
  resendEnrolmentText,
  resumeEnrolment,
  type Begun,
  type EnrolmentMaterial,
} from '../user/enrolment.js'
import { rejected } from '../user/guessing.js'
import { ENROLLED_TOTP } from '../user/kinds/totp.js'
import { refused } from '../user/proof.js'
import { comparisonsFor } from './comparisons.js'
import {
  credentialIdOf,
  isAbsent,
  optionalBinding,
  optionalChannel,
  optionalCountry,
  optionalId,
  optionalIssuer,
  optionalName,
  readAsking,
  readProof,
  requireAccountName,
  requireInput,
  requireUserId,
} from './input.js'
import { callVerifier } from '../shell/needs.js'
import { areOptions } from '../shell/passkey-answers.js'
import { newRecoveryCodes } from './new-recovery-codes.js'
import type { Ran, Shell } from '../shell/shell.js'

/** The size that RFC 4226, section 4 recommends. */
const SECRET_BYTES = 20

type Started = StartedTotp | StartedSms | StartedPasskey

/** `twoFactor.enrolment`. */
export function createEnrolment({ options, look, run }: Shell): EnrolmentOperations {
  const { ring, random, issuer, sms, passkeys, policy } = options
  const keyIds = sms === null ? null : ring.keyIds

  /** Begins an enrolment of any kind. */
  async function begin(input: object, material: EnrolmentMaterial): Promise<Started | Refused> {
    const { userId, name, proof, binding, replaces, ...rest } = input as Readonly<Record<string, unknown>>
    const user = requireUserId(userId)
    const asked = {
      enrolmentId: newRecordId(random),
      name: optionalName(name),
      replaces: optionalId(replaces),
      proof: readProof(ring, user, optionalBinding(binding), proof),
      material,
      keyIds,
      issuer,
    }
    const work = run(user, (at, facts) => beginEnrolment(at, asked, facts), readAsking(rest))
    return start(user, await unlessBusy(work, null))
  }

  /** What began an enrolment, as its owner is shown it. */
  async function start(userId: string, ran: Ran<Begun | Refused> | null): Promise<Started | Refused> {
    if (ran === null) return refused('busy')
    const { outcome } = ran
    if (outcome.status === 'refused') return outcome
    const { shown, text, create, ...started } = outcome
    const delivery = text === null ? {} : { delivery: ran.delivery ?? text.delivery }
    const made = create === null ? {} : { options: await creationOptions(userId, started.enrolmentId, create) }
    if ('options' in made && made.options === null) return refused('passkeys-unavailable')
    return { ...started, ...shown, ...delivery, ...made } as Started
  }

  /** What a browser makes a passkey from; null where passkeys are not configured. */
  async function creationOptions(
    userId: string,
    enrolmentId: string,
    create: NonNullable<Begun['create']>,
  ): Promise<PasskeyCreationOptions | null> {
    const challenge = passkeyChallenge(ring, userId, enrolmentId)
    const userHandle = passkeyUserHandle(ring, userId)
    const request = { ...create, challenge, issuer, userHandle, timeoutMs: policy.enrolmentLifetimeSeconds * 1000 }
    const answer = await callVerifier(passkeys, (verifier) => verifier.creationOptions(request), areOptions)
    return 'challenge' in answer ? answer : null
  }

  return {
    async beginTotp(input) {
      requireInput(input)
      const accountName = requireAccountName(input.accountName)
      const brand = optionalIssuer(input.issuer)
      const secret = random.bytes(SECRET_BYTES)
      // A key URI that cannot be written is known before anything is stored.
      formatKeyUri({ issuer: brand ?? issuer, accountName, secret, ...ENROLLED_TOTP })
      const material = { kind: 'totp', secret: encodeBase64url(secret), accountName, issuer: brand } as const
      return (await begin(input, material)) as StartedTotp | Refused
    },

    async beginSms(input) {
      requireInput(input)
      requireUserId(input.userId)
      const defaultCountry = optionalCountry(input.defaultCountry)
      const channel = optionalChannel(input.channel, sms?.channels ?? null) ?? 'sms'
      if (sms === null) return refused('sms-unavailable')
      const number = await parsePhoneNumber(input.phoneNumber, { defaultCountry, countries: sms.countries, channel })
      if (number.status !== 'valid') return refused(number.status)
      const { e164: phoneNumber, country } = number
      return (await begin(input, { kind: 'sms', phoneNumber, country, channel, text: null })) as StartedSms | Refused
    },

    async beginPasskey(input) {
      requireInput(input)
      const accountName = requireAccountName(input.accountName)
      if (passkeys === null) return refused('passkeys-unavailable')
      return (await begin(input, { kind: 'passkey', accountName })) as StartedPasskey | Refused
    },

    async resume(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { enrolmentId } = input
      const outcome = await look(userId, (at) => resumeEnrolment(at, enrolmentId, issuer))
      return start(userId, { outcome, delivery: null })
    },

    async resend(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { enrolmentId } = input
      const asked = { enrolmentId, keyIds, issuer, channel: optionalChannel(input.channel, sms?.channels ?? null) }
      const ran = await unlessBusy(
        run(userId, (at, facts) => resendEnrolmentText(at, asked, facts), readAsking(input)),
        null,
      )
      if (ran === null) return refused('busy')
      const { outcome, delivery } = ran
      if (outcome.status === 'refused') return outcome
      return delivery ?? outcome.text?.delivery ?? refused('unknown-enrolment')
    },

    async confirm(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const binding = optionalBinding(input.binding)
      const code = readCode(input.code, [ENROLLED_TOTP.digits])
      const credentialId = credentialIdOf(input.response)
      if (code === null && credentialId === null) {
        return rejected(isAbsent(input.response) ? 'malformed-code' : 'wrong-response', null)
      }
      const { enrolmentId } = input
      const given = { code, credentialId }
      const asked = { enrolmentId, given, compare: comparisonsFor(ring, userId), newCodes: newRecoveryCodes(random) }
      const ran = await unlessBusy(
        run(userId, (at, facts) => confirmEnrolment(at, asked, facts), readAsking(input)),
        null,
      )
      if (ran === null) return rejected('busy', null)
      const { outcome } = ran
      if (outcome.status === 'rejected') return outcome
      const { proofClaims, ...confirmed } = outcome
      return { ...confirmed, proof: signProof(ring, userId, binding, proofClaims) }
    },

    async cancel(input) {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const { enrolmentId } = input
      return (await run(userId, (at) => cancelEnrolment(at, enrolmentId))).outcome
    },
  }
}
