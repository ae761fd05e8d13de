import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EMPTY_REGION_SIGNAL,
  regionAt,
  regionExpiresAt,
  regionShutUntil,
  type RegionSignal,
} from '../../src/user/region.js'
import { REGION_SIGNAL } from '../../src/services/text-permits.js'
import { policyWith } from '../support/policy.js'

const policy = policyWith()
const HOUR = 3_600_000
const signal = (change: Partial<RegionSignal>): RegionSignal => ({ ...EMPTY_REGION_SIGNAL, hour: 100, ...change })

describe('a region', () => {
  it.each([
    [{ sent: 19 }, 0],
    [{ sent: 20 }, 2],
    [{ sent: 20, verified: 4 }, 2],
    [{ sent: 20, verified: 5 }, 0],
    [{ sentBefore: 20 }, 1],
    [{ sent: 10, sentBefore: 10 }, 1],
    [{ sent: 10, sentBefore: 10, verifiedBefore: 5 }, 0],
    [{ sent: 1000, verified: 150 }, 2],
  ] as const)('with %o is shut for %i hours', (change, hours) => {
    expect(regionShutUntil(signal(change), 100 * HOUR, policy)).toBe(hours === 0 ? null : (100 + hours) * HOUR)
  })

  it('looks at this hour and the one before', () => {
    const busy = signal({ sent: 30, verified: 3 })
    expect(regionAt(busy, 100.5 * HOUR)).toBe(busy)
    expect(regionAt(busy, 101 * HOUR)).toEqual({ hour: 101, sent: 0, verified: 0, sentBefore: 30, verifiedBefore: 3 })
    expect(regionAt(busy, 102 * HOUR)).toEqual({ ...EMPTY_REGION_SIGNAL, hour: 102 })
  })

  it('forgets nothing when the clock is set back', () => {
    const busy = signal({ sent: 30 })
    expect(regionAt(busy, 50 * HOUR)).toBe(busy)
    expect(regionShutUntil(busy, 50 * HOUR, policy)).toBe(102 * HOUR)
  })

  it('may be dropped once nothing in it counts', () => {
    expect(regionExpiresAt(signal({ sent: 30 }), 100.5 * HOUR)).toBe(102 * HOUR)
    expect(regionShutUntil(signal({ sent: 30 }), 102 * HOUR, policy)).toBeNull()
  })

  it('comes back from its JSON, and is refused when a newer release wrote it', () => {
    const count = fc.nat()
    fc.assert(
      fc.property(
        fc.record({ hour: count, sent: count, verified: count, sentBefore: count, verifiedBefore: count }),
        (given) => {
          expect(REGION_SIGNAL.decode(REGION_SIGNAL.encode(given))).toEqual(given)
        },
      ),
    )
    for (const json of ['{"v":2}', '{}']) expect(REGION_SIGNAL.decode(json)).toBeNull()
  })
})
