import { describe, expect, it, vi } from 'vitest'
import { SmsDeliveryError, type SmsDeliveryFailure } from '../../src/errors.js'
import type { SmsMessage, SmsSender } from '../../src/interfaces/sms-sender.js'
import { failover, type FailoverOptions } from '../../src/sms/failover.js'
import { expectThrown } from '../support/outcome.js'

function message(
  signal: AbortSignal = new AbortController().signal,
  channel: SmsMessage['channel'] = 'sms',
): SmsMessage {
  return {
    to: '+14155550123',
    channel,
    text: '123456 is your Acme sign-in code.',
    language: 'en',
    code: '123456',
    purpose: 'sign-in',
    expiresAt: 300_000,
    idempotencyKey: 'k1',
    signal,
  }
}

interface Line {
  readonly senders: readonly SmsSender[]
  readonly tried: string[]
  readonly received: SmsMessage[]
}

/** Senders named a, b, c …, each of which rejects with its failure, or takes the message where that is null. */
function line(...failures: readonly unknown[]): Line {
  const tried: string[] = []
  const received: SmsMessage[] = []
  const senders = failures.map((failure, index) => ({
    send(given: SmsMessage): Promise<void> {
      tried.push('abcdef'.charAt(index))
      received.push(given)
      const outcome = vi.fn<SmsSender['send']>()
      return (failure === null ? outcome.mockResolvedValue() : outcome.mockRejectedValue(failure))(given)
    },
  }))
  return { senders, tried, received }
}

const failed = (reason: SmsDeliveryFailure): SmsDeliveryError => new SmsDeliveryError(reason)

/** As another copy would throw it: the same brand, another class. */
function fromAnotherCopy(reason: string): Error {
  class Foreign extends Error {
    readonly reason = reason
  }
  Object.defineProperty(Foreign.prototype, Symbol.for('countersign.SmsDeliveryError'), { value: true })
  return new Foreign()
}

