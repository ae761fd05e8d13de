import type { ChallengeClaims } from '../crypto/claims.js'
import type {
  ChallengePurpose,
  EnrolmentRequired,
  Locked,
  NotRequired,
  Suspended,
  Trusted,
} from '../interfaces/challenge.js'
import type { EventBody } from '../interfaces/events.js'
import { factorSuffices } from './assurance.js'
import { asked, askedClaims, askFor, isAskable, type Asked, type Asking } from './challenge.js'
import { sentText } from './code-text.js'
import { decided, isNeed, unchanged, type Case, type Deciding, type Decision, type Facts } from './decision.js'
import { guessStanding, withBoundedLock } from './guessing.js'
import { kindOf } from './kinds/index.js'
import { firstFactor } from './presenting.js'
import { isLive, recoveryCodesRemaining, type FactorRecord } from './record.js'
import { beginningOf, subjectOf } from './standing.js'
import { joinableText } from './texts.js'
import { findTrustedDevice, useTrustedDevice } from './trusted-devices.js'

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
  const askable = record.factors.filter((factor) => isAskable(at, input, input.purpose, factor))
  // Somebody whose factors cannot be checked here is challenged all the same: a recovery code still helps.
  const enough = record.factors.find((factor) => factorSuffices(factor, input.purpose, policy))
  const chosen =
    askable.find(({ id }) => id === input.factorId) ?? firstFactor({ ...record, factors: askable }) ?? enough
  if (record.factors.length === 0) return beginWithoutFactor(at, input)
  // A trusted device is no guess, so no lock shuts it out; and it never satisfies a step-up.
  const trusting = input.purpose === 'sign-in' && policy.trustedDevices === 'on'
  const device = trusting ? findTrustedDevice(record, input.deviceId, now) : null
  if (device !== null) {
    const outcome = { status: 'trusted', device, amr: [], assurance: 'single-factor' } as const
    return decided(useTrustedDevice(record, device, now), outcome, [{ type: 'challenge-skipped', deviceId: device.id }])
  }
  if (chosen === undefined) return unchanged(at, { status: 'enrolment-required', graceEndsAt: null, claims: null })
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
    const claims = isLive(accessPass.issuedAt, accessPass.expiresAt, now) ? newClaims(at, input, null) : null
    return unchanged(at, { status: 'enrolment-required', graceEndsAt: null, claims })
  }
  if (required === false && !record.enrolmentRequired) return unchanged(at, { status: 'not-required' })
  const grace = typeof required === 'object' && !record.enrolmentRequired && now < required.from ? required.from : null
  return unchanged(at, { status: 'enrolment-required', graceEndsAt: grace, claims: null })
}

/** A challenge's claims. */
function newClaims(
  { record, userId, now, policy }: Case,
  input: BeginInput,
  factor: FactorRecord | null,
): ChallengeClaims {
  const { challengeId: id, purpose, bindingDigest, summary } = input
  const expiresAt = now + policy.challengeLifetimeSeconds * 1000
  return {
    id,
    userId,
    purpose,
    bindingDigest,
    summary,
    epoch: record.epoch,
    begunAt: beginningOf(record, expiresAt, now),
    expiresAt,
    ...askedClaims(record, factor),
  }
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
  const open = recipient === null ? null : joinableText(at, input.joinKey, recipient.phoneNumber)
  if (open !== null && recipient !== null) {
    const { challengeId: id, begunAt, expiresAt } = open
    const joined = { ...claims, id, begunAt, expiresAt }
    const outcome = asked(at, input, joined, factor, sentText(at, subjectOf(joined), recipient, open))
    return unchanged(at, outcome, [begunEvent(joined, factor, 'open', true)])
  }
  const decision = askFor(at, input, claims, factor, input.joinKey, facts)
  if (isNeed(decision)) return decision
  const { status } = guessStanding(at.record.guesses, at.now, at.policy)
  return { ...decision, events: [begunEvent(claims, factor, status, false), ...decision.events] }
}

function begunEvent(
  { purpose, id: challengeId }: ChallengeClaims,
  { id: factorId, kind: factorKind }: FactorRecord,
  standing: 'open' | 'locked' | 'suspended',
  joined: boolean,
): EventBody {
  return { type: 'challenge-begun', purpose, challengeId, factorId, factorKind, standing, joined }
}
