import type { Store } from '../../interfaces/store.js'

/** Text that an engine may be unable to hold. */
export type Refusal = 'nul' | 'lone-surrogate' | 'byte-order-mark'

/** What a case works with. */
export interface Arena {
  readonly store: Store
  readonly workers: number
  readonly refuses: readonly Refusal[]
  /** Another store over the same data. */
  readonly anotherStore: () => Promise<Store>
  /** A key that is absent now, and will be again after the case. */
  readonly key: (name: string) => Promise<string>
}

export interface ContractCase {
  readonly name: string
  readonly run: (arena: Arena) => Promise<void>
}

interface ArenaOptions {
  readonly makeStore: () => Store | Promise<Store>
  readonly refuses: readonly Refusal[]
  readonly workers: number
}

/** Runs one case on absent keys, and leaves none behind. */
export async function runCase(
  contractCase: ContractCase,
  { makeStore, refuses, workers }: ArenaOptions,
): Promise<void> {
  const store = await makeStore()
  const used: string[] = []
  const arena: Arena = {
    store,
    workers,
    refuses,
    anotherStore: async () => makeStore(),
    key: async (name) => {
      const key = `store-contract:${name}`
      used.push(key)
      await remove(store, key)
      return key
    },
  }
  const cleanUp = (): Promise<void> => inParallel(used, 16, (key) => remove(store, key))
  await contractCase.run(arena).catch(async (failure: unknown) => {
    // What went wrong first says more than what it leaves behind.
    await cleanUp().catch(() => undefined)
    throw failure
  })
  await cleanUp()
}

const TRIES = 100

async function remove(store: Store, key: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const current = await store.get(key)
    if (current === null || (await store.swap(key, current, null, null))) return
  }
  throw new Error(`${show(key)} cannot be removed: its own value is not taken for the previous one`)
}

/** Runs `work` for every item, at most `lanes` at once. */
export async function inParallel<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  const lane = async (): Promise<void> => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** Fails the case unless `actual` is `expected`. */
export function same(what: string, actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`)
}

/** Fails the case unless `held`. */
export function holds(what: string, held: boolean): void {
  if (!held) throw new Error(what)
}

/** A value as a message can show it: quoted, escaped and short. */
export function show(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  const ascii = JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return ascii.length <= 120 ? ascii : `${ascii.slice(0, 120)}… (${value.length} UTF-16 units)`
}
