import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  attemptsRemaining,
  countGuess,
  countWrong,
  guessRejection,
  guessStanding,
  rejected,
  withinLongestLock,
} from '../../src/user/guessing.js'
import { FRESH_GUESSES, type GuessBudget } from '../../src/user/record.js'
import {
  caseOf,
  DAY,
  LOCK_ENDS,
  LOCKED,
  MINUTE,
  NOW,
  policy,
  policyWith,
  rejection,
  SECOND,
  SUSPENDED,
} from './cases.js'

/** The budget after so many wrong codes, all of them now. */
const after = (wrong: number): GuessBudget =>
  Array.from({ length: wrong }).reduce<GuessBudget>((budget) => countWrong(budget, NOW, policy), FRESH_GUESSES)

describe('wrong codes in a row', () => {
  it.each([
    [0, 'open', 5],
    [1, 'open', 4],
    [4, 'open', 1],
    [5, 'locked', 60],
    [10, 'locked', 120],
    [15, 'locked', 240],
    [50, 'locked', 30_720],
    [55, 'locked', 61_440],
    [60, 'locked', 86_400],
    [95, 'locked', 86_400],
  ] as const)('are counted: after %i of them, codes are %s (%i attempts or seconds)', (wrong, status, number) => {
    expect(guessStanding(after(wrong), NOW, policy)).toStrictEqual(
      status === 'open' ? { status, remaining: number } : { status, retryAt: NOW + number * SECOND },
    )
  })

  it('suspend from the hundredth on, for ever', () => {
    expect(guessStanding(after(99), NOW + DAY, policy)).toStrictEqual({ status: 'open', remaining: 1 })
    for (const wrong of [100, 101])
      expect(guessStanding(after(wrong), NOW + 1e15, policy)).toStrictEqual({ status: 'suspended' })
  })

  it('are compared again exactly at the end of a lock', () => {
    expect(guessStanding(LOCKED, LOCK_ENDS - 1, policy)).toStrictEqual({ status: 'locked', retryAt: LOCK_ENDS })
    expect(guessStanding(LOCKED, LOCK_ENDS, policy)).toStrictEqual({ status: 'open', remaining: 5 })
  })

  it('lock whenever a further handful is full, whatever the policy', () => {
    const policies = fc.record({
      wrongCodesPerLock: fc.integer({ min: 3, max: 10 }),
      firstLockSeconds: fc.integer({ min: 10, max: 3600 }),
      longestLockSeconds: fc.integer({ min: 60, max: 604_800 }),
    })
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 99 }), (overrides, wrong) => {
        const own = policyWith(overrides)
        const { consecutiveWrong, lockedUntilAt } = countWrong({ consecutiveWrong: wrong, lockedUntilAt: 0 }, NOW, own)
        const full = (wrong + 1) % own.wrongCodesPerLock === 0
        expect(lockedUntilAt > NOW).toBe(full)
        expect(lockedUntilAt).toBeLessThanOrEqual(NOW + own.longestLockSeconds * SECOND)
        expect(consecutiveWrong).toBe(wrong + 1)
      }),
    )
  })
})

describe('a lock that a wrong clock wrote', () => {
  const until = (lockedUntilAt: number): GuessBudget => ({ consecutiveWrong: 5, lockedUntilAt })

  it('never reads as longer than the longest there is', () => {
    expect(guessStanding(until(NOW + DAY), NOW, policy)).toStrictEqual({ status: 'locked', retryAt: NOW + DAY })
    for (const at of [NOW + DAY + 1, NOW + 1000 * DAY])
      expect(guessStanding(until(at), NOW, policy)).toStrictEqual({ status: 'locked', retryAt: NOW + DAY })
  })

  it('is cut, and every other stays as it is', () => {
    expect(withinLongestLock(until(NOW + DAY + 1), NOW, policy)).toStrictEqual(until(NOW + DAY))
    for (const budget of [until(NOW + DAY), LOCKED, SUSPENDED, FRESH_GUESSES])
      expect(withinLongestLock(budget, NOW, policy)).toBe(budget)
  })
})

describe('the rejection of any typed code', () => {
  it('is none while codes are compared, and says when while they are locked', () => {
    expect(guessRejection(caseOf({ guesses: after(4) }))).toBeNull()
    expect(guessRejection(caseOf({ guesses: LOCKED }))).toStrictEqual(rejection('locked', 0, LOCK_ENDS))
    expect(guessRejection(caseOf({ guesses: SUSPENDED }))).toStrictEqual(rejection('suspended'))
  })

  it('has no attempts and no instant unless it is given some', () => {
    expect(rejected('expired')).toStrictEqual(rejection('expired', 0, null))
    expect(rejected('locked', null, 5)).toStrictEqual(rejection('locked', null, 5))
  })
})

describe('the attempts that a person has left', () => {
  it.each([
    [0, 5, 5],
    [3, 5, 2],
    [1, 1, 1],
    [4, 4, 1],
    [0, 0, 0],
    [0, -1, 0],
    [0, Infinity, 5],
    [5, 5, 0],
    [100, 5, 0],
  ])('are the fewer of the user and the thing itself: %i in a row, %d of its own: %i', (wrong, own, left) => {
    expect(attemptsRemaining(caseOf({ guesses: after(wrong) }), own)).toBe(left)
  })

  it('are five again once a lock is over', () => {
    expect(attemptsRemaining(caseOf({ guesses: LOCKED }, { now: LOCK_ENDS }), Infinity)).toBe(5)
  })
})

describe('counting one more wrong code', () => {
  const count = (wrong: number, own = Infinity) => {
    const at = caseOf({ guesses: { consecutiveWrong: wrong, lockedUntilAt: 0 }, enrolmentRequired: true })
    return { at, counted: countGuess(at, 'wrong-code', own) }
  }

  it.each([
    [0, Infinity, rejection('wrong-code', 4), 0, []],
    [0, 1, rejection('wrong-code', 1), 0, []],
    [3, Infinity, rejection('wrong-code', 1), 0, []],
    [4, Infinity, rejection('wrong-code', 0, NOW + MINUTE), NOW + MINUTE, [{ type: 'locked', retryAt: NOW + MINUTE }]],
    [99, Infinity, rejection('wrong-code'), NOW + DAY, [{ type: 'suspended' }]],
  ] as const)('after %i, with %d of its own left', (wrong, own, outcome, lockedUntilAt, events) => {
    const { at, counted } = count(wrong, own)
    expect(counted).toStrictEqual({
      next: { ...at.record, guesses: { consecutiveWrong: wrong + 1, lockedUntilAt } },
      rejection: outcome,
      events,
    })
  })

  it('keeps the reason', () => {
    expect(countGuess(caseOf(), 'already-used', 3).rejection).toStrictEqual(rejection('already-used', 3))
  })
})
