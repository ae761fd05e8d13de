import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countWrong,
  countWrongRecoveryCode,
  guessStanding,
  lockStanding,
  rejectCode,
  remainingAttempts,
  shutRejection,
} from '../../src/user/guessing.js'
import { emptyRecord, FRESH_GUESSES, type GuessBudget } from '../../src/user/record.js'
import { policyWith } from '../support/policy.js'

const policy = policyWith()
const NOW = 1_000_000_000_000

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
  ] as const)('%i of them: %s, %i', (wrong, status, number) => {
    const standing = guessStanding(after(wrong), NOW, policy)
    expect(standing).toEqual(
      status === 'open' ? { status, remaining: number } : { status, retryAt: NOW + number * 1000 },
    )
  })

  it('are suspended from a hundred on, for ever', () => {
    for (const wrong of [100, 101])
      expect(guessStanding(after(wrong), NOW + 1e15, policy)).toEqual({ status: 'suspended' })
  })

  it('never suspend the budget of recovery codes, whose lock never grows', () => {
    let budget = FRESH_GUESSES
    for (let wrong = 1; wrong <= 200; wrong++) {
      budget = countWrongRecoveryCode(budget, NOW, policy)
      const locked = wrong % 5 === 0
      expect(lockStanding(budget, locked ? NOW : NOW + 60_000, policy)).toEqual(
        locked ? { status: 'locked', retryAt: NOW + 60_000 } : { status: 'open', remaining: 5 - (wrong % 5) },
      )
    }
  })

  it('leave a lock exactly at its end', () => {
    const budget = after(5)
    expect(guessStanding(budget, NOW + 59_999, policy)).toMatchObject({ status: 'locked' })
    expect(guessStanding(budget, NOW + 60_000, policy)).toEqual({ status: 'open', remaining: 5 })
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
        const budget = countWrong({ consecutiveWrong: wrong, lockedUntilAt: 0 }, NOW, own)
        const full = (wrong + 1) % own.wrongCodesPerLock === 0
        expect(budget.lockedUntilAt > NOW).toBe(full)
        expect(budget.lockedUntilAt).toBeLessThanOrEqual(NOW + own.longestLockSeconds * 1000)
        expect(budget.consecutiveWrong).toBe(wrong + 1)
      }),
    )
  })
})

describe('what a person is told', () => {
  const record = (guesses: GuessBudget) => ({ ...emptyRecord(1), guesses })

  it('is the smaller of what the challenge and what the user has left', () => {
    for (const [inARow, onThis, left] of [
      [0, 0, 5],
      [3, 0, 2],
      [1, 4, 1],
      [4, 4, 1],
      [0, 5, 0],
      [5, 0, 0],
    ] as const) {
      expect(remainingAttempts(record(after(inARow)), onThis, NOW, policy)).toBe(left)
    }
  })

  it('says when, while locked, and nothing of time when suspended', () => {
    expect(shutRejection(record(after(4)), 5, NOW, policy)).toBeNull()
    expect(shutRejection(record(after(5)), 3, NOW, policy)).toEqual({
      status: 'rejected',
      reason: 'locked',
      attemptsRemaining: 3,
      retryAt: NOW + 60_000,
    })
    expect(shutRejection(record(after(100)), 3, NOW, policy)).toEqual({
      status: 'rejected',
      reason: 'suspended',
      attemptsRemaining: 0,
      retryAt: null,
    })
  })

  it('comes with an event when a code locks or suspends', () => {
    const outcome = (inARow: number) => rejectCode(record(after(inARow)), 'ada', 'wrong-code', 1, NOW, policy)
    expect(outcome(0)).toMatchObject({
      rejection: { reason: 'wrong-code', attemptsRemaining: 4, retryAt: null },
      events: [],
    })
    expect(outcome(4)).toMatchObject({
      rejection: { attemptsRemaining: 0, retryAt: NOW + 60_000 },
      events: [{ type: 'locked', userId: 'ada', at: NOW, retryAt: NOW + 60_000, budget: 'codes' }],
    })
    expect(outcome(99)).toMatchObject({
      rejection: { attemptsRemaining: 0, retryAt: null },
      events: [{ type: 'suspended', userId: 'ada', at: NOW }],
    })
  })
})
