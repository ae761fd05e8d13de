import { randomBytes } from '@noble/hashes/utils.js'
import { TwoFactorError } from '../errors.js'
import { isBytes } from '../is-bytes.js'
import { checkOptions, isIntegerWithin } from './parameters.js'

/** What `generateSecret` makes. */
export interface GenerateSecretOptions {
  /** How many bytes, 16 to 64; 20 unless said otherwise, as RFC 4226, section 4 (R6) recommends and every app can take. */
  readonly bytes?: number | undefined
  /** Where random bytes come from; the platform's generator (`crypto.getRandomValues`) unless said otherwise. */
  readonly random?:
    | {
        /** That many fresh random bytes. */
        bytes(length: number): Uint8Array
      }
    | undefined
}

/**
 * A new shared secret for HOTP or TOTP (RFC 4226, section 4). It is as precious as a password: keep it encrypted.
 *
 * @throws `ERR_SECRET_INVALID` unless 16 <= bytes <= 64, `ERR_RANDOM_INVALID` when `random` gives anything but so many bytes,
 * `ERR_INPUT_INVALID`
 */
export function generateSecret(options: GenerateSecretOptions = {}): Uint8Array {
  checkOptions(options)
  const { bytes: length = 20, random = { bytes: randomBytes } } = options
  if (!isIntegerWithin(length, 16, 64))
    throw new TwoFactorError('ERR_SECRET_INVALID', 'bytes must be an integer from 16 to 64')
  const given = givenBytes(random, length)
  // A copy, because the bytes may be a view into a pool.
  return Uint8Array.from(given)
}

function givenBytes(random: unknown, length: number): Uint8Array {
  const bytes: unknown = isRandom(random) ? random.bytes(length) : null
  if (!isBytes(bytes) || bytes.length !== length)
    throw new TwoFactorError('ERR_RANDOM_INVALID', 'random.bytes must give as many bytes as it is asked for')
  return bytes
}

function isRandom(value: unknown): value is { bytes(length: number): unknown } {
  return typeof value === 'object' && value !== null && 'bytes' in value && typeof value.bytes === 'function'
}
