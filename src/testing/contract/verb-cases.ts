import { same, type Arena, type ContractCase } from './contract-case.js'

/** What `get` and `swap` mean, one call at a time. */
export const verbCases: readonly ContractCase[] = [
  {
    name: 'get reads null where nothing was written',
    run: async ({ store, key }: Arena): Promise<void> => {
      same('get', await store.get(await key('absent')), null)
    },
  },
  {
    name: 'swap writes where there is nothing, once',
    run: async ({ store, key, anotherStore }: Arena): Promise<void> => {
      const k = await key('write')
      same('swap null for "a"', await store.swap(k, null, 'a', null), true)
      same('get', await store.get(k), 'a')
      same('swap null for "b" over "a"', await store.swap(k, null, 'b', null), false)
      same('get after a lost swap', await store.get(k), 'a')
      same('get of another store', await (await anotherStore()).get(k), 'a')
    },
  },
  {
    name: 'swap replaces the current value, and no other',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('replace')
      same('swap "a" for "b" where there is nothing', await store.swap(k, 'a', 'b', null), false)
      same('get after a lost swap', await store.get(k), null)
      same('swap null for "a"', await store.swap(k, null, 'a', null), true)
      same('swap "x" for "b" over "a"', await store.swap(k, 'x', 'b', null), false)
      same('get after a lost swap', await store.get(k), 'a')
      same('swap "a" for "b"', await store.swap(k, 'a', 'b', null), true)
      same('get', await store.get(k), 'b')
      same('swap "a" for "b" again', await store.swap(k, 'a', 'b', null), false)
    },
  },
  {
    name: 'swap removes the current value, and no other',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('remove')
      same('swap "a" for null where there is nothing', await store.swap(k, 'a', null, null), false)
      same('swap null for "a"', await store.swap(k, null, 'a', null), true)
      same('swap "x" for null over "a"', await store.swap(k, 'x', null, null), false)
      same('get after a lost swap', await store.get(k), 'a')
      same('swap "a" for null', await store.swap(k, 'a', null, null), true)
      same('get', await store.get(k), null)
      same('swap "a" for null again', await store.swap(k, 'a', null, null), false)
      same('swap null for "b" after it was removed', await store.swap(k, null, 'b', null), true)
    },
  },
  {
    name: 'swap of null for null tells whether there is nothing',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('null')
      same('swap null for null where there is nothing', await store.swap(k, null, null, null), true)
      same('get', await store.get(k), null)
      same('swap null for "a"', await store.swap(k, null, 'a', null), true)
      same('swap null for null over "a"', await store.swap(k, null, null, null), false)
      same('get', await store.get(k), 'a')
    },
  },
  {
    name: 'swap of a value for itself succeeds exactly when it is current',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('itself')
      same('swap "a" for "a" where there is nothing', await store.swap(k, 'a', 'a', null), false)
      same('swap null for "a"', await store.swap(k, null, 'a', null), true)
      same('swap "a" for "a"', await store.swap(k, 'a', 'a', null), true)
      same('swap "b" for "b" over "a"', await store.swap(k, 'b', 'b', null), false)
      same('get', await store.get(k), 'a')
    },
  },
  {
    name: 'an empty value is a value like another, and not the absence of one',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('empty')
      same('swap null for ""', await store.swap(k, null, '', null), true)
      same('get', await store.get(k), '')
      same('swap null for "a" over ""', await store.swap(k, null, 'a', null), false)
      same('swap null for null over ""', await store.swap(k, null, null, null), false)
      same('get after a lost swap', await store.get(k), '')
      same('swap "" for "a"', await store.swap(k, '', 'a', null), true)
      same('swap "" for "b" over "a"', await store.swap(k, '', 'b', null), false)
      same('swap "" for null over "a"', await store.swap(k, '', null, null), false)
      same('swap "a" for ""', await store.swap(k, 'a', '', null), true)
      same('swap "" for null', await store.swap(k, '', null, null), true)
      same('get', await store.get(k), null)
      same('swap "" for "a" where there is nothing', await store.swap(k, '', 'a', null), false)
    },
  },
  {
    name: 'get answers with text or null and swap with true or false, and with nothing that is only like them',
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('answers')
      same('get of nothing', await store.get(k), null)
      same('swap that is lost', await store.swap(k, 'a', 'b', null), false)
      same('swap that is won', await store.swap(k, null, 'a', null), true)
      same('get', await store.get(k), 'a')
      same('removal that is lost', await store.swap(k, 'b', null, null), false)
      same('removal that is won', await store.swap(k, 'a', null, null), true)
    },
  },
  {
    name: "get and swap take a signal that is never aborted, and the caller's time",
    run: async ({ store, key }: Arena): Promise<void> => {
      const k = await key('signal')
      const { signal } = new AbortController()
      same('swap', await store.swap(k, null, 'a', null, { signal, at: 0 }), true)
      same('get', await store.get(k, { signal }), 'a')
    },
  },
]
