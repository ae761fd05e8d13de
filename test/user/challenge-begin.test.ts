import { describe, expect, it } from 'vitest'
import type { EventBody } from '../../src/interfaces/events.js'
import type { Factor } from '../../src/interfaces/factor.js'
import { beginChallenge, type BeginInput } from '../../src/user/challenge-begin.js'
import type { Case, Facts } from '../../src/user/decision.js'
import { presentFactor } from '../../src/user/presenting.js'
import type { FactorRecord, UserRecord } from '../../src/user/record.js'
import {
  appFactor,
  caseOf,
  challengeText,
  claimsOf,
  codeSet,
  CREDENTIAL,
  DAY,
  deviceNamed,
  expectDecided,
  GRANTED,
  HOUR,
  LOCK_ENDS,
  LOCKED,
  made,
  MASKED,
  met,
  MINUTE,
  needOf,
  NOW,
  passkeyFactor,
  PHONE_NUMBER,
  phoneFactor,
  policyWith,
  SECOND,
  SUSPENDED,
} from './cases.js'

const input: BeginInput = {
  purpose: 'sign-in',
  deviceId: null,
  factorId: null,
  required: false,
  bindingDigest: null,
  summary: null,
  joinKey: null,
  challengeId: 'challenge',
  keyIds: ['k1'],
  passkeys: true,
}

const begin = (at: Case, change: Partial<BeginInput> = {}, facts: Facts = []) =>
  beginChallenge(at, { ...input, ...change }, facts)

const EXPIRES = NOW + 10 * MINUTE
const claims = claimsOf({ begunAt: NOW, expiresAt: EXPIRES })

function begun(factor: FactorRecord, change: Partial<Extract<EventBody, { type: 'challenge-begun' }>> = {}): EventBody {
  return {
    type: 'challenge-begun',
    purpose: 'sign-in',
    challengeId: 'challenge',
    factorId: factor.id,
    factorKind: factor.kind,
    standing: 'open',
    joined: false,
    ...change,
  }
}

const shown = ({ record }: Case, factor: FactorRecord): Factor => presentFactor(record, factor)

describe('beginning a challenge for somebody without a factor', () => {
  const none = { status: 'enrolment-required', graceEndsAt: null, claims: null }
  it.each<[string, BeginInput['required'], object]>([
    ['not required', false, { status: 'not-required' }],
    ['required', true, none],
    ['required since a moment ago', { from: NOW - 1 }, none],
    ['required from now on', { from: NOW }, none],
    ['required from a moment later on', { from: NOW + 1 }, { ...none, graceEndsAt: NOW + 1 }],
  ])('where a second factor is %s', (_what, required, outcome) => {
    const at = caseOf()
    expectDecided(begin(at, { required }), at, { outcome })
  })

  it.each<[BeginInput['required']]>([[false], [true], [{ from: NOW + DAY }]])(
    'asks for an enrolment that is owed, whatever the host requires: %o',
    (required) => {
      const at = caseOf({ enrolmentRequired: true })
      expectDecided(begin(at, { required }), at, { outcome: none })
    },
  )

  const pass = { salt: 's', hash: 'h', issuedAt: NOW - HOUR, expiresAt: NOW + 1, used: false }
  it.each<[BeginInput['required']]>([[false], [true], [{ from: NOW + DAY }]])(
    'gives a token for the access pass that staff issued, whatever the host requires: %o',
    (required) => {
      const at = caseOf({ accessPass: pass })
      expectDecided(begin(at, { required, bindingDigest: 'digest' }), at, {
        outcome: { ...none, claims: { ...claims, factorId: null, codeDigits: [], bindingDigest: 'digest' } },
      })
    },
  )

  it('gives no token once the access pass has expired, and still lets nobody in', () => {
    const at = caseOf({ accessPass: { ...pass, expiresAt: NOW } })
    expectDecided(begin(at), at, { outcome: none })
  })
})

