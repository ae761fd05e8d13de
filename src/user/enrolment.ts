import type { Delivery } from '../interfaces/delivery.js'
import type { EventBody } from '../interfaces/events.js'
import type { FactorKind } from '../interfaces/factor.js'
import type { SmsChannel } from '../interfaces/sms-sender.js'
import type { PasskeyCredential } from '../interfaces/passkeys.js'
import type { Refused, Rejected } from '../interfaces/refusal.js'
import { orderText, sentText, type TextKeys } from './code-text.js'
import {
  decided,
  isNeed,
  unchanged,
  type Case,
  type Deciding,
  type Decision,
  type Facts,
  type TextSubject,
} from './decision.js'
import { guessRejection, rejected } from './guessing.js'
import { kindOf } from './kinds/index.js'
import type { Shown } from './kinds/kind.js'
import { MAX_FACTORS } from './limits.js'
import { guessRefusal, proofRefusal, refused, type ProofFact } from './proof.js'
import { isLive, type EnrolmentRecord, type UserRecord } from './record.js'

const MAX_ENROLMENTS = 2

/** What of an enrolment its kind decides. */
export type EnrolmentMaterial<Kind extends FactorKind = FactorKind> = {
  readonly [K in Kind]: Omit<EnrolmentRecord<K>, 'id' | 'name' | 'replaces' | 'createdAt' | 'expiresAt' | 'wrongCodes'>
}[Kind]

/** What an enrolment is begun from. */
export interface BeginEnrolmentInput {
  /** A fresh id. */
  readonly enrolmentId: string
  readonly name: string | null
  readonly replaces: string | null
  readonly proof: ProofFact
  readonly material: EnrolmentMaterial
  readonly keyIds: TextKeys
  /** What authenticator apps show. */
  readonly issuer: string
}

/** A pending enrolment, as its owner is shown it. */
export interface Begun {
  readonly status: 'started'
  readonly enrolmentId: string
  readonly expiresAt: number
  readonly shown: Shown
  /** Whether the enrolment sends a text; what is known of it, or null when it is sent after the commit. */
  readonly text: { readonly delivery: Delivery | null } | null
  /** What a new credential is made for, and the user's passkeys, which must not be made a second time; null for other kinds. */
  readonly create: { readonly accountName: string; readonly exclude: readonly PasskeyCredential[] } | null
}

/** Decides whether an enrolment may begin, in place of a pending one of the same kind. No live factor is touched. */
export function beginEnrolment(at: Case, input: BeginEnrolmentInput, facts: Facts): Deciding<Begun | Refused> {
  const { record, now, policy } = at
  const { enrolmentId: id, name, replaces, material } = input
  const refusal = beginRefusal(at, input)
  if (refusal !== null) return unchanged(at, refusal)
  const fields = {
    id,
    name,
    replaces,
    createdAt: now,
    expiresAt: now + policy.enrolmentLifetimeSeconds * 1000,
    wrongCodes: 0,
  }
  const enrolment: EnrolmentRecord = { ...material, ...fields }
  const begun = { ...record, enrolments: [...othersPending(at, enrolment.kind), enrolment] }
  const events: readonly EventBody[] = [{ type: 'enrolment-begun', factorKind: enrolment.kind, enrolmentId: id }]
  return textEnrolment({ ...at, record: begun }, record, enrolment, input, events, facts)
}

/** The refusal of a new enrolment, or null. Somebody who has a factor must prove it first: changing factors is the attack. */
function beginRefusal(at: Case, { material, replaces, proof }: BeginEnrolmentInput): Refused | null {
  const { record } = at
  const refusal = (kindOf(material).isTyped ? guessRefusal(at) : null) ?? proofRefusal(at, proof)
  if (refusal !== null) return refusal
  const { factors } = record
  if (replaces !== null && !factors.some(({ id }) => id === replaces)) return refused('unknown-factor')
  // Every pending enrolment holds a place, so that confirming all of them cannot overfill the record.
  const pending = othersPending(at, material.kind).filter((one) => one.replaces === null).length
  const places = factors.length + pending + (replaces === null ? 1 : 0)
  return places > MAX_FACTORS ? refused('too-many-factors') : null
}

/** The pending enrolments that stay beside a new one of this kind. */
function othersPending({ record, now }: Case, kind: FactorKind): readonly EnrolmentRecord[] {
  return record.enrolments.filter((one) => one.kind !== kind && now < one.expiresAt).slice(1 - MAX_ENROLMENTS)
}

/** What an enrolment's text is ordered with. */
interface TextInput extends Pick<BeginEnrolmentInput, 'keyIds' | 'issuer'> {
  /** How the code shall reach the phone; as the number's own channel when left out. */
  readonly channel?: SmsChannel | null
}

