import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SmsScreenRequest } from '../../src/interfaces/sms-sender.js'
import { createPermits } from '../../src/shell/permits.js'
import { createRecordGroups } from '../../src/shell/record-groups.js'
import { NOBODY, type Asking } from '../../src/shell/shell.js'
import type { MessageTemplate } from '../../src/sms/message.js'
import type { Permit, PermitRequest } from '../../src/user/decision.js'
import { expectCode } from '../support/outcome.js'
import { contents, NEW_KEY, OLD_KEY, START } from '../support/world.js'
import { shellOptions } from './shell-options.js'

const PHONE = '+14155550123'
const MINUTE = 60_000
const HOUR = 3_600_000
const signIn: PermitRequest = { to: PHONE, country: 'US', channel: 'sms', purpose: 'sign-in', summary: null }
const enrolment: PermitRequest = { ...signIn, purpose: 'enrolment' }
const from = (clientAddress: string | null): Asking => ({ ...NOBODY, clientAddress })
const granted: Permit = { verdict: 'granted', retryAt: null, exceeded: [], enforced: true }

function setUp(given: Parameters<typeof shellOptions>[0] = {}) {
  const made = shellOptions(given)
  const groups = createRecordGroups(made.options)
  const { permit } = createPermits(made.options, groups)
  /** Asks so often, by one number or by many. */
  async function times(count: number, request: (index: number) => PermitRequest, asking: Asking) {
    const permits: Permit[] = []
    for (let index = 0; index < count; index++) permits.push(await permit(request(index), 'ada', asking))
    return permits
  }
  return { ...made, groups, permit, times }
}

const anotherNumber = (index: number): PermitRequest => ({ ...signIn, to: `+1415555${1000 + index}` })

