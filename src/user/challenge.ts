import type { ChallengeClaims } from '../crypto/claims.js'
import type {
  ChallengePurpose,
  EnrolmentRequired,
  Locked,
  NotRequired,
  Suspended,
  Trusted,
} from '../interfaces/challenge.js'
import type { Delivery } from '../interfaces/delivery.js'
import type { EventBody } from '../interfaces/events.js'
import type { Factor } from '../interfaces/factor.js'
import type { PasskeyCredential } from '../interfaces/passkeys.js'
import type { Rejected } from '../interfaces/refusal.js'
import { orderText, sentText, type OrderedText, type TextKeys } from './code-text.js'
import {
  decided,
  isNeed,
  unchanged,
  type Case,
  type Deciding,
  type Decision,
  type Facts,
  type Need,
} from './decision.js'
import { guessRejection, guessStanding, rejected, withBoundedLock } from './guessing.js'
import { kindOf } from './kinds/index.js'
import { firstFactor, presentFactor, presentFactors } from './presenting.js'
import { recoveryCodesRemaining, type ChallengeText, type FactorRecord, type UserRecord } from './record.js'
import { recoveryLengths } from './recovery-codes.js'
import { closeChallenge, endOf, openFactor, subjectOf } from './standing.js'
import { joinableText, textOf, withText } from './texts.js'
import { findTrustedDevice, useTrustedDevice } from './trusted-devices.js'

/** What challenges are asked with. */
interface Asking {
  readonly keyIds: TextKeys
  /** Whether passkeys are configured. */
  readonly passkeys: boolean
}

/** What `begin` is decided from. */
export interface BeginInput extends Asking {
  readonly purpose: ChallengePurpose
  /** The trusted device whose token came along, or null. */
  readonly deviceId: string | null
  readonly factorId: string | null
  readonly required: boolean | { readonly from: number }
  readonly bindingDigest: string | null
  readonly summary: string | null
  /** Stands for the client and what it asks for; null when nothing may join. */
  readonly joinKey: string | null
  /** A fresh id. */
  readonly challengeId: string
}

/** An outcome whose token is still to be signed. */
type Unsigned<Result, Claims = ChallengeClaims> = Omit<Result, 'token'> & { readonly claims: Claims }

/** A second proof is asked for. */
export interface Asked {
  readonly status: 'challenged'
  readonly claims: ChallengeClaims
  readonly factor: Factor
  readonly factors: readonly Factor[]
  /** What is known of the text; null when none is sent, or when it is sent after the commit. */
  readonly delivery: Delivery | null
  /** The passkeys any of which may answer; null when none is asked for. */
  readonly allow: readonly PasskeyCredential[] | null
  readonly expiresAt: number
  readonly recoveryCodesRemaining: number
}

/** What comes of `begin`, but for signatures. */
export type Begun =
  | NotRequired
  | Unsigned<EnrolmentRequired, ChallengeClaims | null>
  | Trusted
  | Unsigned<Locked>
  | Unsigned<Suspended>
  | Asked

/** Decides whether to ask for a second proof, and for which. */
export function beginChallenge(at: Case, input: BeginInput, facts: Facts): Deciding<Begun> {
  const { record, now, policy } = at
  const askable = record.factors.filter((factor) => input.passkeys || kindOf(factor).credential(factor) === null)
  const chosen =
    askable.find(({ id }) => id === input.factorId) ?? firstFactor({ ...record, factors: askable }) ?? record.factors[0]
  if (chosen === undefined) return beginWithoutFactor(at, input)
  // A trusted device is no guess, so no lock shuts it out; and it never satisfies a step-up.
  const trusting = input.purpose === 'sign-in' && policy.trustedDevices === 'on'
  const device = trusting ? findTrustedDevice(record, input.deviceId, now) : null
  if (device !== null) {
    const outcome = { status: 'trusted', device, amr: [], assurance: 'single-factor' } as const
    return decided(useTrustedDevice(record, device, now), outcome, [{ type: 'challenge-skipped', deviceId: device.id }])
  }
  const standing = guessStanding(record.guesses, now, policy)
  const untyped = standing.status === 'open' ? undefined : askable.find((factor) => !kindOf(factor).isTyped)
  const factor = kindOf(chosen).isTyped ? (untyped ?? chosen) : chosen
  const claims = newClaims(at, input, factor)
  if (standing.status === 'open' || !kindOf(factor).isTyped) return askFirst(at, input, claims, factor, facts)
  const way = { claims, expiresAt: claims.expiresAt, recoveryCodesRemaining: recoveryCodesRemaining(record) }
  return decided(
    withBoundedLock(at),
    standing.status === 'locked'
      ? { status: 'locked', retryAt: standing.retryAt, ...way }
      : { status: 'suspended', ...way },
    [begunEvent(claims, factor, standing.status, false)],
  )
}

