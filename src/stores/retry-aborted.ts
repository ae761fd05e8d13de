import type { StoreCallOptions } from '../interfaces/store.js'

/** Under a crowd on one row each try may meet another's commit; sixty-four at once have needed more than eight. */
const TRIES = 20

/**
 * Runs a statement again that the engine has undone as a whole, such as after a deadlock or a serialization failure: the
 * next run sees the data as they are by then and gives the true answer. Any other fault is thrown on at once, and so is
 * one that comes when nobody waits for the answer any more.
 */
export async function retryAborted<Result>(
  isAborted: (error: unknown) => boolean,
  run: () => Promise<Result>,
  call?: StoreCallOptions,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run()
    } catch (error) {
      if (tries === TRIES || !isAborted(error) || call?.signal.aborted === true) throw error
    }
  }
}
