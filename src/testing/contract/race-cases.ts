import type { Store } from '../../interfaces/store.js'
import { holds, same, show, type Arena, type ContractCase } from './contract-case.js'

const CONNECTIONS = 4
const WINS = 2
const TURNS = 25
const REMOVES = 5

/** Whatever happens at once, one after the other would have done the same. */
export const raceCases: readonly ContractCase[] = [
  {
    name: 'of many who write where there is nothing, one wins',
    run: async (arena: Arena): Promise<void> => {
      const k = await arena.key('race-write')
      await oneWins(
        arena,
        k,
        (store, worker) => store.swap(k, null, `worker ${worker}`, null),
        (winner) => `worker ${winner}`,
      )
    },
  },
  {
    name: 'of many who replace the same value, one wins',
    run: async (arena: Arena): Promise<void> => {
      const k = await arena.key('race-replace')
      same('swap', await arena.store.swap(k, null, 'first', null), true)
      await oneWins(
        arena,
        k,
        (store, worker) => store.swap(k, 'first', `worker ${worker}`, null),
        (winner) => `worker ${winner}`,
      )
    },
  },
  {
    name: 'of many who remove the same value, one wins',
    run: async (arena: Arena): Promise<void> => {
      const k = await arena.key('race-remove')
      same('swap', await arena.store.swap(k, null, 'first', null), true)
      await oneWins(
        arena,
        k,
        (store) => store.swap(k, 'first', null, null),
        () => null,
      )
    },
  },
  {
    name: 'a counter that many raise by compare-and-swap misses nothing',
    run: raiseTogether,
  },
  {
    name: 'what one store has written, every other reads at once, whatever it read before',
    run: readWhatOthersWrote,
  },
  {
    name: 'many keys written at once keep their own values',
    run: async (arena: Arena): Promise<void> => {
      const stores = await connect(arena)
      await Promise.all(
        Array.from({ length: arena.workers }, async (_, worker) => {
          const k = await arena.key(`race-own-${worker}`)
          const store = pick(stores, worker)
          let current: string | null = null
          for (const next of ['a', 'b', 'c'].map((step) => `${step} of worker ${worker}`)) {
            same(`swap at ${show(k)}`, await store.swap(k, current, next, null), true)
            same(`get of ${show(k)}`, await pick(stores, worker + 1).get(k), next)
            current = next
          }
        }),
      )
    },
  },
]

async function connect({ anotherStore }: Arena): Promise<readonly Store[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, anotherStore))
}

function pick(stores: readonly Store[], worker: number): Store {
  const store = stores[worker % stores.length]
  if (store === undefined) throw new Error('makeStore made no store')
  return store
}

async function oneWins(
  arena: Arena,
  key: string,
  attempt: (store: Store, worker: number) => Promise<boolean>,
  valueOf: (winner: number) => string | null,
): Promise<void> {
  const stores = await connect(arena)
  const answers = await Promise.all(
    Array.from({ length: arena.workers }, (_, worker) => attempt(pick(stores, worker), worker)),
  )
  const winners = answers.flatMap((won, worker) => (won ? [worker] : []))
  same('how many swaps resolved true', winners.length, 1)
  for (const store of stores) same('get after the race', await store.get(key), valueOf(winners[0] ?? -1))
}

async function readWhatOthersWrote(arena: Arena): Promise<void> {
  const k = await arena.key('race-read')
  const stores = await connect(arena)
  let current: string | null = null
  for (let turn = 0; turn < TURNS; turn += 1) {
    // Whoever caches what it reads, or is told of changes a little later, has the old value by now.
    for (const store of stores) same('get', await store.get(k), current)
    const next: string | null = turn % REMOVES === REMOVES - 1 ? null : `turn ${turn}`
    same(`swap of turn ${turn}`, await pick(stores, turn).swap(k, current, next, null), true)
    current = next
    for (const store of stores) same('get after a swap of another store', await store.get(k), current)
  }
}

interface Raise {
  readonly from: string | null
  readonly to: string
  readonly count: number
}

async function raiseTogether(arena: Arena): Promise<void> {
  const key = await arena.key('race-counter')
  const stores = await connect(arena)
  const total = arena.workers * WINS
  const raises: Raise[] = []

  const raise = async (store: Store, worker: number): Promise<void> => {
    let lost = 0
    for (let won = 0; won < WINS;) {
      const committed = raises.reduce((most, { count }) => Math.max(most, count), 0)
      const from = await store.get(key)
      const count = Number.parseInt(from ?? '0', 10) + 1
      holds(`get read ${show(from)} after a swap to ${committed} had been answered`, count > committed)
      const to = `${count} by worker ${worker}, after ${lost} lost`
      if (await store.swap(key, from, to, null)) {
        raises.push({ from, to, count })
        won += 1
      } else {
        lost += 1
        holds('more swaps were lost than could have been won by others', lost <= total)
      }
    }
  }
  await Promise.all(Array.from({ length: arena.workers }, (_, worker) => raise(pick(stores, worker), worker)))

  const inOrder = raises.toSorted((a, b) => a.count - b.count)
  let last: string | null = null
  for (const { from, to } of inOrder) {
    same('a swap that resolved true had replaced', from, last)
    last = to
  }
  same('the counter', Number.parseInt(last ?? '0', 10), total)
  for (const store of stores) same('get after the race', await store.get(key), last)
}
