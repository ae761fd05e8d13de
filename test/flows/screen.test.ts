import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SmsScreenRequest } from '../../src/interfaces/sms-sender.js'
import { expectCode, must, smuggle } from '../support/outcome.js'
import { begin, enrolSms, phoneWorld, PHONE } from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'

type Verdict = 'send' | 'refuse'

describe('the screen', () => {
  it('is asked before every text, and told all that is known', async () => {
    const asked: SmsScreenRequest[] = []
    const screen = async (request: SmsScreenRequest): Promise<Verdict> => {
      asked.push(request)
      return 'send'
    }
    const world = makeWorld({ texts: { screen } })
    const person = await enrolSms(world)
    await begin(world, 'ada', { purpose: 'step-up', clientAddress: '192.0.2.1' })
    must(
      await world.twoFactor.factors.remove({ userId: 'ada', factorId: person.factor.id, proof: person.proof }),
      'removed',
    )
    expect(asked).toEqual([
      { userId: 'ada', to: PHONE, country: 'US', channel: 'sms', purpose: 'enrolment', clientAddress: null },
      { userId: 'ada', to: PHONE, country: 'US', channel: 'sms', purpose: 'step-up', clientAddress: '192.0.2.1' },
    ])
  })

  it('refuses: nothing is sent or spent, and another factor still works', async () => {
    const { world } = await phoneWorld({ texts: { screen: async () => 'refuse' } })
    const before = (await contents(world.data)).size
    const { token, delivery } = await begin(world, 'ada')
    expect(delivery).toEqual({ status: 'not-sent', reason: 'screened', retryAt: null })
    expect(await world.twoFactor.challenge.resend({ token })).toEqual({
      status: 'not-sent',
      reason: 'screened',
      retryAt: null,
    })
    expect(world.inbox.attempts).toBe(0)
    expect((await contents(world.data)).size).toBe(before)
  })

  it('refuses an enrolment text', async () => {
    const world = makeWorld({ texts: { screen: async () => 'refuse' } })
    const started = must(await world.twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    expect(started.delivery).toEqual({ status: 'not-sent', reason: 'screened', retryAt: null })
    expect(world.inbox.attempts).toBe(0)
  })

  it.each<[string, () => Promise<Verdict>]>([
    [
      'throws',
      () => {
        throw new Error('+14155550123 is in our blacklist')
      },
    ],
    ['rejects', () => Promise.reject(new Error('+14155550123 is in our blacklist'))],
    ['rejects under a telling name', () => Promise.reject(Object.assign(new Error('no'), { name: '+14155550123' }))],
    ['answers yes', () => Promise.resolve(smuggle('yes'))],
    ['answers nothing', () => Promise.resolve(smuggle(undefined))],
  ])('that %s stops the operation: nothing is sent, and nothing of it is told', async (_what, screen) => {
    const { world } = await phoneWorld({ texts: { screen } })
    const before = await contents(world.data)
    const error = await expectCode(world.twoFactor.challenge.begin({ userId: 'ada' }), 'ERR_SCREEN_FAILED')
    expect(String(error.stack) + String(error.cause)).not.toContain('4155550123')
    expect(await contents(world.data)).toEqual(before)
    expect(world.inbox.attempts).toBe(0)
  })
})

describe('a screen that hangs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is given up after timeoutSeconds, and nothing is sent', async () => {
    const { world } = await phoneWorld({ texts: { screen: () => new Promise(() => undefined), timeoutSeconds: 3 } })
    const begun = expectCode(world.twoFactor.challenge.begin({ userId: 'ada' }), 'ERR_SCREEN_FAILED')
    await vi.advanceTimersByTimeAsync(3000)
    await begun
    expect(world.inbox.attempts).toBe(0)
  })

  it('holds the user up no longer than that: the next operation runs', async () => {
    const { world } = await phoneWorld({ texts: { screen: () => new Promise(() => undefined), timeoutSeconds: 1 } })
    const begun = expectCode(world.twoFactor.challenge.begin({ userId: 'ada' }), 'ERR_SCREEN_FAILED')
    const next = world.twoFactor.account.passwordChanged({ userId: 'ada' })
    await vi.advanceTimersByTimeAsync(1000)
    await begun
    expect(await next).toEqual({ status: 'recorded' })
  })
})
