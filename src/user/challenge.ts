import type { BeginChallengeInput, ChallengePurpose, Rejected, Trusted } from '../interfaces/challenge.js'
import type { TrustedDevice } from '../interfaces/factors.js'
import type { Policy } from '../interfaces/policy.js'
import {
  remainingAttempts,
  guessStanding,
  rejectCode,
  rejected,
  shutRejection,
  type CodeFact,
  type GuessStanding,
} from './guessing.js'
import {
  FRESH_GUESSES,
  firstFactor,
  isLive,
  type ChallengeRecord,
  type Decision,
  type FactorRecord,
  type UserRecord,
} from './record.js'
import { findTrustedDevice, trustDevice } from './trusted-devices.js'

const MAX_CHALLENGES = 5

/** Whether a second proof has to be asked for, and if so, in what standing. */
export type ChallengeNeed =
  | { readonly status: 'not-required' }
  | { readonly status: 'enrolment-required'; readonly graceEndsAt: number | null }
  | Trusted
  | { readonly status: 'needed'; readonly factor: FactorRecord; readonly standing: GuessStanding }

/** Decides whether to ask. A trusted device is no guess, so a lock does not shut it out; it never satisfies a step-up. */
export function challengeNeed(
  record: UserRecord,
  input: Pick<BeginChallengeInput, 'factorId' | 'required'> & {
    readonly purpose: ChallengePurpose
    readonly deviceId: string | null
  },
  now: number,
  policy: Policy,
): ChallengeNeed {
  const factor = record.factors.find(({ id }) => id === input.factorId) ?? firstFactor(record)
  if (factor === null) return enrolmentNeed(record.enrolmentRequired || input.required, now)
  const device = input.purpose === 'sign-in' ? findTrustedDevice(record, input.deviceId, now) : null
  if (device !== null) return { status: 'trusted', device, amr: [], assurance: 'single-factor' }
  return { status: 'needed', factor, standing: guessStanding(record.guesses, now, policy) }
}

function enrolmentNeed(required: BeginChallengeInput['required'], now: number): ChallengeNeed {
  if (required === undefined || required === false) return { status: 'not-required' }
  const graceEndsAt = required !== true && now < required.from ? required.from : null
  return { status: 'enrolment-required', graceEndsAt }
}

/** Adds a challenge; beyond five, one that is over goes first, then the oldest. */
export function openChallenge(record: UserRecord, challenge: ChallengeRecord, now: number): UserRecord {
  const { challenges } = record
  if (challenges.length < MAX_CHALLENGES) return { ...record, challenges: [...challenges, challenge] }
  const over = challenges.findIndex(
    ({ state, createdAt, expiresAt }) => state !== 'open' || !isLive(createdAt, expiresAt, now),
  )
  const dropped = Math.max(over, 0)
  return { ...record, challenges: [...challenges.filter((_, index) => index !== dropped), challenge] }
}

/** A challenge that still takes proofs, or why it does not. */
export type ChallengeStanding =
  | { readonly status: 'open'; readonly challenge: ChallengeRecord; readonly factor: FactorRecord }
  | { readonly status: 'shut'; readonly rejection: Rejected; readonly purpose: ChallengePurpose | null }

/** Looks a token's challenge up. One that is gone was revoked: the token itself tells expiry, and its MAC tells it is ours. */
export function challengeStanding(
  record: UserRecord,
  claims: { readonly challengeId: string; readonly epoch: number; readonly expiresAt: number },
  now: number,
  policy: Policy,
): ChallengeStanding {
  if (now >= claims.expiresAt) return shut('expired', null)
  const challenge = record.challenges.find(({ id }) => id === claims.challengeId)
  if (claims.epoch !== record.epoch || challenge === undefined) return shut('revoked', null)
  const factor = record.factors.find(({ id }) => id === challenge.factorId)
  if (factor === undefined) return shut('revoked', challenge.purpose)
  if (challenge.state === 'settled') return shut('settled', challenge.purpose)
  if (challenge.state === 'exhausted') {
    const standing = guessStanding(record.guesses, now, policy)
    return shut('exhausted', challenge.purpose, standing.status === 'locked' ? standing.retryAt : null)
  }
  if (!isLive(challenge.createdAt, challenge.expiresAt, now)) return shut('expired', challenge.purpose)
  return { status: 'open', challenge, factor }
}

