import { startTimer } from '../system.js'

/**
 * Runs `work` and waits for it at most `milliseconds`, then aborts its signal and gives up with `late()`. An answer that
 * comes later is not heard, and its failure troubles nobody.
 */
export function withDeadline<Value>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<Value>,
  late: () => Error,
): Promise<Value> {
  const abort = new AbortController()
  return new Promise<Value>((resolve, reject) => {
    const cancel = startTimer(milliseconds, () => {
      reject(late())
      abort.abort()
    })
    // Called within a promise, so that a plug-in which throws before it returns one is a rejection like any other.
    Promise.resolve()
      .then(() => work(abort.signal))
      .then(resolve, reject)
      .finally(cancel)
  })
}

/** Waits for `milliseconds`. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    startTimer(milliseconds, resolve)
  })
}
