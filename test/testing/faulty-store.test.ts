import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.js'
import { faultyStore } from '../../src/testing/faulty-store.js'

describe('faultyStore', () => {
  it('without a script, is the store it wraps', async () => {
    const faulty = faultyStore(memoryStore())
    expect(await faulty.swap('k', null, 'a', null)).toBe(true)
    expect(await faulty.get('k')).toBe('a')
    const keys: string[] = []
    for await (const key of faulty.keys()) keys.push(key)
    expect(keys).toEqual(['k'])
    expect(faulty.calls).toEqual(['swap', 'get', 'keys'])
  })

  it('fails at the call it was told, before the store hears of it', async () => {
    const store = memoryStore()
    const faulty = faultyStore(store)
    faulty.failAt(2)
    expect(await faulty.get('k')).toBeNull()
    await expect(faulty.swap('k', null, 'a', null)).rejects.toThrow('scripted to fail at call 2')
    expect(await store.get('k')).toBeNull()
    expect(await faulty.swap('k', null, 'a', null)).toBe(true)
  })

  it('fails with the error it was given', async () => {
    const faulty = faultyStore(memoryStore())
    const error = new RangeError('the engine is gone')
    faulty.failAt(1, error)
    faulty.commitThenFailAt(2, error)
    await expect(faulty.get('k')).rejects.toBe(error)
    await expect(faulty.get('k')).rejects.toBe(error)
  })

  it('loses a swap without writing', async () => {
    const store = memoryStore()
    const faulty = faultyStore(store)
    faulty.loseSwapAt(1)
    expect(await faulty.swap('k', null, 'a', null)).toBe(false)
    expect(await store.get('k')).toBeNull()
  })

  it('complains when the call to lose is no swap', async () => {
    const faulty = faultyStore(memoryStore())
    faulty.loseSwapAt(1)
    await expect(faulty.get('k')).rejects.toThrow('scripted to lose a swap, but the call is a get')
  })

  it('writes and loses the answer', async () => {
    const store = memoryStore()
    const faulty = faultyStore(store)
    faulty.commitThenFailAt(1)
    await expect(faulty.swap('k', null, 'a', null)).rejects.toThrow('scripted to lose the answer of call 1')
    expect(await store.get('k')).toBe('a')
  })

  it('holds a call before the store until it is released', async () => {
    const store = memoryStore()
    const faulty = faultyStore(store)
    const held = faulty.hangAt(1)
    const swap = faulty.swap('k', null, 'a', null)
    await held.reached
    expect(await store.get('k')).toBeNull()
    held.release()
    expect(await swap).toBe(true)
    expect(await store.get('k')).toBe('a')
  })

  it('holds an answer after the store until it is released, while other calls pass', async () => {
    const faulty = faultyStore(memoryStore())
    const held = faulty.commitThenHangAt(1)
    const swap = faulty.swap('k', null, 'a', null)
    await held.reached
    expect(await faulty.get('k')).toBe('a')
    held.release()
    expect(await swap).toBe(true)
  })

  it('passes on the signal of a call', async () => {
    const store = memoryStore()
    const seen: (AbortSignal | undefined)[] = []
    const faulty = faultyStore({
      ...store,
      get: (key, options) => (seen.push(options?.signal), store.get(key)),
      swap: (key, previous, next, expiresAt, options) => (
        seen.push(options?.signal),
        store.swap(key, previous, next, expiresAt)
      ),
    })
    const { signal } = new AbortController()
    await faulty.get('k', { signal })
    await faulty.swap('k', null, 'a', null, { signal, at: 0 })
    expect(seen).toEqual([signal, signal])
  })

  it('counts anew and forgets its script when reset', async () => {
    const faulty = faultyStore(memoryStore())
    await faulty.get('k')
    faulty.failAt(2)
    faulty.reset()
    expect(faulty.calls).toEqual([])
    await faulty.get('k')
    await faulty.get('k')
    faulty.failAt(3)
    await expect(faulty.get('k')).rejects.toThrow('call 3')
  })

  it('refuses a script that can never come true', async () => {
    const faulty = faultyStore(memoryStore())
    await faulty.get('k')
    for (const n of [0, 1, -1, 1.5, Number.NaN, Infinity])
      expect(() => {
        faulty.failAt(n)
      }).toThrow('cannot fail')
  })
})
