import { describe, expect, it } from 'vitest'
import { smsInbox } from '../../src/testing/index.js'
import { expectCode, must } from '../support/outcome.js'
import { begin, enrolSms, PHONE, phoneWorld } from '../support/people.js'
import { makeWorld } from '../support/world.js'

const LANDLINE = '+493012345678'
const calling = () => smsInbox({ channels: ['sms', 'voice'] })

describe('a call in place of a text', () => {
  it('reads the same code aloud, within the same waits and budgets', async () => {
    const phones = calling()
    const world = makeWorld({ texts: { sender: phones } })
    const { enrolment, challenge } = world.twoFactor
    const { enrolmentId } = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, code: phones.lastCode() }), 'confirmed')
    const begun = await begin(world, 'ada')
    expect(begun.delivery).toMatchObject({ status: 'sent', channel: 'sms' })
    const code = phones.lastCode()
    expect(await challenge.resend({ token: begun.token, channel: 'voice' })).toMatchObject({ reason: 'too-soon' })
    world.clock.advanceSeconds(30)
    const called = await challenge.resend({ token: begun.token, channel: 'voice' })
    expect(called).toMatchObject({ status: 'sent', channel: 'voice', destination: '•••• 0123' })
    expect(phones.last()).toMatchObject({ channel: 'voice', code, language: 'en' })
    expect(phones.last().text).not.toContain('#')
    must(await challenge.verify({ token: begun.token, code }), 'approved')
    expect(world.heard('text-sent').map(({ channel }) => channel)).toEqual(['sms', 'sms', 'voice'])
  })

  it('is refused to a sender that has not declared it, before anything is spent', async () => {
    const { world } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    world.clock.advanceSeconds(30)
    await expectCode(world.twoFactor.challenge.resend({ token, channel: 'voice' }), 'ERR_CHANNEL_INVALID')
    await expectCode(
      world.twoFactor.enrolment.beginSms({ userId: 'bob', phoneNumber: PHONE, channel: 'voice' }),
      'ERR_CHANNEL_INVALID',
    )
    expect(world.inbox.messages).toHaveLength(1)
  })
})

describe('a number that only takes calls', () => {
  it('is enrolled by a call, and called at every sign-in', async () => {
    const phones = calling()
    const world = makeWorld({ texts: { sender: phones } })
    const { enrolment } = world.twoFactor
    const asked = { userId: 'ada', phoneNumber: LANDLINE }
    expect(await enrolment.beginSms(asked)).toMatchObject({ reason: 'invalid-phone-number' })
    const started = must(await enrolment.beginSms({ ...asked, channel: 'voice' }), 'started')
    expect(started.delivery).toMatchObject({ status: 'sent', channel: 'voice' })
    const { enrolmentId } = started
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, code: phones.lastCode() }), 'confirmed')
    expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'sent', channel: 'voice' })
    expect(phones.messages.map(({ channel }) => channel)).toEqual(['voice', 'voice'])
  })

  it('gets nothing from a sender that can no longer call, and the answer says so', async () => {
    const phones = calling()
    const world = makeWorld({ texts: { sender: phones } })
    const started = must(
      await world.twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: LANDLINE, channel: 'voice' }),
      'started',
    )
    const { enrolmentId } = started
    must(await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: phones.lastCode() }), 'confirmed')
    const texting = smsInbox()
    const later = world.process({ texts: { sender: texting } })
    expect(await later.challenge.begin({ userId: 'ada' })).toMatchObject({
      status: 'challenged',
      delivery: { status: 'not-sent', reason: 'delivery-failed' },
    })
    expect(texting.attempts).toBe(0)
  })
})

describe('a sender', () => {
  it('must be able to send texts', () => {
    expect(() => makeWorld({ texts: { sender: smsInbox({ channels: ['voice'] }) } })).toThrow(
      expect.objectContaining({ code: 'ERR_SMS_INVALID' }),
    )
  })

  it('is told the channel of every text', async () => {
    const world = makeWorld()
    await enrolSms(world)
    expect(world.inbox.last()).toMatchObject({ channel: 'sms' })
  })
})
