import type { Store } from '../../../src/interfaces/store.js'

/**
 * A store whose next swaps lose when it is told so, as if another process were faster; but for counts by region, which are
 * tried once and waited for by nobody. It never purges.
 */
export interface LosingStore extends Store {
  /** How many swaps were tried. */
  readonly swaps: number
  /** The keys that were written since somebody last looked, and took them out. */
  readonly written: Set<string>
  /** Has so many of the next swaps lose. */
  lose(swaps: number): void
}

export function losingStore(store: Store): LosingStore {
  let swaps = 0
  let losing = 0
  const written = new Set<string>()
  return {
    get swaps() {
      return swaps
    },
    written,
    lose(next) {
      losing = next
    },
    get: (key) => store.get(key),
    async swap(key, previous, next, expiresAt) {
      if (key.startsWith('region:')) return store.swap(key, previous, next, expiresAt)
      swaps++
      if (losing > 0) {
        losing--
        return false
      }
      const won = await store.swap(key, previous, next, expiresAt)
      if (won) written.add(key)
      return won
    },
    keys: () => store.keys(),
  }
}
