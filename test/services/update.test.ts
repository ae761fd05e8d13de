import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sealedUnder } from '../../src/crypto/seal.js'
import { TwoFactorError } from '../../src/errors.js'
import type { Random } from '../../src/interfaces/random.js'
import type { Store } from '../../src/interfaces/store.js'
import { resolveOptions } from '../../src/options.js'
import { createRecords, unlessBusy, type RecordKind, type Records } from '../../src/services/update.js'
import { memoryStore } from '../../src/stores/memory.js'
import { faultyStore, fixedClock, seededRandom, type FaultyStore } from '../../src/testing/index.js'
import { expectCode, smuggle } from '../support/outcome.js'
import { NEW_KEY, OLD_KEY, START } from '../support/world.js'

/** The plainest kind: a number, which falls to zero when it is negative. */
const NUMBER: RecordKind<{ readonly count: number }> = {
  empty: () => ({ count: 0 }),
  encode: ({ count }) => JSON.stringify(count),
  decode: (json) => (json === '"newer"' ? null : { count: Number(json) }),
  prune: ({ count }) => ({ count: Math.max(0, count) }),
  expiresAt: ({ count }, now) => (count === 0 ? now : null),
}

type Numbers = Records<{ readonly count: number }>

interface Fixture {
  readonly store: FaultyStore
  readonly numbers: Numbers
}

function fixture(given: Store = memoryStore(), random: Random = seededRandom('numbers'), keys = [OLD_KEY]): Fixture {
  const store = faultyStore(given)
  const options = resolveOptions({
    issuer: 'Acme',
    keys,
    store,
    clock: fixedClock(START),
    random,
    storeTimeoutSeconds: 1,
  })
  return { store, numbers: createRecords(options, NUMBER) }
}

const increment = (numbers: Numbers, key = 'k') =>
  numbers.update(key, ({ count }) => ({ next: { count: count + 1 }, outcome: count + 1 }))

describe('an update', () => {
  it('is one get and one swap, and answers with what it committed', async () => {
    const { store, numbers } = fixture()
    expect(await increment(numbers)).toEqual({ record: { count: 1 }, outcome: 1, now: START })
    expect(store.calls).toEqual(['get', 'swap'])
    expect(await numbers.read('k')).toEqual({ record: { count: 1 }, now: START })
  })

  it('writes nothing when nothing changes', async () => {
    const { store, numbers } = fixture()
    expect(await numbers.update('k', (record) => ({ next: record, outcome: 'same' }))).toMatchObject({
      outcome: 'same',
    })
    expect(store.calls).toEqual(['get'])
  })

  it('tells whether there was a record', async () => {
    const { numbers } = fixture()
    const stored = async (): Promise<boolean> =>
      (await numbers.update('k', (record, _now, was) => ({ next: record, outcome: was }))).outcome
    expect(await stored()).toBe(false)
    await increment(numbers)
    expect(await stored()).toBe(true)
  })

  it("hands the store the pruned record, its expiry, the caller's clock and a signal", async () => {
    const inner = memoryStore()
    const seen: unknown[] = []
    const { numbers } = fixture({ ...inner, swap: (...call) => (seen.push(call.slice(3)), inner.swap(...call)) })
    await numbers.update('k', () => ({ next: { count: -5 }, outcome: null }))
    expect(seen).toEqual([[START, { signal: expect.any(AbortSignal) as AbortSignal, at: START }]])
    expect((await numbers.read('k')).record).toEqual({ count: 0 })
  })

  it('starts over when another was faster, and decides anew', async () => {
    const { store, numbers } = fixture()
    const decided: number[] = []
    store.loseSwapAt(2)
    const other = fixture(store)
    await numbers.update('k', async ({ count }) => {
      decided.push(count)
      if (decided.length === 1) {
        store.reset()
        await increment(other.numbers)
        store.loseSwapAt(store.calls.length + 1)
      }
      return { next: { count: count + 10 }, outcome: null }
    })
    expect(decided).toEqual([0, 1])
    expect((await numbers.read('k')).record.count).toBe(11)
  })

  it('loses none of many, in one process or in several', async () => {
    const data = memoryStore()
    const several = Array.from({ length: 4 }, (_, index) => fixture(data, seededRandom(index)).numbers)
    await Promise.all(Array.from({ length: 60 }, (_, index) => increment(several[index % 4]!)))
    expect((await several[0]!.read('k')).record.count).toBe(60)
  })

  it('in one process, never loses a swap to itself', async () => {
    const { store, numbers } = fixture()
    await Promise.all(Array.from({ length: 50 }, () => increment(numbers)))
    expect(store.calls).toHaveLength(100)
  })

  it('whose decision throws, passes that on and lets the next one in', async () => {
    const { numbers } = fixture()
    await expect(
      numbers.update('k', () => {
        throw new RangeError('own')
      }),
    ).rejects.toThrow('own')
    expect(await increment(numbers)).toMatchObject({ outcome: 1 })
  })
})

