import type { Store } from '../../src/interfaces/store.js'
import type { TwoFactor } from '../../src/two-factor.js'
import type { World, WorldOptions } from './world.js'

/** Pseudo-random numbers below `bound`, the same for the same seed (mulberry32). */
export function numbers(seed: number): (bound: number) => number {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

/** `store`, whose every call arrives late and answers late: by a number of turns that `seed` decides. */
export function interleaving(store: Store, seed: number): Store {
  const next = numbers(seed)
  const turns = async (): Promise<void> => {
    for (let left = next(12); left > 0; left--) await Promise.resolve()
  }
  const late = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    await turns()
    const answer = await call()
    await turns()
    return answer
  }
  return {
    get: (key, options) => late(() => store.get(key, options)),
    swap: (key, previous, next, expiresAt, options) => late(() => store.swap(key, previous, next, expiresAt, options)),
    keys: () => store.keys(),
  }
}

/** So many processes of one application, which share its data and interleave as `seed` decides. */
export function processes(world: World, count: number, seed: number, options: WorldOptions = {}): readonly TwoFactor[] {
  return Array.from({ length: count }, (_, index) =>
    world.process({ ...options, store: interleaving(world.data, seed * 1000 + index), seed: `process ${index}` }),
  )
}

/** The element of a list that wraps around. */
export function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length]
  if (item === undefined) throw new RangeError('the list is empty')
  return item
}
