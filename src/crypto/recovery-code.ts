import { scrypt, type BinaryLike, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Random } from '../interfaces/random.js'
import { encodeBase64url, keptBytes, lengthPrefixed } from './bytes.js'

/** How many codes a set holds. */
export const RECOVERY_CODE_COUNT = 10
/** 120 bits: NIST SP 800-63B-4, section 3.1.2.2 asks for no slow hash from 112 on. */
const CODE_BYTES = 15
const CODE_DIGITS = 24
const SALT_BYTES = 16
const HASH_BYTES = 16
/** The scrypt cost N = 2^12 (RFC 7914; r = 8, p = 1), of codes with fewer bits; it runs on Node's thread pool. */
const SCRYPT = { N: 4096, r: 8, p: 1 }
/** What release 0.1.0 kept of such a hash. */
const SCRYPT_BYTES = 12
const scryptOf = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt)
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LONGEST_INPUT = 128
/** White space, dashes, and what pasting brings along: zero-width and direction marks. */
const SEPARATORS = /[\s\p{Dash}\p{Cf}]/gu

/** One code of 120 random bits in Crockford's Base32: six groups of four. */
export function generateRecoveryCode(random: Random): string {
  const bits = BigInt(`0x${Buffer.from(random.bytes(CODE_BYTES)).toString('hex')}`)
  const digits = Array.from({ length: CODE_DIGITS }, (_, place) => {
    const shift = BigInt(5 * (CODE_DIGITS - 1 - place))
    return CROCKFORD.charAt(Number((bits >> shift) & 31n))
  })
  return digits.join('').replace(/.{4}(?=.)/g, '$&-')
}

/** The canonical form of what a person typed, or null: case, separators and look-alikes (O, I, L) are forgiven. */
export function normaliseRecoveryCode(input: unknown): string | null {
  if (typeof input !== 'string' || input.length > LONGEST_INPUT) return null
  const typed = input.replace(SEPARATORS, '')
  return /^[0-9A-Za-z]+$/.test(typed) ? typed.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1') : null
}

/** A fresh salt, as text. */
export function newRecoverySalt(random: Random): string {
  return encodeBase64url(random.bytes(SALT_BYTES))
}

/** What a record keeps of a canonical code of 112 bits or more: salted SHA-256, for no search reaches that far. */
export function hashRecoveryCode(code: string, salt: string): string {
  const message = lengthPrefixed(['countersign recovery code', keptBytes(salt), code])
  const digest = sha256(message)
  // Small buffers are parts of a pool that the whole process shares.
  message.fill(0)
  return encodeBase64url(digest.subarray(0, HASH_BYTES))
}

/** What a record keeps of a canonical code of fewer bits. All codes of a set share the salt: one derivation checks one guess. */
export async function slowHashRecoveryCode(code: string, salt: string): Promise<string> {
  return encodeBase64url(await scryptOf(code, keptBytes(salt), SCRYPT_BYTES, SCRYPT))
}
