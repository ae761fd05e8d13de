import type { ProofClaims } from '../crypto/claims.js'
import type { Confirmed } from '../interfaces/enrolment.js'
import type { EventBody } from '../interfaces/events.js'
import type { Rejected } from '../interfaces/refusal.js'
import {
  decided,
  isNeed,
  unchanged,
  type Case,
  type Deciding,
  type Decision,
  type Effect,
  type Facts,
} from './decision.js'
import { dropEnrolment, enrolmentSubject, openEnrolment, withEnrolment } from './enrolment.js'
import { addFactor, noticesTo, replaceFactor, retireSuspended } from './factors.js'
import { attemptsRemaining, countGuess, guessStanding, rejected } from './guessing.js'
import { kindOf } from './kinds/index.js'
import type { Compare, Given } from './kinds/kind.js'
import { hasRoomFor } from './limits.js'
import { presentFactor } from './presenting.js'
import { issueRecoveryCodes, type NewRecoveryCodes } from './recovery-codes.js'
import { FRESH_GUESSES, type EnrolmentRecord, type FactorRecord } from './record.js'

/** What `confirm` is decided from. */
export interface ConfirmInput {
  readonly enrolmentId: string
  readonly given: Given
  readonly compare: Compare
  /** Given to somebody whose first factor this is. */
  readonly newCodes: NewRecoveryCodes
}

/** A confirmation, but for the signature of its proof. */
export type Confirmation = Omit<Confirmed, 'proof'> & { readonly proofClaims: ProofClaims }

/** Decides on what proves a pending enrolment: makes it a factor, counts it, or leaves everything as it is. */
export function confirmEnrolment(at: Case, input: ConfirmInput, facts: Facts): Deciding<Confirmation | Rejected> {
  const { given, compare } = input
  const enrolment = openEnrolment(at, input.enrolmentId)
  if ('reason' in enrolment) return unchanged(at, enrolment)
  const confirmation = kindOf(enrolment).confirm(at, enrolment, enrolmentSubject(enrolment), given, compare, facts)
  if (isNeed(confirmation)) return confirmation
  const own = at.policy.wrongCodesPerCode - enrolment.wrongCodes
  switch (confirmation.status) {
    case 'right':
      return hasRoomFor(at.record, confirmation.factor, enrolment.replaces)
        ? confirm(at, enrolment, confirmation.factor, input.newCodes)
        : unchanged(at, rejected('too-many-factors', null))
    case 'malformed':
    case 'not-live': {
      const reason = confirmation.status === 'malformed' ? 'malformed-code' : 'expired'
      return unchanged(at, rejected(reason, isSuspended(at) ? own : attemptsRemaining(at, own)))
    }
    case 'forged':
      return unchanged(at, rejected('wrong-response', null), [rejectedEvent(enrolment, 'wrong-response')])
    case 'wrong':
      return countWrongCode(at, enrolment, own - 1)
  }
}

/** Whether typed codes are suspended: an enrolment that is open all the same has only its own attempts. */
function isSuspended({ record, now, policy }: Case): boolean {
  return guessStanding(record.guesses, now, policy).status === 'suspended'
}

function rejectedEvent({ kind, id }: EnrolmentRecord, reason: Rejected['reason']): EventBody {
  return { type: 'enrolment-rejected', factorKind: kind, enrolmentId: id, reason }
}

function countWrongCode(at: Case, enrolment: EnrolmentRecord, own: number): Decision<Rejected> {
  const record = withEnrolment(at.record, { ...enrolment, wrongCodes: enrolment.wrongCodes + 1 })
  const event = rejectedEvent(enrolment, 'wrong-code')
  if (isSuspended(at)) return decided(record, rejected('wrong-code', own), [event])
  const { next, rejection, events } = countGuess({ ...at, record }, 'wrong-code', own)
  return decided(next, rejection, [event, ...events])
}

/** Makes the enrolment a factor: in place of another, or of those that are suspended, or beside the others. */
function confirm(
  at: Case,
  enrolment: EnrolmentRecord,
  factor: FactorRecord,
  newCodes: NewRecoveryCodes,
): Decision<Confirmation> {
  const { record, now } = at
  const first = record.factors.length === 0
  const suspended = isSuspended(at)
  const proven = {
    ...dropEnrolment(record, enrolment.id),
    guesses: FRESH_GUESSES,
    enrolmentRequired: false,
    accessPass: null,
  }
  const replaced = record.factors.find(({ id }) => id === enrolment.replaces) ?? null
  const added =
    replaced === null
      ? addFactor({ ...at, record: proven }, factor)
      : replaceFactor({ ...at, record: proven }, replaced, factor)
  const retired = suspended
    ? retireSuspended({ ...at, record: added.next }, factor)
    : unchanged({ ...at, record: added.next }, undefined)
  const { next } = retired
  const recipient = kindOf(factor).recipient(factor)
  const { assurance } = kindOf(factor)
  const outcome: Confirmation = {
    status: 'confirmed',
    factor: presentFactor(next, factor),
    recoveryCodes: first ? newCodes.codes : null,
    proofClaims: { method: factor.kind, at: now, epoch: next.epoch, purpose: 'enrolment', assurance },
  }
  const verified: readonly EventBody[] =
    recipient === null
      ? []
      : [
          {
            type: 'text-verified',
            purpose: 'enrolment',
            subjectId: enrolment.id,
            factorId: factor.id,
            country: recipient.country,
          },
        ]
  const effects: readonly Effect[] = [
    ...noticesTo(record.factors, next.factors, 'number-replaced'),
    ...(recipient === null
      ? []
      : ([{ effect: 'count-region', country: recipient.country, field: 'verified' }] as const)),
  ]
  const decision = decided(next, outcome, [...added.events, ...retired.events, ...verified], effects)
  return first ? issueRecoveryCodes(decision, newCodes, now) : decision
}