describe('a contended update', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const losing = (): Store => ({ ...memoryStore(), swap: () => Promise.resolve(false) })

  it('gives up after 24 tries, with ERR_STORE_BUSY', async () => {
    const { store, numbers } = fixture(losing())
    const busy = expectCode(increment(numbers), 'ERR_STORE_BUSY')
    await vi.advanceTimersByTimeAsync(24 * 32)
    await busy
    expect(store.calls.filter((verb) => verb === 'swap')).toHaveLength(24)
  })

  it('pauses longer and longer, by chance, never beyond 32 ms', async () => {
    const pauses = async (random: Random): Promise<readonly number[]> => {
      const timers = vi.spyOn(globalThis, 'setTimeout')
      const busy = expectCode(increment(fixture(losing(), random).numbers), 'ERR_STORE_BUSY')
      await vi.advanceTimersByTimeAsync(24 * 32)
      await busy
      const lengths = timers.mock.calls
        .map(([, milliseconds]) => milliseconds ?? 0)
        .filter((milliseconds) => milliseconds < 1000)
      timers.mockRestore()
      return lengths
    }
    const longest = await pauses({ bytes: (length) => new Uint8Array(length).fill(255) })
    expect(longest).toHaveLength(20)
    expect(longest.slice(0, 6).map(Math.round)).toEqual([2, 4, 8, 16, 32, 32])
    for (const milliseconds of longest) expect(milliseconds).toBeLessThan(32)
    expect(await pauses(seededRandom(1))).not.toEqual(await pauses(seededRandom(2)))
  })

  it('whose turn does not come in time, is busy too', async () => {
    const { numbers } = fixture()
    void numbers.update('k', () => new Promise<never>(() => undefined))
    const busy = expectCode(increment(numbers), 'ERR_STORE_BUSY')
    await vi.advanceTimersByTimeAsync(1000)
    await busy
  })
})

describe('a store that answers nonsense', () => {
  it.each([
    ['undefined', undefined],
    ['a number', 5],
    ['an object', {}],
    ['bytes', new Uint8Array(3)],
  ])('%s from get, has failed', async (_what, answer) => {
    const { numbers } = fixture({ ...memoryStore(), get: () => Promise.resolve(smuggle(answer)) })
    await expectCode(numbers.read('k'), 'ERR_STORE_FAILED')
    await expectCode(increment(numbers), 'ERR_STORE_FAILED')
  })

  it.each([
    ['undefined', undefined],
    ['1', 1],
    ['null', null],
    ['a word', 'OK'],
  ])('%s from swap, has failed', async (_what, answer) => {
    const { numbers } = fixture({ ...memoryStore(), swap: () => Promise.resolve(smuggle(answer)) })
    await expectCode(increment(numbers), 'ERR_STORE_FAILED')
  })

  it('that throws before it makes a promise, has failed, and nothing it said is repeated', async () => {
    const { numbers } = fixture({
      ...memoryStore(),
      get: () => {
        throw new Error('password=hunter2')
      },
    })
    const error = await expectCode(numbers.read('k'), 'ERR_STORE_FAILED')
    expect(`${error.message} ${String(error.stack)} ${String(error.cause)}`).not.toContain('hunter2')
  })

  it('with a TwoFactorError of its own, is passed on', async () => {
    const own = new TwoFactorError('ERR_INPUT_INVALID', 'key cannot be held')
    const { numbers } = fixture({ ...memoryStore(), get: () => Promise.reject(own) })
    await expect(numbers.read('k')).rejects.toBe(own)
  })
})

describe('an unreadable record', () => {
  it('stops reading and updating, and can be erased', async () => {
    const { store, numbers } = fixture()
    for (const key of ['k', 'moved']) await store.swap(key, null, 'v1.k9.AAAA', null)
    await expectCode(numbers.read('k'), 'ERR_RECORD_UNREADABLE')
    await expectCode(increment(numbers), 'ERR_RECORD_UNREADABLE')
    expect(await numbers.reseal('k')).toBe('unreadable')
    expect(await numbers.erase('k')).toBe(true)
    expect(await numbers.erase('k')).toBe(false)
    expect(await increment(numbers)).toMatchObject({ outcome: 1 })
  })

  it('is also one that a newer release wrote', async () => {
    const newer = { ...NUMBER, encode: () => '"newer"' }
    const { store, numbers } = fixture()
    const options = resolveOptions({
      issuer: 'Acme',
      keys: [OLD_KEY],
      store,
      clock: fixedClock(START),
      random: seededRandom(9),
    })
    await createRecords(options, newer).update('k', () => ({ next: { count: 1 }, outcome: null }))
    await expectCode(numbers.read('k'), 'ERR_RECORD_UNREADABLE')
  })
})

describe('resealing', () => {
  it('writes under the first key, once, and keeps what is there', async () => {
    const data = memoryStore()
    await increment(fixture(data).numbers)
    const { store, numbers } = fixture(data, seededRandom(3), [NEW_KEY, OLD_KEY])
    expect(await numbers.reseal('k')).toBe('resealed')
    expect(sealedUnder((await data.get('k')) ?? '')).toBe('k2')
    expect(await numbers.reseal('k')).toBe('current')
    expect(await numbers.reseal('absent')).toBe('current')
    expect((await numbers.read('k')).record.count).toBe(1)
    store.reset()
  })
})

describe('unlessBusy', () => {
  it('turns busy into a value and nothing else', async () => {
    const failure = (code: 'ERR_STORE_BUSY' | 'ERR_STORE_FAILED'): Promise<string> =>
      Promise.reject(new TwoFactorError(code, 'no'))
    expect(await unlessBusy(failure('ERR_STORE_BUSY'), 'busy')).toBe('busy')
    expect(await unlessBusy(Promise.resolve('done'), 'busy')).toBe('done')
    await expectCode(unlessBusy(failure('ERR_STORE_FAILED'), 'busy'), 'ERR_STORE_FAILED')
  })
})
