import { createHash } from 'node:crypto'
import type { Clock } from 'countersign'
import type { Asked } from './session.js'

/** What the code page shows of a sign-in that waits for its second factor, found by the challenge token in its cookie. */
export interface PendingSignIns {
  find(token: string): Asked | null
  keep(asked: Asked): void
  drop(token: string): void
}

/** In memory: after a restart people enter their password again. It decides nothing; the token in the cookie does. */
export function createPendingSignIns(clock: Clock): PendingSignIns {
  const pending = new Map<string, Asked>()
  return {
    find: (token) => pending.get(digestOf(token)) ?? null,
    keep(asked) {
      const now = clock.now()
      for (const [key, other] of pending) if (other.expiresAt <= now) pending.delete(key)
      pending.set(digestOf(asked.token), asked)
    },
    drop(token) {
      pending.delete(digestOf(token))
    },
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
