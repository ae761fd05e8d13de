import { sha256 } from '@noble/hashes/sha2.js'
import { encodeBase64url, lengthPrefixed } from './bytes.js'

/** The digest of a host's binding, base64url: it tells whether two are the same, and nothing else of them. */
export function bindingDigest(binding: string | null): string | null {
  return binding === null ? null : digest(['countersign binding', binding], 32)
}

/** Stands for who asks and what for: two begins under one key are one form, submitted twice. */
export function joinKey(
  clientAddress: string,
  purpose: string,
  binding: string | null,
  summary: string | null,
): string {
  const optional = [binding, summary].flatMap((field) => (field === null ? ['-', ''] : ['+', field]))
  return digest(['countersign join', clientAddress, purpose, ...optional], 12)
}

/** A user id that is too long for a store key, base64url. */
export function longUserId(userId: string): string {
  return digest(['countersign user id', userId], 32)
}

function digest(fields: readonly string[], length: number): string {
  return encodeBase64url(sha256(lengthPrefixed(fields)).subarray(0, length))
}
