import { describe, expect, it } from 'vitest'
import type { TextSubject } from '../../../src/user/decision.js'
import { enrolmentSubject } from '../../../src/user/enrolment.js'
import type { Check, Compare } from '../../../src/user/kinds/kind.js'
import { sms, SMS_CODE_DIGITS } from '../../../src/user/kinds/sms.js'
import type { ChallengeText } from '../../../src/user/record.js'
import { subjectOf } from '../../../src/user/standing.js'
import {
  appFactor,
  caseOf,
  challengeText,
  claimsOf,
  MINUTE,
  NOW,
  pendingPhone,
  PHONE_NUMBER,
  phoneFactor,
  policyWith,
  responded,
  textState,
  typed,
} from '../cases.js'

const subject: TextSubject = subjectOf(claimsOf({ factorId: 'phone' }))
const phone = phoneFactor()
const texted: Compare = { totp: () => expect.unreachable(), text: (_subject, _state, code) => code === '222222' }

function check(text: Partial<ChallengeText> | null, code = '222222', compare = texted) {
  const texts = [
    challengeText({ challengeId: 'other', wrongCodes: 5 }),
    ...(text === null ? [] : [challengeText(text)]),
  ]
  const at = caseOf({ factors: [appFactor(), phone], texts })
  return { at, checked: sms.check(at, { subject, factor: phone }, typed(code), compare, []) as Check }
}

const answer = { factor: phone, amr: ['sms', 'mfa'], events: [] }

describe('checking a texted code', () => {
  it('is no check of what is no phone', () => {
    const { at } = check({})
    const app = appFactor()
    expect(sms.check(at, { subject, factor: app }, typed('222222'), texted, [])).toStrictEqual({
      ...answer,
      status: 'not-live',
      factor: app,
      next: at.record,
      attemptsLeft: 5,
    })
  })

  it('that is right notes the use', () => {
    const { at, checked } = check({ wrongCodes: 2 })
    const used = { ...phone, lastUsedAt: NOW }
    expect(checked).toStrictEqual({
      ...answer,
      status: 'right',
      factor: used,
      next: { ...at.record, factors: [appFactor(), used] },
      attemptsLeft: 3,
    })
  })

  it('that is wrong counts on the text of its own challenge', () => {
    const { at, checked } = check({ wrongCodes: 2 }, '000000')
    expect(checked).toStrictEqual({
      ...answer,
      status: 'wrong',
      next: { ...at.record, texts: [at.record.texts[0], challengeText({ wrongCodes: 3 })] },
      attemptsLeft: 2,
    })
  })

  it.each<[string, Partial<ChallengeText> | null, number]>([
    ['none went out', null, 5],
    ['it went to another number', { phoneNumber: '+14155550199', wrongCodes: 1 }, 4],
    ['it outlived its minutes', { codeSentAt: NOW - 5 * MINUTE, wrongCodes: 4 }, 1],
  ])('is not live where %s: that counts nothing', (_what, text, attemptsLeft) => {
    const { at, checked } = check(text)
    expect(checked).toStrictEqual({ ...answer, status: 'not-live', next: at.record, attemptsLeft })
    expect(checked.next).toBe(at.record)
  })

  it('lives to the last millisecond of its minutes', () => {
    expect(check({ codeSentAt: NOW - 5 * MINUTE + 1 }).checked.status).toBe('right')
  })

  it('is not live where the ring lacks its key', () => {
    expect(check({}, '222222', { ...texted, text: () => null }).checked.status).toBe('not-live')
  })

  it('is malformed with other digits, before anything is looked at', () => {
    for (const code of ['22222', '2222222']) expect(check(null, code).checked.status).toBe('malformed')
    const { at } = check(null)
    expect(sms.check(at, { subject, factor: phone }, responded('x'), texted, [])).toMatchObject({ status: 'malformed' })
    expect(SMS_CODE_DIGITS).toBe(6)
  })

  it('compares for the subject and the state that is out', () => {
    const seen: unknown[] = []
    check({}, '222222', { ...texted, text: (...call) => (seen.push(call), true) })
    expect(seen).toEqual([[subject, challengeText(), '222222']])
  })

  it.each([
    [0, 5],
    [4, 1],
    [5, 0],
    [6, 0],
  ])('has five attempts of its own: %i wrong leave %i', (wrongCodes, left) => {
    expect(sms.attemptsLeft(caseOf({ texts: [challengeText({ wrongCodes })] }), 'challenge')).toBe(left)
  })

  it('has as many as the policy says, and all of them before a text', () => {
    const at = caseOf({}, { policy: policyWith({ wrongCodesPerCode: 2 }) })
    expect(sms.attemptsLeft(at, 'challenge')).toBe(2)
  })
})

describe('confirming a phone', () => {
  const confirm = (change: Parameters<typeof pendingPhone>[0], code = '222222') => {
    const enrolment = pendingPhone(change)
    return sms.confirm(caseOf(), enrolment, enrolmentSubject(enrolment), typed(code), texted, [])
  }

  it('keeps its number', () => {
    expect(confirm({})).toStrictEqual({
      status: 'right',
      factor: phoneFactor({
        id: 'new-phone',
        name: 'Pending',
        confirmedAt: NOW,
        phoneNumber: '+447400123456',
        country: 'GB',
        channel: 'sms',
      }),
    })
  })

  it.each([
    ['wrong', {}, '000000'],
    ['malformed', {}, '22222'],
    ['not-live', { text: null }, '222222'],
    ['not-live', { text: textState({ phoneNumber: PHONE_NUMBER }) }, '222222'],
    ['not-live', { text: textState({ phoneNumber: '+447400123456', codeSentAt: NOW - 5 * MINUTE }) }, '222222'],
  ])('is %s: %o, %s', (status, change, code) => {
    expect(confirm(change, code)).toStrictEqual({ status })
  })
})

it('is the same as long as its number is, whatever it is called', () => {
  const known = phoneFactor()
  expect(sms.isSame(known, phoneFactor({ id: 'x', name: 'y' }))).toBe(true)
  expect(sms.isSame(known, phoneFactor({ phoneNumber: '+14155550124' }))).toBe(false)
  expect(sms.merge(known, phoneFactor({ id: 'x', name: 'y' }))).toBe(known)
})
