import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChallengeOrder, ClosedChallenge, UserRecord } from '../../src/user/record.js'
import { rejected } from '../../src/user/guessing.js'
import {
  beginningOf,
  closeChallenge,
  endOf,
  isAfter,
  openFactor,
  rejectChallenge,
  settledThrough,
  subjectOf,
} from '../../src/user/standing.js'
import {
  appFactor,
  caseOf,
  challengeText,
  claimsOf,
  closedChallenge,
  DAY,
  expectDecided,
  HOUR,
  LOCKED,
  MINUTE,
  NOW,
  recordWith,
  rejection,
} from './cases.js'

describe('the end of a challenge', () => {
  const issuedAt = (at: number) => ({ begunAt: at, expiresAt: at + 10 * MINUTE })
  const gone = closedChallenge('gone', { begunAt: NOW - MINUTE + 1, expiresAt: NOW })
  const place = { begunAt: NOW - MINUTE, expiresAt: NOW + 9 * MINUTE }
  it.each<[string, Parameters<typeof claimsOf>[0], Partial<UserRecord>, string | null]>([
    ['open', {}, {}, null],
    ['in its last millisecond', { expiresAt: NOW + 1 }, {}, null],
    ['at its end', { expiresAt: NOW }, {}, 'expired'],
    ['at its end, whatever else became of it', { expiresAt: NOW, epoch: 6 }, {}, 'expired'],
    ['by a clock half a minute behind', issuedAt(NOW + 30_000), {}, null],
    ['by a clock further behind', issuedAt(NOW + 30_001), {}, 'expired'],
    ['begun after what a clock that was ahead had forgotten', { begunAt: NOW + HOUR }, {}, null],
    ['begun no later than a closed one that has expired', {}, { closedChallenges: [gone] }, 'settled'],
    ['begun no later than one whose text has expired', {}, { texts: [challengeText(gone)] }, 'settled'],
    ['dated as one that expired before it', {}, { texts: [challengeText({ expiresAt: NOW })] }, null],
    ['of another epoch', { epoch: 6 }, {}, 'revoked'],
    ['approved', {}, { closedChallenges: [closedChallenge('challenge')] }, 'settled'],
    ['cancelled', {}, { closedChallenges: [closedChallenge('challenge', { state: 'cancelled' })] }, 'settled'],
    ['while another is closed', {}, { closedChallenges: [closedChallenge('other')] }, null],
    ['begun with the one that was forgotten', {}, { settledThrough: place }, 'settled'],
    ['begun a moment after it', {}, { settledThrough: { ...place, begunAt: place.begunAt - 1 } }, null],
    ['expiring a moment after it', {}, { settledThrough: { ...place, expiresAt: place.expiresAt - 1 } }, null],
  ])('says why it takes no proof: %s', (_what, claims, record, end) => {
    expect(endOf(caseOf(record), claimsOf(claims))).toBe(end)
  })
})

describe('the order of challenges', () => {
  const instant = fc.nat({ max: 5 })
  const placed = fc.record({ begunAt: instant, expiresAt: instant })
  const through = (record: Partial<UserRecord>) => settledThrough(recordWith(record), NOW)

  it('goes by when they were begun, and then by when they expire', () => {
    const digits = ({ begunAt, expiresAt }: ChallengeOrder) => begunAt * 10 + expiresAt
    fc.assert(
      fc.property(placed, placed, (one, other) => {
        expect(isAfter(one, other)).toBe(digits(one) > digits(other))
      }),
    )
  })

  it('is settled through the last of those that expired, or were forgotten before', () => {
    const text = (begunAt: number, expiresAt: number) => challengeText({ begunAt, expiresAt })
    const texts = [text(3, NOW - 5), text(5, NOW), text(5, NOW - 1), text(9, NOW + 1)]
    expect(through({ texts })).toStrictEqual({ begunAt: 5, expiresAt: NOW })
    const before = { begunAt: 5, expiresAt: NOW + 1 }
    expect(through({ texts, settledThrough: before })).toStrictEqual(before)
    expect(through({ closedChallenges: [closedChallenge('c', texts[2])] })).toStrictEqual({
      begunAt: 5,
      expiresAt: NOW - 1,
    })
  })

  it('has a new challenge after everything forgotten, and never before now', () => {
    fc.assert(
      fc.property(placed, instant, instant, (settledThrough, now, life) => {
        const expiresAt = now + life
        const begunAt = beginningOf(recordWith({ settledThrough }), expiresAt, now)
        expect(begunAt).toBeGreaterThanOrEqual(now)
        expect(isAfter({ begunAt, expiresAt }, settledThrough)).toBe(true)
        // No later than it has to be.
        if (begunAt > now) expect(isAfter({ begunAt: begunAt - 1, expiresAt }, settledThrough)).toBe(false)
      }),
    )
  })
})