describe('the factor that a challenge asks for', () => {
  const app = appFactor()
  const phone = phoneFactor()
  const passkey = passkeyFactor()
  it.each<[string, Partial<UserRecord>, Partial<BeginInput>, string]>([
    ['is a passkey before an app', { factors: [app, passkey] }, {}, 'key'],
    ['is an app before a phone', { factors: [phone, app] }, {}, 'app'],
    ['is the oldest of a kind', { factors: [app, appFactor({ id: 'second' })] }, {}, 'app'],
    ['is the preferred one before all', { factors: [app, passkey], preferredFactorId: 'app' }, {}, 'app'],
    [
      'is the one asked for before the preferred',
      { factors: [app, passkey], preferredFactorId: 'app' },
      { factorId: 'key' },
      'key',
    ],
    ['is not one that nobody has', { factors: [app, passkey] }, { factorId: 'gone' }, 'key'],
    ['is no passkey where none can be checked', { factors: [app, passkey] }, { passkeys: false }, 'app'],
    [
      'is no passkey where none can be checked, though it is preferred',
      { factors: [app, passkey], preferredFactorId: 'key' },
      { passkeys: false },
      'app',
    ],
    [
      'is no passkey where none can be checked, though it is asked for',
      { factors: [app, passkey] },
      { passkeys: false, factorId: 'key' },
      'app',
    ],
    [
      'is a passkey all the same where there is nothing else: recovery codes remain',
      { factors: [passkey] },
      { passkeys: false },
      'key',
    ],
  ])('%s', (_what, change, asking, id) => {
    const { outcome } = made(begin(caseOf(change), asking))
    expect(outcome).toMatchObject({ status: 'challenged', factor: { id }, claims: { factorId: id } })
  })
})

describe('beginning a challenge', () => {
  it('by app writes nothing and says everything in its claims', () => {
    const factors = [appFactor(), appFactor({ id: 'long', digits: 8 }), phoneFactor()]
    const at = caseOf({ factors, recoveryCodes: codeSet({ spent: [1] }) })
    const asked = { purpose: 'step-up', bindingDigest: 'digest', summary: 'EUR 5 to Bob' } as const
    expectDecided(begin(at, asked), at, {
      outcome: {
        status: 'challenged',
        claims: { ...claims, ...asked, codeDigits: [6, 8] },
        factor: shown(at, factors[0]!),
        factors: factors.map((factor) => shown(at, factor)),
        delivery: null,
        allow: null,
        expiresAt: EXPIRES,
        recoveryCodesRemaining: 2,
      },
      events: [begun(factors[0]!, { purpose: 'step-up' })],
    })
  })

  it('by passkey writes nothing and lets every passkey answer', () => {
    const second = passkeyFactor({ id: 'second', credential: { ...CREDENTIAL, id: 'other' } })
    const at = caseOf({ factors: [passkeyFactor(), appFactor(), second] })
    expectDecided(begin(at), at, {
      outcome: {
        status: 'challenged',
        claims: { ...claims, factorId: 'key', codeDigits: [] },
        factor: shown(at, passkeyFactor()),
        factors: at.record.factors.map((factor) => shown(at, factor)),
        delivery: null,
        allow: [CREDENTIAL, { ...CREDENTIAL, id: 'other' }],
        expiresAt: EXPIRES,
        recoveryCodesRemaining: 0,
      },
      events: [begun(passkeyFactor())],
    })
  })

  it('lasts as long as the policy says', () => {
    const at = caseOf({ factors: [appFactor()] }, { policy: policyWith({ challengeLifetimeSeconds: 90 }) })
    expect(made(begin(at)).outcome).toMatchObject({
      expiresAt: NOW + 90 * SECOND,
      claims: { begunAt: NOW, expiresAt: NOW + 90 * SECOND },
    })
  })

  it('is begun after everything that the record has forgotten', () => {
    const after = (begunAt: number, expiresAt: number) =>
      made(begin(caseOf({ factors: [appFactor()], settledThrough: { begunAt, expiresAt } }))).outcome
    expect(after(NOW - 1, EXPIRES)).toMatchObject({ claims: { begunAt: NOW } })
    expect(after(NOW, EXPIRES)).toMatchObject({ claims: { begunAt: NOW + 1, expiresAt: EXPIRES } })
    expect(after(NOW + HOUR, EXPIRES - 1)).toMatchObject({ claims: { begunAt: NOW + HOUR, expiresAt: EXPIRES } })
    const texts = [challengeText({ begunAt: NOW + HOUR, expiresAt: NOW })]
    const ahead = made(begin(caseOf({ factors: [appFactor()], texts }))).outcome
    expect(ahead).toMatchObject({ claims: { begunAt: NOW + HOUR, expiresAt: EXPIRES } })
  })

  it('takes recovery codes of the lengths that the user has', () => {
    const at = caseOf({ factors: [appFactor()], recoveryCodes: codeSet({ hash: 'scrypt', lengths: [16, 24, 10] }) })
    expect(made(begin(at)).outcome).toMatchObject({ claims: { recoveryLengths: [24, 16, 10] } })
  })
})

