import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/interfaces/store.js'
import { fixedClock } from '../../src/testing/index.js'
import { createTwoFactor, type TwoFactor } from '../../src/two-factor.js'
import { engines } from '../contract/engines.js'
import { SUSPENDED_AT } from '../properties/model/state.js'
import { interleaving } from '../support/interleaving.js'
import { OLD_KEY, START } from '../support/world.js'
import { makeAccount, perform, specification, TOKENS, type Operation } from './account.js'
import { linearize, record } from './linearize.js'

/** How many histories each engine gets, and which: another run is `SEED=… HISTORIES=20000 npx vitest run test/histories`. */
const histories = Number(process.env['HISTORIES'] ?? 1000)
const seed = Number(process.env['SEED'] ?? Date.now())

const PROCESSES = 3
/** How many accounts are under way at once. */
const ABREAST = 8

const token = fc.nat({ max: TOKENS - 1 })
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('verify'), token, typed: fc.constantFrom('right', 'wrong') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('redeem'), token, code: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel'), token }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('begin', 'begin on a trusted computer', 'status') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('revoke all', 'password changed', 'unlock') }) },
)
const clients = fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), {
  minLength: PROCESSES,
  maxLength: PROCESSES,
})

/** The histories that found no order; the first of them is shown whole. */
async function disorderly(
  stores: readonly Store[],
  wanted: readonly Operation[][][],
  people = 'person',
): Promise<readonly unknown[]> {
  const found: unknown[] = []
  const left = wanted.entries()
  const work = async (): Promise<void> => {
    const clock = fixedClock(START)
    const processes = stores.map((store) => applicationOver(store, clock))
    for (const [index, lists] of left) {
      const account = await makeAccount(processes[0]!, clock, `${people} ${index}`)
      const history = await record(lists, (each, client) => perform(processes[client]!, account, each, clock.now()))
      if (linearize(specification, account.model, history) === null) found.push(history)
    }
  }
  await Promise.all(Array.from({ length: ABREAST }, work))
  return found
}

function applicationOver(store: Store, clock: ReturnType<typeof fixedClock>): TwoFactor {
  const policy = { wrongCodesUntilSuspended: SUSPENDED_AT }
  return createTwoFactor({ issuer: 'Acme', keys: [OLD_KEY], store, clock, policy, storeTimeoutSeconds: 60 })
}

describe(`three processes and one account, ${histories} histories an engine (seed ${seed})`, async () => {
  const all = await engines([
    'memory',
    'pglite',
    'sqlite by libsql',
    'sqlite by node:sqlite',
    'sqlite by better-sqlite3',
    'postgres',
    'mysql',
    'redis by node-redis',
    'redis by ioredis',
  ])
  afterAll(() => Promise.all(all.map((engine) => engine.close())))

  it.each(all)('over $name, everything answered could have happened one after the other', async (engine) => {
    const stores = await Promise.all(
      Array.from({ length: PROCESSES }, async (_, index) => interleaving(await engine.makeStore(), seed + index)),
    )
    const wanted = fc.sample(clients, { numRuns: histories, seed })
    expect((await disorderly(stores, wanted)).slice(0, 1)).toEqual([])
  })

  it('is told from a store that loses writes', async () => {
    const [memory] = all
    const store = await memory!.makeStore()
    const careless: Store = {
      get: (key, options) => store.get(key, options),
      swap: async (key, _previous, next, expiresAt, options) =>
        store.swap(key, await store.get(key), next, expiresAt, options),
      keys: () => store.keys(),
    }
    const stores = Array.from({ length: PROCESSES }, (_, index) => interleaving(careless, seed + index))
    const wanted = fc.sample(clients, { numRuns: 200, seed })
    expect((await disorderly(stores, wanted, 'careless')).length).toBeGreaterThan(0)
  })
})
