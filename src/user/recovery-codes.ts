import type { Rejected } from '../interfaces/challenge.js'
import type { TwoFactorEvent } from '../interfaces/events.js'
import type { Policy } from '../interfaces/policy.js'
import { settleChallenge } from './challenge.js'
import { countWrongRecoveryCode, guessStanding, lockStanding, rejected } from './guessing.js'
import {
  FRESH_GUESSES,
  type ChallengeRecord,
  type Decision,
  recoveryCodesRemaining,
  type UserRecord,
} from './record.js'
import { revokeTrustedDevices } from './trusted-devices.js'

const LOW_WATER = 3

/** The rejection of any recovery code while their own budget is locked, or null. */
export function recoveryShut(record: UserRecord, now: number, policy: Policy): Rejected | null {
  const standing = lockStanding(record.recoveryGuesses, now, policy)
  return standing.status === 'locked' ? rejected('locked', 0, standing.retryAt) : null
}

/**
 * Applies a compared recovery code, found at `index` of the set or nowhere (-1): spends it, settles this challenge, revokes
 * every trusted device, lifts a lock or suspension (a suspended account must then enrol anew); or counts it.
 */
export function redeemRecoveryCode(
  record: UserRecord,
  userId: string,
  challenge: ChallengeRecord,
  index: number,
  now: number,
  policy: Policy,
): Decision<Rejected | { readonly status: 'approved' }> {
  const { recoveryCodes } = record
  if (recoveryCodes === null || index === -1)
    return rejectRecoveryCode(record, userId, challenge, 'wrong-code', now, policy)
  if (recoveryCodes.spent.includes(index))
    return rejectRecoveryCode(record, userId, challenge, 'already-used', now, policy)
  const suspended = guessStanding(record.guesses, now, policy).status === 'suspended'
  const revoked = revokeTrustedDevices(record, userId, now)
  const next: UserRecord = {
    ...settleChallenge(revoked.next, challenge.id),
    recoveryCodes: { ...recoveryCodes, spent: [...recoveryCodes.spent, index] },
    recoveryGuesses: FRESH_GUESSES,
    enrolmentRequired: record.enrolmentRequired || suspended,
  }
  const { purpose } = challenge
  return {
    next,
    outcome: { status: 'approved' },
    events: [
      { type: 'challenge-approved', userId, at: now, purpose, method: 'recovery-code' },
      { type: 'recovery-code-redeemed', userId, at: now, remaining: recoveryCodesRemaining(next) },
      ...waterEvents(userId, recoveryCodesRemaining(next), now),
      ...revoked.events,
    ],
  }
}

function rejectRecoveryCode(
  record: UserRecord,
  userId: string,
  { purpose }: ChallengeRecord,
  reason: 'wrong-code' | 'already-used',
  now: number,
  policy: Policy,
): Decision<Rejected> {
  const recoveryGuesses = countWrongRecoveryCode(record.recoveryGuesses, now, policy)
  const standing = lockStanding(recoveryGuesses, now, policy)
  const locked = standing.status === 'locked' ? standing.retryAt : null
  return {
    next: { ...record, recoveryGuesses },
    outcome: rejected(reason, standing.status === 'open' ? standing.remaining : 0, locked),
    events: [
      { type: 'challenge-rejected', userId, at: now, purpose, reason },
      ...(locked === null
        ? []
        : [{ type: 'locked', userId, at: now, retryAt: locked, budget: 'recovery-codes' } as const]),
    ],
  }
}

function waterEvents(userId: string, remaining: number, at: number): readonly TwoFactorEvent[] {
  if (remaining === 0) return [{ type: 'recovery-codes-exhausted', userId, at }]
  return remaining === LOW_WATER ? [{ type: 'recovery-codes-low', userId, at, remaining }] : []
}

/** A set of codes just issued, as a record keeps it. */
export function issueRecoveryCodes(
  record: UserRecord,
  salt: string,
  hashes: readonly string[],
  now: number,
): UserRecord {
  return { ...record, recoveryCodes: { salt, hashes, spent: [], issuedAt: now } }
}
