import type { Clock } from '../interfaces/clock.js'

/** A clock that stands still until it is told otherwise. */
export interface FixedClock extends Clock {
  /** Sets the clock to an instant in epoch ms, earlier ones and nonsense included. */
  set(at: number): void
  /** Moves it on by so many milliseconds; back, when negative. */
  advance(milliseconds: number): void
  /** Moves it on by so many seconds. */
  advanceSeconds(seconds: number): void
}

/** A clock that shows `at`, epoch ms. */
export function fixedClock(at: number): FixedClock {
  let now = at
  return {
    now: () => now,
    set(instant) {
      now = instant
    },
    advance(milliseconds) {
      now += milliseconds
    },
    advanceSeconds(seconds) {
      now += seconds * 1000
    },
  }
}
