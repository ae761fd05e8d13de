import { randomFillSync } from 'node:crypto'
import { setTimeout as nodeTimeout } from 'node:timers'
import type { Clock } from './interfaces/clock.js'
import type { Random } from './interfaces/random.js'

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() }

const pool = new Uint8Array(1024)
let taken = pool.length

/** The operating system's random bytes, fetched a kilobyte at a time; what was handed out is wiped from the pool. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > pool.length) return randomFillSync(new Uint8Array(length))
    if (taken + length > pool.length) {
      randomFillSync(pool)
      taken = 0
    }
    const bytes = pool.slice(taken, taken + length)
    pool.fill(0, taken, taken + length)
    taken += length
    return bytes
  },
}

/** Milliseconds that pass evenly, whatever is done to the machine's clock; good for differences only. */
export function monotonicMs(): number {
  return performance.now()
}

/** Calls `callback` once after `milliseconds`; the returned function cancels it. A test's fake timers may drive it. */
export function startTimer(milliseconds: number, callback: () => void): () => void {
  // Of one kind: fake timers may come or go before it is cancelled.
  const clear = clearTimeout
  const timer = setTimeout(callback, milliseconds)
  return () => {
    clear(timer)
  }
}

/** Taken while this loads: fake timers replace it in the module too. */
const machineTimeout = nodeTimeout

/** Calls `callback` once after `milliseconds` of the machine's, whatever a test has put in the place of its timers. */
export function startMachineTimer(milliseconds: number, callback: () => void): void {
  machineTimeout(callback, milliseconds)
}
