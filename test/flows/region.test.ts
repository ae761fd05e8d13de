import { setImmediate as breathe } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../../src/interfaces/store.js'
import { must } from '../support/outcome.js'
import { begin, phoneWorld } from '../support/people.js'
import { contents, makeWorld, START, type World } from '../support/world.js'

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
  it('are shut when hardly any code comes back, until what was sent no longer counts', async () => {
    const world = makeWorld({ policy })
    await tenTexts(world, 2)
    expect(await begun(world, 11)).toEqual({ status: 'refused', reason: 'sms-unavailable', retryAt: START + 2 * HOUR })
    expect(world.inbox.attempts).toBe(10)
    expect(world.heard('limit-exceeded')).toEqual([
      { type: 'limit-exceeded', userId: 'US 11', at: START, clientAddress: null, limit: 'region', enforced: true },
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

  it('begin nothing while they are shut, and end nothing that is pending', async () => {
    const world = makeWorld({ policy })
    await tenTexts(world, 0)
    const before = await contents(world.data)
    expect(await begun(world, 11)).toMatchObject({ status: 'refused' })
    expect(await begun(world, 0)).toMatchObject({ status: 'refused' })
    expect(await contents(world.data)).toEqual(before)
    const [first] = world.heard('enrolment-begun')
    const code = world.inbox.messages[0]?.code
    const enrolmentId = first?.enrolmentId ?? ''
    must(await world.twoFactor.enrolment.confirm({ userId: 'US 0', enrolmentId, code }), 'confirmed')
  })

  it('say when they open, and are open then', async () => {
    const world = makeWorld({ policy })
    await tenTexts(world, 0)
    const { retryAt } = must(await begun(world, 11), 'refused')
    world.clock.set((retryAt ?? 0) - 1)
    expect(await begun(world, 11)).toMatchObject({ status: 'refused', retryAt })
    world.clock.set(retryAt ?? 0)
    must(await begun(world, 11), 'started')
  })

  it('never shut out a confirmed phone', async () => {
    const { world } = await phoneWorld({ policy })
    for (let count = 0; count < 9; count++) must(await begun(world, count), 'started')
    expect(await begun(world, 9)).toMatchObject({ status: 'refused' })
    expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'sent' })
  })

  it('are shut for resends too, while what was texted before can still be confirmed', async () => {
    const world = makeWorld({ policy })
    await tenTexts(world, 0)
    const { enrolment } = world.twoFactor
    const [first] = world.heard('enrolment-begun')
    const pending = { userId: 'US 0', enrolmentId: first?.enrolmentId ?? '' }
    world.clock.set(START + 30_000)
    expect(await enrolment.resend(pending)).toEqual({
      status: 'refused',
      reason: 'sms-unavailable',
      retryAt: START + 2 * HOUR,
    })
    expect(world.inbox.attempts).toBe(10)
    expect(world.heard('limit-exceeded')).toMatchObject([{ userId: 'US 0', limit: 'region', enforced: true }])
    must(await enrolment.confirm({ ...pending, code: world.inbox.messages[0]?.code ?? '' }), 'confirmed')
  })

  it('are counted when they are resent: a stranger cannot pump one enrolment', async () => {
    const world = makeWorld({ policy: { ...policy, regionMinimumTexts: 5 } })
    const { enrolmentId } = must(await begun(world, 0), 'started')
    const resend = () => world.twoFactor.enrolment.resend({ userId: 'US 0', enrolmentId })
    for (const wait of [30, 60, 120, 300]) {
      world.clock.advanceSeconds(wait)
      must(await resend(), 'sent')
    }
    expect(await begun(world, 1)).toMatchObject({ status: 'refused', reason: 'sms-unavailable' })
  })

  it('are only reported with record-only limits', async () => {
    const world = makeWorld({ policy: { ...policy, textLimits: 'record-only' } })
    await tenTexts(world, 0)
    must(await begun(world, 11), 'started')
    expect(world.heard('limit-exceeded')).toMatchObject([{ limit: 'region', enforced: false }])
  })
})

describe('a region record that hangs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** A store that answers the first `reads` of region records and then none. */
  function hangingRegions({ data }: World, reads: number): Store {
    let left = reads
    const hang = <Answer>(key: string, call: () => Promise<Answer>): Promise<Answer> =>
      key.startsWith('region:') && left-- <= 0 ? new Promise(() => undefined) : call()
    return {
      get: (key, options) => hang(key, () => data.get(key, options)),
      swap: (key, ...rest) => hang(key, () => data.swap(key, ...rest)),
      keys: () => data.keys(),
    }
  }

  it('delays no answer to a text that was sent: counting it is not waited for', async () => {
    const world = makeWorld()
    const { enrolment } = world.process({ store: hangingRegions(world, 1) })
    const started = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: '+14155550123' }), 'started')
    expect(started.delivery).toMatchObject({ status: 'sent' })
    expect(vi.getTimerCount()).toBeGreaterThan(0)
  })

  it('delays no confirmation', async () => {
    const world = makeWorld()
    const input = { userId: 'ada', phoneNumber: '+14155550123' }
    const { enrolmentId } = must(await world.twoFactor.enrolment.beginSms(input), 'started')
    const { enrolment } = world.process({ store: hangingRegions(world, 0) })
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, code: world.inbox.lastCode() }), 'confirmed')
  })

  it('delays no sign-in and no resend of one', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.process({ store: hangingRegions(world, 0) })
    const { token } = must(await challenge.begin({ userId: 'ada' }), 'challenged')
    world.clock.advanceSeconds(30)
    must(await challenge.resend({ token }), 'sent')
    must(await challenge.verify({ token, code: ada.code() }), 'approved')
  })
})

describe('a region record that fails', () => {
  it('costs its count and nothing else, and is tried once', async () => {
    const world = makeWorld({ policy })
    const input = { userId: 'ada', phoneNumber: '+14155550123' }
    const { enrolmentId } = must(await world.twoFactor.enrolment.beginSms(input), 'started')
    world.store.reset()
    world.store.failAt(3)
    const code = world.inbox.lastCode()
    must(await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'confirmed')
    await breathe()
    expect(world.store.calls).toEqual(['get', 'swap', 'get'])
  })

  it('loses its count to a faster process, and does not try again', async () => {
    const world = makeWorld({ policy })
    const input = { userId: 'ada', phoneNumber: '+14155550123' }
    const { enrolmentId } = must(await world.twoFactor.enrolment.beginSms(input), 'started')
    world.store.reset()
    world.store.loseSwapAt(4)
    const code = world.inbox.lastCode()
    must(await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'confirmed')
    await breathe()
    expect(world.store.calls).toEqual(['get', 'swap', 'get', 'swap'])
  })
})
