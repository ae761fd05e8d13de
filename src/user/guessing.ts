import type { Rejected, RejectedReason } from '../interfaces/challenge.js'
import type { TwoFactorEvent } from '../interfaces/events.js'
import type { Policy } from '../interfaces/policy.js'
import type { GuessBudget, UserRecord } from './record.js'

/** Whether a budget lets a code be compared now. */
export type GuessStanding =
  | { readonly status: 'open'; readonly remaining: number }
  | { readonly status: 'locked'; readonly retryAt: number }
  | { readonly status: 'suspended' }

/** Wrong codes in a row until the next lock. */
function untilLock(budget: GuessBudget, policy: Policy): number {
  return policy.wrongCodesPerLock - (budget.consecutiveWrong % policy.wrongCodesPerLock)
}

/** The standing of the budget that all codes share. Waiting ends a lock, never a suspension. */
export function guessStanding(budget: GuessBudget, now: number, policy: Policy): GuessStanding {
  if (budget.consecutiveWrong >= policy.wrongCodesUntilSuspended) return { status: 'suspended' }
  return lockStanding(budget, now, policy)
}

/** The standing of a budget that is never suspended: recovery codes are the way out of a suspension. */
export function lockStanding(
  budget: GuessBudget,
  now: number,
  policy: Policy,
): Exclude<GuessStanding, { status: 'suspended' }> {
  if (now < budget.lockedUntilAt) return { status: 'locked', retryAt: budget.lockedUntilAt }
  return { status: 'open', remaining: untilLock(budget, policy) }
}

/** The budget after one more wrong code: each full handful locks, twice as long as the last, a day at most. */
export function countWrong(budget: GuessBudget, now: number, policy: Policy): GuessBudget {
  const locks = Math.floor((budget.consecutiveWrong + 1) / policy.wrongCodesPerLock)
  return countWrongFor(
    Math.min(policy.firstLockSeconds * 2 ** (locks - 1), policy.longestLockSeconds),
    budget,
    now,
    policy,
  )
}

/** The same for recovery codes, whose 80 bits need no longer locks: those would only keep their owner out. */
export function countWrongRecoveryCode(budget: GuessBudget, now: number, policy: Policy): GuessBudget {
  return countWrongFor(policy.firstLockSeconds, budget, now, policy)
}

function countWrongFor(lockSeconds: number, budget: GuessBudget, now: number, policy: Policy): GuessBudget {
  const consecutiveWrong = budget.consecutiveWrong + 1
  const locks = consecutiveWrong % policy.wrongCodesPerLock === 0
  return { consecutiveWrong, lockedUntilAt: locks ? now + lockSeconds * 1000 : budget.lockedUntilAt }
}

/** What comparing a code came to: a fact that services compute, so that decisions need no cryptography. */
export type CodeFact =
  | { readonly status: 'right'; readonly step: number | null }
  | { readonly status: 'used' }
  | { readonly status: 'wrong' }
  | { readonly status: 'malformed' } // not the factor's number of digits
  | { readonly status: 'not-live' } // no code is out, or it outlived its minutes

/** A rejection; `retryAt` is given when the user is locked. */
export function rejected(
  reason: RejectedReason,
  attemptsRemaining: number | null = 0,
  retryAt: number | null = null,
): Rejected {
  return { status: 'rejected', reason, attemptsRemaining, retryAt }
}

/** The rejection of any code while the user is locked or suspended, or null while codes are compared. */
export function shutRejection(record: UserRecord, attemptsLeft: number, now: number, policy: Policy): Rejected | null {
  const standing = guessStanding(record.guesses, now, policy)
  if (standing.status === 'open') return null
  return standing.status === 'locked' ? rejected('locked', attemptsLeft, standing.retryAt) : rejected('suspended')
}

/** How many wrong codes are left: to what is being proved, or until the user is locked, whichever comes first. */
export function remainingAttempts(record: UserRecord, wrongCodes: number, now: number, policy: Policy): number {
  const standing = guessStanding(record.guesses, now, policy)
  const left = policy.wrongCodesPerChallenge - wrongCodes
  return standing.status === 'open' ? Math.max(0, Math.min(left, standing.remaining)) : 0
}

/** One wrong code more: the user's budget, what the person is told, and what the host should hear. */
export function rejectCode(
  record: UserRecord,
  userId: string,
  reason: 'wrong-code' | 'already-used',
  wrongCodes: number,
  now: number,
  policy: Policy,
): { readonly guesses: GuessBudget; readonly rejection: Rejected; readonly events: readonly TwoFactorEvent[] } {
  const guesses = countWrong(record.guesses, now, policy)
  const standing = guessStanding(guesses, now, policy)
  const left = remainingAttempts({ ...record, guesses }, wrongCodes, now, policy)
  switch (standing.status) {
    case 'open':
      return { guesses, rejection: rejected(reason, left), events: [] }
    case 'locked':
      return {
        guesses,
        rejection: rejected(reason, left, standing.retryAt),
        events: [{ type: 'locked', userId, at: now, retryAt: standing.retryAt, budget: 'codes' }],
      }
    case 'suspended':
      return { guesses, rejection: rejected(reason), events: [{ type: 'suspended', userId, at: now }] }
  }
}
