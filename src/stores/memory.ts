import type { Store, StoreSwapOptions } from '../interfaces/store.js'

interface Entry {
  readonly value: string
  readonly expiresAt: number | null
}

/**
 * Records in this process's memory, for tests and demonstrations: they end with the process, and no other process sees
 * them. Never chosen for you. What expired by the caller's clock is dropped bit by bit as other records are written.
 */
export function memoryStore(): Store {
  const entries = new Map<string, Entry>()
  const get = (key: string): string | null => entries.get(key)?.value ?? null
  let walk = entries.entries()

  // Two entries per write: a whole round takes at most as many writes as there are entries, and no write takes long.
  const dropExpired = (at: number): void => {
    for (let looked = 0; looked < 2; looked += 1) {
      const { done, value } = walk.next()
      if (done === true) {
        walk = entries.entries()
        return
      }
      const [key, { expiresAt }] = value
      if (expiresAt !== null && expiresAt < at) entries.delete(key)
    }
  }

  const swap = (
    key: string,
    previous: string | null,
    next: string | null,
    expiresAt: number | null,
    at?: number,
  ): boolean => {
    if (get(key) !== previous) return false
    if (at !== undefined) dropExpired(at)
    if (next === null) entries.delete(key)
    else entries.set(key, { value: next, expiresAt })
    return true
  }

  return Object.freeze({
    get: (key: string) => Promise.resolve(get(key)),
    swap: (
      key: string,
      previous: string | null,
      next: string | null,
      expiresAt: number | null,
      options?: StoreSwapOptions,
    ) => Promise.resolve(swap(key, previous, next, expiresAt, options?.at)),
    async *keys() {
      for (const key of [...entries.keys()]) yield await Promise.resolve(key)
    },
  })
}
