import { randomBytes } from 'node:crypto'
import type { Clock } from './interfaces/clock.js'
import type { Random } from './interfaces/random.js'

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** The operating system's random bytes. */
export const systemRandom: Random = { bytes: (length) => randomBytes(length) }

/** Calls `callback` once after `milliseconds`; the returned function cancels it. */
export function startTimer(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds)
  return () => {
    clearTimeout(timer)
  }
}