describe('a permit for a text', () => {
  it('is granted, and charges one budget for the number and one for the network', async () => {
    const { permit, store } = setUp()
    expect(await permit(signIn, 'ada', NOBODY)).toEqual(granted)
    expect(store.calls).toEqual(['get', 'swap'])
    store.reset()
    expect(await permit(signIn, 'ada', from('192.0.2.7'))).toEqual(granted)
    expect(store.calls).toEqual(['get', 'get', 'swap', 'swap'])
  })

  it('is counted under a name that the key ring makes for this alone', async () => {
    const { permit, options, store } = setUp()
    await permit(signIn, 'ada', NOBODY)
    const digest = options.ring.mac(OLD_KEY.id, 'send-budget', ['confirmed', PHONE])
    const name = Buffer.from(digest?.subarray(0, 18) ?? []).toString('base64url')
    expect([...(await contents(store)).keys()]).toEqual([expect.stringContaining(name)])
  })

  it('is refused at the sixth text to a number in ten minutes', async () => {
    const { times } = setUp()
    const permits = await times(6, () => signIn, NOBODY)
    expect(permits.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => granted))
    expect(permits[5]).toEqual({
      verdict: 'budget-spent',
      retryAt: START + 10 * MINUTE,
      exceeded: ['number'],
      enforced: true,
    })
  })

  it('is refused at the twenty-first text from a network in an hour', async () => {
    const { times, permit } = setUp()
    expect(await times(20, anotherNumber, from('2001:db8::1'))).toEqual(Array.from({ length: 20 }, () => granted))
    expect(await permit(anotherNumber(20), 'ada', from('2001:db8::ffff:1'))).toEqual({
      verdict: 'budget-spent',
      retryAt: START + HOUR,
      exceeded: ['address'],
      enforced: true,
    })
    expect(await permit(anotherNumber(20), 'ada', from('2001:db8:0:1::1'))).toEqual(granted)
  })

  it('counts confirmed numbers and numbers being enrolled apart, so that no stranger uses up a victim', async () => {
    const { times, permit } = setUp()
    await times(5, () => enrolment, NOBODY)
    expect(await permit(enrolment, 'ada', NOBODY)).toMatchObject({ verdict: 'budget-spent' })
    expect(await permit(signIn, 'ada', NOBODY)).toEqual(granted)
    expect(await permit({ ...signIn, purpose: 'step-up' }, 'ada', NOBODY)).toEqual(granted)
  })

  it('charges nothing when one budget refuses: twenty begins by one person leave the network its texts', async () => {
    const { times, permit } = setUp()
    const permits = await times(20, () => signIn, from('192.0.2.7'))
    expect(permits.filter(({ verdict }) => verdict === 'granted')).toHaveLength(5)
    expect(await times(15, anotherNumber, from('192.0.2.7'))).toEqual(Array.from({ length: 15 }, () => granted))
    expect(await permit(anotherNumber(15), 'ada', from('192.0.2.7'))).toMatchObject({ exceeded: ['address'] })
  })

  it('charges no number when its network refuses', async () => {
    const { times, permit } = setUp()
    await times(20, anotherNumber, from('192.0.2.7'))
    await times(9, () => signIn, from('192.0.2.7'))
    expect(await times(5, () => signIn, from('192.0.2.8'))).toEqual(Array.from({ length: 5 }, () => granted))
    expect(await permit(signIn, 'ada', from('192.0.2.9'))).toMatchObject({ exceeded: ['number'] })
  })

  it('names both limits, and the later instant, when both refuse', async () => {
    const { times, permit, clock } = setUp()
    await times(5, () => signIn, from('192.0.2.7'))
    clock.advanceSeconds(60)
    await times(15, anotherNumber, from('192.0.2.7'))
    expect(await permit(signIn, 'ada', from('192.0.2.7'))).toEqual({
      verdict: 'budget-spent',
      retryAt: START + HOUR,
      exceeded: ['address', 'number'],
      enforced: true,
    })
  })

  it('is granted all the same where limits are only recorded', async () => {
    const { times } = setUp({ policy: { textLimits: 'record-only' } })
    const permits = await times(7, () => signIn, NOBODY)
    const { exceeded, ...recorded } = { ...granted, exceeded: ['number'], enforced: false }
    expect(permits.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => ({ ...recorded, exceeded: [] })))
    expect(permits.slice(5)).toEqual(Array.from({ length: 2 }, () => ({ ...recorded, exceeded })))
  })

  it('grants exactly what is left when many ask at once', async () => {
    const { permit } = setUp()
    const permits = await Promise.all(Array.from({ length: 12 }, () => permit(signIn, 'ada', NOBODY)))
    expect(permits.filter(({ verdict }) => verdict === 'granted')).toHaveLength(5)
    expect(permits.filter(({ exceeded }) => exceeded.length === 1)).toHaveLength(7)
  })

  it('keeps numbers and networks as keyed digests', async () => {
    const { permit, store } = setUp()
    await permit(signIn, 'ada', from('192.0.2.7'))
    const stored = JSON.stringify([...(await contents(store))])
    expect([...(await contents(store)).keys()]).toEqual([
      expect.stringMatching(/^texts:default:[A-Za-z0-9_-]{24}$/) as string,
      expect.stringMatching(/^texts:default:[A-Za-z0-9_-]{24}$/) as string,
    ])
    for (const secret of [PHONE, PHONE.slice(1), '192.0.2.7']) expect(stored).not.toContain(secret)
  })

  it('goes by the oldest key, so that a new one in front starts no budget afresh', async () => {
    const first = setUp()
    await first.times(5, () => signIn, NOBODY)
    const rotated = setUp({ store: first.store, keys: [NEW_KEY, OLD_KEY] })
    expect(await rotated.permit(signIn, 'ada', NOBODY)).toMatchObject({ verdict: 'budget-spent' })
    const retired = setUp({ store: first.store, keys: [NEW_KEY] })
    expect(await retired.permit(signIn, 'ada', NOBODY)).toEqual(granted)
  })

  it('is not even asked for when the text cannot be written', async () => {
    const message: MessageTemplate = ({ notice, code, summary }) => {
      if (summary === 'EUR 5') throw new Error('own')
      return [notice, code, summary].filter((part) => part !== null).join(' ')
    }
    const { permit, store } = setUp({ sms: { message } })
    const request = { ...signIn, purpose: 'step-up', summary: 'EUR 5' } as const
    await expectCode(permit(request, 'ada', NOBODY), 'ERR_MESSAGE_INVALID')
    expect(store.calls).toEqual([])
    expect(await permit({ ...request, summary: 'EUR 6' }, 'ada', NOBODY)).toEqual(granted)
  })
})

describe('the breaker of a region', () => {
  async function pumped(given: Parameters<typeof shellOptions>[0] = {}) {
    const made = setUp(given)
    const signal = await made.groups.regions.read('region:default:US')
    await signal.swap({ hour: START / HOUR, sent: 20, verified: 0, sentBefore: 0, verifiedBefore: 0 })
    made.store.reset()
    return made
  }

  it('refuses texts of enrolments, before the host and any budget is asked', async () => {
    let asked = 0
    const screen = (): Promise<'send'> => (asked++, Promise.resolve('send'))
    const { permit, store } = await pumped({ sms: { screen } })
    expect(await permit(enrolment, 'ada', from('192.0.2.7'))).toEqual({
      verdict: 'region-shut',
      retryAt: START + 2 * HOUR,
      exceeded: ['region'],
      enforced: true,
    })
    expect([store.calls, asked]).toEqual([['get'], 0])
  })

  it('is asked neither for confirmed users nor for other regions', async () => {
    const { permit } = await pumped()
    expect(await permit(signIn, 'ada', NOBODY)).toEqual(granted)
    expect(await permit({ ...enrolment, country: 'CA', channel: 'sms' }, 'ada', NOBODY)).toEqual(granted)
  })

  it('is only recorded where limits are', async () => {
    const { permit } = await pumped({ policy: { textLimits: 'record-only' } })
    expect(await permit(enrolment, 'ada', NOBODY)).toEqual({ ...granted, exceeded: ['region'], enforced: false })
  })
})

