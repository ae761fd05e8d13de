import { setImmediate as breathe } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { smsCode } from '../../src/crypto/sms-code.js'
import { SmsDeliveryError, type SmsDeliveryFailure } from '../../src/errors.js'
import type { SmsSender } from '../../src/interfaces/sms-sender.js'
import { createEffects } from '../../src/shell/effects.js'
import { createRecordGroups } from '../../src/shell/record-groups.js'
import { NOBODY } from '../../src/shell/shell.js'
import type { CodeText, Effect } from '../../src/user/decision.js'
import { START } from '../support/world.js'
import { shellOptions } from './shell-options.js'

const PHONE = '+14155550123'
const MINUTE = 60_000
const recipient = { phoneNumber: PHONE, country: 'US', channel: 'sms' } as const
const text: CodeText = {
  subject: {
    id: 'challenge',
    purpose: 'step-up',
    bindingDigest: 'digest',
    summary: 'EUR 5 to Bob',
    expiresAt: START + 10 * MINUTE,
    factorId: 'phone',
  },
  recipient,
  state: { sends: 2, lastSentAt: START, generation: 3, phoneNumber: PHONE, keyId: 'k1', codeSentAt: START - MINUTE },
  expiresAt: START + 4 * MINUTE,
  resendAt: START + MINUTE,
}
const sendCode: Effect = { effect: 'send-code', text }
const told = {
  purpose: 'step-up',
  subjectId: 'challenge',
  factorId: 'phone',
  country: 'US',
  channel: 'sms',
  destination: '•••• 0123',
}

function setUp(given: Parameters<typeof shellOptions>[0] = {}) {
  const made = shellOptions(given)
  const groups = createRecordGroups(made.options)
  return { ...made, groups, carryOut: createEffects(made.options, groups) }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('sending a code', () => {
  it('writes the code of its subject, and says that it is out', async () => {
    const { carryOut, inbox, options } = setUp()
    expect(await carryOut([sendCode], 'ada', NOBODY)).toEqual({
      delivery: {
        status: 'sent',
        channel: 'sms',
        destination: '•••• 0123',
        sentAt: START,
        resendAt: START + MINUTE,
        expiresAt: START + 4 * MINUTE,
      },
      events: [{ type: 'text-sent', ...told }],
    })
    const code = smsCode(options.ring, 'k1', {
      userId: 'ada',
      subjectId: 'challenge',
      phoneNumber: PHONE,
      purpose: 'step-up',
      bindingDigest: 'digest',
      summary: 'EUR 5 to Bob',
      generation: 3,
    })
    const [message] = inbox.messages
    expect(message).toMatchObject({
      to: PHONE,
      code,
      purpose: 'step-up',
      channel: 'sms',
      expiresAt: START + 4 * MINUTE,
      idempotencyKey: 'challenge.2',
      signal: expect.any(AbortSignal) as AbortSignal,
    })
    expect(message?.text).toContain('EUR 5 to Bob')
    expect(message?.text).toContain(code)
  })

  it.each<[SmsDeliveryFailure | 'anything else', string, number | null]>([
    ['opted-out', 'opted-out', null],
    ['unreachable', 'unreachable', null],
    ['rejected', 'delivery-failed', START + MINUTE],
    ['throttled', 'delivery-failed', START + MINUTE],
    ['transient', 'delivery-failed', START + MINUTE],
    ['timeout', 'delivery-failed', START + MINUTE],
    ['anything else', 'delivery-failed', START + MINUTE],
  ])('that is not accepted says why: %s', async (failure, reason, retryAt) => {
    const error = failure === 'anything else' ? new Error(PHONE) : new SmsDeliveryError(failure)
    const { carryOut } = setUp({ sms: { sender: { send: () => Promise.reject(error) } } })
    expect(await carryOut([sendCode], 'ada', NOBODY)).toEqual({
      delivery: { status: 'not-sent', reason, retryAt },
      events: [{ type: 'text-not-sent', ...told, reason }],
    })
  })

  it('is not failed by a sender that throws before it makes a promise', async () => {
    const send: SmsSender['send'] = () => {
      throw new SmsDeliveryError('opted-out')
    }
    const { carryOut } = setUp({ sms: { sender: { send } } })
    expect(await carryOut([sendCode], 'ada', NOBODY)).toMatchObject({ delivery: { reason: 'opted-out' } })
  })

  it('waits for a sender no longer than it has', async () => {
    const { carryOut, inbox } = setUp({ sms: { timeoutSeconds: 2 } })
    inbox.hang()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const carried = carryOut([sendCode], 'ada', NOBODY)
    await vi.advanceTimersByTimeAsync(2000)
    expect(await carried).toMatchObject({ delivery: { status: 'not-sent', reason: 'delivery-failed' } })
  })
})

describe('sending notices', () => {
  it('texts every number, and tells of each', async () => {
    const { carryOut, inbox } = setUp()
    const other = { factorId: 'other', phoneNumber: '+447400123456', country: 'GB', channel: 'sms' } as const
    const effect: Effect = {
      effect: 'send-notice',
      notice: 'number-replaced',
      to: [{ factorId: 'phone', ...recipient }, other],
    }
    expect(await carryOut([effect], 'ada', NOBODY)).toEqual({
      delivery: null,
      events: [
        { type: 'text-sent', ...told, purpose: 'notice', subjectId: null },
        {
          type: 'text-sent',
          purpose: 'notice',
          subjectId: null,
          factorId: 'other',
          country: 'GB',
          channel: 'sms',
          destination: '•••• 3456',
        },
      ],
    })
    expect(inbox.messages.map(({ to, code, idempotencyKey }) => [to, code, idempotencyKey])).toEqual([
      [PHONE, null, 'phone.number-replaced'],
      ['+447400123456', null, 'other.number-replaced'],
    ])
  })
})

describe('counting in a region', () => {
  const count: Effect = { effect: 'count-region', country: 'US', field: 'sent' }
  const signal = async ({ groups }: ReturnType<typeof setUp>) => (await groups.regions.read('region:default:US')).record

  it('happens behind the answer', async () => {
    const made = setUp()
    expect(await made.carryOut([count], 'ada', NOBODY)).toEqual({ delivery: null, events: [] })
    await breathe()
    await made.carryOut([{ ...count, field: 'verified' }], 'ada', NOBODY)
    await breathe()
    expect(await signal(made)).toMatchObject({ sent: 1, verified: 1 })
  })

  it('is one try: a count that is lost is lost, and fails nothing', async () => {
    for (const fault of ['loseSwapAt', 'failAt'] as const) {
      const made = setUp()
      made.store[fault](2)
      await made.carryOut([count], 'ada', NOBODY)
      await breathe()
      expect(made.store.calls).toEqual(['get', 'swap'])
      expect(await signal(made)).toMatchObject({ sent: 0 })
    }
  })

  it('delays no answer when the store hangs', async () => {
    const { carryOut, store, inbox } = setUp()
    store.hangAt(1)
    expect(await carryOut([sendCode, count], 'ada', NOBODY)).toMatchObject({
      delivery: { status: 'sent', channel: 'sms' },
    })
    expect(inbox.attempts).toBe(1)
  })
})

it('is nothing where there is nothing to do', async () => {
  const { carryOut, store } = setUp()
  expect(await carryOut([], 'ada', NOBODY)).toEqual({ delivery: null, events: [] })
  expect(store.calls).toEqual([])
})
