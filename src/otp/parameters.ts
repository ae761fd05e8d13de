import { TwoFactorError } from '../errors.js'
import type { HmacAlgorithm } from './hmac.js'
import { isBytes } from '../is-bytes.js'

/** What a code is made with besides the key. A service and an authenticator must agree on it. */
export interface OtpParameters {
  /** The HMAC's hash function; SHA-1 unless said otherwise, as every authenticator app expects. */
  readonly algorithm?: HmacAlgorithm | undefined
  /** How long a code is, 6 to 10 digits; 6 unless said otherwise. */
  readonly digits?: number | undefined
}

/** `OtpParameters` for codes that change with time. */
export interface TotpParameters extends OtpParameters {
  /** How long a step lasts, 1 to 120 seconds; 30 unless said otherwise. */
  readonly periodSeconds?: number | undefined
}

export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new TwoFactorError('ERR_INPUT_INVALID', 'options must be an object')
}

export function checkKey(key: unknown): asserts key is Uint8Array {
  if (!isBytes(key) || key.length < 1 || key.length > 1024) {
    throw new TwoFactorError('ERR_KEY_INVALID', 'key must be a Uint8Array of 1 to 1024 bytes')
  }
}

export function resolveAlgorithm(algorithm: HmacAlgorithm = 'SHA-1'): HmacAlgorithm {
  if (!['SHA-1', 'SHA-256', 'SHA-512'].includes(algorithm)) {
    throw new TwoFactorError('ERR_ALGORITHM_INVALID', 'algorithm must be SHA-1, SHA-256 or SHA-512')
  }
  return algorithm
}

export function resolveDigits(digits = 6): number {
  if (!isIntegerWithin(digits, 6, 10))
    throw new TwoFactorError('ERR_DIGITS_INVALID', 'digits must be an integer from 6 to 10')
  return digits
}

export function resolvePeriodSeconds(periodSeconds = 30): number {
  if (!isIntegerWithin(periodSeconds, 1, 120)) {
    throw new TwoFactorError('ERR_PERIOD_SECONDS_INVALID', 'periodSeconds must be an integer from 1 to 120')
  }
  return periodSeconds
}

export function isIntegerWithin(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
}
