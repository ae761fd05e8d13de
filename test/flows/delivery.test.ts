import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SmsDeliveryError } from '../../src/errors.js'
import type { SmsMessage } from '../../src/interfaces/sms-sender.js'
import { must } from '../support/outcome.js'
import { begin, phoneWorld, PHONE } from '../support/people.js'
import { makeWorld, START } from '../support/world.js'

const RETRY = START + 30_000

describe('a sender that fails', () => {
  it.each([
    ['opted-out', 'opted-out', null],
    ['unreachable', 'unreachable', null],
    ['rejected', 'delivery-failed', RETRY],
    ['throttled', 'delivery-failed', RETRY],
    ['transient', 'delivery-failed', RETRY],
    ['timeout', 'delivery-failed', RETRY],
    [undefined, 'delivery-failed', RETRY],
  ] as const)('for the reason %s, is told as %s, and the code stays valid', async (failure, reason, retryAt) => {
    const codes: string[] = []
    const send = async ({ code }: SmsMessage): Promise<void> => {
      codes.push(code ?? '')
      throw failure === undefined ? new Error('provider unavailable') : new SmsDeliveryError(failure)
    }
    const { world, ada } = await phoneWorld({ texts: { sender: { send } } })
    const { token, delivery } = await begin(world, 'ada')
    expect(delivery).toEqual({ status: 'not-sent', reason, retryAt })
    const { challengeId: subjectId } = world.heard('challenge-begun')[0]!
    expect(world.heard('text-not-sent')).toEqual([
      {
        type: 'text-not-sent',
        userId: 'ada',
        at: START,
        clientAddress: null,
        purpose: 'sign-in',
        subjectId,
        factorId: ada.factor.id,
        country: 'US',
        channel: 'sms',
        destination: '•••• 0123',
        reason,
      },
    ])
    expect(world.heard('text-sent')).toEqual([])
    must(await world.twoFactor.challenge.verify({ token, code: codes[0] ?? '' }), 'approved')
  })

  it.each([
    [
      'before it returns a promise',
      () => {
        throw new Error('down')
      },
    ],
    ['with nothing', () => Promise.reject(undefined as unknown as Error)],
    [
      'with an object that bites',
      () =>
        Promise.reject(
          new Proxy(
            {},
            {
              get: () => {
                throw new Error('bitten')
              },
            },
          ) as unknown as Error,
        ),
    ],
  ])('throwing %s, is told as delivery-failed', async (_what, send) => {
    const { world } = await phoneWorld({ texts: { sender: { send } } })
    expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'not-sent', reason: 'delivery-failed' })
  })

  it('has been paid for: the wait and the budgets stand', async () => {
    const { world } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 2 } })
    world.inbox.fail('transient')
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.resend({ token })).toEqual({
      status: 'not-sent',
      reason: 'too-soon',
      retryAt: RETRY,
    })
    world.clock.set(RETRY)
    expect(await world.twoFactor.challenge.resend({ token })).toMatchObject({ reason: 'delivery-failed' })
    world.clock.advanceSeconds(60)
    expect(await world.twoFactor.challenge.resend({ token })).toMatchObject({ reason: 'budget-spent' })
    expect(world.inbox.attempts).toBe(2)
  })

  it('does not stop an enrolment: it can be resent', async () => {
    const world = makeWorld()
    world.inbox.fail('transient')
    const started = must(await world.twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    expect(started.delivery).toEqual({ status: 'not-sent', reason: 'delivery-failed', retryAt: RETRY })
    world.inbox.work()
    world.clock.set(RETRY)
    must(await world.twoFactor.enrolment.resend({ userId: 'ada', enrolmentId: started.enrolmentId }), 'sent')
    const code = world.inbox.lastCode()
    must(
      await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId: started.enrolmentId, code }),
      'confirmed',
    )
  })
})

describe('a sender that hangs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is given up after timeoutSeconds, with its signal aborted', async () => {
    const signals: AbortSignal[] = []
    const send = ({ signal }: SmsMessage): Promise<void> => {
      signals.push(signal)
      return new Promise(() => undefined)
    }
    const { world } = await phoneWorld({ texts: { sender: { send }, timeoutSeconds: 4 } })
    const begun = begin(world, 'ada')
    await vi.advanceTimersByTimeAsync(3999)
    expect(signals[0]?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect((await begun).delivery).toEqual({ status: 'not-sent', reason: 'delivery-failed', retryAt: RETRY })
    expect(signals[0]?.aborted).toBe(true)
  })

  it('and delivers late, delivers a code that works', async () => {
    const { world, ada } = await phoneWorld()
    world.inbox.hang()
    const begun = begin(world, 'ada')
    await vi.advanceTimersByTimeAsync(10_000)
    const { token, delivery } = await begun
    expect(delivery).toMatchObject({ reason: 'delivery-failed' })
    expect(world.inbox.messages).toHaveLength(0)
    world.inbox.release()
    await vi.advanceTimersByTimeAsync(0)
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
  })

  it('holds up nothing else of the user', async () => {
    const { world } = await phoneWorld()
    world.inbox.hang()
    const begun = begin(world, 'ada')
    await vi.advanceTimersByTimeAsync(100)
    expect(await world.twoFactor.account.passwordChanged({ userId: 'ada' })).toEqual({ status: 'recorded' })
    await vi.advanceTimersByTimeAsync(10_000)
    await begun
  })

  it('holds up no removal for longer than its deadline', async () => {
    const { world, ada } = await phoneWorld()
    world.inbox.hang()
    const removed = world.twoFactor.factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof })
    await vi.advanceTimersByTimeAsync(10_000)
    must(await removed, 'removed')
    expect(world.heard('text-not-sent')).toMatchObject([{ purpose: 'notice', reason: 'delivery-failed' }])
  })
})

describe('a text', () => {
  it('is handed over only after it was committed', async () => {
    const committed: boolean[] = []
    const { world } = await phoneWorld({
      texts: {
        sender: {
          async send() {
            committed.push((await world.data.get('user:default:ada')) !== before)
          },
        },
      },
    })
    const before = await world.data.get('user:default:ada')
    await begin(world, 'ada')
    expect(committed).toEqual([true])
  })
})
