import { systemClock } from '../defaults.js'
import { TwoFactorError } from '../errors.js'
import type { Clock } from '../interfaces/clock.js'
import type { Store } from '../interfaces/store.js'
import { hasMethod } from './has-method.js'

export interface MemoryStoreOptions {
  /** Tells when a value may be dropped; the machine's clock unless said otherwise. */
  readonly clock?: Clock | undefined
}

interface Entry {
  readonly value: string
  readonly expiresAt: number | null
}

/**
 * Records in this process's memory, for tests and demonstrations: they end with the process, and no other process sees
 * them. Never chosen for you. Expired values are dropped bit by bit as others are written.
 * @throws TwoFactorError `ERR_CLOCK_INVALID`
 */
export function memoryStore({ clock = systemClock }: MemoryStoreOptions = {}): Store {
  if (!hasMethod(clock, 'now')) throw new TwoFactorError('ERR_CLOCK_INVALID', 'option clock must have a method now')
  const entries = new Map<string, Entry>()
  const get = (key: string): string | null => entries.get(key)?.value ?? null
  let walk = entries.entries()

  // Two entries per write: a whole round takes at most as many writes as there are entries, and no write takes long.
  const dropExpired = (now: number): void => {
    for (let looked = 0; looked < 2; looked += 1) {
      const { done, value } = walk.next()
      if (done === true) {
        walk = entries.entries()
        return
      }
      const [key, { expiresAt }] = value
      if (expiresAt !== null && expiresAt < now) entries.delete(key)
    }
  }

  const swap = (key: string, previous: string | null, next: string | null, expiresAt: number | null): boolean => {
    if (get(key) !== previous) return false
    dropExpired(clock.now())
    if (next === null) entries.delete(key)
    else entries.set(key, { value: next, expiresAt })
    return true
  }

  return Object.freeze({
    get: (key: string) => Promise.resolve(get(key)),
    swap: (...call: Parameters<typeof swap>) =>
      new Promise<boolean>((resolve) => {
        resolve(swap(...call))
      }),
    async *keys() {
      for (const key of [...entries.keys()]) yield await Promise.resolve(key)
    },
  })
}
