import type { ChallengeClaims } from '../crypto/claims.js'
import type { Rejected, RejectedReason } from '../interfaces/refusal.js'
import { decided, type Case, type Decision, type TextSubject } from './decision.js'
import { rejected, withBoundedLock } from './guessing.js'
import { isLive, type ClosedChallenge, type FactorRecord, type UserRecord } from './record.js'

const MAX_CLOSED = 10

/** Why a challenge takes no proof any more; null while it does. Its token says when it ends, the record what became of it. */
export function endOf({ record, now, policy }: Case, claims: ChallengeClaims): RejectedReason | null {
  const { id, epoch, begunAt, expiresAt } = claims
  if (now >= expiresAt) return 'expired'
  if (epoch !== record.epoch) return 'revoked'
  const settled = begunAt <= settledThrough(record, now)
  if (settled || record.closedChallenges.some((closed) => closed.id === id)) return 'settled'
  // One that was begun after everything forgotten may be dated ahead: then its end tells when it was issued.
  const issuedAt = Math.min(begunAt, expiresAt - policy.challengeLifetimeSeconds * 1000)
  return isLive(issuedAt, expiresAt, now) ? null : 'expired'
}

/**
 * Every challenge begun no later than this counts as settled. What the record keeps of a challenge is forgotten once that has
 * expired, so it must stay over: another process's clock may be behind, and any clock may be set back.
 */
export function settledThrough({ settledThroughAt, texts, closedChallenges }: UserRecord, now: number): number {
  const expired = [...texts, ...closedChallenges].filter(({ expiresAt }) => now >= expiresAt)
  return Math.max(settledThroughAt, ...expired.map(({ begunAt }) => begunAt))
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
 * ten the cancelled make room, then the settled one that was begun first, and with it counts everything begun no later.
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
  if (closed.length <= MAX_CLOSED) return { ...record, texts, closedChallenges: closed, settledThroughAt: through }
  const forgotten =
    closed.find((one) => one.state === 'cancelled') ??
    closed.reduce((first, one) => (one.begunAt < first.begunAt ? one : first))
  const settledThroughAt = forgotten.state === 'settled' ? Math.max(through, forgotten.begunAt) : through
  return { ...record, texts, closedChallenges: closed.filter((one) => one !== forgotten), settledThroughAt }
}

/** What a texted code of the challenge depends on. */
export function subjectOf({ id, purpose, bindingDigest, summary, expiresAt, factorId }: ChallengeClaims): TextSubject {
  return { id, purpose, bindingDigest, summary, expiresAt, factorId }
}
