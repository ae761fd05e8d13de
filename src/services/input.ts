import { verifyDevice, verifyProof } from '../crypto/claims.js'
import type { KeyRing } from '../crypto/keyring.js'
import { TwoFactorError, type TwoFactorErrorCode } from '../errors.js'
import type { ChallengePurpose, ProofPurpose } from '../interfaces/challenge.js'
import type { Assurance } from '../interfaces/factor.js'
import type { SmsChannel } from '../interfaces/sms-sender.js'
import { isKeyUriName } from '../otp/key-uri.js'
import { isCountryCode, type CountryCode } from '../sms/country-code.js'
import { plainName } from '../user/name.js'
import type { ProofFact } from '../user/proof.js'
import type { NewDevice } from '../user/verification.js'
import type { Asking } from '../shell/shell.js'

const MAX_USER_ID_BYTES = 1024
const MAX_BINDING_BYTES = 1024
/** Three segments of UCS-2, at three bytes of UTF-8 each. */
const MAX_SUMMARY_BYTES = 603
const MAX_CREDENTIAL_ID_LENGTH = 1400

/**
 * Whether an optional value was left out. Undefined and null always mean that; so does an empty string where values come
 * from requests as they are (addresses, locales, tokens, ids, names), and nowhere that the host composes one.
 */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

function isBlank(value: unknown): value is undefined | null | '' {
  return isAbsent(value) || value === ''
}

/** Stops an operation whose host passed something else than one object. */
export function requireInput(input: unknown): asserts input is object {
  demand(typeof input === 'object' && input !== null, 'ERR_INPUT_INVALID', 'the argument must be an object')
}

/** User ids are opaque and exact: nothing is trimmed, folded or normalised. */
export function requireUserId(value: unknown): string {
  demand(isText(value, 1, MAX_USER_ID_BYTES), 'ERR_USER_ID_INVALID', 'userId must be a string of 1 to 1024 bytes')
  return value
}

export function optionalBinding(value: unknown): string | null {
  if (isAbsent(value)) return null
  demand(isText(value, 1, MAX_BINDING_BYTES), 'ERR_BINDING_INVALID', 'binding must be a string of 1 to 1024 bytes')
  return value
}

/** What a step-up text shows. A sign-in text shows none, so there it would be a promise that nobody keeps. */
export function optionalSummary(value: unknown, purpose: ChallengePurpose): string | null {
  if (isAbsent(value)) return null
  demand(purpose === 'step-up', 'ERR_SUMMARY_INVALID', 'summary belongs to a step-up')
  demand(isText(value, 1, MAX_SUMMARY_BYTES), 'ERR_SUMMARY_INVALID', 'summary must be a string of 1 to 603 bytes')
  return value
}

export function optionalPurpose(value: unknown): ChallengePurpose {
  if (isAbsent(value)) return 'sign-in'
  demand(value === 'sign-in' || value === 'step-up', 'ERR_PURPOSE_INVALID', "purpose must be 'sign-in' or 'step-up'")
  return value
}

export function optionalProofPurpose(value: unknown): ProofPurpose | null {
  if (isAbsent(value)) return null
  const known = value === 'sign-in' || value === 'step-up' || value === 'enrolment'
  demand(known, 'ERR_PURPOSE_INVALID', "purpose must be 'sign-in', 'step-up' or 'enrolment'")
  return value
}

const ASSURANCES: readonly unknown[] = [
  'access-pass',
  'recovery',
  'second-factor',
  'phishing-resistant',
] satisfies Assurance[]

export function optionalAssurance(value: unknown): Assurance | null {
  if (isAbsent(value)) return null
  demand(ASSURANCES.includes(value), 'ERR_ASSURANCE_INVALID', 'assurance is not known')
  return value as Assurance
}

function optionalClientAddress(value: unknown): string | null {
  if (isBlank(value)) return null
  demand(isText(value, 1, 255), 'ERR_CLIENT_ADDRESS_INVALID', 'clientAddress must be a string of 1 to 255 bytes')
  return value
}

function optionalLocale(value: unknown): string | null {
  if (isBlank(value)) return null
  demand(isText(value, 1, 64), 'ERR_LOCALE_INVALID', 'locale must be a BCP 47 language tag')
  return value
}

/** What an operation is told of who asks. */
export function readAsking(input: {
  readonly clientAddress?: unknown
  readonly locale?: unknown
  readonly response?: unknown
}): Asking {
  const { clientAddress, locale, response } = input
  return { clientAddress: optionalClientAddress(clientAddress), locale: optionalLocale(locale), response }
}

/** Reads a proof for this user and binding; whether it still holds, the record decides. */
export function readProof(ring: KeyRing, userId: string, binding: string | null, proof: unknown): ProofFact {
  if (isBlank(proof)) return { status: 'absent' }
  const claims = verifyProof(ring, userId, binding, proof)
  return claims === null ? { status: 'forged' } : { status: 'signed', claims }
}

/** A device token of this user, as it was issued. */
export function requireDeviceToken(ring: KeyRing, userId: string, token: unknown): string {
  const isTheirs = typeof token === 'string' && verifyDevice(ring, userId, token) !== null
  demand(isTheirs, 'ERR_TRUST_DEVICE_INVALID', "token must be a device token of this user's")
  return token
}

