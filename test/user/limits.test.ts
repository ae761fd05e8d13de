import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasRoomFor, MAX_FACTORS, prune, recordExpiresAt } from '../../src/user/limits.js'
import type { ChallengeOrder, FactorRecord, UserRecord } from '../../src/user/record.js'
import { liveTrustedDevices } from '../../src/user/trusted-devices.js'
import { anyRecord } from './any-record.js'
import {
  appFactor,
  caseOf,
  challengeText,
  closedChallenge,
  CREDENTIAL,
  DAY,
  deviceNamed,
  HOUR,
  LOCKED,
  MINUTE,
  NOW,
  passkeyFactor,
  pendingApp,
  phoneFactor,
  policy,
  recordWith,
  SUSPENDED,
} from './cases.js'

describe('the room for one more factor', () => {
  const apps = (count: number): readonly FactorRecord[] =>
    Array.from({ length: count }, (_, index) => appFactor({ id: `app${index}` }))

  it('ends at ten, were it not for one that is replaced', () => {
    expect(MAX_FACTORS).toBe(10)
    expect(hasRoomFor(recordWith({ factors: apps(9) }), phoneFactor(), null)).toBe(true)
    expect(hasRoomFor(recordWith({ factors: apps(10) }), phoneFactor(), null)).toBe(false)
    expect(hasRoomFor(recordWith({ factors: apps(10) }), phoneFactor(), 'app3')).toBe(true)
    expect(hasRoomFor(recordWith({ factors: apps(10) }), phoneFactor(), 'gone')).toBe(false)
  })

  /** A passkey that takes so many bytes of a record once it was used and has the longest name. */
  const keyOf = (bytes: number, change: Partial<FactorRecord> = {}): FactorRecord => {
    const grown = { name: 'x'.repeat(40), lastUsedAt: 9_999_999_999_999 }
    const empty = passkeyFactor({ ...grown, credential: { ...CREDENTIAL, publicKey: '' } })
    const { id, confirmedAt, lastUsedAt, name, credential } = empty
    const { counter, transports } = credential
    const row = ['p', id, name, confirmedAt, lastUsedAt, [credential.id, '', counter, transports, 1, 0]]
    const publicKey = 'A'.repeat(bytes - JSON.stringify(row).length)
    return { ...passkeyFactor({ credential: { ...CREDENTIAL, publicKey } }), ...change } as FactorRecord
  }

  it('ends at 3072 bytes, counted as they will be once all were used and renamed', () => {
    expect(hasRoomFor(recordWith(), keyOf(3072), null)).toBe(true)
    expect(hasRoomFor(recordWith(), keyOf(3073), null)).toBe(false)
    const used = { name: 'x'.repeat(40), lastUsedAt: NOW }
    expect(hasRoomFor(recordWith({ factors: [keyOf(1000, used)] }), keyOf(2072), null)).toBe(true)
    expect(hasRoomFor(recordWith({ factors: [keyOf(1000, { name: null })] }), keyOf(2073), null)).toBe(false)
    expect(hasRoomFor(recordWith({ factors: [keyOf(1000)] }), keyOf(3072), 'key')).toBe(true)
  })

  it('is enough for ten apps with the longest secrets, and for ten passkeys of elliptic curves', () => {
    const app = appFactor({ secret: 's'.repeat(86), digits: 10, periodSeconds: 120, algorithm: 'SHA-512' })
    const key = passkeyFactor({
      id: 'f'.repeat(16),
      credential: { ...CREDENTIAL, id: 'c'.repeat(43), publicKey: 'p'.repeat(103), counter: 4_294_967_295 },
    })
    for (const factor of [app, key])
      expect(hasRoomFor(recordWith({ factors: Array.from({ length: 9 }, () => factor) }), factor, null)).toBe(true)
  })
})

describe('pruning', () => {
  it('takes away what has expired and nothing that is alive', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat({ max: 8.64e15 }), (record, now) => {
        const pruned = prune(record, now, policy)
        const alive = ({ expiresAt }: { expiresAt: number }): boolean => now < expiresAt
        const forgotten = [...record.texts, ...record.closedChallenges].filter((one) => !alive(one))
        const last = (all: readonly ChallengeOrder[]): ChallengeOrder => {
          const begunAt = Math.max(...all.map((one) => one.begunAt))
          const together = all.filter((one) => one.begunAt === begunAt)
          return { begunAt, expiresAt: Math.max(...together.map(({ expiresAt }) => expiresAt)) }
        }
        expect(pruned).toEqual({
          ...record,
          enrolments: record.enrolments.filter(alive),
          texts: record.texts.filter(alive),
          closedChallenges: record.closedChallenges.filter(alive),
          settledThrough: last([record.settledThrough, ...forgotten]),
          trustedDevices: record.trustedDevices.filter(alive),
          guesses: {
            ...record.guesses,
            lockedUntilAt: Math.min(record.guesses.lockedUntilAt, now + DAY),
          },
          textedAt: record.textedAt.filter((at) => at > now - HOUR),
        })
        expect(liveTrustedDevices(pruned, now)).toEqual(liveTrustedDevices(record, now))
      }),
    )
  })

  it('keeps each to its last millisecond', () => {
    const ending = (expiresAt: number): Partial<UserRecord> => ({
      enrolments: [pendingApp({ expiresAt })],
      texts: [challengeText({ expiresAt })],
      closedChallenges: [closedChallenge('c', { expiresAt })],
      trustedDevices: [deviceNamed('d', { expiresAt })],
      textedAt: [expiresAt - HOUR],
    })
    const { record } = caseOf(ending(NOW + 1))
    expect(prune(record, NOW, policy)).toStrictEqual(record)
    expect(prune(recordWith(ending(NOW)), NOW, policy)).toStrictEqual(
      recordWith({ settledThrough: { begunAt: NOW - MINUTE, expiresAt: NOW } }),
    )
  })
})

describe('a record that a store may drop', () => {
  it('is never one with a factor, a suspension, an access pass or an enrolment owed', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const kept =
          record.factors.length > 0 ||
          record.enrolmentRequired ||
          record.accessPass !== null ||
          record.guesses.consecutiveWrong >= 100
        expect(recordExpiresAt(record, NOW, policy) === null).toBe(kept)
      }),
    )
  })

  const pass = { salt: 's', hash: 'h', issuedAt: NOW - DAY, expiresAt: NOW - HOUR, used: true }
  it.each<[string, Partial<UserRecord>, number | null]>([
    ['nothing', {}, NOW + DAY],
    ['a pending enrolment', { enrolments: [pendingApp()] }, NOW + DAY],
    ['a lock within the day', { guesses: LOCKED }, NOW + DAY],
    ['a lock beyond the day', { guesses: { consecutiveWrong: 5, lockedUntilAt: NOW + 2 * DAY } }, NOW + 2 * DAY],
    ['a factor', { factors: [appFactor()] }, null],
    ['a suspension', { guesses: SUSPENDED }, null],
    ['an access pass, were it used and expired', { accessPass: pass }, null],
    ['an enrolment owed', { enrolmentRequired: true }, null],
  ])('outlives a day, and every lock: %s', (_what, change, expiresAt) => {
    expect(recordExpiresAt(recordWith(change), NOW, policy)).toBe(expiresAt)
  })
})
