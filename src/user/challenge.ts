import type { ChallengeClaims } from '../crypto/claims.js'
import type { ChallengePurpose } from '../interfaces/challenge.js'
import type { Delivery } from '../interfaces/delivery.js'
import type { Factor } from '../interfaces/factor.js'
import type { PasskeyCredential } from '../interfaces/passkeys.js'
import type { Rejected } from '../interfaces/refusal.js'
import type { SmsChannel } from '../interfaces/sms-sender.js'
import { factorSuffices } from './assurance.js'
import { orderText, type OrderedText, type TextKeys } from './code-text.js'
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
import { guessRejection, rejected } from './guessing.js'
import { kindOf } from './kinds/index.js'
import { presentFactor } from './presenting.js'
import {
  recoveryCodesRemaining,
  type ChallengeText,
  type FactorRecord,
  type Recipient,
  type UserRecord,
} from './record.js'
import { recoveryLengths } from './recovery-codes.js'
import { closeChallenge, endOf, openFactor, subjectOf } from './standing.js'
import { textOf, withText } from './texts.js'

/** What challenges are asked with. */
export interface Asking {
  readonly keyIds: TextKeys
  /** Whether passkeys are configured. */
  readonly passkeys: boolean
}

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
  if (factor === undefined || !isAskable(at, input, claims.purpose, factor)) {
    return unchanged(at, rejected('unknown-factor', null))
  }
  const shut = kindOf(factor).isTyped ? guessRejection(at) : null
  if (kindOf(factor).attemptsLeft(at, claims.id) <= 0)
    return unchanged(at, rejected('exhausted', 0, shut?.retryAt ?? null))
  if (shut !== null) return unchanged(at, shut)
  return askFor(at, input, { ...claims, ...askedClaims(record, factor) }, factor, null, facts)
}

/** What `resend` is decided from. */
export interface ResendInput {
  readonly claims: ChallengeClaims
  readonly keyIds: TextKeys
  /** How the code shall reach the phone; null for as before. */
  readonly channel: SmsChannel | null
}

/** Sends the text of a challenge again. */
export function resendText(
  at: Case,
  { claims, keyIds, channel }: ResendInput,
  facts: Facts,
): Deciding<Rejected | { readonly status: 'texted'; readonly delivery: Delivery | null }> {
  const factor = openFactor(at, claims, claims.bindingDigest)
  if ('status' in factor) return unchanged(at, factor)
  const usual = kindOf(factor).recipient(factor)
  // No challenge by text message goes by the token of one that asks for something else.
  if (usual === null) return unchanged(at, rejected('unknown-challenge', null))
  const left = kindOf(factor).attemptsLeft(at, claims.id)
  const shut = guessRejection(at)
  if (left <= 0) return unchanged(at, rejected('exhausted', 0, shut?.retryAt ?? null))
  if (shut !== null) return unchanged(at, shut)
  const text = textChallenge(at, keyIds, claims, { ...usual, channel: channel ?? usual.channel }, null, facts)
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

/** Whether a factor can be asked for: it can be checked here, and is worth enough for the purpose. */
export function isAskable(
  { policy }: Case,
  { passkeys }: Pick<Asking, 'passkeys'>,
  purpose: ChallengePurpose,
  factor: FactorRecord,
): boolean {
  return (passkeys || kindOf(factor).credential(factor) === null) && factorSuffices(factor, purpose, policy)
}

/** What of the claims follows from the factor asked for. */
export function askedClaims(
  record: UserRecord,
  factor: FactorRecord | null,
): Pick<ChallengeClaims, 'factorId' | 'codeDigits' | 'recoveryLengths'> {
  const codeDigits = factor === null ? [] : kindOf(factor).codeDigits(record.factors)
  return { factorId: factor?.id ?? null, codeDigits, recoveryLengths: recoveryLengths(record) }
}

/** Asks for a factor, and has the text sent where that is how it asks. */
export function askFor(
  at: Case,
  asking: Asking,
  claims: ChallengeClaims,
  factor: FactorRecord,
  joinKey: string | null,
  facts: Facts,
): Deciding<Asked> {
  const recipient = kindOf(factor).recipient(factor)
  if (recipient === null) return unchanged(at, asked(at, asking, claims, factor, null))
  const text = textChallenge(at, asking.keyIds, claims, recipient, joinKey, facts)
  if (isNeed(text)) return text
  const { next, ordered } = text
  const delivery = ordered.status === 'not-sent' ? ordered.delivery : null
  return decided(
    next,
    asked({ ...at, record: next }, asking, claims, factor, delivery),
    ordered.events,
    ordered.status === 'send' ? ordered.effects : [],
  )
}

/** Orders the text of a challenge, and what the record says of it once it is out. */
function textChallenge(
  at: Case,
  keyIds: TextKeys,
  claims: ChallengeClaims,
  recipient: Recipient,
  joinKey: string | null,
  facts: Facts,
): Need | { readonly next: UserRecord; readonly ordered: Exclude<OrderedText, { status: 'region-shut' }> } {
  const { record } = at
  const text = textOf(record, claims.id)
  const ordered = orderText(at, { subject: subjectOf(claims), recipient, text, keyIds }, facts)
  if (isNeed(ordered)) return ordered
  if (ordered.status === 'region-shut') throw new RangeError('only enrolment texts are counted by region')
  if (ordered.status === 'not-sent') return { next: record, ordered }
  const { id: challengeId, begunAt, expiresAt } = claims
  const kept: ChallengeText = text ?? { challengeId, begunAt, expiresAt, joinKey, wrongCodes: 0, ...ordered.state }
  return { next: withText({ ...record, textedAt: ordered.textedAt }, { ...kept, ...ordered.state }), ordered }
}

export function asked(
  at: Case,
  asking: Asking,
  claims: ChallengeClaims,
  factor: FactorRecord,
  delivery: Delivery | null,
): Asked {
  const { record } = at
  const askable = record.factors.filter((one) => isAskable(at, asking, claims.purpose, one))
  const credentials = record.factors.flatMap((one) => kindOf(one).credential(one) ?? [])
  return {
    status: 'challenged',
    claims,
    factor: presentFactor(record, factor),
    factors: askable.map((one) => presentFactor(record, one)),
    delivery,
    allow: kindOf(factor).credential(factor) === null ? null : credentials,
    expiresAt: claims.expiresAt,
    recoveryCodesRemaining: recoveryCodesRemaining(record),
  }
}
