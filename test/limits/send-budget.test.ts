import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chargeText,
  decodeSendBudget,
  encodeSendBudget,
  nextGrantAt,
  pruneSendBudget,
  sendBudgetExpiresAt,
  type SendBudget,
  type SendBudgetKind,
} from '../../src/limits/send-budget.js'
import { DAY, HOUR, MINUTE, NOW, policy, policyWith } from '../user/cases.js'

const EMPTY: SendBudget = { grantedAt: [] }

/** Asks for a text at each instant; gives those at which it was granted, and the budget afterwards. */
function granted(
  kind: SendBudgetKind,
  instants: readonly number[],
  own = policy,
): { readonly at: readonly number[]; readonly budget: SendBudget } {
  let budget = EMPTY
  const at: number[] = []
  for (const instant of instants) {
    budget = pruneSendBudget(budget, instant)
    if (nextGrantAt(budget, kind, instant, own) !== null) continue
    budget = chargeText(budget, kind, instant, own)
    at.push(instant)
  }
  return { at, budget }
}

const instants = fc
  .array(fc.nat({ max: 3 * DAY }), { minLength: 1, maxLength: 300 })
  .map((list) => list.toSorted((one, other) => one - other).map((at) => NOW + at))

/** The most of `at` that fall within any window of this length. */
function densest(at: readonly number[], length: number): number {
  return Math.max(0, ...at.map((from) => at.filter((other) => other >= from && other < from + length).length))
}

describe('the budget of a phone number', () => {
  it.each(['confirmed', 'enrolment'] as const)(
    'grants at most five texts in any ten minutes and twenty in any day (%s)',
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

  it('grants exactly five at once, and the sixth ten minutes after the first', () => {
    const burst = Array.from({ length: 7 }, (_, index) => NOW + index * 1000)
    const { at, budget } = granted('confirmed', burst)
    expect(at).toEqual(burst.slice(0, 5))
    expect(nextGrantAt(budget, 'confirmed', NOW + 5000, policy)).toBe(NOW + 10 * MINUTE)
    expect(nextGrantAt(budget, 'confirmed', NOW + 10 * MINUTE - 1, policy)).toBe(NOW + 10 * MINUTE)
    expect(nextGrantAt(budget, 'confirmed', NOW + 10 * MINUTE, policy)).toBeNull()
  })

  it('grants exactly twenty a day, and the next a day after the first', () => {
    const everyTenMinutes = Array.from({ length: 21 }, (_, index) => NOW + index * 10 * MINUTE)
    const { at, budget } = granted('enrolment', everyTenMinutes)
    expect(at).toEqual(everyTenMinutes.slice(0, 20))
    expect(nextGrantAt(budget, 'enrolment', NOW + 4 * HOUR, policy)).toBe(NOW + DAY)
    expect(nextGrantAt(budget, 'enrolment', NOW + DAY, policy)).toBeNull()
  })

  it('is as large as the policy says', () => {
    const own = policyWith({ textsPerNumberTenMinutes: 1, textsPerNumberDay: 2 })
    expect(granted('confirmed', [NOW, NOW, NOW + 10 * MINUTE, NOW + HOUR], own).at).toEqual([NOW, NOW + 10 * MINUTE])
  })
})

describe('the budget of a network', () => {
  it('grants at most twenty texts in any hour', () => {
    fc.assert(
      fc.property(instants, (asked) => {
        expect(densest(granted('address', asked).at, HOUR)).toBeLessThanOrEqual(20)
      }),
      { numRuns: 50 },
    )
  })

  it('grants exactly twenty at once, and the next an hour later', () => {
    const { at, budget } = granted(
      'address',
      Array.from({ length: 25 }, () => NOW),
    )
    expect(at).toHaveLength(20)
    expect(nextGrantAt(budget, 'address', NOW, policy)).toBe(NOW + HOUR)
    expect(nextGrantAt(budget, 'address', NOW + HOUR, policy)).toBeNull()
  })

  it('stays small, however long and often somebody asks', () => {
    const everyThreeMinutes = Array.from({ length: 2000 }, (_, index) => NOW + index * 3 * MINUTE)
    const { budget } = granted('address', everyThreeMinutes, policyWith({ textsPerAddressHour: 50 }))
    expect(budget.grantedAt.length).toBeLessThanOrEqual(50)
    expect(encodeSendBudget(budget).length).toBeLessThan(1000)
  })
})

describe('any send budget', () => {
  it('frees nothing when the clock is set back', () => {
    const { budget } = granted(
      'confirmed',
      Array.from({ length: 5 }, () => NOW),
    )
    expect(nextGrantAt(budget, 'confirmed', NOW - DAY, policy)).toBe(NOW + 10 * MINUTE)
  })

  it('forgets what no limit counts any more', () => {
    expect(pruneSendBudget({ grantedAt: [NOW - DAY, NOW - DAY + 1, NOW + 5] }, NOW)).toEqual({
      grantedAt: [NOW - DAY + 1, NOW + 5],
    })
  })

  it('may be dropped once nothing in it counts', () => {
    expect(sendBudgetExpiresAt(EMPTY, NOW)).toBe(NOW + DAY)
    expect(sendBudgetExpiresAt({ grantedAt: [NOW] }, NOW + 5)).toBe(NOW + 5 + DAY)
    expect(sendBudgetExpiresAt({ grantedAt: [NOW + HOUR] }, NOW)).toBe(NOW + HOUR + DAY)
  })

  it('comes back from its JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: Number.MAX_SAFE_INTEGER }), { maxLength: 50 }), (grantedAt) => {
        expect(decodeSendBudget(encodeSendBudget({ grantedAt }))).toEqual({ grantedAt })
      }),
    )
  })

  it('goes on being read as version 1 was written', () => {
    expect(decodeSendBudget('{"v":1,"t":[1768478400000,1768478400005]}')).toEqual({
      grantedAt: [1768478400000, 1768478400005],
    })
    expect(encodeSendBudget({ grantedAt: [5] })).toBe('{"v":1,"t":[5]}')
  })

  it.each([
    '',
    'x',
    'null',
    '[]',
    '5',
    '{}',
    '{"v":1}',
    '{"v":2,"t":[]}',
    '{"v":"1","t":[]}',
    '{"v":1,"t":{}}',
    '{"v":1,"t":[-1]}',
    '{"v":1,"t":[1.5]}',
    '{"v":1,"t":["5"]}',
    '{"v":1,"t":[null]}',
  ])('is not %s', (json) => {
    expect(decodeSendBudget(json)).toBeNull()
  })
})