describe('beginning a challenge on a trusted device', () => {
  const device = deviceNamed('d')
  const skipped: EventBody = { type: 'challenge-skipped', deviceId: 'd' }
  const trusted = { status: 'trusted', device, amr: [], assurance: 'single-factor' }
  const withDevice = (change: Partial<UserRecord> = {}, other: Partial<Case> = {}): Case =>
    caseOf({ factors: [appFactor()], trustedDevices: [device], ...change }, other)

  it.each([
    ['open', {}],
    ['locked', { guesses: LOCKED }],
    ['suspended', { guesses: SUSPENDED }],
  ])('skips it while codes are %s, and writes nothing', (_what, change) => {
    const at = withDevice(change)
    expectDecided(begin(at, { deviceId: 'd' }), at, { outcome: trusted, events: [skipped] })
  })

  it('notes the day that the device was used', () => {
    const old = { ...device, trustedAt: NOW - DAY }
    const at = withDevice({ trustedDevices: [old, deviceNamed('e')] })
    expectDecided(begin(at, { deviceId: 'd' }), at, {
      next: { trustedDevices: [{ ...old, lastUsedAt: NOW }, deviceNamed('e')] },
      outcome: { ...trusted, device: old },
      events: [skipped],
    })
  })

  it.each<[string, Case, Partial<BeginInput>]>([
    ['of another id', withDevice(), { deviceId: 'e' }],
    ['without an id', withDevice(), {}],
    ['that has expired', withDevice({ trustedDevices: [{ ...device, expiresAt: NOW }] }), { deviceId: 'd' }],
    ['for a step-up', withDevice(), { deviceId: 'd', purpose: 'step-up' }],
    ['where trusting is off', withDevice({}, { policy: policyWith({ trustedDevices: 'off' }) }), { deviceId: 'd' }],
  ])('asks all the same with a device %s', (_what, at, asking) => {
    const { next, outcome } = made(begin(at, asking))
    expect(outcome).toMatchObject({ status: 'challenged' })
    expect(next).toBe(at.record)
  })

  it('means nothing to somebody without a factor', () => {
    const at = withDevice({ factors: [] })
    expectDecided(begin(at, { deviceId: 'd' }), at, { outcome: { status: 'not-required' } })
  })
})

