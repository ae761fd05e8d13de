import { sha256 } from '@noble/hashes/sha2.js'
import { lengthPrefixed } from './bytes.js'
import { verifyDevice } from './claims.js'
import type { KeyRing } from './keyring.js'

/** A character that cookies may hold and tokens do not. */
const SEPARATOR = '~'

/** How many people one cookie serves: about 1.5 KB, of the 8 KB that servers take as headers. */
const MAX_TOKENS = 16

/** One name per user, so that a shared computer can be trusted by several people; letters and digits only. */
export function deviceCookieName(namespace: string, userId: string): string {
  const digest = sha256(lengthPrefixed(['countersign device cookie', namespace, userId]))
  return `trusted${Buffer.from(digest.subarray(0, 12)).toString('hex')}`
}

/** The device whose token a cookie holds for this user, alone or among those of others; or null. */
export function findDevice(ring: KeyRing, userId: string, cookie: unknown): string | null {
  for (const token of tokensIn(cookie)) {
    const deviceId = verifyDevice(ring, userId, token)
    if (deviceId !== null) return deviceId
  }
  return null
}

/** The cookie with `token` in front, without what it held for the same user, and of the others' tokens the newest. */
export function joinDeviceTokens(ring: KeyRing, userId: string, token: string, cookie: unknown): string {
  const others = tokensIn(cookie).filter((other) => verifyDevice(ring, userId, other) === null)
  return [token, ...others].slice(0, MAX_TOKENS).join(SEPARATOR)
}

function tokensIn(cookie: unknown): readonly string[] {
  if (typeof cookie !== 'string') return []
  return cookie
    .split(SEPARATOR, MAX_TOKENS)
    .filter((token) => /^v1\.[A-Za-z0-9_-]{1,32}\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}$/.test(token))
}
