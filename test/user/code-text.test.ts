import { describe, expect, it } from 'vitest'
import { aboutText, orderText, sentText, textEvent, type TextOrder } from '../../src/user/code-text.js'
import type { Facts, Permit, TextSubject } from '../../src/user/decision.js'
import {
  caseOf,
  GRANTED,
  HOUR,
  MASKED,
  met,
  MINUTE,
  needOf,
  NOW,
  PHONE_NUMBER,
  policyWith,
  SECOND,
  textState,
} from './cases.js'

const subject: TextSubject = {
  id: 'subject',
  purpose: 'step-up',
  bindingDigest: 'digest',
  summary: 'EUR 5 to Bob',
  expiresAt: NOW + 10 * MINUTE,
  factorId: 'phone',
}
const recipient = { phoneNumber: PHONE_NUMBER, country: 'US', channel: 'sms' } as const
const order: TextOrder = { subject, recipient, text: null, keyIds: ['k1', 'k0'] }
const told = {
  purpose: 'step-up',
  subjectId: 'subject',
  factorId: 'phone',
  country: 'US',
  channel: 'sms',
  destination: MASKED,
}
const notSent = (reason: string, retryAt: number | null, events: readonly object[] = []): object => ({
  status: 'not-sent',
  delivery: { status: 'not-sent', reason, retryAt },
  events: [...events, { type: 'text-not-sent', ...told, reason }],
})

const ordering = (given: Partial<TextOrder> = {}, facts: Facts = [], textedAt: readonly number[] = []) =>
  orderText(caseOf({ textedAt }), { ...order, ...given }, facts)
const answered = (permit: Partial<Permit>, given: Partial<TextOrder> = {}) =>
  ordering(given, [met(ordering(given), 'permit', { ...GRANTED, ...permit })])

const state = { sends: 1, lastSentAt: NOW, generation: 1, phoneNumber: PHONE_NUMBER, keyId: 'k1', codeSentAt: NOW }
const code = {
  effect: 'send-code',
  text: { subject, recipient, state, expiresAt: NOW + 5 * MINUTE, resendAt: NOW + 30 * SECOND },
}

describe('ordering a text', () => {
  it('asks host and shared limits with what they may know, and never with the binding', () => {
    expect(needOf(ordering())).toStrictEqual({
      need: 'permit',
      ask: { to: PHONE_NUMBER, country: 'US', channel: 'sms', purpose: 'step-up', summary: 'EUR 5 to Bob' },
    })
  })

  it('that is granted sends one code', () => {
    expect(answered({})).toStrictEqual({ status: 'send', state, textedAt: [NOW], effects: [code], events: [] })
  })

  it('of an enrolment is counted in its region too', () => {
    const enrolment = { ...subject, purpose: 'enrolment', factorId: null } as const
    expect(answered({}, { subject: enrolment })).toStrictEqual({
      status: 'send',
      state,
      textedAt: [NOW],
      effects: [
        { ...code, text: { ...code.text, subject: enrolment } },
        { effect: 'count-region', country: 'US', field: 'sent' },
      ],
      events: [],
    })
  })

  it('tells of every limit that it came up against, though none was enforced', () => {
    expect(answered({ enforced: false, exceeded: ['region', 'address', 'number'] })).toStrictEqual({
      status: 'send',
      state,
      textedAt: [NOW],
      effects: [code],
      events: [
        { type: 'limit-exceeded', limit: 'region', enforced: false },
        { type: 'limit-exceeded', limit: 'address', enforced: false },
        { type: 'limit-exceeded', limit: 'number', enforced: false },
      ],
    })
  })

  it('that the host screens is not sent', () => {
    expect(answered({ verdict: 'screened' })).toStrictEqual(notSent('screened', null))
  })

  it('that a shared budget stops is not sent, and says which one and until when', () => {
    expect(answered({ verdict: 'budget-spent', retryAt: NOW + HOUR, exceeded: ['number'] })).toStrictEqual(
      notSent('budget-spent', NOW + HOUR, [{ type: 'limit-exceeded', limit: 'number', enforced: true }]),
    )
  })

  it('to a region that is shut says until when', () => {
    expect(answered({ verdict: 'region-shut', retryAt: NOW + HOUR, exceeded: ['region'] })).toStrictEqual({
      status: 'region-shut',
      retryAt: NOW + HOUR,
      events: [{ type: 'limit-exceeded', limit: 'region', enforced: true }],
    })
  })

  it('within a wait is not sent, and nobody is asked', () => {
    const text = textState({ lastSentAt: NOW - 29_999 })
    expect(ordering({ text })).toStrictEqual(notSent('too-soon', NOW + 1))
  })

  it('after the fifth is not sent, and waiting does not help', () => {
    expect(ordering({ text: textState({ sends: 5 }) })).toStrictEqual(notSent('budget-spent', null))
  })

  it("beyond the user's own budget is not sent, and says so", () => {
    const textedAt = Array.from({ length: 10 }, () => NOW - 1)
    expect(ordering({}, [], textedAt)).toStrictEqual(
      notSent('budget-spent', NOW - 1 + HOUR, [{ type: 'limit-exceeded', limit: 'user', enforced: true }]),
    )
  })

  it('where text messages are not configured is not sent', () => {
    expect(ordering({ keyIds: null })).toStrictEqual(notSent('delivery-failed', null))
  })
})

describe('what is known of a text that is out', () => {
  it.each([
    ['its own lifetime', {}, {}, NOW + 4 * MINUTE],
    ['the end of what it is for', {}, { expiresAt: NOW + 1 }, NOW + 1],
    ['a shorter lifetime by policy', { smsCodeLifetimeSeconds: 90 }, {}, NOW + 30 * SECOND],
  ])('says when its code ends: %s', (_what, overrides, about, expiresAt) => {
    const at = caseOf({}, { policy: policyWith(overrides) })
    expect(sentText(at, { ...subject, ...about }, recipient, textState())).toStrictEqual({
      status: 'sent',
      channel: 'sms',
      destination: MASKED,
      sentAt: NOW - MINUTE,
      resendAt: NOW - MINUTE + 30 * SECOND,
      expiresAt,
    })
  })

  it('says that the fifth was the last', () => {
    expect(sentText(caseOf(), subject, recipient, textState({ sends: 5 }))).toMatchObject({ resendAt: null })
  })
})

describe('the events of a text', () => {
  it('mask the phone number, and say why when it was not sent', () => {
    expect(textEvent({ subject, recipient }, null)).toStrictEqual({ type: 'text-sent', ...told })
    expect(textEvent({ subject, recipient }, 'opted-out')).toStrictEqual({
      type: 'text-not-sent',
      ...told,
      reason: 'opted-out',
    })
  })

  it('are alike for a notice, which has no subject', () => {
    const notice = { purpose: 'notice', subjectId: null, factorId: 'phone' } as const
    expect(aboutText(notice, recipient, null)).toStrictEqual({
      type: 'text-sent',
      ...notice,
      country: 'US',
      channel: 'sms',
      destination: MASKED,
    })
  })
})
