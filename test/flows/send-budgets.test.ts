import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../src/interfaces/delivery.js'
import { expectCode, must } from '../support/outcome.js'
import { begin, enrolSms, phoneWorld, PHONE } from '../support/people.js'
import { contents, makeWorld, NEW_KEY, OLD_KEY, START, type World, type WorldOptions } from '../support/world.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Begins an enrolment of `phoneNumber` for somebody, and tells what became of the text. */
async function enrolmentText(
  { twoFactor }: World,
  userId: string,
  phoneNumber = PHONE,
  clientAddress?: string,
): Promise<Delivery> {
  return must(await twoFactor.enrolment.beginSms({ userId, phoneNumber, clientAddress }), 'started').delivery
}

/** A wide world: only the budget under test can run out. */
const wide = (policy: WorldOptions['policy']): WorldOptions => ({
  policy: { textsPerNumberTenMinutes: 20, textsPerAddressHour: 50, regionMinimumTexts: 10_000, ...policy },
})

describe('the texts of one user', () => {
  it('are ten an hour, over challenges, enrolments and numbers', async () => {
    const world = makeWorld(wide({}))
    for (let count = 0; count < 10; count++) {
      expect(await enrolmentText(world, 'ada', `+1415555010${count % 3}`)).toMatchObject({
        status: 'sent',
        channel: 'sms',
      })
      world.clock.advance(1000)
    }
    expect(await enrolmentText(world, 'ada', '+447400123456')).toEqual({
      status: 'not-sent',
      reason: 'budget-spent',
      retryAt: START + HOUR,
    })
    expect(world.inbox.attempts).toBe(10)
    world.clock.set(START + HOUR)
    expect(await enrolmentText(world, 'ada', '+447400123456')).toMatchObject({ status: 'sent', channel: 'sms' })
  })

  it('are reported when the hour is spent', async () => {
    const world = makeWorld(wide({ textsPerUserHour: 1 }))
    await enrolmentText(world, 'ada')
    await enrolmentText(world, 'ada')
    expect(world.heard('limit-exceeded')).toEqual([
      { type: 'limit-exceeded', userId: 'ada', at: START, clientAddress: null, limit: 'user', enforced: true },
    ])
  })
})

describe('the texts to one number', () => {
  it('are five in ten minutes, over all users', async () => {
    const world = makeWorld()
    for (let count = 0; count < 5; count++) {
      expect(await enrolmentText(world, `user ${count}`)).toMatchObject({ status: 'sent', channel: 'sms' })
      world.clock.advance(1000)
    }
    expect(await enrolmentText(world, 'user 6')).toEqual({
      status: 'not-sent',
      reason: 'budget-spent',
      retryAt: START + 600_000,
    })
    expect(world.heard('limit-exceeded')).toMatchObject([{ userId: 'user 6', limit: 'number', enforced: true }])
    world.clock.set(START + 600_000)
    expect(await enrolmentText(world, 'user 7')).toMatchObject({ status: 'sent', channel: 'sms' })
    expect(await enrolmentText(world, 'user 8')).toMatchObject({ status: 'not-sent' })
    expect(world.inbox.attempts).toBe(6)
  })

  it('are twenty a day', async () => {
    const world = makeWorld(wide({}))
    for (let count = 0; count < 20; count++) {
      expect(await enrolmentText(world, `user ${count}`)).toMatchObject({ status: 'sent', channel: 'sms' })
      world.clock.advanceSeconds(1800)
    }
    expect(await enrolmentText(world, 'last')).toEqual({
      status: 'not-sent',
      reason: 'budget-spent',
      retryAt: START + DAY,
    })
    world.clock.set(START + DAY)
    expect(await enrolmentText(world, 'last')).toMatchObject({ status: 'sent', channel: 'sms' })
  })

  it('are one budget, however the number is written', async () => {
    const world = makeWorld()
    const forms = [
      '+14155550123',
      '+1 (415) 555-0123',
      '+1.415.555.0123',
      '\u200e+1 415 555 0123',
      '+１４１５５５５０１２３',
    ]
    for (const [index, form] of forms.entries())
      expect(await enrolmentText(world, `user ${index}`, form)).toMatchObject({ status: 'sent', channel: 'sms' })
    const national = await world.twoFactor.enrolment.beginSms({
      userId: 'ada',
      phoneNumber: '415 555 0123',
      defaultCountry: 'US',
    })
    expect(must(national, 'started').delivery).toMatchObject({ reason: 'budget-spent' })
  })

  it('are still counted after a key rotation', async () => {
    const world = makeWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    must(await world.twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    const rotated = world.process({ keys: [NEW_KEY, OLD_KEY] })
    const { delivery } = must(await rotated.enrolment.beginSms({ userId: 'bob', phoneNumber: PHONE }), 'started')
    expect(delivery).toMatchObject({ status: 'not-sent', reason: 'budget-spent' })
  })

  it('that is confirmed, are counted apart: a stranger cannot use up its budget', async () => {
    const { world } = await phoneWorld()
    for (let count = 0; count < 10; count++) await enrolmentText(world, `stranger ${count}`)
    for (let count = 0; count < 5; count++)
      expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'sent', channel: 'sms' })
    expect((await begin(world, 'ada')).delivery).toEqual({
      status: 'not-sent',
      reason: 'budget-spent',
      retryAt: START + 600_000,
    })
  })

  it('that is confirmed, leave the budget of its enrolment alone', async () => {
    const { world } = await phoneWorld()
    for (let count = 0; count < 6; count++) await begin(world, 'ada')
    expect(await enrolmentText(world, 'bob')).toMatchObject({ status: 'sent', channel: 'sms' })
  })
})

