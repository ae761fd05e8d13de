import { TwoFactorError } from '../errors.js'
import type { Store } from '../interfaces/store.js'
import { strippedCause } from '../stripped-cause.js'
import { withDeadline } from './deadline.js'

/** The calls of a store, each within its deadline and with answers of the right shape. */
export interface StoreCalls {
  /** @throws TwoFactorError `ERR_STORE_FAILED`, `ERR_STORE_TIMEOUT` */
  get(key: string): Promise<string | null>
  /** @throws TwoFactorError `ERR_STORE_FAILED`, `ERR_STORE_TIMEOUT` */
  swap(
    key: string,
    previous: string | null,
    next: string | null,
    expiresAt: number | null,
    at: number,
  ): Promise<boolean>
  /** @throws TwoFactorError `ERR_STORE_FAILED`, `ERR_STORE_TIMEOUT` */
  keys(): AsyncGenerator<string, void, undefined>
}

/** Guards a store. */
export function createStoreCalls(store: Store, timeoutMs: number): StoreCalls {
  async function call<Value>(
    verb: 'get' | 'swap' | 'keys',
    work: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    const late = (): Error => new TwoFactorError('ERR_STORE_TIMEOUT', `store.${verb} did not answer in time`)
    try {
      return await withDeadline(timeoutMs, work, late)
    } catch (error) {
      if (error instanceof TwoFactorError) throw error
      throw new TwoFactorError('ERR_STORE_FAILED', `store.${verb} failed`, { cause: strippedCause(error) })
    }
  }

  return {
    async get(key) {
      const value: unknown = await call('get', (signal) => store.get(key, { signal }))
      // Anything else, undefined too, is a fault: read as absent it would switch a second factor off.
      if (value === null || typeof value === 'string') return value
      throw new TwoFactorError('ERR_STORE_FAILED', 'store.get must give a string or null')
    },

    async swap(key, previous, next, expiresAt, at) {
      const won: unknown = await call('swap', (signal) => store.swap(key, previous, next, expiresAt, { signal, at }))
      if (typeof won === 'boolean') return won
      throw new TwoFactorError('ERR_STORE_FAILED', 'store.swap must give true or false')
    },

    async *keys() {
      let walk: AsyncIterator<unknown> | null = null
      const step = async (): Promise<IteratorResult<unknown>> => (walk ??= store.keys()[Symbol.asyncIterator]()).next()
      const end = async (): Promise<unknown> => walk?.return?.()
      try {
        for (;;) {
          const result = await call('keys', step)
          if (result.done === true) return
          const value: unknown = result.value
          if (typeof value !== 'string') throw new TwoFactorError('ERR_STORE_FAILED', 'store.keys must give strings')
          yield value
        }
      } finally {
        await call('keys', end).catch(() => undefined)
      }
    },
  }
}
