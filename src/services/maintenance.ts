import { TwoFactorError } from '../errors.js'
import type { MaintenanceOperations, ResealProgress } from '../interfaces/account.js'
import type { Context } from './context.js'
import { strippedCause } from '../stripped-cause.js'
import { pause, withDeadline } from './deadline.js'
import { requireInput } from './input.js'

const AT_ONCE = 16

/** `twoFactor.maintenance`. */
export function createMaintenance({ options, kinds }: Context): MaintenanceOperations {
  const { store, storeTimeoutMs } = options

  /** The keys of the store, each within the deadline that any other store call has. */
  async function* keys(): AsyncGenerator<string, void, undefined> {
    const late = (): Error => new TwoFactorError('ERR_STORE_TIMEOUT', 'store.keys did not answer in time')
    let walk: AsyncIterator<unknown> | null = null
    const step = async (): Promise<IteratorResult<unknown>> => (walk ??= store.keys()[Symbol.asyncIterator]()).next()
    try {
      for (;;) {
        const result = await withDeadline(storeTimeoutMs, step, late)
        if (result.done === true) return
        const value: unknown = result.value
        if (typeof value !== 'string') throw new TwoFactorError('ERR_STORE_FAILED', 'store.keys must give strings')
        yield value
      }
    } catch (error) {
      if (error instanceof TwoFactorError) throw error
      throw new TwoFactorError('ERR_STORE_FAILED', 'store.keys failed', { cause: strippedCause(error) })
    } finally {
      const end = async (): Promise<unknown> => walk?.return?.()
      await withDeadline(storeTimeoutMs, end, late).catch(() => undefined)
    }
  }

  async function resealAll(batch: readonly string[], progress: ResealProgress): Promise<ResealProgress> {
    const results = await Promise.all(
      batch.map(
        (key) => kinds.find(({ prefix }) => key.startsWith(prefix))?.reseal(key) ?? Promise.resolve('foreign' as const),
      ),
    )
    const count = (...wanted: readonly (typeof results)[number][]): number =>
      results.filter((result) => wanted.includes(result)).length
    return {
      seen: progress.seen + results.length - count('foreign'),
      resealed: progress.resealed + count('resealed'),
      unreadable: progress.unreadable + count('unreadable'),
    }
  }

  return {
    async reseal(input = {}) {
      requireInput(input)
      const { onProgress = () => undefined, signal } = input
      if (typeof onProgress !== 'function')
        throw new TwoFactorError('ERR_ON_PROGRESS_INVALID', 'onProgress must be a function')
      if (signal !== undefined && !(signal instanceof AbortSignal))
        throw new TwoFactorError('ERR_SIGNAL_INVALID', 'signal must be an AbortSignal')
      let progress: ResealProgress = { seen: 0, resealed: 0, unreadable: 0 }
      let batch: string[] = []
      const settle = async (): Promise<void> => {
        progress = await resealAll(batch, progress)
        batch = []
        onProgress(progress)
        // A store may answer at once, always: live traffic, and an abort, get a turn all the same.
        await pause(0)
      }
      for await (const key of keys()) {
        if (signal?.aborted === true) break
        batch.push(key)
        if (batch.length === AT_ONCE) await settle()
      }
      if (signal?.aborted === true) return { status: 'aborted', ...progress }
      if (batch.length > 0) await settle()
      return { status: 'completed', ...progress }
    },
  }
}
