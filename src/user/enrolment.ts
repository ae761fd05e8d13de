import type { Rejected } from '../interfaces/challenge.js'
import type { Refused } from '../interfaces/enrolment.js'
import type { FactorKind } from '../interfaces/factors.js'
import type { Policy } from '../interfaces/policy.js'
import { addFactor, MAX_FACTORS, replaceFactor } from './factors.js'
import { remainingAttempts, rejectCode, rejected, shutRejection, type CodeFact } from './guessing.js'
import { proofRefusal, refused, shutRefusal, type ProofFact } from './proof.js'
import {
  FRESH_GUESSES,
  isLive,
  unchanged,
  type Decision,
  type EnrolmentRecord,
  type FactorRecord,
  type UserRecord,
} from './record.js'

/** The refusal of a new enrolment, or null. Whoever has a factor must prove it first: changing factors is the attack. */
export function enrolmentRefusal(
  record: UserRecord,
  input: { readonly kind: FactorKind; readonly replaces: string | null; readonly proof: ProofFact },
  now: number,
  policy: Policy,
): Refused | null {
  const refusal = shutRefusal(record, now, policy) ?? proofRefusal(record, input.proof, now, policy)
  if (refusal !== null) return refusal
  const { factors } = record
  if (input.replaces !== null && !factors.some(({ id }) => id === input.replaces)) return refused('unknown-factor')
  // Every pending enrolment holds a place, so that confirming all of them cannot overfill the record.
  const pending = record.enrolments.filter(({ kind, replaces }) => kind !== input.kind && replaces === null).length
  const places = factors.length + pending + (input.replaces === null ? 1 : 0)
  return places > MAX_FACTORS ? refused('too-many-factors') : null
}

/** Adds a pending enrolment in place of one of the same kind. No live factor is touched. */
export function beginEnrolment(
  record: UserRecord,
  userId: string,
  enrolment: EnrolmentRecord,
  now: number,
): Decision<void> {
  const others = record.enrolments.filter(({ kind }) => kind !== enrolment.kind)
  return {
    next: { ...record, enrolments: [...others, enrolment] },
    outcome: undefined,
    events: [{ type: 'enrolment-begun', userId, at: now, factorKind: enrolment.kind }],
  }
}

/** An enrolment that still takes codes, or why it does not. */
export type EnrolmentStanding =
  | { readonly status: 'open'; readonly enrolment: EnrolmentRecord }
  | { readonly status: 'shut'; readonly rejection: Rejected }

export function enrolmentStanding(
  record: UserRecord,
  enrolmentId: string,
  now: number,
  policy: Policy,
): EnrolmentStanding {
  const enrolment = record.enrolments.find(({ id }) => id === enrolmentId)
  if (enrolment === undefined) {
    const confirmed = record.factors.some(({ id }) => id === enrolmentId)
    return shut(rejected(confirmed ? 'settled' : 'unknown-enrolment'))
  }
  const left = policy.wrongCodesPerChallenge - enrolment.wrongCodes
  const locked = shutRejection(record, Math.max(left, 0), now, policy)
  if (left <= 0) return shut(rejected('exhausted', 0, locked?.retryAt ?? null))
  if (!isLive(enrolment.createdAt, enrolment.expiresAt, now)) return shut(rejected('expired'))
  return locked === null ? { status: 'open', enrolment } : shut(locked)
}

function shut(rejection: Rejected): EnrolmentStanding {
  return { status: 'shut', rejection }
}

/** Applies a compared code to a pending enrolment: makes it a factor, counts it, or leaves everything as it is. */
export function confirmEnrolment(
  record: UserRecord,
  userId: string,
  enrolment: EnrolmentRecord,
  fact: CodeFact,
  now: number,
  policy: Policy,
): Decision<
  Rejected | { readonly status: 'confirmed'; readonly factor: FactorRecord; readonly replaced: FactorRecord | null }
> {
  switch (fact.status) {
    case 'malformed':
    case 'not-live': {
      const reason = fact.status === 'malformed' ? 'malformed-code' : 'expired'
      return unchanged(record, rejected(reason, remainingAttempts(record, enrolment.wrongCodes, now, policy)))
    }
    case 'used':
    case 'wrong': {
      const wrongCodes = enrolment.wrongCodes + 1
      const { guesses, rejection, events } = rejectCode(record, userId, 'wrong-code', wrongCodes, now, policy)
      const { kind: factorKind } = enrolment
      return {
        next: { ...withEnrolment(record, enrolment.id, { wrongCodes }), guesses },
        outcome: rejection,
        events: [{ type: 'enrolment-rejected', userId, at: now, factorKind, reason: rejection.reason }, ...events],
      }
    }
    case 'right': {
      const factor = confirmedFactor(enrolment, fact.step, now)
      const replaced = record.factors.find(({ id }) => id === enrolment.replaces) ?? null
      const proven = { ...dropEnrolment(record, enrolment.id), guesses: FRESH_GUESSES, enrolmentRequired: false }
      const { next, events } =
        replaced === null
          ? addFactor(proven, userId, factor, now)
          : replaceFactor(proven, userId, replaced, factor, now)
      const verified =
        factor.kind === 'sms'
          ? [{ type: 'text-verified', userId, at: now, purpose: 'enrolment', country: factor.country } as const]
          : []
      return { next, outcome: { status: 'confirmed', factor, replaced }, events: [...events, ...verified] }
    }
  }
}

function confirmedFactor(enrolment: EnrolmentRecord, step: number | null, now: number): FactorRecord {
  const { id, name } = enrolment
  if (enrolment.kind === 'sms') {
    return { kind: 'sms', id, name, confirmedAt: now, phoneNumber: enrolment.phoneNumber, country: enrolment.country }
  }
  return { kind: 'totp', id, name, confirmedAt: now, secret: enrolment.secret, ...ENROLLED_TOTP, lastStep: step ?? -1 }
}

/** What every authenticator app understands (RFC 6238, section 1.2). It stays on the factor: a later default changes nobody. */
export const ENROLLED_TOTP = { algorithm: 'SHA-1', digits: 6, periodSeconds: 30 } as const

/** The record with one pending enrolment changed. */
export function withEnrolment(
  record: UserRecord,
  id: string,
  change: { readonly wrongCodes: number } | { readonly text: Extract<EnrolmentRecord, { kind: 'sms' }>['text'] },
): UserRecord {
  return { ...record, enrolments: record.enrolments.map((one) => (one.id === id ? { ...one, ...change } : one)) }
}

/** The record without one pending enrolment. */
export function dropEnrolment(record: UserRecord, id: string): UserRecord {
  return { ...record, enrolments: record.enrolments.filter((one) => one.id !== id) }
}
