import { hkdf } from '@noble/hashes/hkdf.js'
import { _HMAC } from '@noble/hashes/hmac.js'
import { sha256, type _SHA256 } from '@noble/hashes/sha2.js'
import { lengthPrefixed } from './bytes.js'

/** What a subkey is for. None serves two purposes. */
export type KeyPurpose = 'seal' | 'sms-code' | 'challenge' | 'device' | 'proof' | 'passkey' | 'send-budget'

/** A server secret: at least 32 bytes under an id that values and tokens name in the clear. */
export interface Key {
  readonly id: string
  readonly secret: Uint8Array
}

/** The keys of one namespace: the first writes, all read. */
export interface KeyRing {
  readonly writeKeyId: string
  /** The ids of all keys, the writing one first. */
  readonly keyIds: readonly [string, ...string[]]
  /** The id that sorts first: by the dates that `keygen` gives, the oldest. It stays when a new key is put anywhere into the ring. */
  readonly oldestKeyId: string
  /** HMAC-SHA-256 of the length-prefixed `fields` under the subkey for `purpose`; null when the ring lacks the key. */
  mac(keyId: string, purpose: KeyPurpose, fields: readonly (string | Uint8Array)[]): Uint8Array | null
}

/** Derives one HKDF-SHA-256 subkey (RFC 5869) per key and purpose, bound to the namespace, on first use. */
export function createKeyRing(keys: readonly [Key, ...Key[]], namespace: string): KeyRing {
  const secrets = new Map(keys.map(({ id, secret }) => [id, secret]))
  const states = new Map<string, _HMAC<_SHA256>>()
  // Made once and overwritten by every message: making one costs as much as hashing with it.
  let running: _HMAC<_SHA256> | undefined

  /** An HMAC that has taken its subkey in; each message starts from it. */
  function prepared(keyId: string, purpose: KeyPurpose): _HMAC<_SHA256> | null {
    const cached = states.get(`${purpose}.${keyId}`)
    if (cached !== undefined) return cached
    const secret = secrets.get(keyId)
    if (secret === undefined) return null
    const subkey = hkdf(sha256, secret, undefined, lengthPrefixed(['countersign', purpose, namespace]), 32)
    const state = new _HMAC<_SHA256>(sha256, subkey)
    states.set(`${purpose}.${keyId}`, state)
    return state
  }

  return {
    writeKeyId: keys[0].id,
    keyIds: [keys[0].id, ...keys.slice(1).map(({ id }) => id)],
    oldestKeyId: keys.reduce((oldest, { id }) => (id < oldest ? id : oldest), keys[0].id),
    mac(keyId, purpose, fields) {
      const start = prepared(keyId, purpose)
      if (start === null) return null
      running = start._cloneInto(running)
      const message = lengthPrefixed(fields)
      const mac = running.update(message).digest()
      // Small buffers are parts of a pool that the whole process shares.
      message.fill(0)
      return mac
    },
  }
}