describe('beginning a challenge while codes are shut', () => {
  const factors = [phoneFactor(), appFactor()]
  it.each([
    ['locked', LOCKED, { status: 'locked', retryAt: LOCK_ENDS }],
    ['suspended', SUSPENDED, { status: 'suspended' }],
  ] as const)(
    'gives a token for recovery codes alone to somebody who has only typed codes: %s',
    (standing, guesses, outcome) => {
      const at = caseOf({ factors, guesses, recoveryCodes: codeSet() })
      expectDecided(begin(at), at, {
        outcome: { ...outcome, claims, expiresAt: EXPIRES, recoveryCodesRemaining: 3 },
        events: [begun(appFactor(), { standing })],
      })
    },
  )

  it.each([
    ['locked', LOCKED],
    ['suspended', SUSPENDED],
  ] as const)('asks for a passkey, whatever was asked for or preferred: %s', (standing, guesses) => {
    const at = caseOf({ factors: [...factors, passkeyFactor()], guesses, preferredFactorId: 'phone' })
    for (const factorId of [null, 'app', 'key']) {
      const decision = made(begin(at, { factorId }))
      expect(decision.outcome).toMatchObject({ status: 'challenged', factor: { id: 'key' }, allow: [CREDENTIAL] })
      expect(decision.events).toEqual([begun(passkeyFactor(), { standing })])
      expect(decision.next).toBe(at.record)
    }
  })

  it('asks for no passkey where none can be checked', () => {
    const at = caseOf({ factors: [...factors, passkeyFactor()], guesses: LOCKED })
    expect(made(begin(at, { passkeys: false })).outcome).toMatchObject({ status: 'locked' })
  })

  it('asks as ever from the end of the lock on', () => {
    const at = caseOf({ factors, guesses: { ...LOCKED, lockedUntilAt: NOW } })
    expect(made(begin(at)).outcome).toMatchObject({ status: 'challenged', factor: { id: 'app' } })
  })
})

