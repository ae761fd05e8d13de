import type { NotSent, Sent } from '../interfaces/delivery.js'
import type { EventBody } from '../interfaces/events.js'
import type { SmsPurpose } from '../interfaces/sms-sender.js'
import { maskPhoneNumber } from '../sms/mask.js'
import {
  ask,
  isNeed,
  type Case,
  type CodeText,
  type Effect,
  type Facts,
  type Need,
  type Permit,
  type TextSubject,
} from './decision.js'
import type { Recipient, TextState } from './record.js'
import { codeExpiresAt, nextTextAt, planText } from './texts.js'

/** The keys that codes are derived under, the first for new ones; null where text messages are not configured. */
export type TextKeys = readonly [string, ...string[]] | null

/** A code that somebody wants texted. */
export interface TextOrder {
  readonly subject: TextSubject
  readonly recipient: Recipient
  /** What went out before, for the same challenge or enrolment. */
  readonly text: TextState | null
  readonly keyIds: TextKeys
}

/** A text that goes out once the record says so, or that does not. */
export type OrderedText =
  | {
      readonly status: 'send'
      readonly state: TextState
      readonly textedAt: readonly number[]
      readonly effects: readonly Effect[]
      readonly events: readonly EventBody[]
    }
  | { readonly status: 'not-sent'; readonly delivery: NotSent; readonly events: readonly EventBody[] }
  | { readonly status: 'region-shut'; readonly retryAt: number | null; readonly events: readonly EventBody[] }

/** Plans a text by this user's record, then asks whether the host and the limits that all users share let it go out. */
export function orderText(at: Case, order: TextOrder, facts: Facts): OrderedText | Need {
  const { subject, recipient, text, keyIds } = order
  if (keyIds === null) return notSent(order, { reason: 'delivery-failed', retryAt: null })
  const plan = planText(at, { text, phoneNumber: recipient.phoneNumber, keyIds, expiresAt: subject.expiresAt })
  if (plan.status === 'not-sent') {
    const limits = plan.limit === null ? [] : ([{ type: 'limit-exceeded', limit: plan.limit, enforced: true }] as const)
    return notSent(order, plan, limits)
  }
  const { phoneNumber: to, country, channel } = recipient
  const { purpose, summary } = subject
  const fact = ask(facts, 'permit', { to, country, purpose, channel, summary })
  if (isNeed(fact)) return fact
  const permit = fact.answer
  const events = exceeded(permit)
  const { verdict, retryAt } = permit
  switch (verdict) {
    case 'granted': {
      const { state, textedAt } = plan
      const code: Effect = { effect: 'send-code', text: codeText(at, { subject, recipient }, state) }
      const counted: Effect = { effect: 'count-region', country, field: 'sent' }
      return { status: 'send', state, textedAt, effects: purpose === 'enrolment' ? [code, counted] : [code], events }
    }
    case 'region-shut':
      return { status: 'region-shut', retryAt, events }
    case 'screened':
    case 'budget-spent':
      return notSent(order, { reason: verdict, retryAt }, events)
  }
}

/** A text of which the record says that it is out. */
export function sentText(at: Case, subject: TextSubject, { channel }: Recipient, text: TextState): Sent {
  const { phoneNumber, lastSentAt } = text
  const expiresAt = codeExpiresAt(text, subject.expiresAt, at.policy)
  return {
    status: 'sent',
    channel,
    destination: maskPhoneNumber(phoneNumber),
    sentAt: lastSentAt,
    resendAt: nextTextAt(text),
    expiresAt,
  }
}

function codeText({ policy }: Case, about: Pick<TextOrder, 'subject' | 'recipient'>, state: TextState): CodeText {
  return {
    state,
    expiresAt: codeExpiresAt(state, about.subject.expiresAt, policy),
    resendAt: nextTextAt(state),
    ...about,
  }
}

function exceeded({ exceeded: limits, enforced }: Permit): readonly EventBody[] {
  return limits.map((limit) => ({ type: 'limit-exceeded', limit, enforced }))
}

function notSent(
  { subject, recipient }: TextOrder,
  { reason, retryAt }: Omit<NotSent, 'status'>,
  events: readonly EventBody[] = [],
): OrderedText {
  const delivery = { status: 'not-sent', reason, retryAt } as const
  return { status: 'not-sent', delivery, events: [...events, textEvent({ subject, recipient }, reason)] }
}

/** Tells what became of a text with a code. */
export function textEvent(
  { subject, recipient }: Pick<TextOrder, 'subject' | 'recipient'>,
  failure: NotSent['reason'] | null,
): EventBody {
  const { purpose, id: subjectId, factorId } = subject
  return aboutText({ purpose, subjectId, factorId }, recipient, failure)
}

/** Tells what became of any text. */
export function aboutText(
  about: { readonly purpose: SmsPurpose; readonly subjectId: string | null; readonly factorId: string | null },
  { phoneNumber, country, channel }: Recipient,
  failure: NotSent['reason'] | null,
): EventBody {
  const event = { channel, country, destination: maskPhoneNumber(phoneNumber), ...about }
  return failure === null ? { type: 'text-sent', ...event } : { type: 'text-not-sent', reason: failure, ...event }
}
