import { scrypt } from 'node:crypto'
import type { Random } from '../interfaces/random.js'
import { encodeBase64url, keptBytes } from './bytes.js'

/** How many codes a set holds. */
export const RECOVERY_CODE_COUNT = 10
const CODE_BYTES = 10
const SALT_BYTES = 16
const HASH_BYTES = 12
/**
 * The scrypt cost N = 2^12 (RFC 7914; r = 8, p = 1). The codes are 80 random bits, beyond any search, so this only makes
 * a leaked set dearer still; it runs on Node's thread pool and does not hold up the event loop.
 */
const SCRYPT = { N: 4096, r: 8, p: 1 }
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LONGEST_INPUT = 64

/** Ten codes of 80 bits in Crockford's Base32: `XXXX-XXXX-XXXX-XXXX`. */
export function generateRecoveryCodes(random: Random): readonly string[] {
  return Array.from({ length: RECOVERY_CODE_COUNT }, () => {
    const bits = BigInt(`0x${Buffer.from(random.bytes(CODE_BYTES)).toString('hex')}`)
    const digits = Array.from({ length: 16 }, (_, place) =>
      CROCKFORD.charAt(Number((bits >> BigInt(75 - 5 * place)) & 31n)),
    )
    return digits.join('').replace(/.{4}(?=.)/g, '$&-')
  })
}

/** The canonical form of what a person typed, or null: case, spaces, dashes and look-alikes (O, I, L) are forgiven. */
export function normaliseRecoveryCode(input: unknown): string | null {
  if (typeof input !== 'string' || input.length > LONGEST_INPUT) return null
  const typed = input.replace(/[\s\p{Dash}]/gu, '')
  if (!/^[0-9A-Za-z]{16}$/.test(typed)) return null
  const code = typed.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1')
  return code.includes('U') ? null : code
}

/** A fresh salt for a set of codes, as text. */
export function newRecoverySalt(random: Random): string {
  return encodeBase64url(random.bytes(SALT_BYTES))
}

/** The hash that a record keeps of a normalised code. All codes of a set share the salt: one derivation checks one guess. */
export function hashRecoveryCode(code: string, salt: string): Promise<string> {
  return new Promise((resolve, reject) => {
    scrypt(code, keptBytes(salt), HASH_BYTES, SCRYPT, (error, hash) => {
      if (error === null) resolve(encodeBase64url(hash))
      else reject(error)
    })
  })
}