describe('the factor that an open challenge asks for', () => {
  const factors = [appFactor()]
  it.each<[string, Parameters<typeof claimsOf>[0], Partial<UserRecord>, string | null, object | null]>([
    ['open', {}, {}, null, null],
    ['open, and bound to the same', { bindingDigest: 'digest' }, {}, 'digest', null],
    ['bound to nothing now', { bindingDigest: 'digest' }, {}, null, rejection('unknown-challenge', null)],
    ['bound to something else', { bindingDigest: 'digest' }, {}, 'other', rejection('unknown-challenge', null)],
    ['bound to nothing before', {}, {}, 'digest', rejection('unknown-challenge', null)],
    ['over, and bound to something else', { expiresAt: NOW }, {}, 'digest', rejection('expired')],
    ['for a factor that is gone', { factorId: 'gone' }, {}, null, rejection('revoked')],
    ['for no factor', { factorId: null }, {}, null, rejection('revoked')],
  ])('is found, or why not: %s', (_what, claims, record, bindingDigest, outcome) => {
    expect(openFactor(caseOf({ factors, ...record }), claimsOf(claims), bindingDigest)).toStrictEqual(
      outcome ?? appFactor(),
    )
  })
})

describe('the rejection of a proof', () => {
  const event = {
    type: 'challenge-rejected',
    purpose: 'sign-in',
    challengeId: 'challenge',
    factorId: 'app',
    reason: 'locked',
  } as const
  const outcome = rejected('locked', 0, 5)

  it('is told to the host and changes nothing', () => {
    const at = caseOf({ guesses: LOCKED })
    expectDecided(rejectChallenge(at, claimsOf(), outcome), at, { outcome, events: [event] })
  })

  it('cuts a lock that a wrong clock wrote', () => {
    const at = caseOf({ guesses: { consecutiveWrong: 5, lockedUntilAt: NOW + 2 * DAY } })
    expectDecided(rejectChallenge(at, claimsOf(), outcome), at, {
      next: { guesses: { consecutiveWrong: 5, lockedUntilAt: NOW + DAY } },
      outcome,
      events: [event],
    })
  })
})