describe('failover', () => {
  const cases: [
    what: string,
    failures: unknown[],
    tried: string,
    outcome: 'sent' | number,
    options?: FailoverOptions,
  ][] = [
    ['the first takes it', [null, null], 'a', 'sent'],
    ['the first is down', [failed('transient'), null], 'ab', 'sent'],
    ['the first is overloaded', [failed('throttled'), null], 'ab', 'sent'],
    ['two are down', [failed('transient'), failed('throttled'), null], 'abc', 'sent'],
    ['all are down', [failed('transient'), failed('throttled')], 'ab', 1],
    ['the only one is down', [failed('transient')], 'a', 0],
    ['the recipient opted out', [failed('opted-out'), null], 'a', 0],
    ['the number is unreachable', [failed('unreachable'), null], 'a', 0],
    ['the message is refused', [failed('rejected'), null], 'a', 0],
    ['the second refuses', [failed('transient'), failed('rejected'), null], 'ab', 1],
    ['the first does not answer', [failed('timeout'), null], 'a', 0],
    [
      'the first does not answer and twice is better than never',
      [failed('timeout'), null],
      'ab',
      'sent',
      { onTimeout: 'next' },
    ],
    ['the first does not answer and stop is spelled out', [failed('timeout'), null], 'a', 0, { onTimeout: 'stop' }],
    [
      'the first does not answer and the option is undefined',
      [failed('timeout'), null],
      'a',
      0,
      { onTimeout: undefined },
    ],
    ['an opted-out recipient stays so whatever the option', [failed('opted-out'), null], 'a', 0, { onTimeout: 'next' }],
    ['an unnamed failure', [new Error('socket hang up'), null], 'a', 0, { onTimeout: 'next' }],
    ['an aborted request', [new DOMException('aborted', 'AbortError'), null], 'a', 0, { onTimeout: 'next' }],
    [
      'something that only looks like a delivery error',
      [{ name: 'SmsDeliveryError', reason: 'transient' }, null],
      'a',
      0,
    ],
    ['a rejection with nothing', [undefined, null], 'a', 0],
    ['a delivery error of another copy of the library', [fromAnotherCopy('transient'), null], 'ab', 'sent'],
    ['a refusal from another copy of the library', [fromAnotherCopy('opted-out'), null], 'a', 0],
    ['a reason that no copy knows', [fromAnotherCopy('bounced'), null], 'a', 0, { onTimeout: 'next' }],
  ]
  it.each(cases)('%s', async (_what, failures, tried, outcome, options) => {
    const { senders, tried: log, received } = line(...failures)
    const sent = message()
    const result = failover(senders, options).send(sent)
    if (outcome === 'sent') await expect(result).resolves.toBeUndefined()
    else
      expect(
        await result.then(
          () => 'sent',
          (error: unknown) => ({ error }),
        ),
      ).toEqual({ error: failures[outcome] })
    expect(log.join('')).toBe(tried)
    expect(received.every((given) => given === sent)).toBe(true)
  })

  it('tries nobody further once the signal has aborted, whatever the option', async () => {
    const controller = new AbortController()
    const { senders, tried } = line(null)
    const slow: SmsSender = {
      send: () => {
        controller.abort()
        return Promise.reject(failed('timeout'))
      },
    }
    const sender = failover([slow, ...senders], { onTimeout: 'next' })
    await expect(sender.send(message(controller.signal))).rejects.toMatchObject({ reason: 'timeout' })
    expect(tried).toEqual([])
  })

  it('treats a sender that throws like one that rejects', async () => {
    const { senders, tried } = line(null)
    const throwing: SmsSender = {
      send: () => {
        throw failed('transient')
      },
    }
    await failover([throwing, ...senders]).send(message())
    expect(tried).toEqual(['a'])
  })

  it('nests', async () => {
    const inner = line(failed('transient'), failed('throttled'))
    const outer = line(null)
    await failover([failover(inner.senders), ...outer.senders]).send(message())
    expect([inner.tried.join(''), outer.tried.join('')]).toEqual(['ab', 'a'])
  })

  it('offers a message only to senders of its channel', async () => {
    const { senders, tried } = line(null, failed('transient'), null)
    const [texts, calls, both] = senders as [SmsSender, SmsSender, SmsSender]
    const sender = failover([texts, { ...calls, channels: ['voice'] }, { ...both, channels: ['sms', 'voice'] }])
    await sender.send(message(undefined, 'voice'))
    expect(tried.join('')).toBe('bc')
    await sender.send(message())
    expect(tried.join('')).toBe('bca')
  })

  it('declares every channel that one of them has, and refuses the others', async () => {
    const { senders, tried } = line(null, null)
    const [first, second] = senders as [SmsSender, SmsSender]
    expect(failover([first, second]).channels).toEqual(['sms'])
    expect(failover([first, { ...second, channels: ['voice'] }]).channels).toEqual(['sms', 'voice'])
    await expect(failover([first, second]).send(message(undefined, 'voice'))).rejects.toMatchObject({
      name: 'SmsDeliveryError',
      reason: 'rejected',
    })
    expect(tried).toEqual([])
  })

  it('keeps each sender its own this', async () => {
    class Counting implements SmsSender {
      count = 0
      send(): Promise<void> {
        this.count += 1
        return Promise.resolve()
      }
    }
    const counting = new Counting()
    await failover([counting]).send(message())
    expect(counting.count).toBe(1)
  })

  it('does not change when the list it was given does', async () => {
    const { senders, tried } = line(null)
    const list = [...senders]
    const sender = failover(list)
    list.length = 0
    await sender.send(message())
    expect(tried).toEqual(['a'])
  })
})

describe('failover refuses', () => {
  const sender: SmsSender = { send: () => Promise.resolve() }
  const make = failover as (...given: unknown[]) => SmsSender
  const nonsense: [what: string, given: unknown[]][] = [
    ['no argument', []],
    ['no sender', [[]]],
    ['a bare sender', [sender]],
    ['null', [null]],
    ['a text', ['ab']],
    ['a list with a gap', [new Array(2)]],
    ['a list with null', [[sender, null]]],
    ['a list with a function', [[() => undefined]]],
    ['a sender whose send is no function', [[{ send: true }]]],
    ['a sender whose channels are none', [[{ ...sender, channels: ['fax'] }]]],
    ['an object like a list', [{ 0: sender, length: 1 }]],
    ['options that are null', [[sender], null]],
    ['options that are a text', [[sender], 'next']],
    ['an unknown option value', [[sender], { onTimeout: 'retry' }]],
    ['a boolean option', [[sender], { onTimeout: true }]],
    ['a null option', [[sender], { onTimeout: null }]],
  ]
  it.each(nonsense)('%s', (_what, given) => {
    expect(expectThrown(() => make(...given), 'ERR_SMS_INVALID').name).toBe('TwoFactorError')
  })
})
