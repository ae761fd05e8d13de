import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createKeyRing, type Key } from '../../src/crypto/keyring.js'
import { sealedUnder } from '../../src/crypto/seal.js'
import { TwoFactorError } from '../../src/errors.js'
import type { Random } from '../../src/interfaces/random.js'
import type { Store } from '../../src/interfaces/store.js'
import { createStoreCalls } from '../../src/records/store-calls.js'
import { createRecords, unlessBusy, type Found, type RecordCodec, type Records } from '../../src/records/swap.js'
import { memoryStore } from '../../src/stores/memory.js'
import { faultyStore, fixedClock, seededRandom, type FaultyStore, type FixedClock } from '../../src/testing/index.js'
import { expectCode } from '../support/outcome.js'
import { START } from '../support/world.js'

interface Count {
  readonly count: number
}

/** The plainest kind of record: a number, which falls to zero when it is negative. */
const COUNTS: RecordCodec<Count> = {
  empty: () => ({ count: 0 }),
  encode: ({ count }) => JSON.stringify(count),
  decode: (json) => (json === '"newer"' ? null : { count: Number(json) }),
  prune: ({ count }) => ({ count: Math.max(0, count) }),
  expiresAt: ({ count }, now) => (count === 0 ? now : null),
}

const K1: Key = { id: 'k1', secret: new Uint8Array(32).fill(1) }
const K2: Key = { id: 'k2', secret: new Uint8Array(32).fill(2) }

interface Setup {
  readonly store: FaultyStore
  readonly clock: FixedClock
  readonly counts: Records<Count>
  /** How long it paused, in milliseconds. */
  readonly pauses: readonly number[]
}

interface SetupOptions {
  readonly random?: Random
  readonly keys?: readonly [Key, ...Key[]]
  readonly codec?: RecordCodec<Count>
}

function setUp(
  given: Store = memoryStore(),
  { random = seededRandom('counts'), keys = [K1], codec = COUNTS }: SetupOptions = {},
): Setup {
  const store = faultyStore(given)
  const clock = fixedClock(START)
  const ring = createKeyRing(keys, 'default')
  const pauses: number[] = []
  const source = {
    ring,
    calls: createStoreCalls(store, { timeoutMs: 1000, concurrency: 10, patienceMs: 1000 }),
    random,
    clock,
    patienceMs: 1000,
    pause: (milliseconds: number) => {
      pauses.push(milliseconds)
      return Promise.resolve()
    },
  }
  return { store, clock, pauses, counts: createRecords(source, codec) }
}

const increment = (counts: Records<Count>, key = 'k'): Promise<number> =>
  counts.update(key, ({ record: { count } }) => ({ next: { count: count + 1 }, outcome: count + 1 }))

const countIn = async (counts: Records<Count>): Promise<number> => (await counts.read('k')).record.count

describe('reading a record', () => {
  it('is one call, and says what is there and when', async () => {
    const { store, counts } = setUp()
    expect(await counts.read('k')).toMatchObject({ record: { count: 0 }, now: START, stored: false })
    await increment(counts)
    store.reset()
    expect(await counts.read('k')).toMatchObject({ record: { count: 1 }, now: START, stored: true })
    expect(store.calls).toEqual(['get'])
  })

  it('allows one swap of what was read', async () => {
    const { store, counts } = setUp()
    const [held, other] = [await counts.read('k'), await counts.read('k')]
    expect(await held.swap({ count: 5 })).toBe(true)
    expect(await other.swap({ count: 9 })).toBe(false)
    expect(await held.swap({ count: 7 })).toBe(false)
    expect(await countIn(counts)).toBe(5)
    expect(store.calls).toEqual(['get', 'get', 'swap', 'swap', 'swap', 'get'])
  })
})

