import { sha256 } from '@noble/hashes/sha2.js'
import { lengthPrefixed } from './bytes.js'

/** One name per user, so that a shared computer can be trusted by several people; letters and digits only. */
export function deviceCookieName(namespace: string, userId: string): string {
  const digest = sha256(lengthPrefixed(['countersign device cookie', namespace, userId]))
  return `trusted${Buffer.from(digest.subarray(0, 12)).toString('hex')}`
}
