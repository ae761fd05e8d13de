import { describe, expect, it } from 'vitest'
import type { EventBody } from '../../src/interfaces/events.js'
import { cancelChallenge, resendText, switchFactor } from '../../src/user/challenge.js'
import type { Case, Facts } from '../../src/user/decision.js'
import { presentFactor } from '../../src/user/presenting.js'
import type { FactorRecord, UserRecord } from '../../src/user/record.js'
import {
  appFactor,
  caseOf,
  challengeText,
  claimsOf,
  closedChallenge,
  codeSet,
  CREDENTIAL,
  expectDecided,
  GRANTED,
  HOUR,
  LOCK_ENDS,
  LOCKED,
  MASKED,
  met,
  MINUTE,
  needOf,
  NOW,
  passkeyFactor,
  PHONE_NUMBER,
  phoneFactor,
  rejection,
  SECOND,
  SUSPENDED,
} from './cases.js'

const phone = phoneFactor()
const all: Partial<UserRecord> = { factors: [appFactor(), phone, passkeyFactor()], recoveryCodes: codeSet() }
const claims = claimsOf({ bindingDigest: 'digest' })
const textClaims = claimsOf({ factorId: 'phone' })
const told = {
  purpose: 'sign-in',
  subjectId: 'challenge',
  factorId: 'phone',
  country: 'US',
  channel: 'sms',
  destination: MASKED,
} as const
const subject = (bindingDigest: string | null) =>
  ({
    id: 'challenge',
    purpose: 'sign-in',
    bindingDigest,
    summary: null,
    expiresAt: NOW + 9 * MINUTE,
    factorId: 'phone',
  }) as const
const recipient = { phoneNumber: PHONE_NUMBER, country: 'US', channel: 'sms' } as const

/** What a token may say that is good for nothing any more, and why. */
const ended: readonly [string, Partial<UserRecord>, Parameters<typeof claimsOf>[0], string][] = [
  ['expired', {}, { expiresAt: NOW }, 'expired'],
  ['begun in the future', {}, { begunAt: NOW + 30_001, expiresAt: NOW + 30_001 + 10 * MINUTE }, 'expired'],
  ['of another epoch', { epoch: 8 }, {}, 'revoked'],
  ['settled', { closedChallenges: [closedChallenge('challenge')] }, {}, 'settled'],
  ['cancelled', { closedChallenges: [closedChallenge('challenge', { state: 'cancelled' })] }, {}, 'settled'],
  [
    'begun before the last one forgotten',
    { settledThrough: { begunAt: NOW - MINUTE, expiresAt: NOW + HOUR } },
    {},
    'settled',
  ],
]

