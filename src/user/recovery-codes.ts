import type { ChallengeClaims } from '../crypto/claims.js'
import type { EventBody } from '../interfaces/events.js'
import type { RecoveryCodesStatus } from '../interfaces/recovery-codes.js'
import type { Refused, Rejected } from '../interfaces/refusal.js'
import { suffices } from './assurance.js'
import {
  ask,
  decided,
  isNeed,
  unchanged,
  type Case,
  type Deciding,
  type Decision,
  type Facts,
  type Need,
} from './decision.js'
import { countGuess, guessRejection, rejected } from './guessing.js'
import { proofRefusal, refused, type ProofFact } from './proof.js'
import { isLive, recoveryCodesRemaining, type AccessPass, type RecoveryCodeSet, type UserRecord } from './record.js'
import { endOf, rejectChallenge } from './standing.js'
import { revokeTrustedDevices } from './trusted-devices.js'
import { approve, type Approval } from './verification.js'

/** How many characters an issued recovery code and an access pass have, separators apart: 120 bits in Base32. */
export const ISSUED_CODE_LENGTH = 24
const LOW_WATER = 3

/** The lengths that a right recovery code or access pass of this user can have. */
export function recoveryLengths({ recoveryCodes }: UserRecord): readonly number[] {
  return [...new Set([ISSUED_CODE_LENGTH, ...(recoveryCodes?.lengths ?? [])])]
}

/** What `redeemRecoveryCode` is decided from. */
export interface RedeemInput {
  readonly claims: ChallengeClaims
  readonly bindingDigest: string | null
  /** What was typed, in canonical form. */
  readonly code: string
  /** The salted SHA-256 of a canonical code. */
  readonly hash: (code: string, salt: string) => string
  /** Compares in constant time. */
  readonly equal: (one: string, other: string) => boolean
}

/**
 * Decides on a recovery code or an access pass: spends it, settles this challenge and revokes every trusted device. Codes
 * of 112 bits or more are no guesses, so no lock shuts them out and a wrong one is not counted. Those of fewer are.
 */
export function redeemRecoveryCode(at: Case, input: RedeemInput, facts: Facts): Deciding<Approval | Rejected> {
  const { record, now, policy } = at
  const { claims, bindingDigest, code, hash, equal } = input
  const ended = endOf(at, claims) ?? (claims.bindingDigest === bindingDigest ? null : 'unknown-challenge')
  if (ended !== null) return rejectChallenge(at, claims, rejected(ended, ended === 'unknown-challenge' ? null : 0))
  const { accessPass, recoveryCodes } = record
  if (
    accessPass !== null &&
    !accessPass.used &&
    isLive(accessPass.issuedAt, accessPass.expiresAt, now) &&
    equal(hash(code, accessPass.salt), accessPass.hash)
  ) {
    return suffices('access-pass', claims.purpose, policy)
      ? redeemAccessPass(at, claims, accessPass)
      : tooLow(at, claims)
  }
  if (!suffices('recovery', claims.purpose, policy)) return tooLow(at, claims)
  if (recoveryCodes === null) return rejectChallenge(at, claims, rejected('wrong-code', null))
  return recoveryCodes.hash === 'sha-256'
    ? redeemIssued(at, input, recoveryCodes)
    : redeemGuessable(at, input, recoveryCodes, facts)
}

function tooLow(at: Case, claims: ChallengeClaims): Decision<Rejected> {
  return rejectChallenge(at, claims, rejected('assurance-too-low', null))
}

function redeemIssued(
  at: Case,
  { claims, code, hash, equal }: RedeemInput,
  set: RecoveryCodeSet,
): Decision<Approval | Rejected> {
  const index = find(set, hash(code, set.salt), equal)
  if (index === null) return rejectChallenge(at, claims, rejected('wrong-code', null))
  return set.spent.includes(index)
    ? rejectChallenge(at, claims, rejected('already-used', null))
    : redeem(at, claims, set, index)
}

/** Codes of too few bits to be left unguarded are typed codes: slowly hashed, and counted with the others. */
function redeemGuessable(
  at: Case,
  { claims, code, equal }: RedeemInput,
  set: RecoveryCodeSet,
  facts: Facts,
): Decision<Approval | Rejected> | Need {
  const shut = guessRejection(at)
  if (shut !== null) return rejectChallenge(at, claims, shut)
  const fact = ask(facts, 'slow-hash', { code, salt: set.salt })
  if (isNeed(fact)) return fact
  const index = find(set, fact.answer, equal)
  if (index !== null && !set.spent.includes(index)) return redeem(at, claims, set, index)
  const { id: challengeId, purpose, factorId } = claims
  const reason = index === null ? 'wrong-code' : 'already-used'
  const { next, rejection, events } = countGuess(at, reason, Infinity)
  return decided(next, rejection, [{ type: 'challenge-rejected', purpose, challengeId, factorId, reason }, ...events])
}

