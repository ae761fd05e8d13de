import { TwoFactorError, type TwoFactorErrorCode } from '../errors.js'
import type { ChallengePurpose } from '../interfaces/challenge.js'
import { isKeyUriName } from '../otp/key-uri.js'
import { isCountryCode, type CountryCode } from '../sms/country-code.js'
import type { TextReader } from './texting.js'
import { plainName } from '../user/name.js'

const MAX_USER_ID_BYTES = 255
const MAX_BINDING_BYTES = 1024

/** Stops an operation whose host passed something else than one object. */
export function requireInput(input: unknown): asserts input is object {
  demand(typeof input === 'object' && input !== null, 'ERR_INPUT_INVALID', 'the argument must be an object')
}

/** User ids are opaque and exact: nothing is trimmed, folded or normalised. */
export function requireUserId(value: unknown): string {
  demand(isText(value, 1, MAX_USER_ID_BYTES), 'ERR_USER_ID_INVALID', 'userId must be a string of 1 to 255 bytes')
  return value
}

export function optionalBinding(value: unknown): string | null {
  if (value === undefined || value === null) return null
  demand(isText(value, 1, MAX_BINDING_BYTES), 'ERR_BINDING_INVALID', 'binding must be a string of 1 to 1024 bytes')
  return value
}

export function optionalPurpose(value: unknown): ChallengePurpose {
  if (value === undefined) return 'sign-in'
  demand(value === 'sign-in' || value === 'step-up', 'ERR_PURPOSE_INVALID', "purpose must be 'sign-in' or 'step-up'")
  return value
}

function optionalClientAddress(value: unknown): string | null {
  if (value === undefined || value === null) return null
  demand(isText(value, 1, 255), 'ERR_CLIENT_ADDRESS_INVALID', 'clientAddress must be a string of 1 to 255 bytes')
  return value
}

export function optionalLocale(value: unknown): string | null {
  if (value === undefined || value === null) return null
  demand(isText(value, 1, 64), 'ERR_LOCALE_INVALID', 'locale must be a BCP 47 language tag')
  return value
}

/** What a text needs of an operation's input. */
export function readTextReader(input: { readonly clientAddress?: unknown; readonly locale?: unknown }): TextReader {
  return { clientAddress: optionalClientAddress(input.clientAddress), locale: optionalLocale(input.locale) }
}

export function optionalRequired(value: unknown): boolean | { readonly from: number } {
  if (value === undefined) return false
  if (typeof value === 'boolean') return value
  const from: unknown = typeof value === 'object' && value !== null && 'from' in value ? value.from : null
  demand(
    typeof from === 'number' && from >= 0,
    'ERR_REQUIRED_INVALID',
    'required must be a boolean or { from } in epoch ms',
  )
  return { from }
}

/** A factor's name, made plain; blank is no name. */
export function optionalName(value: unknown): string | null {
  if (value === undefined || value === null) return null
  demand(typeof value === 'string', 'ERR_NAME_INVALID', 'name must be a string')
  const name = plainName(value)
  return name === '' ? null : name
}

export function optionalDeviceName(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const name: unknown = typeof value === 'object' && 'name' in value ? value.name : null
  demand(typeof name === 'string', 'ERR_TRUST_DEVICE_INVALID', 'trustDevice must be { name }')
  return plainName(name)
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
  if (value === undefined) return most
  const fits = typeof value === 'number' && value >= 1 && value <= most
  demand(fits, 'ERR_MAX_AGE_SECONDS_INVALID', `maxAgeSeconds must be 1 to ${most}`)
  return value
}

/** Whether a last factor must stay. */
export function optionalStaysRequired(value: unknown): boolean {
  if (value === undefined) return false
  demand(typeof value === 'boolean', 'ERR_REQUIRED_INVALID', 'required must be a boolean')
  return value
}

export function optionalCountry(value: unknown): CountryCode | undefined {
  if (value === undefined || value === null) return undefined
  demand(isCountryCode(value), 'ERR_DEFAULT_COUNTRY_INVALID', 'defaultCountry must be an ISO 3166-1 alpha-2 code')
  return value
}

function isText(value: unknown, leastBytes: number, mostBytes: number): value is string {
  if (typeof value !== 'string' || value.length > mostBytes || !value.isWellFormed()) return false
  const bytes = Buffer.byteLength(value)
  return bytes >= leastBytes && bytes <= mostBytes
}

function demand(condition: boolean, code: TwoFactorErrorCode, message: string): asserts condition {
  if (!condition) throw new TwoFactorError(code, message)
}
