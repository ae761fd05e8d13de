import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { begin, phoneWorld } from '../support/people.js'
import { makeWorld, START, type World } from '../support/world.js'

const HOUR = 3_600_000

const policy = { regionMinimumTexts: 10, regionUnverifiedShare: 0.8 } as const

/** Begins the enrolment of a fresh number in the United States or Great Britain. */
function begun({ twoFactor }: World, count: number, country: 'US' | 'GB' = 'US') {
  const phoneNumber = country === 'US' ? `+1415555${String(1000 + count)}` : `+4474001${String(23_400 + count)}`
  return twoFactor.enrolment.beginSms({ userId: `${country} ${count}`, phoneNumber })
}

/** Ten texts to the United States, of which so many come back. */
async function tenTexts(world: World, verified: number): Promise<void> {
  for (let count = 0; count < 10; count++) {
    const { enrolmentId } = must(await begun(world, count), 'started')
    if (count >= verified) continue
    must(
      await world.twoFactor.enrolment.confirm({ userId: `US ${count}`, enrolmentId, code: world.inbox.lastCode() }),
      'confirmed',
    )
  }
}

describe('enrolment texts to one region', () => {
  it('are shut when hardly any code comes back, until what was sent counts no more', async () => {
    const world = makeWorld({ policy })
    await tenTexts(world, 2)
    expect(await begun(world, 11)).toEqual({ status: 'refused', reason: 'sms-unavailable', retryAt: START + 2 * HOUR })
    expect(world.inbox.attempts).toBe(10)
    expect(world.heard('limit-exceeded')).toEqual([
      { type: 'limit-exceeded', userId: 'US 11', at: START, limit: 'region', enforced: true },
    ])
  })

  it('stay open while more come back', async () => {
    const world = makeWorld({ policy })
    await tenTexts(world, 3)
    must(await begun(world, 11), 'started')
  })

  it('are shut region by region', async () => {
    const world = makeWorld({ policy })
    await tenTexts(world, 0)
    expect(await begun(world, 11)).toMatchObject({ status: 'refused' })
    must(await begun(world, 11, 'GB'), 'started')
  })

  it('open again as the hours pass', async () => {
    const world = makeWorld({ policy })
    await tenTexts(world, 0)
    world.clock.set(START + HOUR)
    expect(await begun(world, 11)).toMatchObject({ status: 'refused', retryAt: START + 2 * HOUR })
    world.clock.set(START + 2 * HOUR)
    must(await begun(world, 11), 'started')
  })

  it('never shut out a confirmed phone', async () => {
    const { world } = await phoneWorld({ policy })
    for (let count = 0; count < 9; count++) must(await begun(world, count), 'started')
    expect(await begun(world, 9)).toMatchObject({ status: 'refused' })
    expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'sent' })
  })

  it('are only reported with record-only limits', async () => {
    const world = makeWorld({ policy: { ...policy, textLimits: 'record-only' } })
    await tenTexts(world, 0)
    must(await begun(world, 11), 'started')
    expect(world.heard('limit-exceeded')).toMatchObject([{ limit: 'region', enforced: false }])
  })
})