/** Orders the text of an enrolment whose kind sends one. `before` is what the record stays while the region is shut. */
function textEnrolment(
  at: Case,
  before: UserRecord,
  enrolment: EnrolmentRecord,
  { keyIds, issuer, channel = null }: TextInput,
  events: readonly EventBody[],
  facts: Facts,
): Deciding<Begun | Refused> {
  const { record } = at
  const kind = kindOf(enrolment)
  const recipient = kind.recipient(enrolment)
  if (recipient === null) return decided(record, show(at, enrolment, issuer, null), events)
  const by = { ...recipient, channel: channel ?? recipient.channel }
  const order = { subject: enrolmentSubject(enrolment), recipient: by, text: kind.textOf(enrolment), keyIds }
  const ordered = orderText(at, order, facts)
  if (isNeed(ordered)) return ordered
  switch (ordered.status) {
    case 'region-shut':
      return decided(before, refused('sms-unavailable', ordered.retryAt), ordered.events)
    case 'not-sent':
      return decided(record, show(at, enrolment, issuer, ordered.delivery), [...events, ...ordered.events])
    case 'send': {
      const texted = kind.withText(enrolment, ordered.state)
      const next = withEnrolment({ ...record, textedAt: ordered.textedAt }, texted)
      return decided(next, show(at, texted, issuer, null), [...events, ...ordered.events], ordered.effects)
    }
  }
}

function show({ record }: Case, enrolment: EnrolmentRecord, issuer: string, delivery: Delivery | null): Begun {
  const kind = kindOf(enrolment)
  const accountName = kind.credentialOwner(enrolment)
  const exclude = record.factors.flatMap((one) => kindOf(one).credential(one) ?? [])
  return {
    status: 'started',
    enrolmentId: enrolment.id,
    expiresAt: enrolment.expiresAt,
    shown: kind.show(enrolment, issuer),
    text: kind.recipient(enrolment) === null ? null : { delivery },
    create: accountName === null ? null : { accountName, exclude },
  }
}

/** Sends the text of a pending enrolment again. */
export function resendEnrolmentText(
  at: Case,
  { enrolmentId, ...input }: TextInput & Pick<BeginEnrolmentInput, 'enrolmentId'>,
  facts: Facts,
): Deciding<Begun | Refused> {
  const refusal = guessRefusal(at)
  if (refusal !== null) return unchanged(at, refusal)
  const enrolment = openEnrolment(at, enrolmentId)
  const sends = 'reason' in enrolment ? null : kindOf(enrolment).recipient(enrolment)
  if ('reason' in enrolment || sends === null) return unchanged(at, refused('unknown-enrolment'))
  return textEnrolment(at, at.record, enrolment, input, [], facts)
}

/** What began a pending enrolment, for a page that was loaded again. One of an earlier version has no name to show. */
export function resumeEnrolment(at: Case, enrolmentId: string, issuer: string): Begun | Refused {
  const enrolment = openEnrolment(at, enrolmentId)
  if ('reason' in enrolment) {
    const { reason, retryAt } = enrolment
    return reason === 'locked' || reason === 'suspended' ? refused(reason, retryAt) : refused('unknown-enrolment')
  }
  const text = kindOf(enrolment).textOf(enrolment)
  const recipient = kindOf(enrolment).recipient(enrolment)
  const delivery: Delivery =
    text === null || recipient === null
      ? { status: 'not-sent', reason: 'delivery-failed', retryAt: at.now }
      : sentText(at, enrolmentSubject(enrolment), recipient, text)
  return show(at, enrolment, issuer, delivery)
}

/** An enrolment that takes a proof, or why it does not. */
export function openEnrolment(at: Case, enrolmentId: string): EnrolmentRecord | Rejected {
  const { record, now, policy } = at
  const enrolment = record.enrolments.find(({ id }) => id === enrolmentId)
  if (enrolment === undefined) {
    const confirmed = record.factors.some(({ id }) => id === enrolmentId)
    return rejected(confirmed ? 'settled' : 'unknown-enrolment')
  }
  // Somebody who got into a suspended account without a code proves a new factor, within the enrolment's own attempts.
  const shut = kindOf(enrolment).isTyped && guessRefusal(at) !== null ? guessRejection(at) : null
  if (enrolment.wrongCodes >= policy.wrongCodesPerCode) return rejected('exhausted', 0, shut?.retryAt ?? null)
  if (!isLive(enrolment.createdAt, enrolment.expiresAt, now)) return rejected('expired')
  return shut ?? enrolment
}

/** What a texted code of an enrolment depends on. */
export function enrolmentSubject({ id, expiresAt }: EnrolmentRecord): TextSubject {
  return { id, purpose: 'enrolment', bindingDigest: null, summary: null, expiresAt, factorId: null }
}

/** The record with one pending enrolment changed. */
export function withEnrolment(record: UserRecord, enrolment: EnrolmentRecord): UserRecord {
  return { ...record, enrolments: record.enrolments.map((one) => (one.id === enrolment.id ? enrolment : one)) }
}

/** The record without one pending enrolment; itself when there is none. */
export function dropEnrolment(record: UserRecord, enrolmentId: string): UserRecord {
  const enrolments = record.enrolments.filter(({ id }) => id !== enrolmentId)
  return enrolments.length === record.enrolments.length ? record : { ...record, enrolments }
}

/** Drops a pending enrolment, if there is one. */
export function cancelEnrolment({ record }: Case, enrolmentId: string): Decision<{ readonly status: 'cancelled' }> {
  return decided(dropEnrolment(record, enrolmentId), { status: 'cancelled' })
}
