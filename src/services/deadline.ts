import { startTimer } from '../defaults.js'

/** What the work may watch. The signal is made when it is first looked at: most stores never do. */
export interface Deadline {
  readonly signal: AbortSignal
}

/**
 * Runs `work` and waits for it at most `milliseconds`, then aborts its signal and gives up with `late()`. An answer that
 * comes later is not heard, and its failure troubles nobody.
 */
export function withDeadline<Value>(
  milliseconds: number,
  work: (deadline: Deadline) => Promise<Value>,
  late: () => Error,
): Promise<Value> {
  let abort: AbortController | null = null
  const deadline: Deadline = {
    get signal() {
      abort ??= new AbortController()
      return abort.signal
    },
  }
  return new Promise<Value>((resolve, reject) => {
    const cancel = startTimer(milliseconds, () => {
      reject(late())
      abort?.abort()
    })
    // Called within a promise, so that a plug-in which throws before it returns one is a rejection like any other.
    Promise.resolve()
      .then(() => work(deadline))
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

/**
 * A plug-in's error without what it may echo: its class and its code are kept, its message is not, for it may quote the
 * values that were passed.
 */
export function strippedCause(error: unknown): Error {
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown; code?: unknown }
  const words = [name, code].filter((word): word is string => typeof word === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(word))
  const cause = new Error(words.join(' ') || 'unnamed failure')
  cause.stack = ''
  return cause
}