describe('the cap on the texts of a namespace', () => {
  const zeros = { bytes: (length: number) => new Uint8Array(length) }
  const verdicts = (permits: readonly Permit[]) => [...new Set(permits.map(({ verdict }) => verdict))]
  const spent = async (store: Parameters<typeof contents>[0]): Promise<readonly string[]> =>
    [...(await contents(store)).keys()].filter((key) => key.startsWith('spend:')).sort()

  it('draws on one of its shards by chance, and on the next ones once it is spent', async () => {
    const { times, store } = setUp({ policy: { textsPerHour: 400 }, random: zeros })
    expect(verdicts(await times(50, anotherNumber, NOBODY))).toEqual(['granted'])
    expect(await spent(store)).toEqual(['spend:default:1'])
    expect(verdicts(await times(51, (index) => anotherNumber(50 + index), NOBODY))).toEqual(['granted'])
    expect(await spent(store)).toEqual([1, 2, 3].map((shard) => `spend:default:${shard}`))
  })

  it('tries three of them, and no more than there are', async () => {
    for (const [textsPerHour, tried] of [
      [400, 3],
      [100, 2],
    ] as const) {
      const { times, permit, store } = setUp({ policy: { textsPerHour }, random: zeros })
      await times(50 * tried, anotherNumber, NOBODY)
      store.reset()
      expect(await permit(anotherNumber(999), 'ada', NOBODY)).toMatchObject({ exceeded: ['namespace'] })
      // One of them is of the number.
      expect(store.calls).toEqual(Array.from({ length: 1 + tried }, () => 'get'))
    }
  })
})

describe('two texts at once, where there is room for one', () => {
  it('are told apart: one goes, and the other is told which budget it came too late for', async () => {
    const { times, permit } = setUp()
    await times(4, () => signIn, NOBODY)
    const permits = await Promise.all([permit(signIn, 'ada', NOBODY), permit(signIn, 'bob', NOBODY)])
    expect(permits).toContainEqual(granted)
    expect(permits).toContainEqual({
      ...granted,
      verdict: 'budget-spent',
      retryAt: START + 10 * MINUTE,
      exceeded: ['number'],
    })
  })
})

describe("the host's screen", () => {
  it('is asked by nobody where texts are off by now: who sends says so', async () => {
    expect(await setUp({ sms: null }).permit(signIn, 'ada', NOBODY)).toEqual(granted)
  })

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is told what may be known, and charges nothing when it refuses', async () => {
    const seen: SmsScreenRequest[] = []
    const screen = (request: SmsScreenRequest): Promise<'refuse'> => (seen.push(request), Promise.resolve('refuse'))
    const { permit, store } = setUp({ sms: { screen } })
    const request = { ...signIn, purpose: 'step-up', summary: 'EUR 5 to Bob' } as const
    expect(await permit(request, 'ada', from('192.0.2.7'))).toEqual({ ...granted, verdict: 'screened' })
    expect(seen).toEqual([
      { userId: 'ada', to: PHONE, country: 'US', channel: 'sms', purpose: 'step-up', clientAddress: '192.0.2.7' },
    ])
    expect(Object.isFrozen(seen[0])).toBe(true)
    expect(store.calls).toEqual([])
  })

  it('lets a text go out', async () => {
    const { permit } = setUp({ sms: { screen: () => Promise.resolve('send') } })
    expect(await permit(signIn, 'ada', NOBODY)).toEqual(granted)
  })

  it.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(new Error(`no ${PHONE}`))],
    [
      'throws',
      () => {
        throw new Error(`no ${PHONE}`)
      },
    ],
    ['answers nonsense', () => Promise.resolve('yes')],
    ['answers nothing', () => undefined],
  ])('stops the operation when it %s, and charges nothing', async (_what, screen) => {
    const { permit, store } = setUp({ sms: { screen: screen as () => Promise<'send'> } })
    const error = await expectCode(permit(signIn, 'ada', NOBODY), 'ERR_SCREEN_FAILED')
    expect(`${error.message} ${String(error.cause)}`).not.toContain(PHONE)
    expect(store.calls).toEqual([])
  })

  it('stops the operation when it does not answer in time', async () => {
    const { permit } = setUp({ sms: { screen: () => new Promise(() => undefined), timeoutSeconds: 2 } })
    const late = expectCode(permit(signIn, 'ada', NOBODY), 'ERR_SCREEN_FAILED')
    await vi.advanceTimersByTimeAsync(2000)
    expect((await late).cause).toMatchObject({ message: 'Error' })
  })
})
