import type { Clock } from 'countersign'

const WRONG_PASSWORDS = 10
const WINDOW_MS = 15 * 60 * 1000

/** Slows the guessing of passwords, which is not Countersign's part. One process; a real portal counts in its database. */
export interface PasswordThrottle {
  /** From when this address and name may try again; null when they may now. */
  retryAt(subject: string): number | null
  /** Counts a try before its password is checked, so tries at the same time all count. */
  count(subject: string): void
  forget(subject: string): void
}

export function createPasswordThrottle(clock: Clock): PasswordThrottle {
  const tries = new Map<string, readonly number[]>()
  const recent = (subject: string): readonly number[] => {
    const since = clock.now() - WINDOW_MS
    return (tries.get(subject) ?? []).filter((at) => at > since)
  }

  return {
    retryAt(subject) {
      const [oldest] = recent(subject).slice(-WRONG_PASSWORDS)
      return recent(subject).length < WRONG_PASSWORDS || oldest === undefined ? null : oldest + WINDOW_MS
    },
    count(subject) {
      for (const key of tries.keys()) if (recent(key).length === 0) tries.delete(key)
      tries.set(subject, [...recent(subject), clock.now()])
    },
    forget(subject) {
      tries.delete(subject)
    },
  }
}
