import { TwoFactorError } from '../errors.js'
import type { MaintenanceOperations, ResealProgress } from '../interfaces/maintenance.js'
import { pause } from '../records/deadline.js'
import { requireInput } from './input.js'
import type { Shell } from '../shell/shell.js'

const AT_ONCE = 16

/** `twoFactor.maintenance`. */
export function createMaintenance({ groups }: Shell): MaintenanceOperations {
  async function resealAll(batch: readonly string[], progress: ResealProgress): Promise<ResealProgress> {
    const results = await Promise.all(
      batch.map(
        (key) =>
          groups.all.find(({ prefix }) => key.startsWith(prefix))?.records.reseal(key) ??
          Promise.resolve('foreign' as const),
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
      // jsdom has signals of its own.
      if (signal !== undefined && typeof (signal as AbortSignal | null)?.aborted !== 'boolean')
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
      for await (const key of groups.calls.keys()) {
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