/** The credential id that a passkey's response names, or null for what is no response. */
export function credentialIdOf(response: unknown): string | null {
  if (typeof response !== 'object' || response === null) return null
  try {
    const { id } = response as { id?: unknown }
    return typeof id === 'string' && id.length <= MAX_CREDENTIAL_ID_LENGTH ? id : null
  } catch {
    return null
  }
}

/** An id that may be left out. One that is not even text is as unknown as any other. */
export function optionalId(value: unknown): string | null {
  if (isBlank(value)) return null
  return typeof value === 'string' ? value : UNKNOWN_ID
}

/** An id that nothing has. */
const UNKNOWN_ID = ''

export function optionalRequired(value: unknown): boolean | { readonly from: number } {
  if (isAbsent(value)) return false
  if (typeof value === 'boolean') return value
  const { from } = value as { readonly from?: unknown }
  const since = typeof from === 'number' && from >= 0
  demand(since, 'ERR_REQUIRED_INVALID', 'required must be a boolean or { from } in epoch ms')
  return { from }
}

/** How a code shall reach a phone; null for as before. */
export function optionalChannel(value: unknown, declared: readonly SmsChannel[] | null): SmsChannel | null {
  if (isAbsent(value)) return null
  demand(value === 'sms' || value === 'voice', 'ERR_CHANNEL_INVALID', "channel must be 'sms' or 'voice'")
  const known = declared === null || declared.includes(value)
  demand(known, 'ERR_CHANNEL_INVALID', 'channel must be one that sms.sender declares')
  return value
}

/** A factor's name, made plain; blank is no name. */
export function optionalName(value: unknown): string | null {
  if (isAbsent(value)) return null
  demand(typeof value === 'string', 'ERR_NAME_INVALID', 'name must be a string')
  const name = plainName(value)
  return name === '' ? null : name
}

/** The device to be trusted, or null. */
export function optionalDevice(value: unknown): Omit<NewDevice, 'id'> | null {
  if (isAbsent(value)) return null
  const { name, details } = (typeof value === 'object' ? value : {}) as { name?: unknown; details?: unknown }
  demand(typeof name === 'string', 'ERR_TRUST_DEVICE_INVALID', 'trustDevice must be { name, details? }')
  demand(
    isAbsent(details) || typeof details === 'string',
    'ERR_TRUST_DEVICE_INVALID',
    'trustDevice must be { name, details? }',
  )
  return { name: plainName(name), details: plainName(details ?? '') || null }
}

export function requireAccountName(value: unknown): string {
  demand(
    isText(value, 1, 255) && isKeyUriName(value),
    'ERR_ACCOUNT_NAME_INVALID',
    'accountName must be one line of 1 to 255 bytes without a colon',
  )
  return value
}

export function requireActor(value: unknown): string {
  demand(isText(value, 1, 255), 'ERR_ACTOR_INVALID', 'actor must be a string of 1 to 255 bytes')
  return value
}

export function optionalMaxAgeSeconds(value: unknown, most: number): number {
  if (isAbsent(value)) return most
  const fits = typeof value === 'number' && value >= 1 && value <= most
  demand(fits, 'ERR_MAX_AGE_SECONDS_INVALID', `maxAgeSeconds must be 1 to ${most}`)
  return value
}

/** Whether a last factor must stay. */
export function optionalStaysRequired(value: unknown): boolean {
  if (isAbsent(value)) return false
  demand(typeof value === 'boolean', 'ERR_REQUIRED_INVALID', 'required must be a boolean')
  return value
}

export function optionalCountry(value: unknown): CountryCode | undefined {
  if (isBlank(value)) return undefined
  demand(isCountryCode(value), 'ERR_DEFAULT_COUNTRY_INVALID', 'defaultCountry must be an ISO 3166-1 alpha-2 code')
  return value
}

export function optionalIssuer(value: unknown): string | null {
  if (isBlank(value)) return null
  const plain = isKeyUriName(value) && value.length <= 64
  demand(plain, 'ERR_ISSUER_INVALID', 'issuer must be one line of 1 to 64 characters without a colon')
  return value
}

const DAY_SECONDS = 86_400

/** How long an access pass lasts: a day unless said otherwise. */
export function optionalPassLifetime(value: unknown): number {
  if (isAbsent(value)) return DAY_SECONDS
  const fits = Number.isSafeInteger(value) && (value as number) >= 900 && (value as number) <= 7 * DAY_SECONDS
  demand(fits, 'ERR_LIFETIME_SECONDS_INVALID', 'lifetimeSeconds must be 900 to 604800')
  return value as number
}

function isText(value: unknown, leastBytes: number, mostBytes: number): value is string {
  if (typeof value !== 'string' || value.length > mostBytes || !value.isWellFormed()) return false
  const bytes = Buffer.byteLength(value)
  return bytes >= leastBytes && bytes <= mostBytes
}

function demand(condition: boolean, code: TwoFactorErrorCode, message: string): asserts condition {
  if (!condition) throw new TwoFactorError(code, message)
}
