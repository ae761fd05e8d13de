import { createCipheriv, createDecipheriv } from 'node:crypto'
import { TwoFactorError } from '../errors.js'
import type { Random } from '../interfaces/random.js'
import { decodeBase64url, encodeBase64url, utf8 } from './bytes.js'
import type { KeyRing } from './keyring.js'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const VALUE = /^v1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/** The id of the key that `value` was sealed under, or null when it is not a sealed value. */
export function sealedUnder(value: string): string | null {
  return VALUE.exec(value)?.[1] ?? null
}

/**
 * Seals `plaintext` for one store key: `v1.<key id>.<nonce, AES-256-GCM ciphertext, tag>`. The AES key belongs to this
 * store key alone, so that the 2^32 random nonces that GCM allows a key (NIST SP 800-38D, section 8.3) are one record's.
 */
export function seal(ring: KeyRing, random: Random, storeKey: string, plaintext: string): string {
  const keyId = ring.writeKeyId
  const key = ring.mac(keyId, 'seal', [storeKey])
  if (key === null) throw unreadable()
  const nonce = random.bytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(utf8(storeKey))
  const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `v1.${keyId}.${encodeBase64url(sealed)}`
}

/**
 * Opens what `seal` made for the same store key.
 * @throws TwoFactorError `ERR_RECORD_UNREADABLE` when it was altered, moved, or sealed under a key that the ring lacks.
 */
export function open(ring: KeyRing, storeKey: string, value: string): string {
  const [, keyId, body] = VALUE.exec(value) ?? []
  if (keyId === undefined || body === undefined) throw unreadable()
  const key = ring.mac(keyId, 'seal', [storeKey])
  const bytes = decodeBase64url(body)
  if (key === null || bytes === null || bytes.length < NONCE_BYTES + TAG_BYTES) throw unreadable()
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(utf8(storeKey))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    throw unreadable()
  }
}

/** The error of a record that cannot be read, and therefore protects nobody: never "no second factor". */
export function unreadable(): TwoFactorError {
  return new TwoFactorError('ERR_RECORD_UNREADABLE', 'a stored record cannot be opened with the keys of the ring')
}
