import { describe, expect, it } from 'vitest'
import { enrolSms, PHONE } from '../support/people.js'
import { makeWorld } from '../support/world.js'

const number = (index: number): string => `+1415555${String(1000 + index)}`

describe('the cap on the texts of a namespace', () => {
  it('refuses what is beyond it, tells of it, and opens again with the next hour', async () => {
    const world = makeWorld({ policy: { textsPerHour: 3 } })
    const { enrolment } = world.twoFactor
    const deliveries = []
    for (let index = 0; index < 5; index++) {
      const started = await enrolment.beginSms({ userId: `user${index}`, phoneNumber: number(index) })
      deliveries.push(started.status === 'started' ? started.delivery.status : started.reason)
    }
    expect(deliveries).toEqual(['sent', 'sent', 'sent', 'not-sent', 'not-sent'])
    expect(world.heard('limit-exceeded')).toMatchObject([
      { userId: 'user3', limit: 'namespace', enforced: true },
      { userId: 'user4', limit: 'namespace', enforced: true },
    ])
    world.clock.advanceSeconds(3600)
    expect(await enrolment.beginSms({ userId: 'later', phoneNumber: PHONE })).toMatchObject({
      delivery: { status: 'sent' },
    })
  })

  it('leaves the budget of a number whole when it refuses', async () => {
    const world = makeWorld({ policy: { textsPerHour: 1, textsPerNumberTenMinutes: 1 } })
    await enrolSms(world, 'ada')
    const refused = await world.twoFactor.enrolment.beginSms({ userId: 'bob', phoneNumber: number(1) })
    expect(refused).toMatchObject({ delivery: { status: 'not-sent', reason: 'budget-spent' } })
    const roomy = world.process({ policy: { textsPerNumberTenMinutes: 1 } })
    const sent = await roomy.enrolment.beginSms({ userId: 'carl', phoneNumber: number(1) })
    expect(sent).toMatchObject({ delivery: { status: 'sent' } })
  })

  it('is split into shards, which no text needs all of', async () => {
    const world = makeWorld({ policy: { textsPerHour: 3200 } })
    for (let index = 0; index < 40; index++) {
      await world.twoFactor.enrolment.beginSms({ userId: `user${index}`, phoneNumber: number(index) })
    }
    const keys: string[] = []
    for await (const key of world.data.keys()) if (key.startsWith('spend:')) keys.push(key)
    expect(keys.length).toBeGreaterThan(10)
  })

  it('is spent to the last text, though a shard is spent before the others', async () => {
    const world = makeWorld({ policy: { textsPerHour: 149, regionMinimumTexts: 1000 } })
    const statuses = []
    for (let index = 0; index < 150; index++) {
      const begun = await world.twoFactor.enrolment.beginSms({ userId: `user${index}`, phoneNumber: number(index) })
      statuses.push(begun.status === 'started' && begun.delivery.status)
    }
    // Two shards of 74.
    expect(statuses.filter((status) => status === 'sent')).toHaveLength(148)
    expect(statuses.slice(0, 148)).not.toContain('not-sent')
  })

  it('lets texts pass where limits only record', async () => {
    const world = makeWorld({ policy: { textsPerHour: 1, textLimits: 'record-only' } })
    for (let index = 0; index < 3; index++) {
      expect(
        await world.twoFactor.enrolment.beginSms({ userId: `user${index}`, phoneNumber: number(index) }),
      ).toMatchObject({ delivery: { status: 'sent' } })
    }
    expect(world.heard('limit-exceeded').map(({ limit, enforced }) => [limit, enforced])).toEqual([
      ['namespace', false],
      ['namespace', false],
    ])
  })
})
