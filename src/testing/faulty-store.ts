import type { Store } from '../interfaces/store.js'

/** The members of a store. */
export type StoreVerb = 'get' | 'swap' | 'keys'

/** A call that waits until it is released. */
export interface HeldCall {
  /** Resolves once the call has arrived and waits. */
  readonly reached: Promise<void>
  /** Lets it go on. Never called, the call hangs for ever. */
  release(): void
}

/** A store that fails when and how a test says. Calls of `get` and `swap` count from 1, anew after each `reset`. */
export interface FaultyStore extends Store {
  /** The verbs called since the last `reset`, in order. */
  readonly calls: readonly StoreVerb[]
  /** Call `n` rejects and never reaches the store. */
  failAt(n: number, error?: Error): void
  /** Call `n`, a swap, resolves false and never reaches the store: someone else was first. */
  loseSwapAt(n: number): void
  /** Call `n` reaches the store, and its answer is lost on the way back: it rejects. */
  commitThenFailAt(n: number, error?: Error): void
  /** Call `n` waits before it reaches the store. */
  hangAt(n: number): HeldCall
  /** Call `n` reaches the store, and its answer waits. */
  commitThenHangAt(n: number): HeldCall
  /** Forgets the faults still to come and the calls so far. Calls that hang go on hanging. */
  reset(): void
}

/** What becomes of a call; `lost` is the answer to a swap that someone else won. */
type Fault = <Answer>(call: () => Promise<Answer>, lost: () => Answer) => Promise<Answer>

/** Wraps a store so that a test can script its faults. Uses no timers: what hangs, hangs until it is released. */
export function faultyStore(store: Store): FaultyStore {
  const calls: StoreVerb[] = []
  const faults = new Map<number, Fault>()
  let count = 0

  const script = (n: number, fault: Fault): void => {
    if (!Number.isSafeInteger(n) || n <= count)
      throw new Error(`call ${n} cannot fail: calls count from 1 and ${count} were made`)
    faults.set(n, fault)
  }
  const run = async <Answer>(verb: StoreVerb, call: () => Promise<Answer>, lost: () => Answer): Promise<Answer> => {
    calls.push(verb)
    count += 1
    const fault = faults.get(count)
    faults.delete(count)
    return fault === undefined ? call() : fault(call, lost)
  }
  const held = (n: number, hold: (wait: () => Promise<void>) => Fault): HeldCall => {
    const arrival = signal()
    const departure = signal()
    const wait = (): Promise<void> => {
      arrival.resolve()
      return departure.promise
    }
    script(n, hold(wait))
    return { reached: arrival.promise, release: departure.resolve }
  }

  return {
    calls,
    get: (key, options) => run('get', () => store.get(key, options), notLosable),
    swap: (key, previous, next, expiresAt, options) =>
      run(
        'swap',
        () => store.swap(key, previous, next, expiresAt, options),
        () => false,
      ),
    keys() {
      calls.push('keys')
      return store.keys()
    },
    failAt(n, error = new Error(`scripted to fail at call ${n}`)) {
      script(n, () => Promise.reject(error))
    },
    loseSwapAt(n) {
      script(n, (_call, lost) => Promise.resolve().then(lost))
    },
    commitThenFailAt(n, error = new Error(`scripted to lose the answer of call ${n}`)) {
      script(n, async (call) => {
        await call()
        throw error
      })
    },
    hangAt: (n) => held(n, (wait) => (call) => wait().then(call)),
    commitThenHangAt: (n) =>
      held(n, (wait) => async (call) => {
        const answer = await call()
        await wait()
        return answer
      }),
    reset() {
      faults.clear()
      calls.length = 0
      count = 0
    },
  }
}

function notLosable(): never {
  throw new Error('scripted to lose a swap, but the call is a get')
}

function signal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
