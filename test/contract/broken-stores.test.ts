import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/interfaces/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { storeContract, type StoreContractOptions } from '../../src/testing/store-contract.js'

/** The names of the contract's tests that fail. */
async function failures(options: Omit<StoreContractOptions, 'test'>): Promise<readonly string[]> {
  const tests: { readonly name: string; readonly body: () => Promise<void> }[] = []
  storeContract({ ...options, test: (name, body) => tests.push({ name, body }) })
  const failed: string[] = []
  for (const { name, body } of tests) await body().catch(() => failed.push(name))
  return failed
}

/** A memory store with something wrong about it. */
function broken(change: (store: Store) => Partial<Store>): Store {
  const store = memoryStore()
  return { ...store, ...change(store) }
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Compares first and writes later. */
function getThenSet(): Store {
  const values = new Map<string, string>()
  return {
    get: async (key) => values.get(key) ?? null,
    async swap(key, previous, next) {
      if ((values.get(key) ?? null) !== previous) return false
      await pause()
      if (next === null) values.delete(key)
      else values.set(key, next)
      return true
    },
    async *keys() {
      yield* [...values.keys()]
    },
  }
}

/** The last writer wins, and each connection reads from a cache of its own. */
function cachedConnections(): () => Store {
  const values = memoryStore()
  return () => {
    const cache = new Map<string, string | null>()
    const get = async (key: string): Promise<string | null> => {
      if (!cache.has(key)) cache.set(key, await values.get(key))
      return cache.get(key) ?? null
    }
    return {
      ...values,
      get,
      async swap(key, previous, next, expiresAt) {
        if ((await get(key)) !== previous) return false
        cache.set(key, next)
        return values.swap(key, await values.get(key), next, expiresAt)
      },
    }
  }
}

/** Each connection caches what it reads until it is told of a change, which takes a turn of the event loop. */
function invalidatedLater(): () => Store {
  const values = memoryStore()
  const caches: Map<string, string | null>[] = []
  return () => {
    const cache = new Map<string, string | null>()
    caches.push(cache)
    return {
      ...values,
      async get(key) {
        if (!cache.has(key)) cache.set(key, await values.get(key))
        return cache.get(key) ?? null
      },
      async swap(key, ...rest) {
        const swapped = await values.swap(key, ...rest)
        cache.delete(key)
        setImmediate(() => {
          caches.forEach((other) => other.delete(key))
        })
        return swapped
      },
    }
  }
}

/** Reads from a replica that is one swap behind. */
function staleReplica(): Store {
  const primary = memoryStore()
  const replica = new Map<string, string | null>()
  return {
    ...primary,
    get: async (key) => (replica.has(key) ? replica.get(key)! : primary.get(key)),
    async swap(key, ...rest) {
      const before = await primary.get(key)
      const swapped = await primary.swap(key, ...rest)
      if (swapped) replica.set(key, before)
      return swapped
    },
  }
}

const races = [
  'of many who write where there is nothing, one wins',
  'of many who replace the same value, one wins',
  'of many who remove the same value, one wins',
  'a counter that many raise by compare-and-swap misses nothing',
]
const lookAlikeKeys = 'keys that look alike are different keys, and any name is a key like another'
const lookAlikeValues = 'swap does not take a look-alike for the current value'
const exactValues = 'get returns a value exactly as it was written'
const dropped = 'a value that expired may be dropped, and then it is gone for get and swap alike'
const listed = 'keys lists every key, as it was written'
const emptyValues = 'an empty value is a value like another, and not the absence of one'
const answers = 'get answers with text or null and swap with true or false, and with nothing that is only like them'
const records = 'a value of 24 KiB is kept whole, and compared to its last letter'
const reads = 'what one store has written, every other reads at once, whatever it read before'

describe('the store contract', () => {
  it('finds nothing wrong with a right store', async () => {
    expect(await failures({ makeStore: sharedBy(memoryStore()) })).toEqual([])
  })

  it('catches a store that compares first and writes later, by the races alone', async () => {
    expect(await failures({ makeStore: sharedBy(getThenSet()) })).toEqual(races)
  })

  it('catches connections that cache what they read', async () => {
    const failed = await failures({ makeStore: cachedConnections() })
    expect(failed).toEqual(expect.arrayContaining(['of many who replace the same value, one wins', races.at(-1)]))
  })

  it('catches connections that learn of the changes of others a little later', async () => {
    expect(await failures({ makeStore: invalidatedLater() })).toContain(reads)
  })

  it('catches a store that reads from a replica', async () => {
    expect(await failures({ makeStore: sharedBy(staleReplica()) })).toContain(
      'swap writes where there is nothing, once',
    )
  })

  const mapKeys =
    (map: (key: string) => string) =>
    (store: Store): Partial<Store> => ({
      get: (key) => store.get(map(key)),
      swap: (key, ...rest) => store.swap(map(key), ...rest),
    })
  const mapValues =
    (map: (value: string) => string) =>
    (store: Store): Partial<Store> => ({
      swap: (key, previous, next, expiresAt) =>
        store.swap(key, previous && map(previous), next && map(next), expiresAt),
    })

  it.each<[string, (store: Store) => Partial<Store>, string]>([
    ['folds the case of keys', mapKeys((key) => key.toLowerCase()), lookAlikeKeys],
    ['trims keys', mapKeys((key) => key.trimEnd()), lookAlikeKeys],
    ['normalises keys', mapKeys((key) => key.normalize('NFC')), lookAlikeKeys],
    ['cuts keys', mapKeys((key) => key.slice(0, 255)), lookAlikeKeys],
    ['strips accents from keys', mapKeys((key) => key.normalize('NFD').replaceAll(/\p{M}/gu, '')), lookAlikeKeys],
    ['cuts values', mapValues((value) => value.slice(0, 65_535)), exactValues],
    ['trims values', mapValues((value) => value.trimEnd()), exactValues],
    [
      'keeps values in three-byte UTF-8',
      mapValues((value) => value.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?')),
      exactValues,
    ],
    [
      'keeps values in a lossy encoding',
      mapValues((value) => Buffer.from(value, 'latin1').toString('latin1')),
      exactValues,
    ],
    ['compares without case', looseCompare((text) => text.toLowerCase()), lookAlikeValues],
    ['compares without trailing spaces', looseCompare((text) => text.trimEnd()), lookAlikeValues],
    ['compares normal forms', looseCompare((text) => text.normalize('NFKC')), lookAlikeValues],
    [
      'takes an empty value for none',
      (store) => ({ get: (key) => store.get(key).then((value) => (value === '' ? null : value)) }),
      exactValues,
    ],
    [
      'takes an empty value for none when it compares',
      (store) => ({ swap: (key, a, b, at) => store.swap(key, a === '' ? null : a, b === '' ? null : b, at) }),
      emptyValues,
    ],
    ['answers with a number for true', answering((won) => (won ? 1 : false)), answers],
    ['answers with null for false', answering((won) => won || null), answers],
    ['answers with a list of rows', answering((won) => (won ? [{}] : [])), answers],
    [
      'answers with undefined for null',
      (store) => ({ get: (key) => store.get(key).then((value) => (value ?? undefined) as string | null) }),
      answers,
    ],
    ['cuts values at 16 KiB', mapValues((value) => value.slice(0, 16_384)), records],
    ['compares the first 8,000 letters', looseCompare((text) => text.slice(0, 8000)), records],
    ['lists what was removed', (store) => ({ keys: everWritten(store) }), listed],
    ['writes although it answers false', writesAnyway, 'swap writes where there is nothing, once'],
    ['says true to null for null over a value', nullForNull, 'swap of null for null tells whether there is nothing'],
    [
      'takes the same value for no change',
      (store) => ({ swap: async (key, a, b, at) => a !== b && store.swap(key, a, b, at) }),
      'swap of a value for itself succeeds exactly when it is current',
    ],
    ['drops an expired value for get alone', forgetsForGet, dropped],
    ['swaps an expired value after it was dropped', resurrects, dropped],
    [
      'drops values at once',
      (store) => ({ swap: (key, a, b, at) => store.swap(key, a, at === null ? b : null, null) }),
      'a value stays until it expires',
    ],
    [
      'stops its walk after a page',
      (store) => ({ keys: firstKeys(store, 200) }),
      'keys goes on while others write, and leaves out none that was there all the time',
    ],
  ])('catches a store that %s', async (_what, change, name) => {
    expect(await failures({ makeStore: sharedBy(broken(change)) })).toContain(name)
  })

  it('wants what is said to be refused to be refused', async () => {
    for (const refuses of ['nul', 'lone-surrogate', 'byte-order-mark'] as const) {
      expect(await failures({ makeStore: sharedBy(memoryStore()), refuses: [refuses] })).toEqual([
        'U+0000, lone surrogates and U+FEFF in front are kept exactly, or refused with an error and nothing changed',
      ])
    }
  })

  it('leaves the keys of others alone and removes its own', async () => {
    const store = memoryStore()
    await store.swap('mine', null, 'value', null)
    await failures({ makeStore: sharedBy(store), workers: 3 })
    const left: string[] = []
    for await (const key of store.keys()) left.push(key)
    expect(left).toEqual(['mine'])
  })

  it('says what it expected', async () => {
    const messages: string[] = []
    const bodies: (() => Promise<void>)[] = []
    storeContract({ makeStore: sharedBy(broken(mapKeys(() => 'one'))), test: (_name, body) => bodies.push(body) })
    for (const body of bodies) await body().catch((error: unknown) => messages.push((error as Error).message))
    expect(messages).toContain('get of "store-contract:exact-User" before it was written: expected null, got "value 0"')
  })
})

function sharedBy(store: Store): () => Store {
  return () => store
}

/** Answers a swap in another way. */
function answering(say: (won: boolean) => unknown): (store: Store) => Partial<Store> {
  return (store) => ({ swap: async (...call) => say(await store.swap(...call)) as boolean })
}

function looseCompare(fold: (text: string) => string): (store: Store) => Partial<Store> {
  return (store) => ({
    async swap(key, previous, next, expiresAt) {
      const current = await store.get(key)
      const same = current !== null && previous !== null && fold(current) === fold(previous)
      return store.swap(key, same ? current : previous, next, expiresAt)
    },
  })
}

function everWritten(store: Store): Store['keys'] {
  return async function* keys() {
    yield* store.keys()
    yield 'store-contract:listed-gone'
  }
}

function writesAnyway(store: Store): Partial<Store> {
  return {
    async swap(key, previous, next, expiresAt) {
      const current = await store.get(key)
      await store.swap(key, current, next, expiresAt)
      return current === previous
    },
  }
}

function nullForNull(store: Store): Partial<Store> {
  return {
    swap: async (key, previous, next, at) =>
      (previous === null && next === null) || store.swap(key, previous, next, at),
  }
}

function forgetsForGet(store: Store): Partial<Store> {
  const expired = new Set<string>()
  return {
    get: async (key) => (expired.has(key) ? null : store.get(key)),
    async swap(key, previous, next, expiresAt) {
      const swapped = await store.swap(key, previous, next, expiresAt)
      if (swapped && expiresAt === 1) expired.add(key)
      else if (swapped) expired.delete(key)
      return swapped
    },
  }
}

function resurrects(store: Store): Partial<Store> {
  const gone = new Map<string, string>()
  return {
    async swap(key, previous, next, expiresAt) {
      const lives = (await store.get(key)) ?? null
      if (lives === null && previous !== null && gone.get(key) === previous)
        return store.swap(key, null, next, expiresAt)
      if (expiresAt === 1 && next !== null) gone.set(key, next)
      return store.swap(key, previous, expiresAt === 1 ? null : next, expiresAt)
    },
  }
}

function firstKeys(store: Store, count: number): Store['keys'] {
  return async function* keys() {
    let seen = 0
    for await (const key of store.keys()) if (seen++ < count) yield key
  }
}