function beginWithoutFactor(at: Case, input: BeginInput): Decision<Begun> {
  const { record, now } = at
  const { accessPass } = record
  const { required } = input
  if (accessPass !== null) {
    const claims = now < accessPass.expiresAt ? newClaims(at, input, null) : null
    return unchanged(at, { status: 'enrolment-required', graceEndsAt: null, claims })
  }
  if (required === false && !record.enrolmentRequired) return unchanged(at, { status: 'not-required' })
  const grace = typeof required === 'object' && !record.enrolmentRequired && now < required.from ? required.from : null
  return unchanged(at, { status: 'enrolment-required', graceEndsAt: grace, claims: null })
}

/** A challenge's claims. It is begun after everything that the record has forgotten, so none of that settles it. */
function newClaims(
  { record, userId, now, policy }: Case,
  input: BeginInput,
  factor: FactorRecord | null,
): ChallengeClaims {
  const { challengeId: id, purpose, bindingDigest, summary } = input
  return {
    id,
    userId,
    purpose,
    bindingDigest,
    summary,
    epoch: record.epoch,
    begunAt: Math.max(now, record.settledThroughAt + 1),
    expiresAt: now + policy.challengeLifetimeSeconds * 1000,
    ...askedClaims(record, factor),
  }
}

/** What of the claims follows from the factor asked for. */
function askedClaims(
  record: UserRecord,
  factor: FactorRecord | null,
): Pick<ChallengeClaims, 'factorId' | 'codeDigits' | 'recoveryLengths'> {
  const codeDigits = factor === null ? [] : kindOf(factor).codeDigits(record.factors)
  return { factorId: factor?.id ?? null, codeDigits, recoveryLengths: recoveryLengths(record) }
}

/** Asks for the first time, unless the same client asked for the same a moment ago: then the text that is out serves both. */
function askFirst(
  at: Case,
  input: BeginInput,
  claims: ChallengeClaims,
  factor: FactorRecord,
  facts: Facts,
): Deciding<Asked> {
  const recipient = kindOf(factor).recipient(factor)
  const open = recipient === null ? null : joinableText(at, input.joinKey)
  if (open !== null && open.phoneNumber === recipient?.phoneNumber) {
    const { challengeId: id, begunAt, expiresAt } = open
    const joined = { ...claims, id, begunAt, expiresAt }
    const outcome = asked(at.record, joined, factor, sentText(at, subjectOf(joined), open))
    return unchanged(at, outcome, [begunEvent(joined, factor, 'open', true)])
  }
  const decision = askFor(at, input, claims, factor, input.joinKey, facts)
  if (isNeed(decision)) return decision
  const { status } = guessStanding(at.record.guesses, at.now, at.policy)
  return { ...decision, events: [begunEvent(claims, factor, status, false), ...decision.events] }
}

/** Asks for a factor, and has the text sent where that is how it asks. */
function askFor(
  at: Case,
  { keyIds }: Pick<Asking, 'keyIds'>,
  claims: ChallengeClaims,
  factor: FactorRecord,
  joinKey: string | null,
  facts: Facts,
): Deciding<Asked> {
  const { record } = at
  if (kindOf(factor).recipient(factor) === null) return unchanged(at, asked(record, claims, factor, null))
  const text = textChallenge(at, keyIds, claims, factor, joinKey, facts)
  if (isNeed(text)) return text
  const { next, ordered } = text
  const delivery = ordered.status === 'not-sent' ? ordered.delivery : null
  return decided(
    next,
    asked(next, claims, factor, delivery),
    ordered.events,
    ordered.status === 'send' ? ordered.effects : [],
  )
}

