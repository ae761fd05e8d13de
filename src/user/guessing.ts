import type { EventBody } from '../interfaces/events.js'
import type { Policy } from '../interfaces/policy.js'
import type { Rejected, RejectedReason } from '../interfaces/refusal.js'
import type { Case } from './decision.js'
import type { GuessBudget, UserRecord } from './record.js'

/** Whether typed codes are compared now. */
export type GuessStanding =
  | { readonly status: 'open'; readonly remaining: number }
  | { readonly status: 'locked'; readonly retryAt: number }
  | { readonly status: 'suspended' }

/**
 * The standing of the budget that all typed codes share. Waiting ends a lock, never a suspension; and no lock reads as
 * longer than the policy's longest, whatever a clock that was wrong once wrote.
 */
export function guessStanding(budget: GuessBudget, now: number, policy: Policy): GuessStanding {
  const { consecutiveWrong } = budget
  if (consecutiveWrong >= policy.wrongCodesUntilSuspended) return { status: 'suspended' }
  const { lockedUntilAt } = withinLongestLock(budget, now, policy)
  if (now < lockedUntilAt) return { status: 'locked', retryAt: lockedUntilAt }
  return { status: 'open', remaining: policy.wrongCodesPerLock - (consecutiveWrong % policy.wrongCodesPerLock) }
}

/** The budget with its lock cut to the longest that there is; itself when it is none longer. */
export function withinLongestLock(budget: GuessBudget, now: number, policy: Policy): GuessBudget {
  const longest = now + policy.longestLockSeconds * 1000
  return budget.lockedUntilAt > longest ? { ...budget, lockedUntilAt: longest } : budget
}

/** The record with its lock cut to the longest that there is: only what is written down ends when it says. */
export function withBoundedLock({ record, now, policy }: Case): UserRecord {
  const guesses = withinLongestLock(record.guesses, now, policy)
  return guesses === record.guesses ? record : { ...record, guesses }
}

/** The budget after one more wrong code: each full handful locks, twice as long as the last. */
export function countWrong(budget: GuessBudget, now: number, policy: Policy): GuessBudget {
  const consecutiveWrong = budget.consecutiveWrong + 1
  const { wrongCodesPerLock, firstLockSeconds, longestLockSeconds } = policy
  if (consecutiveWrong % wrongCodesPerLock !== 0) return { ...budget, consecutiveWrong }
  const locks = consecutiveWrong / wrongCodesPerLock
  const seconds = Math.min(firstLockSeconds * 2 ** (locks - 1), longestLockSeconds)
  return { consecutiveWrong, lockedUntilAt: now + seconds * 1000 }
}

/** A rejection; `retryAt` is given when the user is locked. */
export function rejected(
  reason: RejectedReason,
  attemptsRemaining: number | null = 0,
  retryAt: number | null = null,
): Rejected {
  return { status: 'rejected', reason, attemptsRemaining, retryAt }
}

/** The rejection of any typed code while the user is locked or suspended, or null while codes are compared. */
export function guessRejection({ record, now, policy }: Case): Rejected | null {
  const standing = guessStanding(record.guesses, now, policy)
  switch (standing.status) {
    case 'open':
      return null
    case 'locked':
      return rejected('locked', 0, standing.retryAt)
    case 'suspended':
      return rejected('suspended')
  }
}

/** How many wrong codes are left: `own` to what is being proved, or fewer until the user is locked. */
export function attemptsRemaining({ record, now, policy }: Case, own: number): number {
  const standing = guessStanding(record.guesses, now, policy)
  return standing.status === 'open' ? Math.max(0, Math.min(own, standing.remaining)) : 0
}

/** One wrong code more: what the record becomes, what the person is told, and what the host should hear. */
export function countGuess(
  at: Case,
  reason: 'wrong-code' | 'already-used',
  own: number,
): { readonly next: UserRecord; readonly rejection: Rejected; readonly events: readonly EventBody[] } {
  const { record, now, policy } = at
  const next = { ...record, guesses: countWrong(record.guesses, now, policy) }
  const standing = guessStanding(next.guesses, now, policy)
  const left = attemptsRemaining({ ...at, record: next }, own)
  switch (standing.status) {
    case 'open':
      return { next, rejection: rejected(reason, left), events: [] }
    case 'locked': {
      const { retryAt } = standing
      return { next, rejection: rejected(reason, left, retryAt), events: [{ type: 'locked', retryAt }] }
    }
    case 'suspended':
      return { next, rejection: rejected(reason), events: [{ type: 'suspended' }] }
  }
}