describe('beginning a challenge by text', () => {
  const phone = phoneFactor()
  const textClaims = { ...claims, factorId: 'phone' }
  const at = caseOf({ factors: [phone], textedAt: [NOW - HOUR, NOW - 1] })
  const asked = {
    status: 'challenged',
    claims: textClaims,
    factor: shown(at, phone),
    factors: [shown(at, phone)],
    delivery: null,
    allow: null,
    expiresAt: EXPIRES,
    recoveryCodesRemaining: 0,
  }
  const state = {
    sends: 1,
    lastSentAt: NOW,
    generation: 1,
    phoneNumber: PHONE_NUMBER,
    keyId: 'k1',
    codeSentAt: NOW,
  }
  const kept = { ...state, challengeId: 'challenge', begunAt: NOW, expiresAt: EXPIRES, joinKey: 'join', wrongCodes: 0 }
  const told = {
    purpose: 'sign-in',
    subjectId: 'challenge',
    factorId: 'phone',
    country: 'US',
    channel: 'sms',
    destination: MASKED,
  }

  it('first asks whether the text may go out', () => {
    expect(needOf(begin(at, { purpose: 'step-up', summary: 'EUR 5' }))).toStrictEqual({
      need: 'permit',
      ask: { to: PHONE_NUMBER, country: 'US', channel: 'sms', purpose: 'step-up', summary: 'EUR 5' },
    })
  })

  it('keeps the text, and sends it once it is kept', () => {
    const facts = [met(begin(at, { joinKey: 'join' }), 'permit', GRANTED)]
    const subject = {
      id: 'challenge',
      purpose: 'sign-in',
      bindingDigest: null,
      summary: null,
      expiresAt: EXPIRES,
      factorId: 'phone',
    } as const
    expectDecided(begin(at, { joinKey: 'join' }, facts), at, {
      next: { texts: [kept], textedAt: [NOW - 1, NOW] },
      outcome: asked,
      events: [begun(phone)],
      effects: [
        {
          effect: 'send-code',
          text: {
            subject,
            recipient: { phoneNumber: PHONE_NUMBER, country: 'US', channel: 'sms' },
            state,
            expiresAt: NOW + 5 * MINUTE,
            resendAt: NOW + 30 * SECOND,
          },
        },
      ],
    })
  })

  it.each(['screened', 'budget-spent'] as const)(
    'that is %s writes nothing, and asks for the code all the same',
    (verdict) => {
      const answer = { ...GRANTED, verdict, retryAt: NOW + HOUR, exceeded: ['address'] } as const
      const facts = [met(begin(at), 'permit', answer)]
      expectDecided(begin(at, {}, facts), at, {
        outcome: { ...asked, delivery: { status: 'not-sent', reason: verdict, retryAt: NOW + HOUR } },
        events: [
          begun(phone),
          { type: 'limit-exceeded', limit: 'address', enforced: true },
          { type: 'text-not-sent', ...told, reason: verdict } as EventBody,
        ],
      })
    },
  )

  it("beyond the user's own texts of an hour is planned no more, and asks nobody", () => {
    const full = caseOf({ factors: [phone], textedAt: Array.from({ length: 10 }, () => NOW - 1) })
    expectDecided(begin(full), full, {
      outcome: { ...asked, delivery: { status: 'not-sent', reason: 'budget-spent', retryAt: NOW - 1 + HOUR } },
      events: [
        begun(phone),
        { type: 'limit-exceeded', limit: 'user', enforced: true },
        { type: 'text-not-sent', ...told, reason: 'budget-spent' } as EventBody,
      ],
    })
  })

  it('sends nothing where text messages are not configured', () => {
    const delivery = { status: 'not-sent', reason: 'delivery-failed', retryAt: null }
    expectDecided(begin(at, { keyIds: null }), at, {
      outcome: { ...asked, delivery },
      events: [begun(phone), { type: 'text-not-sent', ...told, reason: 'delivery-failed' } as EventBody],
    })
  })

  describe('a second time', () => {
    const open = { ...kept, challengeId: 'first', begunAt: NOW - 29_999, expiresAt: EXPIRES - 29_999 }
    const out = { ...open, lastSentAt: NOW - 29_999, codeSentAt: NOW - 29_999 }
    const joining = caseOf({ factors: [phone], texts: [challengeText({ challengeId: 'other' }), out] })

    it('joins the challenge that is open, asks nobody and writes nothing', () => {
      expectDecided(begin(joining, { joinKey: 'join' }), joining, {
        outcome: {
          ...asked,
          claims: { ...textClaims, id: 'first', begunAt: open.begunAt, expiresAt: open.expiresAt },
          expiresAt: open.expiresAt,
          delivery: {
            status: 'sent',
            channel: 'sms',
            destination: MASKED,
            sentAt: NOW - 29_999,
            resendAt: NOW + 1,
            expiresAt: NOW - 29_999 + 5 * MINUTE,
          },
        },
        events: [begun(phone, { challengeId: 'first', joined: true })],
      })
    })

    it.each<[string, Partial<typeof out>, Partial<BeginInput>]>([
      ['from somebody else, or for something else', {}, { joinKey: 'another' }],
      ['from nobody in particular', {}, { joinKey: null }],
      ['at the end of the first wait', { lastSentAt: NOW - 30_000 }, {}],
      ['after a second text', { sends: 2 }, {}],
      ['after a wrong code', { wrongCodes: 1 }, {}],
      ['once the code is dead', { codeSentAt: NOW - 5 * MINUTE }, {}],
      ['once the challenge has ended', { expiresAt: NOW }, {}],
      ['by a clock that was set back', { lastSentAt: NOW + 30_001, codeSentAt: NOW + 30_001 }, {}],
      ['to another number', { phoneNumber: '+14155550199' }, {}],
      ['though it counts as settled', { begunAt: NOW - 40_000 }, {}],
    ])('begins another %s', (_what, change, asking) => {
      const settledThrough = { begunAt: NOW - 40_000, expiresAt: EXPIRES }
      const alone = caseOf({ factors: [phone], texts: [{ ...out, ...change }], settledThrough })
      expect(needOf(begin(alone, { joinKey: 'join', ...asking })).need).toBe('permit')
    })
  })
})
