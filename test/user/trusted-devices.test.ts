import { describe, expect, it } from 'vitest'
import {
  findTrustedDevice,
  listTrustedDevices,
  liveTrustedDevices,
  revokeTrustedDevice,
  revokeTrustedDevices,
  trustDevice,
  useTrustedDevice,
} from '../../src/user/trusted-devices.js'
import { caseOf, DAY, deviceNamed, expectDecided, NOW, recordWith } from './cases.js'

describe('trusted devices', () => {
  it('are at most twenty: the oldest is asked for a code again', () => {
    const names = Array.from({ length: 21 }, (_, index) => `d${index}`)
    const after = (count: number) =>
      names.slice(0, count).reduce((record, name) => trustDevice(record, deviceNamed(name)), recordWith())
    expect(after(20).trustedDevices.map(({ id }) => id)).toEqual(names.slice(0, 20))
    expect(after(21).trustedDevices.map(({ id }) => id)).toEqual(names.slice(1))
  })

  const live = deviceNamed('live', { expiresAt: NOW + 1 })
  const record = recordWith({
    trustedDevices: [
      deviceNamed('gone', { expiresAt: NOW }),
      live,
      deviceNamed('future', { trustedAt: NOW + 30_001 }),
      deviceNamed('ahead', { trustedAt: NOW + 30_000 }),
    ],
  })

  it('are live from their trust to their end', () => {
    expect(liveTrustedDevices(record, NOW).map(({ id }) => id)).toEqual(['live', 'ahead'])
  })

  it('are found while they are live', () => {
    expect(findTrustedDevice(record, 'live', NOW)).toBe(live)
    for (const id of ['gone', 'future', 'nobody', null]) expect(findTrustedDevice(record, id, NOW)).toBeNull()
  })

  it('are listed with the one in hand marked', () => {
    expect(listTrustedDevices(record, 'live', NOW)).toStrictEqual([
      { ...live, current: true },
      { ...deviceNamed('ahead', { trustedAt: NOW + 30_000 }), current: false },
    ])
    expect(listTrustedDevices(record, null, NOW).map(({ current }) => current)).toEqual([false, false])
  })
})

describe('the use of a trusted device', () => {
  it.each([
    ['not within a day of its trust', NOW - DAY + 1, null, false],
    ['a day after its trust', NOW - DAY, null, true],
    ['not within a day of its last use', NOW - 5 * DAY, NOW - DAY + 1, false],
    ['a day after its last use', NOW - 5 * DAY, NOW - DAY, true],
    ['not when it was last used in the future', NOW - 5 * DAY, NOW + DAY, false],
  ])('is noted to the day: %s', (_what, trustedAt, lastUsedAt, noted) => {
    const device = deviceNamed('d', { trustedAt, lastUsedAt })
    const record = recordWith({ trustedDevices: [deviceNamed('other'), device] })
    const next = useTrustedDevice(record, device, NOW)
    if (noted) expect(next.trustedDevices).toEqual([deviceNamed('other'), { ...device, lastUsedAt: NOW }])
    else expect(next).toBe(record)
  })
})

describe('revoking trust', () => {
  const trustedDevices = [deviceNamed('one'), deviceNamed('two')]

  it('ends that of one device', () => {
    const at = caseOf({ trustedDevices })
    expectDecided(revokeTrustedDevice(at, 'one'), at, {
      next: { trustedDevices: [deviceNamed('two')] },
      outcome: { status: 'revoked' },
      events: [{ type: 'device-revoked', deviceId: 'one' }],
    })
  })

  it('ends that of all', () => {
    const at = caseOf({ trustedDevices })
    expectDecided(revokeTrustedDevices(at), at, {
      next: { trustedDevices: [] },
      outcome: { status: 'revoked' },
      events: [{ type: 'devices-revoked', count: 2 }],
    })
  })

  it('where there is none changes and tells nothing', () => {
    const at = caseOf({ trustedDevices })
    expectDecided(revokeTrustedDevice(at, 'three'), at, { outcome: { status: 'revoked' } })
    const none = caseOf()
    expectDecided(revokeTrustedDevices(none), none, { outcome: { status: 'revoked' } })
  })
})
