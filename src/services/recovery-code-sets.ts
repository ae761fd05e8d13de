import {
  generateRecoveryCodes,
  hashRecoveryCode,
  newRecoverySalt,
  normaliseRecoveryCode,
} from '../crypto/recovery-code.js'
import type { Decision } from '../user/record.js'
import { issueRecoveryCodes } from '../user/recovery-codes.js'
import type { Random } from '../interfaces/random.js'

/** A set of codes: as the person gets it, and as the record keeps it. */
export interface NewRecoveryCodes {
  readonly codes: readonly string[]
  readonly salt: string
  readonly hashes: readonly string[]
}

/** Makes a set of codes. */
export async function newRecoveryCodes(random: Random): Promise<NewRecoveryCodes> {
  const codes = generateRecoveryCodes(random)
  const salt = newRecoverySalt(random)
  const hashes = await Promise.all(codes.map((code) => hashRecoveryCode(normaliseRecoveryCode(code) ?? code, salt)))
  return { codes, salt, hashes }
}

/** `make`, called on first use and then remembered: an operation that starts over makes nothing twice. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null
  return () => (made ??= make())
}

/** A decision that also gives the user a set of recovery codes. */
export function issueCodes<Outcome>(
  { next, outcome, events }: Decision<Outcome>,
  userId: string,
  { codes, salt, hashes }: NewRecoveryCodes,
  now: number,
): Decision<Outcome> & { readonly codes: readonly string[] } {
  const issued = { type: 'recovery-codes-issued', userId, at: now } as const
  return { next: issueRecoveryCodes(next, salt, hashes, now), outcome, events: [...events, issued], codes }
}
