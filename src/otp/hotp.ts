import { TwoFactorError } from '../errors.js'
import { visitCounterMacs } from './hmac.js'
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
  let code = ''
  visitCounterMacs(algorithm, key, counter, counter, (mac) => {
    code = truncate(mac, digits)
  })
  return code
}

/** The code a MAC of at least 20 bytes stands for: `digits` decimal digits, zeros in front. */
export function truncate(mac: Uint8Array, digits: number): string {
  return String(truncateToNumber(mac, digits)).padStart(digits, '0')
}

const powersOfTen = Array.from({ length: 11 }, (_, exponent) => 10 ** exponent)

/** The same as a number (RFC 4226, section 5.3): the low 31 bits of the four bytes that the last byte points at, cut to `digits`. */
export function truncateToNumber(mac: Uint8Array, digits: number): number {
  const offset = byteAt(mac, mac.length - 1) & 0xf
  const bits =
    ((byteAt(mac, offset) & 0x7f) << 24) |
    (byteAt(mac, offset + 1) << 16) |
    (byteAt(mac, offset + 2) << 8) |
    byteAt(mac, offset + 3)
  return bits % Number(powersOfTen[digits])
}

function byteAt(bytes: Uint8Array, index: number): number {
  return Number(bytes[index])
}
