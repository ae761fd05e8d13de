import { describe, expect, it } from 'vitest'
import { must, wrongCode } from '../support/outcome.js'
import { enrolSms, enrolTotp, PHONE } from '../support/people.js'
import { makeWorld, START } from '../support/world.js'

const ada = { userId: 'ada', phoneNumber: PHONE }

describe('enrolling a phone number', () => {
  it('sends a code at once and says where to, masked', async () => {
    const { twoFactor, inbox, heard } = makeWorld()
    const started = must(await twoFactor.enrolment.beginSms(ada), 'started')
    expect(started).toEqual({
      status: 'started',
      enrolmentId: started.enrolmentId,
      destination: '•••• 0123',
      delivery: {
        status: 'sent',
        channel: 'sms',
        destination: '•••• 0123',
        sentAt: START,
        resendAt: START + 30_000,
        expiresAt: START + 300_000,
      },
      expiresAt: START + 600_000,
      restricted: true,
    })
    expect(inbox.messages).toHaveLength(1)
    const { to, text, code, purpose, expiresAt } = inbox.last()
    expect({ to, purpose, expiresAt }).toEqual({ to: PHONE, purpose: 'enrolment', expiresAt: START + 300_000 })
    expect(text).toContain(code)
    expect(code).toMatch(/^\d{6}$/)
    expect(heard('text-sent')).toEqual([
      {
        type: 'text-sent',
        userId: 'ada',
        at: START,
        clientAddress: null,
        purpose: 'enrolment',
        subjectId: started.enrolmentId,
        factorId: null,
        country: 'US',
        channel: 'sms',
        destination: '•••• 0123',
      },
    ])
  })

  it('with the right code, makes a restricted factor and, being the first, ten recovery codes', async () => {
    const { twoFactor, inbox, heard } = makeWorld()
    const { enrolmentId } = must(await twoFactor.enrolment.beginSms({ ...ada, name: 'Mobile' }), 'started')
    const confirmed = must(
      await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: inbox.lastCode() }),
      'confirmed',
    )
    expect(confirmed.factor).toEqual({
      id: enrolmentId,
      kind: 'sms',
      name: 'Mobile',
      destination: '•••• 0123',
      confirmedAt: START,
      lastUsedAt: null,
      preferred: true,
      restricted: true,
      synced: null,
    })
    expect(confirmed.recoveryCodes).toHaveLength(10)
    expect(await twoFactor.challenge.checkProof({ userId: 'ada', proof: confirmed.proof })).toMatchObject({
      status: 'valid',
      method: 'sms',
    })
    expect(heard('factor-added')).toMatchObject([{ factorKind: 'sms', first: true }])
    expect(heard('text-verified')).toEqual([
      {
        type: 'text-verified',
        userId: 'ada',
        at: START,
        clientAddress: null,
        purpose: 'enrolment',
        subjectId: enrolmentId,
        factorId: enrolmentId,
        country: 'US',
      },
    ])
  })

  it('reads the national form with a default country', async () => {
    const { twoFactor, inbox } = makeWorld()
    must(
      await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: '07400 123456', defaultCountry: 'GB' }),
      'started',
    )
    expect(inbox.last().to).toBe('+447400123456')
  })

  it('reads a full-width plus as international', async () => {
    const { twoFactor, inbox } = makeWorld()
    must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: '＋１４１５５５５０１２３' }), 'started')
    expect(inbox.last().to).toBe(PHONE)
  })

  it.each([
    ['nonsense', 'not a number', 'invalid-phone-number'],
    ['a national number of nowhere', '07400 123456', 'invalid-phone-number'],
    ['a premium number', '+1 900 555 0123', 'invalid-phone-number'],
    ['a country that is not on the list', '+33612345678', 'country-not-allowed'],
  ] as const)('refuses %s, and sends nothing', async (_what, phoneNumber, reason) => {
    const { twoFactor, inbox, store } = makeWorld({ texts: { countries: ['US', 'GB'] } })
    expect(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber })).toEqual({
      status: 'refused',
      reason,
      retryAt: null,
    })
    expect(inbox.attempts).toBe(0)
    expect(store.calls).toEqual([])
  })

  it('is refused where text messages are not configured', async () => {
    const { twoFactor } = makeWorld({ texts: null })
    expect(await twoFactor.enrolment.beginSms(ada)).toEqual({
      status: 'refused',
      reason: 'sms-unavailable',
      retryAt: null,
    })
  })

  it('is sent no second text by a process that has no text messages configured', async () => {
    const world = makeWorld()
    const { enrolmentId } = must(await world.twoFactor.enrolment.beginSms(ada), 'started')
    world.clock.advanceSeconds(30)
    const without = world.process({ texts: null })
    expect(await without.enrolment.resend({ userId: ada.userId, enrolmentId })).toEqual({
      status: 'not-sent',
      reason: 'delivery-failed',
      retryAt: null,
    })
    expect(world.inbox.attempts).toBe(1)
  })

  it('of somebody who has a factor, wants a proof, and sends nothing without', async () => {
    const world = makeWorld()
    const { twoFactor, inbox } = world
    const { proof } = await enrolTotp(world)
    expect(await twoFactor.enrolment.beginSms(ada)).toMatchObject({ status: 'refused', reason: 'proof-required' })
    expect(await twoFactor.enrolment.beginSms({ ...ada, proof: `${proof}x` })).toMatchObject({
      status: 'refused',
      reason: 'proof-invalid',
    })
    expect(inbox.attempts).toBe(0)
    must(await twoFactor.enrolment.beginSms({ ...ada, proof }), 'started')
  })

  it('resends the same code after 30, 60, 120 and 300 seconds, five texts in all', async () => {
    const world = makeWorld({ policy: { enrolmentLifetimeSeconds: 3600, smsCodeLifetimeSeconds: 600 } })
    const { twoFactor, inbox, clock } = world
    const { enrolmentId } = must(await twoFactor.enrolment.beginSms(ada), 'started')
    const resend = () => twoFactor.enrolment.resend({ userId: 'ada', enrolmentId })
    for (const wait of [30, 60, 120, 300]) {
      clock.advance(wait * 1000 - 1)
      expect(await resend()).toEqual({ status: 'not-sent', reason: 'too-soon', retryAt: clock.now() + 1 })
      clock.advance(1)
      must(await resend(), 'sent')
    }
    clock.advanceSeconds(3000)
    expect(await resend()).toEqual({ status: 'not-sent', reason: 'budget-spent', retryAt: null })
    expect(inbox.messages).toHaveLength(5)
    expect(new Set(inbox.messages.map(({ code }) => code)).size).toBe(1)
    expect(new Set(inbox.messages.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(5)
  })

  it('after five minutes, resends the next code; the last one has stopped working', async () => {
    const { twoFactor, inbox, clock } = makeWorld()
    const { enrolmentId } = must(await twoFactor.enrolment.beginSms(ada), 'started')
    const first = inbox.lastCode()
    clock.advanceSeconds(300)
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: first })).toEqual({
      status: 'rejected',
      reason: 'expired',
      attemptsRemaining: 5,
      retryAt: null,
    })
    must(await twoFactor.enrolment.resend({ userId: 'ada', enrolmentId }), 'sent')
    expect(inbox.lastCode()).not.toBe(first)
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: first })).toMatchObject({
      reason: 'wrong-code',
    })
    must(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: inbox.lastCode() }), 'confirmed')
  })

  it.each([
    ['an app', 'totp'],
    ['nothing at all', 'unknown'],
  ] as const)('resends nothing for %s', async (_what, kind) => {
    const { twoFactor, inbox } = makeWorld()
    const started = must(await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }), 'started')
    const enrolmentId = kind === 'totp' ? started.enrolmentId : 'unknown'
    expect(await twoFactor.enrolment.resend({ userId: 'ada', enrolmentId })).toEqual({
      status: 'refused',
      reason: 'unknown-enrolment',
      retryAt: null,
    })
    expect(inbox.attempts).toBe(0)
  })

  it('does not take a sign-in code for an enrolment code', async () => {
    const world = makeWorld()
    const { twoFactor, inbox } = world
    const person = await enrolSms(world)
    const { enrolmentId } = must(
      await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: '+447400123456', proof: person.proof }),
      'started',
    )
    const enrolmentCode = inbox.lastCode()
    must(await twoFactor.challenge.begin({ userId: 'ada' }), 'challenged')
    expect(inbox.lastCode()).not.toBe(enrolmentCode)
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: inbox.lastCode() })).toMatchObject({
      reason: 'wrong-code',
    })
  })

  it('counts wrong codes, and takes the right one after them', async () => {
    const { twoFactor, inbox } = makeWorld()
    const { enrolmentId } = must(await twoFactor.enrolment.beginSms(ada), 'started')
    const code = inbox.lastCode()
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: wrongCode(code) })).toMatchObject({
      attemptsRemaining: 4,
    })
    must(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'confirmed')
  })
})
