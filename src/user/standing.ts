import type { ChallengeClaims } from '../crypto/claims.js'
import type { Rejected, RejectedReason } from '../interfaces/refusal.js'
import { decided, type Case, type Decision, type TextSubject } from './decision.js'
import { rejected, withBoundedLock } from './guessing.js'
import { isLive, type ChallengeOrder, type ClosedChallenge, type FactorRecord, type UserRecord } from './record.js'

const MAX_CLOSED = 10

/** Why a challenge takes no proof any more; null while it does. Its token says when it ends, the record what became of it. */
export function endOf({ record, now, policy }: Case, claims: ChallengeClaims): RejectedReason | null {
  const { id, epoch, begunAt, expiresAt } = claims
  if (now >= expiresAt) return 'expired'
  if (epoch !== record.epoch) return 'revoked'
  const settled = !isAfter(claims, settledThrough(record, now))
  if (settled || record.closedChallenges.some((closed) => closed.id === id)) return 'settled'
  // One that was begun after everything forgotten may be dated ahead: then its end tells when it was issued.
  const issuedAt = Math.min(begunAt, expiresAt - policy.challengeLifetimeSeconds * 1000)
  return isLive(issuedAt, expiresAt, now) ? null : 'expired'
}

/**
 * Every challenge no later in order than this counts as settled. What the record keeps of a challenge is forgotten once that
 * has expired, so it must stay over: another process's clock may be behind, and any clock may be set back.
 */
export function settledThrough(record: UserRecord, now: number): ChallengeOrder {
  const expired = [...record.texts, ...record.closedChallenges].filter(({ expiresAt }) => now >= expiresAt)
  return expired.reduce(later, record.settledThrough)
}

/** Whether a challenge is later in order than another. */
export function isAfter(one: ChallengeOrder, other: ChallengeOrder): boolean {
  return one.begunAt === other.begunAt ? one.expiresAt > other.expiresAt : one.begunAt > other.begunAt
}

/**
 * When a challenge begun now counts as begun: after everything that the record has forgotten, so that none of it settles this
 * one. What a clock that was ahead has forgotten is dated ahead, and so are challenges from then on; of these the one that
 * expires later is the later one.
 */
export function beginningOf(record: UserRecord, expiresAt: number, now: number): number {
  const through = settledThrough(record, now)
  return Math.max(now, expiresAt > through.expiresAt ? through.begunAt : through.begunAt + 1)
}

function later(one: ChallengeOrder, other: ChallengeOrder): ChallengeOrder {
  const { begunAt, expiresAt } = isAfter(other, one) ? other : one
  return { begunAt, expiresAt }
}

/** The factor that a challenge asks for, if it takes a proof bound to this; or why it does not. */
export function openFactor(at: Case, claims: ChallengeClaims, bindingDigest: string | null): FactorRecord | Rejected {
  const ended = endOf(at, claims) ?? (claims.bindingDigest === bindingDigest ? null : 'unknown-challenge')
  if (ended !== null) return rejected(ended, ended === 'unknown-challenge' ? null : 0)
  return at.record.factors.find(({ id }) => id === claims.factorId) ?? rejected('revoked')
}

/** The rejection of a proof, told to the host. A lock that a wrong clock wrote is cut to the longest there is. */
export function rejectChallenge(at: Case, claims: ChallengeClaims, rejection: Rejected): Decision<Rejected> {
  const { id: challengeId, purpose, factorId } = claims
  const event = { type: 'challenge-rejected', purpose, challengeId, factorId, reason: rejection.reason } as const
  return decided(withBoundedLock(at), rejection, [event])
}

/**
 * The record after a challenge was approved or cancelled: it takes no proof any more, and its text's code is spent. Beyond
 * ten the cancelled make room, then the first settled one in order, and with it counts everything no later.
 */
export function closeChallenge(
  record: UserRecord,
  claims: ChallengeClaims,
  state: ClosedChallenge['state'],
  now: number,
): UserRecord {
  const { id, begunAt, expiresAt } = claims
  const live = record.closedChallenges.filter((closed) => closed.id !== id && now < closed.expiresAt)
  const closed = [...live, { id, state, begunAt, expiresAt }]
  const texts = record.texts.filter(({ challengeId }) => challengeId !== id)
  const through = settledThrough(record, now)
  if (closed.length <= MAX_CLOSED) return { ...record, texts, closedChallenges: closed, settledThrough: through }
  const forgotten =
    closed.find((one) => one.state === 'cancelled') ??
    closed.reduce((first, one) => (isAfter(first, one) ? one : first))
  return {
    ...record,
    texts,
    closedChallenges: closed.filter((one) => one !== forgotten),
    settledThrough: forgotten.state === 'settled' ? later(through, forgotten) : through,
  }
}

/** What a texted code of the challenge depends on. */
export function subjectOf({ id, purpose, bindingDigest, summary, expiresAt, factorId }: ChallengeClaims): TextSubject {
  return { id, purpose, bindingDigest, summary, expiresAt, factorId }
}
