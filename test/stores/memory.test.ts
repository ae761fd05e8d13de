import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/interfaces/store.js'
import { memoryStore } from '../../src/stores/memory.js'

async function keysOf(store: Store): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const key of store.keys()) keys.push(key)
  return keys
}

const { signal } = new AbortController()

describe('memoryStore', () => {
  it("drops what expired by the caller's clock while others are written, and nothing else", async () => {
    const store = memoryStore()
    for (let index = 0; index < 100; index += 1) {
      await store.swap(`short ${index}`, null, 'a', 1999, { signal, at: 1000 })
      await store.swap(`due ${index}`, null, 'a', 2000, { signal, at: 1000 })
      await store.swap(`for ever ${index}`, null, 'a', null, { signal, at: 1000 })
    }
    expect(await keysOf(store)).toHaveLength(300)
    for (let index = 0; index < 300; index += 1) {
      await store.swap('writer', index === 0 ? null : `${index - 1}`, `${index}`, null, { signal, at: 2000 })
    }
    const left = await keysOf(store)
    expect(left.filter((key) => key.startsWith('short'))).toEqual([])
    expect(left.filter((key) => key.startsWith('due'))).toHaveLength(100)
    expect(left.filter((key) => key.startsWith('for ever'))).toHaveLength(100)
  })

  it('stays small however many keys come and go', async () => {
    const store = memoryStore()
    let most = 0
    for (let at = 0; at < 20_000; at += 1) {
      await store.swap(`address ${at}`, null, 'a', at + 100, { signal, at })
      if (at % 1000 === 0) most = Math.max(most, (await keysOf(store)).length)
    }
    expect(most).toBeGreaterThan(100)
    expect(most).toBeLessThan(400)
  })

  it('keeps a value whose expiry was lifted', async () => {
    const store = memoryStore()
    await store.swap('k', null, 'a', 10, { signal, at: 0 })
    await store.swap('k', 'a', 'b', null, { signal, at: 0 })
    for (const next of ['x', 'y', 'z']) await store.swap(next, null, next, null, { signal, at: 1000 })
    expect(await store.get('k')).toBe('b')
  })

  it.each([[undefined], [Number.NaN]])('drops nothing when the time is %s', async (at) => {
    const store = memoryStore()
    const options = at === undefined ? undefined : { signal, at }
    await store.swap('k', null, 'a', 1, options)
    for (const next of ['x', 'y', 'z']) await store.swap(next, null, next, null, options)
    expect(await store.get('k')).toBe('a')
  })

  it('lists the keys as they were when the walk began', async () => {
    const store = memoryStore()
    for (const key of ['a', 'b', 'c']) await store.swap(key, null, 'value', null)
    const seen: string[] = []
    for await (const key of store.keys()) {
      seen.push(key)
      await store.swap(`${key}${key}`, null, 'value', null)
    }
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('shares nothing with another memory store', async () => {
    const [left, right] = [memoryStore(), memoryStore()]
    await left.swap('k', null, 'a', null)
    expect(await right.get('k')).toBeNull()
  })
})
