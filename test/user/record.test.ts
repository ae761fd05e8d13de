import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyRecord, isLive, raiseEpoch, recoveryCodesRemaining, withFactor } from '../../src/user/record.js'
import { anyRecord } from './any-record.js'
import { appFactor, codeSet, NOW, phoneFactor, recordWith } from './cases.js'

describe('what is alive', () => {
  it.each([
    [0, true],
    [99_999, true],
    [100_000, false],
    [-30_000, true],
    [-30_001, false],
    [Number.NaN, false],
  ])('is so from its issue to its end, and half a minute before for clocks that differ: %d ms, %s', (after, live) => {
    expect(isLive(NOW, NOW + 100_000, NOW + after)).toBe(live)
  })
})

describe('the record of somebody never seen before', () => {
  it('holds nothing but its epoch', () => {
    expect(emptyRecord(5)).toStrictEqual({
      epoch: 5,
      factors: [],
      preferredFactorId: null,
      enrolments: [],
      texts: [],
      closedChallenges: [],
      settledThrough: { begunAt: 0, expiresAt: 0 },
      trustedDevices: [],
      recoveryCodes: null,
      accessPass: null,
      guesses: { consecutiveWrong: 0, lockedUntilAt: 0 },
      textedAt: [],
      enrolmentRequired: false,
      activity: [],
    })
  })
})

describe('raising the epoch', () => {
  it('ends challenges, devices and pending enrolments, and keeps everything else', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(raiseEpoch(record)).toEqual({
          ...record,
          epoch: record.epoch + 1,
          texts: [],
          closedChallenges: [],
          settledThrough: { begunAt: 0, expiresAt: 0 },
          trustedDevices: [],
          enrolments: [],
        })
      }),
    )
  })
})

describe('a changed factor', () => {
  it('stands in the place of the one with its id', () => {
    const renamed = phoneFactor({ name: 'Other' })
    const record = recordWith({ factors: [phoneFactor(), appFactor()] })
    expect(withFactor(record, renamed)).toStrictEqual({ ...record, factors: [renamed, appFactor()] })
    expect(withFactor(record, phoneFactor({ id: 'gone' }))).toStrictEqual(record)
  })
})

describe('the recovery codes left', () => {
  it.each([
    [null, 0],
    [codeSet(), 3],
    [codeSet({ spent: [1] }), 2],
    [codeSet({ spent: [0, 1, 2] }), 0],
  ])('are those that were not spent: %o, %i', (recoveryCodes, left) => {
    expect(recoveryCodesRemaining(recordWith({ recoveryCodes }))).toBe(left)
  })
})
