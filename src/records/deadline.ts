import { startMachineTimer, startTimer } from '../system.js'

/** What work under a deadline is given: an object of its own, which may be added to. */
export interface Deadline {
  /** Aborted when the time is up. Made when it is first read: most work never looks. */
  readonly signal: AbortSignal
}

/** Makes the signal when it is asked for. */
class SignalSource {
  private controller: AbortController | null = null
  private isAborted = false

  signal(): AbortSignal {
    this.controller ??= new AbortController()
    if (this.isAborted) this.controller.abort()
    return this.controller.signal
  }

  abort(): void {
    this.isAborted = true
    this.controller?.abort()
  }
}

const source = Symbol('signal source')

class LazySignal implements Deadline {
  declare readonly signal: AbortSignal
  // No private field: what wraps a store may read the signal through a proxy or an object that inherits.
  declare readonly [source]: SignalSource

  // One getter serves all. That of an object literal is made anew for each, and V8 keeps it, with all that its closure
  // holds, until the next full collection. A property of its own is copied when a store's wrapper spreads its options.
  private static readonly property: PropertyDescriptor & ThisType<LazySignal> = {
    enumerable: true,
    get() {
      return this[source].signal()
    },
  }

  constructor() {
    Object.defineProperty(this, source, { value: new SignalSource() })
    Object.defineProperty(this, 'signal', LazySignal.property)
  }
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
    const deadline = new LazySignal()
    const cancel = startTimer(milliseconds, () => {
      reject(late())
      deadline[source].abort()
    })
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

/** Waits for `milliseconds`. Under fake timers too: a test that awaits an operation cannot move the time on for it. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    startMachineTimer(milliseconds, resolve)
  })
}
