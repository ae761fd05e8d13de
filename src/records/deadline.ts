import { startTimer } from '../system.js'

/** What work under a deadline is given. */
export interface Deadline {
  /** Aborted when the time is up. Made when it is first read: most work never looks. */
  readonly signal: AbortSignal
}

/**
 * Runs `work` and waits for it at most `milliseconds`, then aborts its signal and gives up with `late()`. An answer or a
 * failure that comes later is ignored; `ended` is called when work has ended, late or not.
 */
export function withDeadline<Value>(
  milliseconds: number,
  work: (deadline: Deadline) => Promise<Value>,
  late: () => Error,
  ended: () => void = () => undefined,
): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    let controller: AbortController | null = null
    let isLate = false
    const cancel = startTimer(milliseconds, () => {
      isLate = true
      reject(late())
      controller?.abort()
    })
    const deadline = {
      get signal() {
        controller ??= new AbortController()
        if (isLate) controller.abort()
        return controller.signal
      },
    }
    const end = (): void => {
      cancel()
      ended()
    }
    try {
      const answer = Promise.resolve(work(deadline))
      answer.then(end, end)
      answer.then(resolve, reject)
    } catch (error) {
      // A plug-in that throws before it makes a promise has failed like any other.
      end()
      throw error
    }
  })
}

/** Waits for `milliseconds`. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    startTimer(milliseconds, resolve)
  })
}
