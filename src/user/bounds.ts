import type { UserRecord } from './record.js'
import { withinHour } from './texts.js'

const DAY_MS = 86_400_000

/** The record without what has expired: expiry is decided on reading, so this only keeps it small. */
export function prune(record: UserRecord, now: number): UserRecord {
  return {
    ...record,
    enrolments: record.enrolments.filter(({ expiresAt }) => now < expiresAt),
    challenges: record.challenges.filter(({ expiresAt }) => now < expiresAt),
    trustedDevices: record.trustedDevices.filter(({ expiresAt }) => now < expiresAt),
    textedAt: withinHour(record.textedAt, now),
  }
}

/**
 * When a store may drop the record: never while there is a factor. Without one it only holds what is pending and counted,
 * which the longest lock outlives.
 */
export function recordExpiresAt(record: UserRecord, now: number): number | null {
  return record.factors.length > 0 ? null : Math.max(now + DAY_MS, record.guesses.lockedUntilAt)
}

