import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prune, recordExpiresAt } from '../../src/user/bounds.js'
import { openChallenge } from '../../src/user/challenge.js'
import { emptyRecord, isLive, raiseEpoch, type ChallengeRecord } from '../../src/user/record.js'
import { findTrustedDevice, liveTrustedDevices, trustDevice } from '../../src/user/trusted-devices.js'
import { policyWith } from '../support/policy.js'
import { anyRecord } from '../support/records.js'

const policy = policyWith()
const NOW = 1_000_000_000_000
const DAY = 86_400_000

describe('what is alive', () => {
  it.each([
    [0, true],
    [99_999, true],
    [100_000, false],
    [-30_000, true],
    [-30_001, false],
  ])('%i ms after its issue: %s', (after, live) => {
    expect(isLive(NOW, NOW + 100_000, NOW + after)).toBe(live)
  })
})

describe('pruning', () => {
  it('takes away nothing that is alive, and everything that has expired', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat({ max: 8.64e15 }), (record, now) => {
        const pruned = prune(record, now)
        for (const list of ['challenges', 'enrolments', 'trustedDevices'] as const) {
          expect(pruned[list]).toEqual(
            (record[list] as readonly { expiresAt: number }[]).filter(({ expiresAt }) => now < expiresAt),
          )
        }
        expect({ ...pruned, challenges: [], enrolments: [], trustedDevices: [], textedAt: [] }).toEqual({
          ...record,
          challenges: [],
          enrolments: [],
          trustedDevices: [],
          textedAt: [],
        })
        expect(liveTrustedDevices(pruned, now)).toEqual(liveTrustedDevices(record, now))
      }),
    )
  })
})

describe('a record that a store may drop', () => {
  it('is never one with a factor, a suspension or an enrolment owed', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const kept = record.factors.length > 0 || record.enrolmentRequired || record.guesses.consecutiveWrong >= 100
        expect(recordExpiresAt(record, NOW, policy) === null).toBe(kept)
      }),
    )
  })

  it('outlives a day, and every lock', () => {
    const record = emptyRecord(1)
    expect(recordExpiresAt(record, NOW, policy)).toBe(NOW + DAY)
    const locked = { consecutiveWrong: 5, lockedUntilAt: NOW + 7 * DAY }
    expect(recordExpiresAt({ ...record, guesses: locked }, NOW, policy)).toBe(NOW + 7 * DAY)
    expect(recordExpiresAt({ ...record, recoveryGuesses: locked }, NOW, policy)).toBe(NOW + 7 * DAY)
  })
})

describe('a sixth challenge', () => {
  const challenge = (id: string, change: Partial<ChallengeRecord> = {}): ChallengeRecord => ({
    id,
    purpose: 'sign-in',
    state: 'open',
    factorId: 'f',
    binding: null,
    createdAt: NOW,
    expiresAt: NOW + 600_000,
    wrongCodes: 0,
    text: null,
    ...change,
  })
  const five = ['a', 'b', 'c', 'd', 'e'].map((id) => challenge(id))
  const idsAfter = (challenges: readonly ChallengeRecord[]) =>
    openChallenge({ ...emptyRecord(1), challenges }, challenge('f'), NOW)
      .challenges.map(({ id }) => id)
      .join('')

  it('ends the oldest, unless one is over', () => {
    expect(idsAfter(five)).toBe('bcdef')
    expect(idsAfter(five.slice(0, 4))).toBe('abcdf')
    for (const change of [
      { state: 'settled' },
      { state: 'exhausted' },
      { expiresAt: NOW },
      { createdAt: NOW + 60_000 },
    ] as const) {
      expect(idsAfter(five.map((one) => (one.id === 'c' ? { ...one, ...change } : one)))).toBe('abdef')
    }
  })
})

describe('trusted devices', () => {
  const device = (id: string, change = {}) => ({ id, name: id, trustedAt: NOW, expiresAt: NOW + DAY, ...change })

  it('are at most twenty: the oldest goes', () => {
    let record = emptyRecord(1)
    for (let count = 0; count < 25; count++) record = trustDevice(record, device(`d${count}`))
    expect(record.trustedDevices).toHaveLength(20)
    expect(record.trustedDevices.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => `d${index + 5}`))
  })

  it('are found while they are alive', () => {
    const record = trustDevice(emptyRecord(1), device('d'))
    expect(findTrustedDevice(record, 'd', NOW)).toMatchObject({ id: 'd' })
    for (const [id, at] of [
      ['d', NOW + DAY],
      ['d', NOW - 60_000],
      ['e', NOW],
      [null, NOW],
    ] as const)
      expect(findTrustedDevice(record, id, at)).toBeNull()
  })

  it('end with the epoch, as do challenges and enrolments; factors and codes stay', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(raiseEpoch(record)).toEqual({
          ...record,
          epoch: record.epoch + 1,
          challenges: [],
          trustedDevices: [],
          enrolments: [],
        })
      }),
    )
  })
})
