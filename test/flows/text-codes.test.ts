import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { begin, phoneWorld } from '../support/people.js'
import { START } from '../support/world.js'

describe('a texted code', () => {
  it('lives five minutes from its first send, not a millisecond longer', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    world.clock.set(START + 60_000)
    must(await challenge.resend({ token }), 'sent')
    world.clock.set(START + 300_000)
    expect(await challenge.verify({ token, code })).toEqual({
      status: 'rejected',
      reason: 'expired',
      attemptsRemaining: 5,
      retryAt: null,
    })
  })

  it('works until its last millisecond', async () => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    world.clock.set(START + 299_999)
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
  })

  it('never outlives its challenge', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    world.clock.set(START + 500_000)
    expect(await challenge.resend({ token })).toMatchObject({
      status: 'sent',
      channel: 'sms',
      expiresAt: START + 600_000,
    })
    expect(world.inbox.last().expiresAt).toBe(START + 600_000)
    expect(world.inbox.last().text).toContain('expires in 1 min')
    world.clock.set(START + 600_000)
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({
      status: 'rejected',
      reason: 'expired',
      attemptsRemaining: 0,
    })
  })

  it('belongs to its challenge alone', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const first = await begin(world, 'ada')
    const firstCode = ada.code()
    const second = await begin(world, 'ada')
    expect(ada.code()).not.toBe(firstCode)
    expect(await challenge.verify({ token: second.token, code: firstCode })).toMatchObject({ reason: 'wrong-code' })
    must(await challenge.verify({ token: first.token, code: firstCode }), 'approved')
  })

  it('depends on purpose, binding and summary: no two challenges share one', async () => {
    const { world, ada } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 20 } })
    const codes = new Set<string>()
    for (const input of [
      {},
      { purpose: 'step-up' },
      { binding: 'EUR 10 to Bob' },
      { binding: 'EUR 11 to Bob' },
      { purpose: 'step-up', summary: 'EUR 10 to Bob' },
      { purpose: 'step-up', summary: 'EUR 11 to Bob' },
    ] as const) {
      await begin(world, 'ada', input)
      codes.add(ada.code())
    }
    expect(codes.size).toBe(6)
  })

  it('is expired, and not counted, while no text was sent for its challenge', async () => {
    const { world, ada } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    await begin(world, 'ada')
    const { token, delivery } = await begin(world, 'ada')
    expect(delivery).toMatchObject({ status: 'not-sent', reason: 'budget-spent' })
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toMatchObject({
      reason: 'expired',
      attemptsRemaining: 5,
    })
  })
})