describe('the texts asked for from one address', () => {
  it('are twenty an hour, over users and numbers', async () => {
    const world = makeWorld({ policy: { regionMinimumTexts: 10_000 } })
    const number = (count: number) => `+1415555${String(count).padStart(4, '0')}`
    for (let count = 0; count < 20; count++) {
      expect(await enrolmentText(world, `user ${count}`, number(count), '192.0.2.1')).toMatchObject({
        status: 'sent',
        channel: 'sms',
      })
      world.clock.advance(1000)
    }
    const spent = await enrolmentText(world, 'ada', number(20), '192.0.2.1')
    expect(spent).toEqual({ status: 'not-sent', reason: 'budget-spent', retryAt: START + HOUR })
    expect(world.heard('limit-exceeded')).toMatchObject([{ userId: 'ada', limit: 'address', enforced: true }])
    expect(await enrolmentText(world, 'bob', number(21), '192.0.2.2')).toMatchObject({ status: 'sent', channel: 'sms' })
    world.clock.set(START + HOUR)
    expect(await enrolmentText(world, 'ada', number(20), '192.0.2.1')).toMatchObject({ status: 'sent', channel: 'sms' })
  })

  it('count for challenges, switches and resends too', async () => {
    const { world, ada } = await phoneWorld({ policy: { textsPerAddressHour: 2, textsPerNumberTenMinutes: 20 } })
    const { challenge } = world.twoFactor
    const clientAddress = '2001:db8::1'
    const { token } = await begin(world, 'ada', { clientAddress })
    world.clock.advanceSeconds(30)
    expect(await challenge.resend({ token, clientAddress })).toMatchObject({ status: 'sent', channel: 'sms' })
    world.clock.advanceSeconds(60)
    const switched = must(await challenge.switchFactor({ token, factorId: ada.factor.id, clientAddress }), 'challenged')
    expect(switched.delivery).toMatchObject({ status: 'not-sent', reason: 'budget-spent' })
    expect(await challenge.resend({ token })).toMatchObject({ status: 'sent', channel: 'sms' })
  })
})

describe('the address that texts are asked for from', () => {
  /** Whether two addresses share one budget of a single text. */
  async function share(first: string, second: string): Promise<boolean> {
    const world = makeWorld(wide({ textsPerAddressHour: 1 }))
    expect(await enrolmentText(world, 'ada', PHONE, first)).toMatchObject({ status: 'sent', channel: 'sms' })
    return (await enrolmentText(world, 'bob', '+447400123456', second)).status === 'not-sent'
  }

  it.each([
    ['2001:db8::1', '2001:db8::2'],
    ['2001:db8::1', '2001:db8:0:0:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:DB8:0000::1'],
    ['2001:db8::1', '[2001:db8::9]'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '::ffff:192.0.2.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
  ])('is one for %s and %s: what one subscriber has counts once', async (first, second) => {
    expect(await share(first, second)).toBe(true)
    expect(await share(second, first)).toBe(true)
  })

  it.each([
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['192.0.2.1', '192.0.2.2'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['::192.0.2.1', '192.0.2.1'],
    ['office', 'home'],
  ])('is another for %s than for %s', async (first, second) => {
    expect(await share(first, second)).toBe(false)
  })
})

describe('a text that one budget refuses', () => {
  it('costs the others nothing: many begins by one person leave the address to everybody else', async () => {
    const { world } = await phoneWorld()
    const clientAddress = '192.0.2.1'
    await enrolSms(world, 'bob', '+447400123456')
    for (let count = 0; count < 25; count++) await begin(world, 'ada', { clientAddress, binding: `${count}` })
    expect(world.heard('limit-exceeded').map(({ limit }) => limit)).toEqual(Array(20).fill('number'))
    for (let count = 0; count < 4; count++) {
      const { delivery } = await begin(world, 'bob', { clientAddress, binding: `${count}` })
      expect(delivery).toMatchObject({ status: 'sent', channel: 'sms' })
    }
  })

  it('costs a number nothing when the address is what refuses', async () => {
    const { world } = await phoneWorld({ policy: { textsPerAddressHour: 1, textsPerNumberTenMinutes: 2 } })
    const clientAddress = '192.0.2.1'
    await begin(world, 'ada', { clientAddress, binding: 'first' })
    for (let count = 0; count < 5; count++) {
      const { delivery } = await begin(world, 'ada', { clientAddress, binding: `${count}` })
      expect(delivery).toMatchObject({ status: 'not-sent', reason: 'budget-spent', retryAt: START + HOUR })
    }
    expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'sent', channel: 'sms' })
  })

  it('says when the last of all that refuse it makes room', async () => {
    const { world } = await phoneWorld({ policy: { textsPerAddressHour: 1, textsPerNumberTenMinutes: 1 } })
    const clientAddress = '192.0.2.1'
    await begin(world, 'ada', { clientAddress, binding: 'first' })
    const { delivery } = await begin(world, 'ada', { clientAddress, binding: 'second' })
    expect(delivery).toMatchObject({ status: 'not-sent', retryAt: START + HOUR })
    expect(world.heard('limit-exceeded').map(({ limit }) => limit)).toEqual(['address', 'number'])
  })

  it('writes to no budget', async () => {
    const { world } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    const clientAddress = '192.0.2.1'
    await begin(world, 'ada', { clientAddress, binding: 'first' })
    const before = await contents(world.data)
    await begin(world, 'ada', { clientAddress, binding: 'second' })
    expect(await contents(world.data)).toEqual(before)
  })

  it('is refused by the user alone before any shared budget is looked at', async () => {
    const { world } = await phoneWorld({ policy: { textsPerUserHour: 1 } })
    expect(await world.storeCalls(() => begin(world, 'ada', { clientAddress: '192.0.2.1' }))).toBe(1)
    expect(world.heard('limit-exceeded')).toMatchObject([{ limit: 'user', enforced: true }])
  })
})

