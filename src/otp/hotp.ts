import { TwoFactorError } from '../errors.js'
import { withHmac } from './hmac.js'
import {
  checkKey,
  checkOptions,
  isIntegerWithin,
  resolveAlgorithm,
  resolveDigits,
  type OtpParameters,
} from './parameters.js'

/**
 * The HOTP code of `key` for `counter` (RFC 4226, section 5.3). Ten digits start with 0, 1 or 2, since the number behind
 * a code has 31 bits.
 *
 * @param key 1 to 1024 bytes.
 * @param counter 0 to 2^53 - 1.
 * @throws `ERR_KEY_INVALID`, `ERR_COUNTER_INVALID`, `ERR_ALGORITHM_INVALID`, `ERR_DIGITS_INVALID`, `ERR_INPUT_INVALID`
 */
export function generateHotp(key: Uint8Array, counter: number, options: OtpParameters = {}): string {
  checkKey(key)
  if (!isIntegerWithin(counter, 0, Number.MAX_SAFE_INTEGER)) {
    throw new TwoFactorError('ERR_COUNTER_INVALID', 'counter must be an integer from 0 to 2^53 - 1')
  }
  checkOptions(options)
  const algorithm = resolveAlgorithm(options.algorithm)
  const digits = resolveDigits(options.digits)
  return withHmac(algorithm, key, (hmac) => truncate(hmac(counter), digits))
}

/** The code a MAC of at least 20 bytes stands for: `digits` decimal digits, zeros in front. */
export function truncate(mac: Uint8Array, digits: number): string {
  return String(truncateToNumber(mac, digits)).padStart(digits, '0')
}

/** The same as a number (RFC 4226, section 5.3): the low 31 bits of the four bytes that the last byte points at, cut to `digits`. */
export function truncateToNumber(mac: Uint8Array, digits: number): number {
  const offset = (mac.at(-1) ?? 0) & 0xf
  let bits = 0
  for (let index = offset; index < offset + 4; index++) bits = (bits << 8) | (mac[index] ?? 0)
  return (bits & 0x7fffffff) % 10 ** digits
}
