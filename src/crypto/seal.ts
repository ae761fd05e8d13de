import { createCipheriv, createDecipheriv } from 'node:crypto'
import { TwoFactorError } from '../errors.js'
import type { Random } from '../interfaces/random.js'
import { decodeBase64url, encodeBase64url, utf8 } from './bytes.js'
import type { KeyRing } from './keyring.js'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1.'
const KEY_ID = /^[A-Za-z0-9_-]+$/

/** The id of the key that `value` was sealed under, or null when it is not a sealed value. */
export function sealedUnder(value: string): string | null {
  return parts(value)?.keyId ?? null
}

/** Seals and opens the values of one store key. */
export interface Sealer {
  /**
   * Seals `plaintext`: `v1.<key id>.<nonce, AES-256-GCM ciphertext, tag>`. The AES key belongs to this store key alone, so
   * that the 2^32 random nonces that GCM allows a key (NIST SP 800-38D, section 8.3) are one record's.
   */
  seal(random: Random, plaintext: string): string
  /**
   * Opens what `seal` made for the same store key.
   * @throws TwoFactorError `ERR_RECORD_UNREADABLE` when it was altered, moved, or sealed under a key that the ring lacks.
   */
  open(value: string): string
}

/** Makes the sealer of a store key. It lasts as long as one operation, which derives each key once. */
export function sealerOf(ring: KeyRing, storeKey: string): Sealer {
  const additional = utf8(storeKey)
  let last: { readonly id: string; readonly key: Uint8Array } | null = null

  function keyOf(id: string): Uint8Array {
    if (last?.id === id) return last.key
    const key = ring.mac(id, 'seal', [storeKey])
    if (key === null) throw unreadable()
    last = { id, key }
    return key
  }

  return {
    seal(random, plaintext) {
      const keyId = ring.writeKeyId
      const nonce = random.bytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyOf(keyId), nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(additional)
      const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${VERSION}${keyId}.${encodeBase64url(sealed)}`
    },

    open(value) {
      const { keyId, body } = parts(value) ?? {}
      const bytes = body === undefined ? null : decodeBase64url(body)
      if (keyId === undefined || bytes === null || bytes.length < NONCE_BYTES + TAG_BYTES) throw unreadable()
      const nonce = bytes.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', keyOf(keyId), nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(additional)
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      // GCM is a stream cipher: all of the plaintext comes at once, and nothing of it is looked at before the tag is right.
      const plaintext = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
      try {
        decipher.final()
      } catch {
        throw unreadable()
      }
      return plaintext.toString('utf8')
    },
  }
}

/** Seals one value. */
export function seal(ring: KeyRing, random: Random, storeKey: string, plaintext: string): string {
  return sealerOf(ring, storeKey).seal(random, plaintext)
}

/**
 * Opens one value.
 * @throws TwoFactorError `ERR_RECORD_UNREADABLE`
 */
export function open(ring: KeyRing, storeKey: string, value: string): string {
  return sealerOf(ring, storeKey).open(value)
}

/** The parts of a sealed value, or null; whether its body is base64url shows when it is read. */
function parts(value: string): { readonly keyId: string; readonly body: string } | null {
  const dot = value.indexOf('.', VERSION.length)
  const keyId = value.slice(VERSION.length, dot)
  if (!value.startsWith(VERSION) || dot < 0 || dot === value.length - 1 || !KEY_ID.test(keyId)) return null
  return { keyId, body: value.slice(dot + 1) }
}

/** The error of a record that cannot be read, and therefore protects nobody: never "no second factor". */
export function unreadable(): TwoFactorError {
  return new TwoFactorError('ERR_RECORD_UNREADABLE', 'a stored record cannot be opened with the keys of the ring')
}