describe('closing a challenge', () => {
  const kept = (id: string, change: Partial<ClosedChallenge> = {}) => closedChallenge(id, change)
  const begun = (minutesAgo: number): Partial<ClosedChallenge> => ({ begunAt: NOW - minutesAgo * MINUTE })
  const cancelled = { state: 'cancelled' } as const

  it('spends its text and forgets those that have expired', () => {
    const record = recordWith({
      texts: [challengeText({ challengeId: 'other' }), challengeText()],
      closedChallenges: [kept('expired', { expiresAt: NOW }), kept('live', { expiresAt: NOW + 1 })],
    })
    expect(closeChallenge(record, claimsOf(), 'settled', NOW)).toStrictEqual({
      ...record,
      texts: [challengeText({ challengeId: 'other' })],
      closedChallenges: [kept('live', { expiresAt: NOW + 1 }), kept('challenge')],
      settledThrough: { begunAt: NOW - MINUTE, expiresAt: NOW },
    })
  })

  it('keeps it once', () => {
    const record = recordWith({ closedChallenges: [kept('challenge', cancelled), kept('other')] })
    expect(closeChallenge(record, claimsOf(), 'settled', NOW).closedChallenges).toEqual([
      kept('other'),
      kept('challenge'),
    ])
  })

  const close = (closed: readonly ClosedChallenge[], state: ClosedChallenge['state'] = 'settled') => {
    const { closedChallenges, settledThrough } = closeChallenge(
      recordWith({ closedChallenges: closed }),
      claimsOf(),
      state,
      NOW,
    )
    return [closedChallenges.map(({ id }) => id).join(' '), settledThrough.begunAt]
  }
  const ten = (changes: Readonly<Record<number, Partial<ClosedChallenge>>> = {}): readonly ClosedChallenge[] =>
    Array.from({ length: 10 }, (_, index) => kept(`c${index}`, { ...begun(1), ...changes[index] }))

  it('keeps ten', () => {
    expect(close(ten().slice(1))).toEqual(['c1 c2 c3 c4 c5 c6 c7 c8 c9 challenge', 0])
  })

  it('forgets a cancelled one first, which settles nothing', () => {
    const closed = ten({ 2: { ...begun(5) }, 3: cancelled, 7: cancelled })
    expect(close(closed)).toEqual(['c0 c1 c2 c4 c5 c6 c7 c8 c9 challenge', 0])
  })

  it('forgets the settled one that was begun first, and counts everything begun no later as settled', () => {
    expect(close(ten({ 6: begun(5) }))).toEqual(['c0 c1 c2 c3 c4 c5 c7 c8 c9 challenge', NOW - 5 * MINUTE])
    const own = ten({}).map((one) => ({ ...one, begunAt: NOW }))
    expect(close(own)).toEqual(['c0 c1 c2 c3 c4 c5 c6 c7 c8 c9', NOW - MINUTE])
    const sooner = ten({ 4: { expiresAt: NOW + 1 } })
    expect(close(sooner)).toEqual(['c0 c1 c2 c3 c5 c6 c7 c8 c9 challenge', NOW - MINUTE])
  })

  it('forgets itself when it is the only cancelled one of eleven', () => {
    expect(close(ten(), 'cancelled')).toEqual(['c0 c1 c2 c3 c4 c5 c6 c7 c8 c9', 0])
  })

  it('never makes a settled challenge open again, however many are closed, in whatever order they were begun', () => {
    const closing = fc.record({
      begunAt: fc.integer({ min: NOW - 9 * MINUTE, max: NOW }),
      state: fc.constantFrom('settled' as const, 'cancelled' as const),
    })
    fc.assert(
      fc.property(fc.array(closing, { minLength: 1, maxLength: 60 }), (closings) => {
        const challenges = closings.map(({ begunAt, state }, index) => ({
          state,
          claims: claimsOf({ id: `challenge${index}`, begunAt }),
        }))
        const settled: typeof challenges = []
        let record = recordWith()
        for (const challenge of challenges) {
          if (endOf(caseOf(record), challenge.claims) !== null) continue
          record = closeChallenge(record, challenge.claims, challenge.state, NOW)
          if (challenge.state === 'settled') settled.push(challenge)
          expect(record.closedChallenges.length).toBeLessThanOrEqual(10)
          for (const { claims } of settled) expect(endOf(caseOf(record), claims)).toBe('settled')
        }
      }),
    )
  })
})

it('names everything that a code of the challenge depends on', () => {
  expect(subjectOf(claimsOf({ bindingDigest: 'digest', summary: 'EUR 5' }))).toStrictEqual({
    id: 'challenge',
    purpose: 'sign-in',
    bindingDigest: 'digest',
    summary: 'EUR 5',
    expiresAt: NOW + 9 * MINUTE,
    factorId: 'app',
  })
})