function shut(
  reason: Rejected['reason'],
  purpose: ChallengePurpose | null,
  retryAt: number | null = null,
): ChallengeStanding {
  return { status: 'shut', rejection: rejected(reason, 0, retryAt), purpose }
}

/** The record with one challenge changed. */
export function withChallenge(record: UserRecord, id: string, change: Partial<ChallengeRecord>): UserRecord {
  return { ...record, challenges: record.challenges.map((one) => (one.id === id ? { ...one, ...change } : one)) }
}

/** The rejection of any code for an open challenge while the user is locked or suspended, or null. */
export function shutForCodes(
  record: UserRecord,
  challenge: ChallengeRecord,
  now: number,
  policy: Policy,
): Rejected | null {
  return shutRejection(record, policy.wrongCodesPerChallenge - challenge.wrongCodes, now, policy)
}

/** Applies a compared code to an open challenge: settles it, counts it, or leaves everything as it is. */
export function judgeCode(
  record: UserRecord,
  userId: string,
  { challenge, factor }: { readonly challenge: ChallengeRecord; readonly factor: FactorRecord },
  fact: CodeFact,
  device: TrustedDevice | null,
  now: number,
  policy: Policy,
): Decision<Rejected | { readonly status: 'approved' }> {
  const { purpose } = challenge
  switch (fact.status) {
    case 'malformed':
    case 'not-live': {
      const reason = fact.status === 'malformed' ? 'malformed-code' : 'expired'
      const rejection = rejected(reason, remainingAttempts(record, challenge.wrongCodes, now, policy))
      return {
        next: record,
        outcome: rejection,
        events: [{ type: 'challenge-rejected', userId, at: now, purpose, reason }],
      }
    }
    case 'used':
    case 'wrong': {
      const reason = fact.status === 'used' ? 'already-used' : 'wrong-code'
      const wrongCodes = challenge.wrongCodes + 1
      const { guesses, rejection, events } = rejectCode(record, userId, reason, wrongCodes, now, policy)
      const state = wrongCodes >= policy.wrongCodesPerChallenge ? 'exhausted' : 'open'
      return {
        next: { ...withChallenge(record, challenge.id, { wrongCodes, state }), guesses },
        outcome: rejection,
        events: [{ type: 'challenge-rejected', userId, at: now, purpose, reason }, ...events],
      }
    }
    case 'right': {
      const settled = settleChallenge(burnStep(record, factor, fact.step), challenge.id)
      const next = device === null ? settled : trustDevice(settled, device)
      return { next, outcome: { status: 'approved' }, events: approvalEvents(userId, challenge, factor, device, now) }
    }
  }
}

/** The record after a second proof was given: the challenge is over, and the wrong codes before it are forgotten. */
export function settleChallenge(record: UserRecord, challengeId: string): UserRecord {
  return { ...withChallenge(record, challengeId, { state: 'settled' }), guesses: FRESH_GUESSES }
}

function burnStep(record: UserRecord, factor: FactorRecord, step: number | null): UserRecord {
  if (step === null) return record
  const factors = record.factors.map((one) =>
    one.id === factor.id && one.kind === 'totp' ? { ...one, lastStep: step } : one,
  )
  return { ...record, factors }
}

function approvalEvents(
  userId: string,
  { purpose }: ChallengeRecord,
  factor: FactorRecord,
  device: TrustedDevice | null,
  at: number,
): Decision<unknown>['events'] {
  return [
    { type: 'challenge-approved', userId, at, purpose, method: factor.kind },
    ...(factor.kind === 'sms'
      ? [{ type: 'text-verified', userId, at, purpose, country: factor.country } as const]
      : []),
    ...(device === null
      ? []
      : [{ type: 'device-trusted', userId, at, deviceId: device.id, deviceName: device.name } as const]),
  ]
}
