import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  grantText,
  pruneSendBudget,
  sendBudgetExpiresAt,
  type SendBudget,
  type SendBudgetKind,
} from '../../src/user/send-budget.js'
import { SEND_BUDGET } from '../../src/services/text-permits.js'
import { policyWith } from '../support/policy.js'

const policy = policyWith()
const NOW = 1_000_000_000_000
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

/** Asks for a text at each instant; gives those that were granted. */
function granted(
  kind: SendBudgetKind,
  instants: readonly number[],
  own = policy,
): { readonly at: readonly number[]; readonly budget: SendBudget } {
  let budget: SendBudget = { grantedAt: [] }
  const at: number[] = []
  for (const instant of instants) {
    const { next, retryAt } = grantText(pruneSendBudget(budget, instant), kind, instant, own)
    if (retryAt === null) at.push(instant)
    budget = next
  }
  return { at, budget }
}

const instants = fc
  .array(fc.nat({ max: 3 * DAY }), { minLength: 1, maxLength: 300 })
  .map((list) => list.sort((a, b) => a - b).map((at) => NOW + at))

/** The most of `at` that fall within any window of this length. */
function densest(at: readonly number[], length: number): number {
  return Math.max(0, ...at.map((from) => at.filter((other) => other >= from && other < from + length).length))
}

describe('a send budget', () => {
  it.each(['confirmed', 'enrolment'] as const)(
    'of a number grants at most five in any ten minutes and twenty in any day (%s)',
    (kind) => {
      fc.assert(
        fc.property(instants, (asked) => {
          const { at } = granted(kind, asked)
          expect(densest(at, 10 * MINUTE)).toBeLessThanOrEqual(5)
          expect(densest(at, DAY)).toBeLessThanOrEqual(20)
        }),
        { numRuns: 50 },
      )
    },
  )

  it('of an address grants at most twenty in any hour', () => {
    fc.assert(
      fc.property(instants, (asked) => {
        expect(densest(granted('address', asked).at, HOUR)).toBeLessThanOrEqual(20)
      }),
      { numRuns: 50 },
    )
  })

  it('refuses until the instant that it names, and grants then', () => {
    const burst = Array.from({ length: 5 }, (_, index) => NOW + index * 1000)
    const { budget } = granted('confirmed', burst)
    const { retryAt, next } = grantText(budget, 'confirmed', NOW + 5000, policy)
    expect(retryAt).toBe(NOW + 10 * MINUTE)
    expect(next).toBe(budget)
    expect(grantText(budget, 'confirmed', NOW + 10 * MINUTE - 1, policy).retryAt).toBe(NOW + 10 * MINUTE)
    expect(grantText(budget, 'confirmed', NOW + 10 * MINUTE, policy).retryAt).toBeNull()
  })

  it('frees nothing when the clock is set back', () => {
    const { budget } = granted('confirmed', Array(5).fill(NOW) as number[])
    expect(grantText(budget, 'confirmed', NOW - DAY, policy).retryAt).toBe(NOW + 10 * MINUTE)
  })

  it('stays small, however long and often an address asks', () => {
    const everyThreeMinutes = Array.from({ length: 2000 }, (_, index) => NOW + index * 3 * MINUTE)
    const { budget } = granted('address', everyThreeMinutes, policyWith({ textsPerAddressHour: 50 }))
    expect(budget.grantedAt.length).toBeLessThanOrEqual(50)
    expect(SEND_BUDGET.encode(budget).length).toBeLessThan(1000)
  })

  it('may be dropped once nothing in it counts', () => {
    const { budget } = granted('confirmed', [NOW])
    expect(sendBudgetExpiresAt(budget, NOW + 5)).toBe(NOW + 5 + DAY)
    expect(sendBudgetExpiresAt({ grantedAt: [NOW + HOUR] }, NOW)).toBe(NOW + HOUR + DAY)
    expect(pruneSendBudget(budget, NOW + DAY)).toEqual({ grantedAt: [] })
  })

  it('comes back from its JSON, and is refused when a newer release wrote it', () => {
    const budget = { grantedAt: [NOW, NOW + 5] }
    expect(SEND_BUDGET.decode(SEND_BUDGET.encode(budget))).toEqual(budget)
    for (const json of ['{"v":2}', '{}', '{"v":"1","t":[]}']) expect(SEND_BUDGET.decode(json)).toBeNull()
  })
})
