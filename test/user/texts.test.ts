import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TextState, UserRecord } from '../../src/user/record.js'
import {
  codeExpiresAt,
  isCodeLive,
  joinableText,
  nextTextAt,
  planText,
  textOf,
  withinHour,
  withText,
  type TextPlan,
} from '../../src/user/texts.js'
import {
  caseOf,
  challengeText,
  HOUR,
  MINUTE,
  NOW,
  PHONE_NUMBER,
  policy,
  policyWith,
  recordWith,
  SECOND,
} from './cases.js'

const asked: TextPlan = { text: null, phoneNumber: PHONE_NUMBER, keyIds: ['k1', 'k0'], expiresAt: NOW + HOUR }
const plan = (change: Partial<TextPlan> = {}, now = NOW, textedAt: readonly number[] = []) =>
  planText(caseOf({ textedAt }, { now }), { ...asked, ...change })

const fresh: TextState = {
  sends: 1,
  lastSentAt: NOW,
  generation: 1,
  phoneNumber: PHONE_NUMBER,
  keyId: 'k1',
  codeSentAt: NOW,
}

/** The state of a text that must be allowed at `now`. */
function sent(change: Partial<TextPlan>, now: number): TextState {
  const planned = plan(change, now)
  if (planned.status !== 'send') throw new Error(planned.reason)
  return planned.state
}

const refused = (reason: string, retryAt: number | null, limit: 'user' | null = null): object => ({
  status: 'not-sent',
  reason,
  retryAt,
  limit,
})

describe('the plan to text', () => {
  it('begins with the first code, under the first key', () => {
    expect(plan()).toStrictEqual({ status: 'send', state: fresh, textedAt: [NOW] })
  })

  it('waits 30, 60, 120 and 300 seconds, and ends with the fifth', () => {
    let text = fresh
    for (const wait of [30, 60, 120, 300]) {
      const due = text.lastSentAt + wait * SECOND
      expect(nextTextAt(text)).toBe(due)
      expect(plan({ text }, due - 1)).toStrictEqual(refused('too-soon', due))
      text = sent({ text }, due)
    }
    expect(text.sends).toBe(5)
    expect(nextTextAt(text)).toBeNull()
    expect(plan({ text }, NOW + 1e12)).toStrictEqual(refused('budget-spent', null))
  })

  it('repeats the code while at least a minute of its life is left', () => {
    expect(sent({ text: fresh }, NOW + 4 * MINUTE)).toStrictEqual({ ...fresh, sends: 2, lastSentAt: NOW + 4 * MINUTE })
    const late = NOW + 4 * MINUTE + 1
    expect(sent({ text: fresh }, late)).toStrictEqual({
      ...fresh,
      sends: 2,
      lastSentAt: late,
      generation: 2,
      codeSentAt: late,
    })
  })

  it('repeats a code to the end of what it is for: another one would live no longer', () => {
    const expiresAt = NOW + 2 * MINUTE
    expect(sent({ text: fresh, expiresAt }, expiresAt - 1)).toMatchObject({ generation: 1, sends: 2 })
  })

  it('repeats no code to another number, and none under a key that the ring lacks', () => {
    const now = NOW + MINUTE
    const again = { sends: 2, lastSentAt: now, generation: 2, codeSentAt: now }
    expect(sent({ text: fresh, phoneNumber: '+447400123456' }, now)).toStrictEqual({
      ...fresh,
      ...again,
      phoneNumber: '+447400123456',
    })
    expect(sent({ text: fresh, keyIds: ['k2'] }, now)).toStrictEqual({ ...fresh, ...again, keyId: 'k2' })
    expect(sent({ text: fresh, keyIds: ['k2', 'k1'] }, now)).toMatchObject({ generation: 1, keyId: 'k1' })
  })

  it("is refused at the user's tenth of an hour, until the oldest is an hour old", () => {
    const textedAt = Array.from({ length: 10 }, (_, index) => NOW - HOUR + 1 + index)
    expect(plan({}, NOW, textedAt)).toStrictEqual(refused('budget-spent', NOW + 1, 'user'))
    expect(plan({}, NOW + 1, textedAt)).toStrictEqual({
      status: 'send',
      state: { ...fresh, lastSentAt: NOW + 1, codeSentAt: NOW + 1 },
      textedAt: [...textedAt.slice(1), NOW + 1],
    })
    expect(plan({}, NOW, textedAt.slice(1)).status).toBe('send')
  })

  it('is refused earlier where the policy says so', () => {
    const at = caseOf({ textedAt: [NOW - 1] }, { policy: policyWith({ textsPerUserHour: 1 }) })
    expect(planText(at, asked)).toStrictEqual(refused('budget-spent', NOW - 1 + HOUR, 'user'))
  })

  it('is not made easier by a clock that was set back', () => {
    expect(plan({ text: fresh }, NOW - HOUR)).toStrictEqual(refused('too-soon', NOW + 30 * SECOND))
    const textedAt = Array.from({ length: 10 }, () => NOW)
    expect(plan({}, NOW - 10 * HOUR, textedAt)).toStrictEqual(refused('budget-spent', NOW + HOUR, 'user'))
  })

  it('never keeps more instants than an hour allows', () => {
    const instants = fc.array(fc.integer({ min: NOW - 2 * HOUR, max: NOW }), { maxLength: 10 })
    fc.assert(
      fc.property(instants, (given) => {
        const planned = plan(
          {},
          NOW,
          given.toSorted((one, other) => one - other),
        )
        if (planned.status === 'send') expect(planned.textedAt.length).toBeLessThanOrEqual(10)
      }),
    )
  })
})

