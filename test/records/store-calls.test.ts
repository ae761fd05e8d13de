import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TwoFactorError } from '../../src/errors.js'
import type { Store } from '../../src/interfaces/store.js'
import { createStoreCalls } from '../../src/records/store-calls.js'
import { memoryStore } from '../../src/stores/memory.js'
import { expectCode, smuggle } from '../support/outcome.js'

const TALKATIVE = 'password=hunter2'

/** A store with one member of its own, and calls of it that may take a second. */
const callsOf = (store: Partial<Store>) =>
  createStoreCalls({ ...memoryStore(), ...store }, { timeoutMs: 1000, concurrency: 16, patienceMs: 1000 })

/** Every key of a walk. */
async function walk(store: Partial<Store>): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const key of callsOf(store).keys()) keys.push(key)
  return keys
}

const swapIn = (store: Partial<Store>): Promise<boolean> => callsOf(store).swap('k', null, 'v', null, 5)

describe('the calls of a store', () => {
  it('hand on what they are given, with a signal and the clock', async () => {
    const seen: unknown[] = []
    const calls = callsOf({
      get: (...call) => (seen.push(call), Promise.resolve('v')),
      swap: (...call) => (seen.push(call), Promise.resolve(true)),
    })
    expect(await calls.get('k')).toBe('v')
    expect(await calls.swap('k', 'v', null, 7, 5)).toBe(true)
    const signal = expect.any(AbortSignal) as AbortSignal
    expect(seen).toEqual([
      ['k', { signal }],
      ['k', 'v', null, 7, { signal, at: 5 }],
    ])
  })

  it('give an absent value as null, and a lost swap as false', async () => {
    expect(await callsOf({ get: () => Promise.resolve(null) }).get('k')).toBeNull()
    expect(await swapIn({ swap: () => Promise.resolve(false) })).toBe(false)
  })

  it('walk every key, and end the walk when nobody wants more', async () => {
    let ended = false
    async function* keys(): AsyncGenerator<string> {
      try {
        yield* ['a', 'b', 'c']
      } finally {
        ended = true
      }
    }
    expect(await walk({ keys })).toEqual(['a', 'b', 'c'])
    ended = false
    for await (const key of callsOf({ keys }).keys()) if (key === 'b') break
    expect(ended).toBe(true)
  })
})

describe('a store that answers nonsense', () => {
  it.each([
    ['undefined, which would read as no second factor', undefined],
    ['a number', 5],
    ['an object', {}],
    ['bytes', new Uint8Array(3)],
    ['true', true],
  ])('has failed: %s from get', async (_what, answer) => {
    await expectCode(callsOf({ get: () => Promise.resolve(smuggle(answer)) }).get('k'), 'ERR_STORE_FAILED')
  })

  it.each([
    ['undefined', undefined],
    ['1', 1],
    ['null', null],
    ['a word', 'OK'],
  ])('has failed: %s from swap', async (_what, answer) => {
    await expectCode(swapIn({ swap: () => Promise.resolve(smuggle(answer)) }), 'ERR_STORE_FAILED')
  })

  it.each([
    ['numbers', [1]],
    ['null', [null]],
  ])('has failed: %s from keys', async (_what, answer) => {
    async function* keys(): AsyncGenerator<string> {
      yield* smuggle(answer) as string[]
    }
    const error = await expectCode(walk({ keys }), 'ERR_STORE_FAILED')
    expect(error.message).toBe('store.keys must give strings')
  })

  it.each([
    ['nothing', undefined],
    ['a list', ['a']],
  ])('has failed: %s in place of keys that can be walked', async (_what, answer) => {
    await expectCode(walk({ keys: () => smuggle(answer) }), 'ERR_STORE_FAILED')
  })
})

describe('a store that fails', () => {
  const fails = (): never => {
    throw Object.assign(new Error(TALKATIVE), { code: 'ECONNREFUSED' })
  }

  it.each<[string, () => Promise<unknown>]>([
    ['get', () => callsOf({ get: () => Promise.resolve().then(fails) }).get('k')],
    ['get, before it makes a promise', () => callsOf({ get: fails }).get('k')],
    ['swap', () => swapIn({ swap: () => Promise.resolve().then(fails) })],
    ['keys', () => walk({ keys: fails })],
  ])('says so and repeats nothing: %s', async (what, work) => {
    const error = await expectCode(work(), 'ERR_STORE_FAILED')
    expect(error.message).toBe(`store.${what.replace(/,.*/, '')} failed`)
    expect((error.cause as Error).message).toBe('Error ECONNREFUSED')
    expect(`${error.message} ${String(error.stack)} ${String(error.cause)}`).not.toContain('hunter2')
  })

  it('with a TwoFactorError of its own has it passed on', async () => {
    const own = new TwoFactorError('ERR_INPUT_INVALID', 'key cannot be held')
    await expect(callsOf({ get: () => Promise.reject(own) }).get('k')).rejects.toBe(own)
  })
})

describe('a store that does not answer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const never = (): Promise<never> => new Promise(() => undefined)

  it.each<[string, () => Promise<unknown>]>([
    ['get', () => callsOf({ get: never }).get('k')],
    ['swap', () => swapIn({ swap: never })],
    ['keys', () => walk({ keys: () => smuggle({ [Symbol.asyncIterator]: () => ({ next: never }) }) })],
  ])('is given up after its time: %s', async (verb, work) => {
    let settled = false
    const late = expectCode(work(), 'ERR_STORE_TIMEOUT').finally(() => {
      settled = true
    })
    await vi.advanceTimersByTimeAsync(999)
    expect(settled).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect((await late).message).toContain(`store.${verb} did not answer in time`)
  })

  it('has the signal of its call aborted then', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const late = expectCode(
      callsOf({ get: (_key, options) => (signals.push(options?.signal), never()) }).get('k'),
      'ERR_STORE_TIMEOUT',
    )
    await vi.advanceTimersByTimeAsync(1000)
    await late
    expect(signals[0]?.aborted).toBe(true)
  })
})
