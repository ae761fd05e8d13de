import type { ChallengeClaims, ProofClaims } from '../crypto/claims.js'
import type { Approved } from '../interfaces/challenge.js'
import type { EventBody } from '../interfaces/events.js'
import type { Assurance, ProofMethod } from '../interfaces/factor.js'
import type { Rejected, RejectedReason } from '../interfaces/refusal.js'
import type { TrustedDevice } from '../interfaces/trusted-devices.js'
import { factorSuffices } from './assurance.js'
import { decided, isNeed, unchanged, type Case, type Deciding, type Decision, type Facts } from './decision.js'
import { attemptsRemaining, countGuess, guessRejection, guessStanding, rejected } from './guessing.js'
import { kindOf } from './kinds/index.js'
import type { Check, Compare, Given } from './kinds/kind.js'
import { presentFactor } from './presenting.js'
import { FRESH_GUESSES, recoveryCodesRemaining, type FactorRecord, type UserRecord } from './record.js'
import { closeChallenge, openFactor, rejectChallenge, subjectOf } from './standing.js'
import { trustDevice } from './trusted-devices.js'

/** What `verify` is decided from. */
export interface VerifyInput {
  readonly claims: ChallengeClaims
  readonly bindingDigest: string | null
  readonly given: Given
  readonly compare: Compare
  /** The device to be trusted with an approval; null when nobody asked. */
  readonly device: NewDevice | null
}

/** A device that is trusted once there is an approval. */
export type NewDevice = Pick<TrustedDevice, 'id' | 'name' | 'details'>

/** An approval, but for the signatures of its proof and its device. */
export interface Approval extends Omit<Approved, 'proof' | 'trustedDevice'> {
  readonly proofClaims: ProofClaims
  readonly device: TrustedDevice | null
}

/** Decides on a typed code or a passkey's response. */
export function verifyChallenge(at: Case, input: VerifyInput, facts: Facts): Deciding<Approval | Rejected> {
  const { claims, bindingDigest, given, compare } = input
  const factor = openFactor(at, claims, bindingDigest)
  if ('status' in factor) return rejectChallenge(at, claims, factor)
  if (!factorSuffices(factor, claims.purpose, at.policy))
    return rejectChallenge(at, claims, rejected('assurance-too-low', null))
  const kind = kindOf(factor)
  const shut = kind.isTyped ? guessRejection(at) : null
  if (kind.attemptsLeft(at, claims.id) <= 0)
    return rejectChallenge(at, claims, rejected('exhausted', 0, shut?.retryAt ?? null))
  if (shut !== null) return rejectChallenge(at, claims, shut)
  const check = kind.check(at, { subject: subjectOf(claims), factor }, given, compare, facts)
  if (isNeed(check)) return check
  return judge(at, input, check)
}

function judge(at: Case, { claims, device }: VerifyInput, check: Check): Decision<Approval | Rejected> {
  const { status, factor, next, attemptsLeft, events } = check
  switch (status) {
    case 'right':
      return approveByFactor(at, claims, check, device)
    case 'used':
    case 'wrong': {
      const reason = status === 'used' ? 'already-used' : 'wrong-code'
      const counted = countGuess({ ...at, record: next }, reason, attemptsLeft)
      return decided(counted.next, counted.rejection, [
        rejectedEvent(claims, factor, reason),
        ...events,
        ...counted.events,
      ])
    }
    case 'malformed':
    case 'not-live': {
      const reason = status === 'malformed' ? 'malformed-code' : 'expired'
      const rejection = rejected(reason, attemptsRemaining(at, attemptsLeft))
      return unchanged(at, rejection, [rejectedEvent(claims, factor, reason), ...events])
    }
    case 'forged': {
      const told = [rejectedEvent(claims, factor, 'wrong-response'), ...events]
      return unchanged(at, rejected('wrong-response', null), told)
    }
  }
}

function rejectedEvent(
  { purpose, id: challengeId }: ChallengeClaims,
  { id: factorId }: FactorRecord,
  reason: RejectedReason,
): EventBody {
  return { type: 'challenge-rejected', purpose, challengeId, factorId, reason }
}

function approveByFactor(
  at: Case,
  claims: ChallengeClaims,
  check: Check,
  device: NewDevice | null,
): Decision<Approval> {
  const { factor, next, amr, events } = check
  // Trust is about signing in: a step-up proves one action, and leaves nothing behind.
  const trusting = claims.purpose === 'sign-in' && at.policy.trustedDevices === 'on'
  const trusted = device === null || !trusting ? null : newlyTrusted(at, device)
  const { assurance } = kindOf(factor)
  const approved = approve(at, claims, trusted === null ? next : trustDevice(next, trusted), {
    factor,
    method: factor.kind,
    amr,
    assurance,
  })
  const recipient = kindOf(factor).recipient(factor)
  const { id: subjectId, purpose } = claims
  const told: readonly EventBody[] = [
    ...(recipient === null
      ? []
      : [{ type: 'text-verified', purpose, subjectId, factorId: factor.id, country: recipient.country } as const]),
    ...(trusted === null ? [] : [{ type: 'device-trusted', deviceId: trusted.id, deviceName: trusted.name } as const]),
  ]
  return {
    ...approved,
    outcome: { ...approved.outcome, device: trusted },
    events: [...approved.events, ...told, ...events],
  }
}

function newlyTrusted({ now, policy }: Case, device: NewDevice): TrustedDevice {
  return { ...device, trustedAt: now, lastUsedAt: null, expiresAt: now + policy.trustedDeviceLifetimeSeconds * 1000 }
}

/** How a second proof was given. */
interface Proven {
  readonly factor: FactorRecord | null
  readonly method: ProofMethod
  readonly amr: readonly string[]
  readonly assurance: Assurance
}

/**
 * Settles a challenge. The wrong codes before it are forgotten, unless they were so many that codes are suspended: those
 * stay so until a new factor is confirmed.
 */
export function approve(
  at: Case,
  claims: ChallengeClaims,
  proven: UserRecord,
  { factor, method, amr, assurance }: Proven,
): Decision<Approval> {
  const { record, userId, now, policy } = at
  const { id: challengeId, purpose } = claims
  const failuresBefore = record.guesses.consecutiveWrong
  const suspended = guessStanding(record.guesses, now, policy).status === 'suspended'
  const next: UserRecord = {
    ...closeChallenge(proven, claims, 'settled', now),
    guesses: suspended ? record.guesses : FRESH_GUESSES,
    enrolmentRequired: proven.enrolmentRequired || suspended,
  }
  const outcome: Approval = {
    status: 'approved',
    userId,
    purpose,
    factor: factor === null ? null : presentFactor(next, factor),
    method,
    amr,
    assurance,
    at: now,
    proofClaims: { method, at: now, epoch: next.epoch, purpose, assurance },
    device: null,
    recoveryCodesRemaining: recoveryCodesRemaining(next),
    enrolmentRequired: next.enrolmentRequired,
    failuresBefore,
  }
  const factorId = factor?.id ?? null
  return decided(next, outcome, [
    { type: 'challenge-approved', purpose, challengeId, factorId, method, assurance, failuresBefore },
  ])
}