describe('the instants of the past hour', () => {
  it('are those less than an hour ago, and those in the future', () => {
    expect(withinHour([NOW - HOUR, NOW - HOUR + 1, NOW, NOW + HOUR], NOW)).toEqual([NOW - HOUR + 1, NOW, NOW + HOUR])
  })
})

describe('a code that is out', () => {
  const text = { ...fresh, lastSentAt: NOW + 200 * SECOND }

  it('lives five minutes from its first send, and no longer than what it is for', () => {
    expect(codeExpiresAt(text, NOW + HOUR, policy)).toBe(NOW + 5 * MINUTE)
    expect(codeExpiresAt(text, NOW + MINUTE, policy)).toBe(NOW + MINUTE)
    expect(codeExpiresAt(text, NOW + HOUR, policyWith({ smsCodeLifetimeSeconds: 60 }))).toBe(NOW + MINUTE)
  })

  it.each([
    [0, true],
    [5 * MINUTE - 1, true],
    [5 * MINUTE, false],
    [-30_000, true],
    [-30_001, false],
  ])('can be compared with after %i ms: %s', (after, live) => {
    expect(isCodeLive(text, NOW + HOUR, NOW + after, policy)).toBe(live)
  })
})

describe('the texts of a record', () => {
  const [one, other] = [challengeText({ challengeId: 'one' }), challengeText({ challengeId: 'other' })]
  const record = recordWith({ texts: [one, other] })

  it('are found by their challenge', () => {
    expect(textOf(record, 'other')).toBe(other)
    expect(textOf(record, 'third')).toBeNull()
  })

  it('are changed in their place, or added', () => {
    const changed = { ...one, wrongCodes: 3 }
    expect(withText(record, changed)).toStrictEqual({ ...record, texts: [changed, other] })
    const third = challengeText({ challengeId: 'third' })
    expect(withText(record, third)).toStrictEqual({ ...record, texts: [one, other, third] })
  })
})

describe('the text that a begin joins', () => {
  const open = challengeText({ joinKey: 'join', begunAt: NOW, lastSentAt: NOW, codeSentAt: NOW, expiresAt: NOW + HOUR })
  const joined = (texts: UserRecord['texts'], joinKey: string | null = 'join', now = NOW) =>
    joinableText(
      caseOf({ texts, settledThrough: { begunAt: NOW - MINUTE, expiresAt: NOW + HOUR } }, { now }),
      joinKey,
      open.phoneNumber,
    )

  it('is the first one of its challenge, within the first wait', () => {
    const another = challengeText({ joinKey: 'another' })
    expect(joined([another, open])).toBe(open)
    expect(joined([open], 'join', NOW + 30 * SECOND - 1)).toBe(open)
    expect(joined([open], 'join', NOW + 30 * SECOND)).toBeNull()
  })

  it.each([
    ['a second one', { sends: 2 }],
    ['one that a wrong code was typed for', { wrongCodes: 1 }],
    ['one that nobody may join', { joinKey: null }],
    ['one to another number', { phoneNumber: '+14155550199' }],
    ['one whose challenge is over', { expiresAt: NOW }],
    ['one whose code is dead', { codeSentAt: NOW - 5 * MINUTE }],
    ['one of the future', { lastSentAt: NOW + 30_001, codeSentAt: NOW + 30_001 }],
    ['one whose challenge counts as settled', { begunAt: NOW - MINUTE }],
  ])('is not %s', (_what, change) => {
    expect(joined([{ ...open, ...change }])).toBeNull()
  })

  it('is none for somebody without an address', () => {
    expect(joined([open, { ...open, joinKey: null }], null)).toBeNull()
  })
})
