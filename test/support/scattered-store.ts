import type { Store } from '../../src/interfaces/store.js'
import { seededRandom } from '../../src/testing/index.js'

/** A store whose answers come in another order for every seed: each call yields a random number of turns before and after. */
export function scatteredStore(store: Store, seed: number): Store {
  const random = seededRandom(seed)
  const scatter = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    const [before = 0, after = 0] = random.bytes(2)
    for (let turn = 0; turn < before % 16; turn++) await Promise.resolve()
    const value = await call()
    for (let turn = 0; turn < after % 16; turn++) await Promise.resolve()
    return value
  }
  return {
    get: (key) => scatter(() => store.get(key)),
    swap: (...call) => scatter(() => store.swap(...call)),
    keys: () => store.keys(),
  }
}