describe('an update', () => {
  it('is one get and one swap, and answers with what it committed', async () => {
    const { store, counts } = setUp()
    expect(await increment(counts)).toBe(1)
    expect(store.calls).toEqual(['get', 'swap'])
    expect(await countIn(counts)).toBe(1)
  })

  it('is one get when nothing changes', async () => {
    const { store, counts } = setUp()
    expect(await counts.update('k', ({ record }) => ({ next: record, outcome: 'same' }))).toBe('same')
    expect(store.calls).toEqual(['get'])
  })

  it('tells whether there was a record, and when it was read', async () => {
    const { clock, counts } = setUp()
    const found: Omit<Found<Count>, 'record'>[] = []
    const look = ({ record, now, stored }: Found<Count>) => {
      found.push({ now, stored })
      return { next: record, outcome: null }
    }
    await counts.update('k', look)
    await increment(counts)
    clock.advance(5)
    await counts.update('k', look)
    expect(found).toEqual([
      { now: START, stored: false },
      { now: START + 5, stored: true },
    ])
  })

  it("hands the store the pruned record, its expiry, the caller's clock and a signal", async () => {
    const inner = memoryStore()
    const seen: unknown[] = []
    const { counts } = setUp({ ...inner, swap: (...call) => (seen.push(call.slice(3)), inner.swap(...call)) })
    await counts.update('k', () => ({ next: { count: -5 }, outcome: null }))
    expect(seen).toEqual([[START, { signal: expect.any(AbortSignal) as AbortSignal, at: START }]])
    expect(await countIn(counts)).toBe(0)
  })

  it('that loses its swap decides again, about what the other wrote', async () => {
    const data = memoryStore()
    const { counts: others } = setUp(data)
    let raced = false
    const { counts } = setUp({
      ...data,
      async swap(...call) {
        if (!raced) {
          raced = true
          await increment(others)
        }
        return data.swap(...call)
      },
    })
    const decided: number[] = []
    await counts.update('k', ({ record: { count } }) => {
      decided.push(count)
      return { next: { count: count + 10 }, outcome: null }
    })
    expect(decided).toEqual([0, 1])
    expect(await countIn(counts)).toBe(11)
  })

  it('loses none of many, in one process or in several', async () => {
    const data = memoryStore()
    const several = Array.from({ length: 4 }, (_, index) => setUp(data, { random: seededRandom(index) }).counts)
    await Promise.all(Array.from({ length: 60 }, (_, index) => increment(several[index % 4]!)))
    expect(await countIn(several[0]!)).toBe(60)
  })

  it('in one process never loses a swap to itself', async () => {
    const { store, counts } = setUp()
    await Promise.all(Array.from({ length: 50 }, () => increment(counts)))
    expect(store.calls).toHaveLength(100)
  })

  it('whose decision throws passes that on and lets the next one in', async () => {
    const { counts } = setUp()
    await expect(
      counts.update('k', () => {
        throw new RangeError('own')
      }),
    ).rejects.toThrow('own')
    expect(await increment(counts)).toBe(1)
  })
})

describe('an update that needs a fact', () => {
  /** Adds what was fetched to what is there. */
  function addFetched(counts: Records<Count>, fetch: () => Promise<number>, log: string[] = []) {
    const facts: number[] = []
    return counts.update<number, { readonly need: 'number' }>(
      'k',
      ({ record: { count } }) => {
        const [fact] = facts
        log.push(`decide about ${count}, ${facts.length} facts`)
        if (fact === undefined) return { need: 'number' }
        return { next: { count: count + fact }, outcome: count + fact }
      },
      async () => {
        log.push('fetch')
        facts.push(await fetch())
      },
    )
  }

  it('fetches it, decides again about the record that was read, and is still one get and one swap', async () => {
    const { store, counts } = setUp()
    const log: string[] = []
    expect(await addFetched(counts, () => Promise.resolve(7), log)).toBe(7)
    expect(log).toEqual(['decide about 0, 0 facts', 'fetch', 'decide about 0, 1 facts'])
    expect(store.calls).toEqual(['get', 'swap'])
  })

  it('fetches it once, however often the swap is lost', async () => {
    const { store, counts } = setUp()
    const log: string[] = []
    store.loseSwapAt(2)
    store.loseSwapAt(4)
    expect(await addFetched(counts, () => Promise.resolve(7), log)).toBe(7)
    expect(log.filter((entry) => entry === 'fetch')).toHaveLength(1)
    expect(store.calls).toEqual(['get', 'swap', 'get', 'swap', 'get', 'swap'])
  })

  it('holds up nobody while it is fetched, and decides about what they wrote', async () => {
    const { counts } = setUp()
    const log: string[] = []
    expect(await addFetched(counts, async () => (await increment(counts)) * 10, log)).toBe(11)
    expect(log).toEqual(['decide about 0, 0 facts', 'fetch', 'decide about 0, 1 facts', 'decide about 1, 1 facts'])
  })

  it('that changes nothing reads again: without a swap nothing proves that the record is not stale', async () => {
    const { store, counts } = setUp()
    const facts: string[] = []
    const outcome = await counts.update<number, { readonly need: 'fact' }>(
      'k',
      ({ record }) => (facts.length === 0 ? { need: 'fact' } : { next: record, outcome: record.count }),
      async () => {
        facts.push('fact')
        await increment(counts)
      },
    )
    expect(outcome).toBe(1)
    expect(store.calls).toEqual(['get', 'get', 'swap', 'get'])
  })

  it('decides by the clock of the moment, not by that of before the fact', async () => {
    const { clock, counts } = setUp()
    const seen: number[] = []
    let fetched = false
    await counts.update<null, { readonly need: 'fact' }>(
      'k',
      ({ now }) => {
        seen.push(now)
        return fetched ? { next: { count: 1 }, outcome: null } : { need: 'fact' }
      },
      () => {
        clock.advanceSeconds(9)
        fetched = true
        return Promise.resolve()
      },
    )
    expect(seen).toEqual([START, START + 9000])
  })

  it('fails with what failed to be fetched, changes nothing and lets the next one in', async () => {
    const { store, counts } = setUp()
    await expect(addFetched(counts, () => Promise.reject(new RangeError('own')))).rejects.toThrow('own')
    expect(store.calls).toEqual(['get'])
    expect(await increment(counts)).toBe(1)
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
    const { store, counts } = setUp(losing())
    await expectCode(increment(counts), 'ERR_STORE_BUSY')
    expect(store.calls.filter((verb) => verb === 'swap')).toHaveLength(24)
  })

  it('pauses longer and longer, by chance, never beyond 32 ms', async () => {
    const pausesOf = async (random: Random): Promise<readonly number[]> => {
      const { counts, pauses } = setUp(losing(), { random })
      await expectCode(increment(counts), 'ERR_STORE_BUSY')
      return pauses
    }
    const longest = await pausesOf({ bytes: (length) => new Uint8Array(length).fill(255) })
    expect(longest).toHaveLength(20)
    expect(longest.slice(0, 6).map(Math.round)).toEqual([2, 4, 8, 16, 32, 32])
    for (const milliseconds of longest) expect(milliseconds).toBeLessThan(32)
    expect(await pausesOf(seededRandom(1))).not.toEqual(await pausesOf(seededRandom(2)))
  })

  it('whose turn does not come in time is busy too', async () => {
    const { store, counts } = setUp()
    const held = store.hangAt(1)
    const first = increment(counts).catch(() => 'late')
    const busy = expectCode(increment(counts), 'ERR_STORE_BUSY')
    await held.reached
    await vi.advanceTimersByTimeAsync(1000)
    await busy
    expect(await first).toBe('late')
  })
})