/** Orders the text of a challenge, and what the record says of it once it is out. */
function textChallenge(
  at: Case,
  keyIds: TextKeys,
  claims: ChallengeClaims,
  factor: FactorRecord,
  joinKey: string | null,
  facts: Facts,
): Need | { readonly next: UserRecord; readonly ordered: Exclude<OrderedText, { status: 'region-shut' }> } {
  const { record } = at
  const recipient = kindOf(factor).recipient(factor)
  const text = textOf(record, claims.id)
  if (recipient === null) throw new RangeError('a factor without a phone number gets no text')
  const ordered = orderText(at, { subject: subjectOf(claims), recipient, text, keyIds }, facts)
  if (isNeed(ordered)) return ordered
  if (ordered.status === 'region-shut') throw new RangeError('only enrolment texts are counted by region')
  if (ordered.status === 'not-sent') return { next: record, ordered }
  const { id: challengeId, begunAt, expiresAt } = claims
  const kept: ChallengeText = text ?? { challengeId, begunAt, expiresAt, joinKey, wrongCodes: 0, ...ordered.state }
  return { next: withText({ ...record, textedAt: ordered.textedAt }, { ...kept, ...ordered.state }), ordered }
}

function asked(record: UserRecord, claims: ChallengeClaims, factor: FactorRecord, delivery: Delivery | null): Asked {
  const credentials = record.factors.flatMap((one) => kindOf(one).credential(one) ?? [])
  return {
    status: 'challenged',
    claims,
    factor: presentFactor(record, factor),
    factors: presentFactors(record),
    delivery,
    allow: kindOf(factor).credential(factor) === null ? null : credentials,
    expiresAt: claims.expiresAt,
    recoveryCodesRemaining: recoveryCodesRemaining(record),
  }
}

function begunEvent(
  { purpose, id: challengeId }: ChallengeClaims,
  { id: factorId, kind: factorKind }: FactorRecord,
  standing: 'open' | 'locked' | 'suspended',
  joined: boolean,
): EventBody {
  return { type: 'challenge-begun', purpose, challengeId, factorId, factorKind, standing, joined }
}

/** Asks for another factor within the same challenge. A factor that is no typed code may be asked for while those are shut. */
export function switchFactor(
  at: Case,
  { claims, factorId, ...input }: Asking & { readonly claims: ChallengeClaims; readonly factorId: string },
  facts: Facts,
): Deciding<Asked | Rejected> {
  const { record } = at
  const ended = endOf(at, claims)
  if (ended !== null) return unchanged(at, rejected(ended))
  const factor = record.factors.find(({ id }) => id === factorId)
  if (factor === undefined || (kindOf(factor).credential(factor) !== null && !input.passkeys)) {
    return unchanged(at, rejected('unknown-factor', null))
  }
  const shut = kindOf(factor).isTyped ? guessRejection(at) : null
  if (kindOf(factor).attemptsLeft(at, claims.id) <= 0)
    return unchanged(at, rejected('exhausted', 0, shut?.retryAt ?? null))
  if (shut !== null) return unchanged(at, shut)
  return askFor(at, input, { ...claims, ...askedClaims(record, factor) }, factor, null, facts)
}

/** Sends the text of a challenge again. */
export function resendText(
  at: Case,
  { claims, keyIds }: { readonly claims: ChallengeClaims; readonly keyIds: TextKeys },
  facts: Facts,
): Deciding<Rejected | { readonly status: 'texted'; readonly delivery: Delivery | null }> {
  const factor = openFactor(at, claims, claims.bindingDigest)
  if ('status' in factor) return unchanged(at, factor)
  // No challenge by text message goes by the token of one that asks for something else.
  if (kindOf(factor).recipient(factor) === null) return unchanged(at, rejected('unknown-challenge', null))
  const left = kindOf(factor).attemptsLeft(at, claims.id)
  const shut = guessRejection(at)
  if (left <= 0) return unchanged(at, rejected('exhausted', 0, shut?.retryAt ?? null))
  if (shut !== null) return unchanged(at, shut)
  const text = textChallenge(at, keyIds, claims, factor, null, facts)
  if (isNeed(text)) return text
  const { next, ordered } = text
  if (ordered.status === 'not-sent')
    return unchanged(at, { status: 'texted', delivery: ordered.delivery }, ordered.events)
  return decided(next, { status: 'texted', delivery: null }, ordered.events, ordered.effects)
}

/** Ends an open challenge; whatever else the token was, there is nothing to end. */
export function cancelChallenge(at: Case, claims: ChallengeClaims): Decision<{ readonly status: 'cancelled' }> {
  const { record, now } = at
  const outcome = { status: 'cancelled' } as const
  if (endOf(at, claims) !== null) return unchanged(at, outcome)
  const { id: challengeId, purpose, factorId } = claims
  return decided(closeChallenge(record, claims, 'cancelled', now), outcome, [
    { type: 'challenge-cancelled', purpose, challengeId, factorId },
  ])
}
