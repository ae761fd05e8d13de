import { equalBytes } from '../otp/equal.js'
import { decodeBase64url, encodeBase64url } from './bytes.js'
import type { KeyRing } from './keyring.js'

/** What a token opens. None is accepted for another purpose. */
export type TokenPurpose = 'challenge' | 'device' | 'proof'

/** A challenge token of the longest user id and summary is about 2500 characters. */
const MAX_TOKEN_LENGTH = 3072
const TOKEN = /^(v\d)\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/

/** What the payload of each purpose is written as. A change of it is a new version, so that no release misreads another's. */
const VERSIONS: Readonly<Record<TokenPurpose, string>> = { challenge: 'v2', device: 'v1', proof: 'v2' }

/**
 * Signs `payload`: `<version>.<key id>.<payload>.<HMAC-SHA-256>`. The `context` is covered by the MAC and not contained: who
 * verifies must know it.
 */
export function signToken(
  ring: KeyRing,
  purpose: TokenPurpose,
  payload: Uint8Array,
  context: readonly string[],
): string {
  const keyId = ring.writeKeyId
  const version = VERSIONS[purpose]
  const mac = ring.mac(keyId, purpose, [version, keyId, payload, ...context])
  if (mac === null) throw new RangeError('the ring lacks its own write key')
  return `${version}.${keyId}.${encodeBase64url(payload)}.${encodeBase64url(mac)}`
}

/** The payload of a token that `signToken` made for the same purpose and context, or null for anything else. */
export function verifyToken(
  ring: KeyRing,
  purpose: TokenPurpose,
  token: unknown,
  context: readonly string[],
): Uint8Array | null {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return null
  const [, version, keyId, payloadText, macText] = TOKEN.exec(token) ?? []
  if (version !== VERSIONS[purpose] || keyId === undefined || payloadText === undefined || macText === undefined)
    return null
  const payload = decodeBase64url(payloadText)
  const mac = decodeBase64url(macText)
  if (payload === null || mac === null) return null
  const expected = ring.mac(keyId, purpose, [version, keyId, payload, ...context])
  return expected !== null && equalBytes(mac, expected) ? payload : null
}
