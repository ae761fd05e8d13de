import { describe, expect, it } from 'vitest'
import {
  decodeSpending,
  encodeSpending,
  NOTHING_SPENT,
  shardsOf,
  spend,
  spendingAt,
  spendingEndsAt,
} from '../../src/limits/spending.js'

const HOUR = 3_600_000

describe('the shards of a cap', () => {
  it.each([
    [1, 1, 1],
    [99, 1, 99],
    [100, 2, 50],
    [3200, 64, 50],
    [1_000_000, 64, 15_625],
  ])('of %i are %i of %i texts, and together never more than the cap', (cap, shards, perShard) => {
    expect(shardsOf(cap)).toEqual({ shards, perShard })
    expect(shards * perShard).toBeLessThanOrEqual(cap)
  })
})

describe('a shard', () => {
  it('takes its share of an hour, and no more before the next one', () => {
    const once = spend(NOTHING_SPENT, 2, 5 * HOUR)!
    const twice = spend(once, 2, 5 * HOUR + HOUR - 1)!
    expect([once, twice]).toEqual([
      { hour: 5, sent: 1 },
      { hour: 5, sent: 2 },
    ])
    expect(spend(twice, 2, 6 * HOUR - 1)).toBeNull()
    expect(spend(twice, 2, 6 * HOUR)).toEqual({ hour: 6, sent: 1 })
  })

  it('frees nothing when a clock is set back', () => {
    const full = { hour: 5, sent: 2 }
    expect(spendingAt(full, 4 * HOUR)).toBe(full)
    expect(spend(full, 2, 4 * HOUR)).toBeNull()
    expect(spendingEndsAt(full, 4 * HOUR)).toBe(6 * HOUR)
    expect(spendingEndsAt(full, 7 * HOUR)).toBe(8 * HOUR)
  })

  it('comes back from its JSON, and from nothing else', () => {
    expect(decodeSpending(encodeSpending({ hour: 7, sent: 3 }))).toEqual({ hour: 7, sent: 3 })
    for (const json of ['', 'null', '{}', '{"v":2,"s":[1,1]}', '{"v":1}', '{"v":1,"s":[1]}', '{"v":1,"s":[1,-1]}'])
      expect(decodeSpending(json)).toBeNull()
  })
})
