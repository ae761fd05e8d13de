import { createHash } from 'node:crypto'
import type { Clock } from 'countersign'
import type { Asked } from './session.js'

/** A sign-in that waits for its second factor, and where it is to lead. */
export interface PendingSignIn {
  readonly asked: Asked
  readonly next: string
}

/** What the code page shows of a sign-in under way, found by the challenge token in its cookie. */
export interface PendingSignIns {
  find(token: string): PendingSignIn | null
  keep(pending: PendingSignIn): void
  drop(token: string): void
}

/** In memory: after a restart people enter their password again. It decides nothing; the token in the cookie does. */
export function createPendingSignIns(clock: Clock): PendingSignIns {
  const pending = new Map<string, PendingSignIn>()
  return {
    find: (token) => pending.get(digestOf(token)) ?? null,
    keep(signIn) {
      const now = clock.now()
      for (const [key, other] of pending) if (other.asked.expiresAt <= now) pending.delete(key)
      pending.set(digestOf(signIn.asked.token), signIn)
    },
    drop(token) {
      pending.delete(digestOf(token))
    },
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
