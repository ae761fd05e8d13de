import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countInRegion,
  decodeRegion,
  EMPTY_REGION_SIGNAL,
  encodeRegion,
  regionAt,
  regionExpiresAt,
  regionShutUntil,
  type RegionSignal,
} from '../../src/limits/region.js'
import { HOUR, policy, policyWith } from '../user/cases.js'

const signal = (change: Partial<RegionSignal>): RegionSignal => ({ ...EMPTY_REGION_SIGNAL, hour: 100, ...change })

describe('a region', () => {
  it.each([
    [{}, 0],
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

  it('is shut by the numbers of the policy', () => {
    const own = policyWith({ regionMinimumTexts: 5, regionUnverifiedShare: 0.5 })
    expect(regionShutUntil(signal({ sent: 4 }), 100 * HOUR, own)).toBeNull()
    expect(regionShutUntil(signal({ sent: 6, verified: 3 }), 100 * HOUR, own)).toBe(102 * HOUR)
    expect(regionShutUntil(signal({ sent: 6, verified: 4 }), 100 * HOUR, own)).toBeNull()
  })

  it('looks at this hour and the one before', () => {
    const busy = signal({ sent: 30, verified: 3 })
    expect(regionAt(busy, 101 * HOUR - 1)).toBe(busy)
    expect(regionAt(busy, 101 * HOUR)).toEqual({ hour: 101, sent: 0, verified: 0, sentBefore: 30, verifiedBefore: 3 })
    expect(regionAt(busy, 102 * HOUR)).toEqual({ ...EMPTY_REGION_SIGNAL, hour: 102 })
  })

  it('forgets nothing when the clock is set back', () => {
    const busy = signal({ sent: 30 })
    expect(regionAt(busy, 50 * HOUR)).toBe(busy)
    expect(regionShutUntil(busy, 50 * HOUR, policy)).toBe(102 * HOUR)
  })

  it('counts in the hour that it is', () => {
    expect(countInRegion(signal({ sent: 3 }), 'sent', 100 * HOUR)).toEqual(signal({ sent: 4 }))
    expect(countInRegion(signal({ sent: 3 }), 'verified', 100 * HOUR)).toEqual(signal({ sent: 3, verified: 1 }))
    expect(countInRegion(signal({ sent: 3 }), 'sent', 101 * HOUR)).toEqual(
      signal({ hour: 101, sent: 1, sentBefore: 3 }),
    )
    expect(countInRegion(EMPTY_REGION_SIGNAL, 'sent', 100 * HOUR)).toEqual(signal({ sent: 1 }))
  })

  it('may be dropped once nothing in it counts', () => {
    expect(regionExpiresAt(signal({ sent: 30 }), 100.5 * HOUR)).toBe(102 * HOUR)
    expect(regionShutUntil(signal({ sent: 30 }), 102 * HOUR, policy)).toBeNull()
    expect(regionExpiresAt(signal({}), 50 * HOUR)).toBe(102 * HOUR)
    expect(regionExpiresAt(signal({}), 200 * HOUR)).toBe(202 * HOUR)
  })

  it('comes back from its JSON', () => {
    const count = fc.nat()
    const any = fc.record({ hour: count, sent: count, verified: count, sentBefore: count, verifiedBefore: count })
    fc.assert(
      fc.property(any, (given) => {
        expect(decodeRegion(encodeRegion(given))).toEqual(given)
      }),
    )
  })

  it('goes on being read as version 1 was written', () => {
    expect(decodeRegion('{"v":1,"c":[100,5,4,3,2]}')).toEqual({
      hour: 100,
      sent: 5,
      verified: 4,
      sentBefore: 3,
      verifiedBefore: 2,
    })
    expect(encodeRegion(signal({ sent: 1, verifiedBefore: 2 }))).toBe('{"v":1,"c":[100,1,0,0,2]}')
  })

  it.each([
    '',
    'x',
    'null',
    '[]',
    '{}',
    '{"v":1}',
    '{"v":2,"c":[0,0,0,0,0]}',
    '{"v":1,"c":[0,0,0,0]}',
    '{"v":1,"c":[0,0,0,0,0,0]}',
    '{"v":1,"c":[0,0,0,0,-1]}',
    '{"v":1,"c":[0,0,0,0,"1"]}',
    '{"v":1,"c":{}}',
  ])('is not %s', (json) => {
    expect(decodeRegion(json)).toBeNull()
  })
})