describe('an unreadable record', () => {
  it('stops reading and updating, and can be erased', async () => {
    const { store, counts } = setUp()
    await store.swap('k', null, 'v1.k9.AAAA', null)
    await expectCode(counts.read('k'), 'ERR_RECORD_UNREADABLE')
    await expectCode(increment(counts), 'ERR_RECORD_UNREADABLE')
    expect(await counts.reseal('k')).toBe('unreadable')
    expect(await counts.erase('k')).toBe(true)
    expect(await counts.erase('k')).toBe(false)
    expect(await increment(counts)).toBe(1)
  })

  it('is also one that a newer release wrote', async () => {
    const { store, counts } = setUp()
    await increment(setUp(store, { codec: { ...COUNTS, encode: () => '"newer"' } }).counts)
    await expectCode(counts.read('k'), 'ERR_RECORD_UNREADABLE')
    expect(await counts.reseal('k')).toBe('unreadable')
  })

  it('is also one that was moved from another key', async () => {
    const { store, counts } = setUp()
    await increment(counts)
    await store.swap('moved', null, await store.get('k'), null)
    await expectCode(counts.read('moved'), 'ERR_RECORD_UNREADABLE')
  })
})

describe('erasing', () => {
  it('starts again when another was faster, and says whether there was a record', async () => {
    const { store, counts } = setUp()
    await increment(counts)
    store.reset()
    store.loseSwapAt(2)
    expect(await counts.erase('k')).toBe(true)
    expect(store.calls).toEqual(['get', 'swap', 'get', 'swap'])
    expect(await store.get('k')).toBeNull()
  })
})

describe('resealing', () => {
  it('writes under the first key, once, and keeps what is there', async () => {
    const data = memoryStore()
    await increment(setUp(data).counts)
    const { counts } = setUp(data, { random: seededRandom(3), keys: [K2, K1] })
    expect(await counts.reseal('k')).toBe('resealed')
    expect(sealedUnder((await data.get('k')) ?? '')).toBe('k2')
    expect(await counts.reseal('k')).toBe('current')
    expect(await counts.reseal('absent')).toBe('current')
    expect(await countIn(counts)).toBe(1)
  })

  it('starts again when another was faster', async () => {
    const data = memoryStore()
    await increment(setUp(data).counts)
    const { store, counts } = setUp(data, { keys: [K2, K1] })
    store.loseSwapAt(2)
    expect(await counts.reseal('k')).toBe('resealed')
    expect(store.calls).toEqual(['get', 'swap', 'get', 'swap'])
  })

  it('passes a fault of the store on', async () => {
    const { store, counts } = setUp()
    store.failAt(1)
    await expectCode(counts.reseal('k'), 'ERR_STORE_FAILED')
  })

  it.each([
    ['of no code', new TypeError('own')],
    ['of another code', new TwoFactorError('ERR_INPUT_INVALID', 'own')],
    ['of the code alone', Object.assign(new Error('own'), { code: 'ERR_RECORD_UNREADABLE' })],
  ])('calls no record unreadable for an error %s', async (_what, error) => {
    const data = memoryStore()
    await increment(setUp(data).counts)
    const fails = (): never => {
      throw error
    }
    const { counts } = setUp(data, { codec: { ...COUNTS, decode: fails } })
    await expect(counts.reseal('k')).rejects.toBe(error)
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