describe('switching to another factor', () => {
  const switching = (at: Case, factorId: string, change: object = {}, facts: Facts = []) =>
    switchFactor(at, { claims, factorId, keyIds: ['k1'], passkeys: true, ...change }, facts)

  function asked(
    { record }: Case,
    factor: FactorRecord,
    codeDigits: readonly number[],
    allow: object[] | null,
  ): object {
    return {
      status: 'challenged',
      claims: { ...claims, factorId: factor.id, codeDigits },
      factor: presentFactor(record, factor),
      factors: record.factors.map((one) => presentFactor(record, one)),
      delivery: null,
      allow,
      expiresAt: claims.expiresAt,
      recoveryCodesRemaining: 3,
    }
  }

  it('to an app or a passkey writes and tells nothing, and keeps the challenge', () => {
    const at = caseOf(all)
    expectDecided(switching(at, 'app'), at, { outcome: asked(at, appFactor(), [6], null) })
    expectDecided(switching(at, 'key'), at, { outcome: asked(at, passkeyFactor(), [], [CREDENTIAL]) })
  })

  it('to a phone sends its text, which no later begin joins', () => {
    const at = caseOf(all)
    const need = switching(at, 'phone')
    expect(needOf(need)).toStrictEqual({
      need: 'permit',
      ask: { to: PHONE_NUMBER, country: 'US', channel: 'sms', purpose: 'sign-in', summary: null },
    })
    const state = { sends: 1, lastSentAt: NOW, generation: 1, phoneNumber: PHONE_NUMBER, keyId: 'k1', codeSentAt: NOW }
    const { begunAt, expiresAt } = claims
    expectDecided(switching(at, 'phone', {}, [met(need, 'permit', GRANTED)]), at, {
      next: {
        texts: [{ ...state, challengeId: 'challenge', begunAt, expiresAt, joinKey: null, wrongCodes: 0 }],
        textedAt: [NOW],
      },
      outcome: asked(at, phone, [6], null),
      effects: [
        {
          effect: 'send-code',
          text: {
            subject: subject('digest'),
            recipient,
            state,
            expiresAt: NOW + 5 * MINUTE,
            resendAt: NOW + 30 * SECOND,
          },
        },
      ],
    })
  })

  it('to the phone that was texted a moment ago says when the next text may go out', () => {
    const text = challengeText({ lastSentAt: NOW - 29_999 })
    const at = caseOf({ ...all, texts: [text] })
    expectDecided(switching(at, 'phone'), at, {
      outcome: {
        ...asked(at, phone, [6], null),
        delivery: { status: 'not-sent', reason: 'too-soon', retryAt: NOW + 1 },
      },
      events: [{ type: 'text-not-sent', ...told, reason: 'too-soon' }],
    })
  })

  it.each(ended)('of a challenge that is %s is rejected', (_what, change, claim, reason) => {
    const at = caseOf({ ...all, ...change })
    for (const factorId of ['app', 'key', 'phone', 'gone'])
      expectDecided(switching(at, factorId, { claims: { ...claims, ...claim } }), at, { outcome: rejection(reason) })
  })

  it('to one that the user does not have, or that nobody can check, is rejected', () => {
    const at = caseOf(all)
    expectDecided(switching(at, 'gone'), at, { outcome: rejection('unknown-factor', null) })
    expectDecided(switching(at, 'key', { passkeys: false }), at, { outcome: rejection('unknown-factor', null) })
  })

  it.each([
    ['', {}, null],
    [', and says when a lock ends', { guesses: LOCKED }, LOCK_ENDS],
  ])('to a phone whose code took too many wrong ones is rejected%s', (_what, change, retryAt) => {
    const at = caseOf({ ...all, texts: [challengeText({ wrongCodes: 5 })], ...change })
    expectDecided(switching(at, 'phone'), at, { outcome: rejection('exhausted', 0, retryAt) })
  })

  it('lists what can be checked', () => {
    const at = caseOf(all)
    const { factors } = asked(at, appFactor(), [6], null) as { factors: readonly { kind: string }[] }
    expectDecided(switching(at, 'app', { passkeys: false }), at, {
      outcome: { ...asked(at, appFactor(), [6], null), factors: factors.filter(({ kind }) => kind !== 'passkey') },
    })
  })

  it.each([
    ['locked', LOCKED, rejection('locked', 0, LOCK_ENDS)],
    ['suspended', SUSPENDED, rejection('suspended')],
  ])('while %s leads to passkeys alone', (_what, guesses, outcome) => {
    const at = caseOf({ ...all, guesses })
    expectDecided(switching(at, 'app'), at, { outcome })
    expectDecided(switching(at, 'phone'), at, { outcome })
    expectDecided(switching(at, 'key'), at, { outcome: asked(at, passkeyFactor(), [], [CREDENTIAL]) })
  })
})

