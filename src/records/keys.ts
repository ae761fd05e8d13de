import { longUserId } from '../crypto/digest.js'

/** The longest user id, in bytes of UTF-8, that stands in a store key as it is. */
const LONGEST_PLAIN_ID = 255

const PREFIXES = { user: 'user', budget: 'texts', region: 'region', spending: 'spend' } as const

/** What the keys of one kind of record begin with, in one namespace. */
export function keyPrefix(kind: keyof typeof PREFIXES, namespace: string): string {
  return `${PREFIXES[kind]}:${encodeURIComponent(namespace)}:`
}

/**
 * Where a user's record is: plain ASCII, whatever the id, so that every engine compares it exactly. A long id is digested;
 * the `#` in front of it is in no other key.
 */
export function userKey(namespace: string, userId: string): string {
  const long = Buffer.byteLength(userId) > LONGEST_PLAIN_ID
  return keyPrefix('user', namespace) + (long ? `#${longUserId(userId)}` : encodeURIComponent(userId))
}

/** Where the budget of a phone number or a client network is, by its keyed digest. */
export function budgetKey(namespace: string, digest: string): string {
  return keyPrefix('budget', namespace) + digest
}

/** Where the signal of a region is. */
export function regionKey(namespace: string, country: string): string {
  return keyPrefix('region', namespace) + country
}

/** Where one shard of a namespace's spending is. */
export function spendingKey(namespace: string, shard: number): string {
  return keyPrefix('spending', namespace) + String(shard)
}

/** The namespace of the record under a store key; null for a key that is none of ours. */
export function namespaceOf(key: string): string | null {
  const [, prefix, namespace] = /^([a-z]+):([^:]+):./s.exec(key) ?? []
  if (namespace === undefined || !Object.values<string | undefined>(PREFIXES).includes(prefix)) return null
  try {
    return decodeURIComponent(namespace)
  } catch {
    return null
  }
}
