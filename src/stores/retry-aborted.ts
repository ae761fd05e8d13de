const TRIES = 8

/**
 * Runs a statement again that the engine has undone as a whole, such as after a deadlock or a serialization failure: the
 * next run sees the data as they are by then and gives the true answer. Any other fault is thrown on at once.
 */
export async function retryAborted<Result>(
  isAborted: (error: unknown) => boolean,
  run: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run()
    } catch (error) {
      if (tries === TRIES || !isAborted(error)) throw error
    }
  }
}