describe('sending the text of a challenge again', () => {
  const resend = (at: Case, facts: Facts = [], given = textClaims) =>
    resendText(at, { claims: given, keyIds: ['k1'], channel: null }, facts)
  const text = challengeText({ joinKey: 'join', wrongCodes: 2 })

  it('sends the same code, and keeps what was counted', () => {
    const at = caseOf({ ...all, texts: [challengeText({ challengeId: 'other' }), text], textedAt: [NOW - MINUTE] })
    const facts = [met(resend(at), 'permit', GRANTED)]
    expect(() => resend(at, [met(resend(at), 'permit', { ...GRANTED, verdict: 'region-shut' })])).toThrow(RangeError)
    const { sends: _sends, ...same } = text
    const state = { ...same, sends: 2, lastSentAt: NOW }
    expectDecided(resend(at, facts), at, {
      next: { texts: [challengeText({ challengeId: 'other' }), state], textedAt: [NOW - MINUTE, NOW] },
      outcome: { status: 'texted', delivery: null },
      effects: [
        {
          effect: 'send-code',
          text: { subject: subject(null), recipient, state, expiresAt: NOW + 4 * MINUTE, resendAt: NOW + 60 * SECOND },
        },
      ],
    })
  })

  it('is the first text of a challenge whose first was not sent', () => {
    const at = caseOf(all)
    const { next } = resend(at, [met(resend(at), 'permit', GRANTED)]) as { next: UserRecord }
    expect(next.texts).toMatchObject([{ challengeId: 'challenge', sends: 1, generation: 1, joinKey: null }])
  })

  it.each(['screened', 'budget-spent'] as const)('that is %s writes nothing', (verdict) => {
    const at = caseOf({ ...all, texts: [text] })
    const facts = [met(resend(at), 'permit', { ...GRANTED, verdict, retryAt: NOW + HOUR, exceeded: ['number'] })]
    expectDecided(resend(at, facts), at, {
      outcome: { status: 'texted', delivery: { status: 'not-sent', reason: verdict, retryAt: NOW + HOUR } },
      events: [
        { type: 'limit-exceeded', limit: 'number', enforced: true },
        { type: 'text-not-sent', ...told, reason: verdict },
      ],
    })
  })

  it('too soon says when', () => {
    const at = caseOf({ ...all, texts: [{ ...text, lastSentAt: NOW - 29_999 }] })
    expectDecided(resend(at), at, {
      outcome: { status: 'texted', delivery: { status: 'not-sent', reason: 'too-soon', retryAt: NOW + 1 } },
      events: [{ type: 'text-not-sent', ...told, reason: 'too-soon' }],
    })
  })

  it.each(ended)('of a challenge that is %s is rejected', (_what, change, claim, reason) => {
    const at = caseOf({ ...all, texts: [text], ...change })
    expectDecided(resend(at, [], { ...textClaims, ...claim }), at, { outcome: rejection(reason) })
  })

  it('is rejected where the challenge asks for something else, or for a factor that is gone', () => {
    const at = caseOf({ ...all, texts: [text] })
    for (const factorId of ['app', 'key'])
      expectDecided(resend(at, [], { ...textClaims, factorId }), at, { outcome: rejection('unknown-challenge', null) })
    for (const factorId of ['gone', null])
      expectDecided(resend(at, [], { ...textClaims, factorId }), at, { outcome: rejection('revoked') })
  })

  it.each<[string, Partial<UserRecord>, number, object]>([
    ['locked', { guesses: LOCKED }, 4, rejection('locked', 0, LOCK_ENDS)],
    ['suspended', { guesses: SUSPENDED }, 4, rejection('suspended')],
    ['exhausted', {}, 5, rejection('exhausted')],
    ['exhausted and locked', { guesses: LOCKED }, 5, rejection('exhausted', 0, LOCK_ENDS)],
  ])('is rejected while %s', (_what, change, wrongCodes, outcome) => {
    const at = caseOf({ ...all, texts: [{ ...text, wrongCodes }], ...change })
    expectDecided(resend(at), at, { outcome })
  })
})

describe('cancelling a challenge', () => {
  it('closes it, spends its code and tells the host', () => {
    const other = challengeText({ challengeId: 'other' })
    const at = caseOf({ ...all, texts: [challengeText(), other], closedChallenges: [closedChallenge('before')] })
    const { begunAt, expiresAt } = claims
    const event: EventBody = {
      type: 'challenge-cancelled',
      purpose: 'sign-in',
      challengeId: 'challenge',
      factorId: 'app',
    }
    expectDecided(cancelChallenge(at, claims), at, {
      next: {
        texts: [other],
        closedChallenges: [closedChallenge('before'), { id: 'challenge', state: 'cancelled', begunAt, expiresAt }],
      },
      outcome: { status: 'cancelled' },
      events: [event],
    })
  })

  it.each(ended)('that is %s changes and tells nothing', (_what, change, claim) => {
    const at = caseOf({ ...all, ...change })
    expectDecided(cancelChallenge(at, { ...claims, ...claim }), at, { outcome: { status: 'cancelled' } })
  })
})
