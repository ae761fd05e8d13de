import type { Store } from '../../interfaces/store.js'
import { holds, same, show, type Arena, type ContractCase } from './contract-case.js'

const LONG_AGO = 1
const FAR_AWAY = 4_102_444_800_000 // the year 2100

/** After its expiry a value may go, at any moment and without notice. It must go for good. */
export const expiryCases: readonly ContractCase[] = [
  {
    name: 'a value stays until it expires',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('unexpired')
      same('swap null for "a"', await store.swap(k, null, 'a', FAR_AWAY), true)
      same('get', await store.get(k), 'a')
      same('swap "a" for "b"', await store.swap(k, 'a', 'b', FAR_AWAY + 1), true)
      same('get', await store.get(k), 'b')
    },
  },
  {
    name: 'a value that expired may be dropped, and then it is gone for get and swap alike',
    run: async ({ store, key }: Arena): Promise<void> => {
      for (const name of ['one', 'two', 'three']) {
        const k = await key(`expired-${name}`)
        same('swap null for "a", expired', await store.swap(k, null, 'a', LONG_AGO), true)
        await settle(store, k)
      }
    },
  },
  {
    name: 'a value that is replaced while it lives takes the new expiry',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('new-expiry')
      same('swap null for "a"', await store.swap(k, null, 'a', FAR_AWAY), true)
      same('swap "a" for "b", for ever', await store.swap(k, 'a', 'b', null), true)
      same('get', await store.get(k), 'b')
      same('swap "b" for "c", expired', await store.swap(k, 'b', 'c', LONG_AGO), true)
      const now = await store.get(k)
      holds(`get: expected "c" or null, got ${show(now)}`, now === 'c' || now === null)
    },
  },
  {
    name: 'keys that expired may be listed or not, and do not disturb the others',
    run: async ({ store, key }: Arena): Promise<void> => {
      const expired = await key('listed-expired')
      const living = await key('listed-living')
      same('swap', await store.swap(expired, null, 'a', LONG_AGO), true)
      same('swap', await store.swap(living, null, 'b', FAR_AWAY), true)
      const seen: string[] = []
      for await (const k of store.keys()) seen.push(k)
      holds('keys() leaves out a key that lives', seen.includes(living))
    },
  },
]

// Between two calls the value may vanish, once; whatever the calls say must fit one moment at which it did, or never.
async function settle(store: Store, key: string): Promise<void> {
  const seen = await store.get(key)
  holds(`get: expected "a" or null, got ${show(seen)}`, seen === 'a' || seen === null)
  const replaced = await store.swap(key, 'a', 'b', null)
  holds('swap "a" for "b" won although "a" had been dropped', !(replaced && seen === null))
  same('get after the swap', await store.get(key), replaced ? 'b' : null)
  if (replaced) return
  same('swap null for "c" after it was dropped', await store.swap(key, null, 'c', null), true)
  same('swap "a" for "d" after it was dropped', await store.swap(key, 'a', 'd', null), false)
  same('get', await store.get(key), 'c')
}