/** Where in the set the code is, or null. Every hash is compared, whichever matches. */
function find({ hashes }: RecoveryCodeSet, hash: string, equal: RedeemInput['equal']): number | null {
  return hashes.reduce<number | null>((found, each, index) => (equal(each, hash) ? index : found), null)
}

function redeem(at: Case, claims: ChallengeClaims, set: RecoveryCodeSet, index: number): Decision<Approval> {
  const spent = { ...at.record, recoveryCodes: { ...set, spent: [...set.spent, index] } }
  const remaining = recoveryCodesRemaining(spent)
  const events: readonly EventBody[] = [{ type: 'recovery-code-redeemed', remaining }, ...waterEvents(remaining)]
  return approveRecovery(at, claims, spent, 'recovery-code', events)
}

function redeemAccessPass(at: Case, claims: ChallengeClaims, accessPass: AccessPass): Decision<Approval> {
  const used = { ...at.record, accessPass: { ...accessPass, used: true }, enrolmentRequired: true }
  return approveRecovery(at, claims, used, 'access-pass', [{ type: 'access-pass-redeemed' }])
}

/** RFC 8176 has no value for a code kept for the day the phone is lost: `mfa` says that it came beside the password. */
function approveRecovery(
  at: Case,
  claims: ChallengeClaims,
  spent: UserRecord,
  method: 'recovery-code' | 'access-pass',
  events: readonly EventBody[],
): Decision<Approval> {
  const revoked = revokeTrustedDevices({ ...at, record: spent })
  const assurance = method === 'recovery-code' ? 'recovery' : 'access-pass'
  const approved = approve(at, claims, revoked.next, { factor: null, method, amr: ['mfa'], assurance })
  return { ...approved, events: [...approved.events, ...events, ...revoked.events] }
}

function waterEvents(remaining: number): readonly EventBody[] {
  if (remaining === 0) return [{ type: 'recovery-codes-exhausted' }]
  return remaining === LOW_WATER ? [{ type: 'recovery-codes-low', remaining }] : []
}

/** A set of codes just made: as the record keeps it, and as the person gets it. */
export interface NewRecoveryCodes {
  readonly codes: readonly string[]
  readonly set: Omit<RecoveryCodeSet, 'spent' | 'issuedAt' | 'acknowledged'>
}

/** The record with a new set of codes in place of any other. */
export function issueRecoveryCodes<Outcome>(
  decision: Decision<Outcome>,
  { set }: NewRecoveryCodes,
  now: number,
): Decision<Outcome> {
  const recoveryCodes = { ...set, spent: [], issuedAt: now, acknowledged: false }
  return {
    ...decision,
    next: { ...decision.next, recoveryCodes },
    events: [...decision.events, { type: 'recovery-codes-issued' }],
  }
}

/** Records that the person has kept the codes. */
export function acknowledgeRecoveryCodes(at: Case): Decision<{ readonly status: 'acknowledged' }> {
  const { record } = at
  const { recoveryCodes } = record
  const outcome = { status: 'acknowledged' } as const
  if (recoveryCodes === null || recoveryCodes.acknowledged) return unchanged(at, outcome)
  const next = { ...record, recoveryCodes: { ...recoveryCodes, acknowledged: true } }
  return decided(next, outcome, [{ type: 'recovery-codes-acknowledged' }])
}

/** Replaces the whole set. Recovery codes recover a factor: without one there is nothing to prove and nothing to recover. */
export function regenerateRecoveryCodes(
  at: Case,
  { proof, newCodes }: { readonly proof: ProofFact; readonly newCodes: NewRecoveryCodes },
): Decision<Refused | { readonly status: 'regenerated'; readonly recoveryCodes: readonly string[] }> {
  const { record, now } = at
  const refusal = record.factors.length === 0 ? refused('unknown-factor') : proofRefusal(at, proof)
  if (refusal !== null) return unchanged(at, refusal)
  return issueRecoveryCodes(decided(record, { status: 'regenerated', recoveryCodes: newCodes.codes }), newCodes, now)
}

/** What a host may show of a user's recovery codes. */
export function recoveryCodesStatus({ record }: Case): RecoveryCodesStatus {
  const { recoveryCodes } = record
  return {
    status: 'known',
    remaining: recoveryCodesRemaining(record),
    issuedAt: recoveryCodes?.issuedAt ?? null,
    acknowledged: recoveryCodes?.acknowledged ?? true,
  }
}
