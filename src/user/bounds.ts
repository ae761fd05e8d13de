import type { Policy } from '../interfaces/policy.js'
import { guessStanding } from './guessing.js'
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
 * When a store may drop the record: never while there is a factor, a suspension or an enrolment owed, which no waiting ends.
 * Otherwise it only holds what is pending and counted.
 */
export function recordExpiresAt(record: UserRecord, now: number, policy: Policy): number | null {
  const { factors, guesses, recoveryGuesses, enrolmentRequired } = record
  const suspended = guessStanding(guesses, now, policy).status === 'suspended'
  if (factors.length > 0 || suspended || enrolmentRequired) return null
  return Math.max(now + DAY_MS, guesses.lockedUntilAt, recoveryGuesses.lockedUntilAt)
}