describe('a budget that others spend meanwhile', () => {
  it('refuses, though there was room when it was looked at', async () => {
    const { world } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    const process = world.process()
    const answers = await Promise.all([
      world.twoFactor.challenge.begin({ userId: 'ada', binding: 'one' }),
      process.challenge.begin({ userId: 'ada', binding: 'other' }),
    ])
    const deliveries = answers.map((answer) => must(answer, 'challenged').delivery?.status)
    expect(deliveries.sort()).toEqual(['not-sent', 'sent'])
    expect(world.inbox.attempts).toBe(1)
  })
})

describe('a text that the budgets refuse', () => {
  it('is not sent, and spends no wait of its challenge', async () => {
    const { world, ada } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    await begin(world, 'ada')
    const { token } = await begin(world, 'ada')
    expect(world.inbox.attempts).toBe(1)
    world.clock.set(START + 590_000)
    expect(await world.twoFactor.challenge.resend({ token })).toMatchObject({
      reason: 'budget-spent',
      retryAt: START + 600_000,
    })
    const later = await begin(world, 'ada')
    world.clock.set(START + 600_000)
    expect(await world.twoFactor.challenge.resend({ token: later.token })).toMatchObject({
      status: 'sent',
      channel: 'sms',
    })
    must(await world.twoFactor.challenge.verify({ token: later.token, code: ada.code() }), 'approved')
  })
})

describe('a limit that was exceeded', () => {
  const policy = { textLimits: 'record-only', textsPerNumberTenMinutes: 1 } as const

  it('is not told when nothing was committed', async () => {
    const { world } = await phoneWorld({ policy })
    await begin(world, 'ada')
    world.events.length = 0
    world.store.reset()
    world.store.failAt(3)
    await expectCode(world.twoFactor.challenge.begin({ userId: 'ada' }), 'ERR_STORE_FAILED')
    expect(world.store.calls).toEqual(['get', 'get', 'swap'])
    expect(world.events).toEqual([])
  })

  it('is told once, however often the operation starts over', async () => {
    const { world } = await phoneWorld({ policy })
    await begin(world, 'ada')
    world.events.length = 0
    world.store.reset()
    world.store.loseSwapAt(3)
    world.store.loseSwapAt(5)
    await begin(world, 'ada')
    expect(world.heard('limit-exceeded')).toHaveLength(1)
    expect(world.heard('challenge-begun')).toHaveLength(1)
    expect(world.store.calls).toEqual(['get', 'get', 'swap', 'get', 'swap', 'get', 'swap'])
  })
})

describe('record-only limits', () => {
  it('let texts pass, and report what they would have stopped', async () => {
    const policy = { textLimits: 'record-only', textsPerNumberTenMinutes: 1, textsPerAddressHour: 1 } as const
    const world = makeWorld({ policy })
    for (const userId of ['ada', 'bob'])
      expect(await enrolmentText(world, userId, PHONE, '192.0.2.1')).toMatchObject({ status: 'sent', channel: 'sms' })
    const about = { type: 'limit-exceeded', userId: 'bob', at: START, clientAddress: '192.0.2.1', enforced: false }
    expect(world.heard('limit-exceeded')).toEqual([
      { ...about, limit: 'address' },
      { ...about, limit: 'number' },
    ])
  })

  it('do not touch the limits of a challenge and a user', async () => {
    const world = makeWorld({ policy: { textLimits: 'record-only', textsPerUserHour: 1 } })
    await enrolSms(world)
    expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'not-sent', reason: 'budget-spent' })
  })
})
