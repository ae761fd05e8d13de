import { smsCode } from '../crypto/codes.js'
import { shownBinding } from '../crypto/binding.js'
import { SmsDeliveryError } from '../errors.js'
import type { Delivery, NotSent, NotSentReason } from '../interfaces/delivery.js'
import type { TwoFactorEvent } from '../interfaces/events.js'
import type { SmsMessage } from '../interfaces/sms-sender.js'
import type { ResolvedOptions, ResolvedSms } from '../options.js'
import { maskPhoneNumber } from '../sms/mask.js'
import { buildMessage, type MessageRequest } from '../sms/message.js'
import type { FactorRecord, TextState } from '../user/record.js'
import { codeExpiresAt, nextTextAt, planText } from '../user/texts.js'
import { createTextPermits, type PermitRequest, type SharedRecords, type TextPermits } from './text-permits.js'
import { withDeadline } from './deadline.js'

/** A code to be texted: for what, and to whom. */
export interface TextOrder extends PermitRequest {
  readonly subject: {
    readonly id: string
    readonly binding: string | null
    readonly expiresAt: number
    readonly text: TextState | null
  }
  readonly textedAt: readonly number[]
}

/** What an operation knows of whoever a text is for. */
export interface TextReader {
  readonly clientAddress: string | null
  /** BCP 47. */
  readonly locale: string | null
}

/** A text that is planned and paid for: commit `text` and `textedAt`, then `dispatch`. */
export interface ReadyText {
  readonly status: 'ready'
  readonly text: TextState
  readonly textedAt: readonly number[]
  dispatch(): Promise<Delivery>
}

/** The texts of one operation. However often the operation starts over, the budgets are drawn on once. */
export interface TextingOperation {
  prepare(order: TextOrder, now: number): Promise<ReadyText | NotSent>
}

export interface Texting {
  readonly regions: Pick<TextPermits, 'regionShutUntil' | 'countVerified'>
  begin(reader: TextReader): TextingOperation
  /** Tells phone numbers that they are no longer factors, in a text without a code. What becomes of it changes nothing. */
  notify(userId: string, factors: readonly FactorRecord[], notice: Notice, locale: string | null, at: number): Promise<void>
}

/** Text messages, from plan to provider. Every cost is committed before the provider hears of it. */
export function createTexting(options: ResolvedOptions, shared: SharedRecords, emit: (events: readonly TwoFactorEvent[]) => void): Texting {
  const { ring, sms, policy, issuer } = options
  const permits = createTextPermits(options, shared, emit)

  function prepareText(order: TextOrder, text: TextState, locale: string | null, now: number): Omit<SmsMessage, 'signal'> {
    const { userId, subject, purpose, phoneNumber } = order
    const { keyId, generation } = text
    const code = smsCode(ring, keyId, { userId, subjectId: subject.id, phoneNumber, purpose, binding: subject.binding, generation })
    if (code === null) throw new RangeError('a planned text has a key')
    const expiresAt = codeExpiresAt(text, subject.expiresAt, policy)
    const minutes = Math.max(1, Math.floor((expiresAt - now) / 60_000))
    const request: MessageRequest = { purpose, notice: null, issuer, code, binding: shownBinding(subject.binding), minutes, locale }
    return { to: phoneNumber, text: textOf(request), code, purpose, expiresAt, idempotencyKey: `${subject.id}.${text.sends}` }
  }

  function textOf(request: MessageRequest): string {
    return sms === null ? '' : buildMessage(sms.message, request, sms.originHost).text
  }

  /** Hands a text to the sender, and tells the host what became of it. */
  async function send(
    draft: Omit<SmsMessage, 'signal' | 'text'>,
    text: () => string,
    about: { userId: string; country: string; at: number },
  ): Promise<NotSentReason | null> {
    const failure = sms === null ? 'delivery-failed' : await handOver(sms, draft, text)
    const event = { ...about, purpose: draft.purpose, destination: maskPhoneNumber(draft.to) }
    emit([failure === null ? { type: 'text-sent', ...event } : { type: 'text-not-sent', ...event, reason: failure }])
    return failure
  }

  return {
    regions: permits,
    begin(reader) {
      const granted = new Map<string, ReturnType<TextPermits['permit']>>()
      return {
        async prepare(order, now) {
          const { userId, phoneNumber, country, subject, textedAt } = order
          if (sms === null) return { status: 'not-sent', reason: 'delivery-failed', retryAt: null }
          const plan = planText({ text: subject.text, textedAt, phoneNumber, keyId: ring.writeKeyId, hasKey: (id) => ring.has(id) }, now, policy)
          if (plan.status === 'not-sent') return plan
          const draft = prepareText(order, plan.text, reader.locale, now)
          const permit = granted.get(phoneNumber) ?? permits.permit(order, reader.clientAddress)
          granted.set(phoneNumber, permit)
          const refusal = await permit
          if (refusal !== null) return refusal
          return {
            status: 'ready',
            text: plan.text,
            textedAt: plan.textedAt,
            async dispatch() {
              const failure = await send(draft, () => draft.text, { userId, country, at: now })
              const retryAt = nextTextAt(plan.text)
              if (failure === null) {
                const expiresAt = codeExpiresAt(plan.text, subject.expiresAt, policy)
                return { status: 'sent', destination: maskPhoneNumber(phoneNumber), resendAt: retryAt, expiresAt }
              }
              const hopeless = failure === 'opted-out' || failure === 'unreachable'
              return { status: 'not-sent', reason: failure, retryAt: hopeless ? null : retryAt }
            },
          }
        },
      }
    },
    async notify(userId, factors, notice, locale, at) {
      const numbers = factors.filter((factor) => factor.kind === 'sms')
      await Promise.all(
        numbers.map(async ({ id, phoneNumber, country }) => {
          const request: MessageRequest = { purpose: 'notice', notice, issuer, code: null, binding: null, minutes: null, locale }
          const draft = { to: phoneNumber, code: null, purpose: 'notice', expiresAt: null, idempotencyKey: `${id}.${notice}` } as const
          await send(draft, () => textOf(request), { userId, country, at })
        }),
      )
    },
  }
}

/** Sends what was planned and committed. */
export async function deliver(text: ReadyText | NotSent): Promise<Delivery> {
  return text.status === 'ready' ? text.dispatch() : text
}

type Notice = NonNullable<MessageRequest['notice']>

async function handOver(
  { sender, timeoutMs }: ResolvedSms,
  draft: Omit<SmsMessage, 'signal' | 'text'>,
  text: () => string,
): Promise<NotSentReason | null> {
  try {
    const message = { ...draft, text: text() }
    await withDeadline(timeoutMs, ({ signal }) => sender.send({ ...message, signal }), () => new Error('late'))
    return null
  } catch (error) {
    const reason = error instanceof SmsDeliveryError ? error.reason : 'transient'
    return reason === 'opted-out' || reason === 'unreachable' ? reason : 'delivery-failed'
  }
}

