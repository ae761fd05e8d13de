import type { Policy } from '../interfaces/policy.js'
import { factorBytes } from './codec.js'
import { guessStanding, withinLongestLock } from './guessing.js'
import { MAX_NAME_BYTES } from './name.js'
import type { FactorRecord, UserRecord } from './record.js'
import { settledThrough } from './standing.js'
import { withinHour } from './texts.js'

const DAY_MS = 86_400_000

/** The most factors a user may have. */
export const MAX_FACTORS = 10

/** The most bytes of a record that the factors may come to take: a full record then seals to at most 16 KiB. */
const MAX_FACTOR_BYTES = 3072
const LONGEST_NAME = 'x'.repeat(MAX_NAME_BYTES)
const LONGEST_INSTANT = 9_999_999_999_999

/** Whether the record has room for one more factor, in place of `replaces` where that is given. */
export function hasRoomFor(record: UserRecord, factor: FactorRecord, replaces: string | null): boolean {
  const kept = record.factors.filter(({ id }) => id !== replaces)
  const bytes = [...kept, factor].reduce((sum, one) => sum + mostBytes(one), 0)
  return kept.length < MAX_FACTORS && bytes <= MAX_FACTOR_BYTES
}

/** The bytes that a factor may come to take: it will be used, and may be renamed. */
function mostBytes(factor: FactorRecord): number {
  return factorBytes({ ...factor, name: LONGEST_NAME, lastUsedAt: LONGEST_INSTANT })
}

/** The record without what has expired: expiry is decided on reading, so this only keeps it small. */
export function prune(record: UserRecord, now: number, policy: Policy): UserRecord {
  return {
    ...record,
    enrolments: record.enrolments.filter(({ expiresAt }) => now < expiresAt),
    texts: record.texts.filter(({ expiresAt }) => now < expiresAt),
    closedChallenges: record.closedChallenges.filter(({ expiresAt }) => now < expiresAt),
    settledThrough: settledThrough(record, now),
    trustedDevices: record.trustedDevices.filter(({ expiresAt }) => now < expiresAt),
    guesses: withinLongestLock(record.guesses, now, policy),
    textedAt: withinHour(record.textedAt, now),
  }
}

/**
 * When a store may drop the record: never while there is a factor, a suspension, an access pass or an enrolment owed, which
 * no waiting ends. Otherwise it only holds what is pending and counted.
 */
export function recordExpiresAt(record: UserRecord, now: number, policy: Policy): number | null {
  const { factors, guesses, accessPass, enrolmentRequired } = record
  const suspended = guessStanding(guesses, now, policy).status === 'suspended'
  if (factors.length > 0 || suspended || accessPass !== null || enrolmentRequired) return null
  return Math.max(now + DAY_MS, guesses.lockedUntilAt)
}
