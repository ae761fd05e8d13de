import { shownBinding } from '../crypto/binding.js'
import { smsCode } from '../crypto/codes.js'
import { SmsDeliveryError } from '../errors.js'
import type { Delivery, NotSent, NotSentReason } from '../interfaces/delivery.js'
import type { TwoFactorEvent } from '../interfaces/events.js'
import type { SmsMessage } from '../interfaces/sms-sender.js'
import type { ResolvedOptions, ResolvedSms } from '../options.js'
import { maskPhoneNumber } from '../sms/mask.js'
import { buildMessage, type MessageRequest } from '../sms/message.js'
import type { FactorRecord, TextState } from '../user/record.js'
import { codeExpiresAt, nextTextAt, planText } from '../user/texts.js'
import { withDeadline } from './deadline.js'
import { createTextPermits, type LimitExceeded, type SharedRecords, type TextRequest } from './text-permits.js'

/** A code to be texted, and what for. */
export interface TextOrder extends TextRequest {
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

/** A text that was planned and paid for, or refused. Commit `sent`, then `dispatch`. */
export interface PreparedText {
  /** What the record says of the text once it is out; null when none goes out. */
  readonly sent: { readonly text: TextState; readonly textedAt: readonly number[] } | null
  dispatch(): Promise<Delivery>
}

/** The texts of one operation. However often it starts over, the host is asked once and the budgets are drawn on once. */
export interface TextingOperation {
  /**
   * Runs an update that may prepare texts, then tells of the limits it came up against. The host's `screen` is asked between
   * two runs, when no record is held up.
   */
  run<Result>(update: () => Promise<Result>): Promise<Result>
  prepare(order: TextOrder, now: number): Promise<PreparedText>
  /** Until when enrolment texts to the region are refused, or null. */
  regionShutUntil(userId: string, country: string): Promise<number | null>
}

export interface Texting {
  begin(reader: TextReader): TextingOperation
  /** Counts an enrolment text to the region as answered. */
  countVerified(country: string): Promise<void>
  /** Tells phone numbers that they are no longer factors, in a text without a code. What becomes of it changes nothing. */
  notify(
    notice: Notice,
    about: {
      userId: string
      gone: readonly FactorRecord[]
      left: readonly FactorRecord[]
      locale: string | null
      at: number
    },
  ): Promise<void>
}

type Notice = NonNullable<MessageRequest['notice']>

/** Text messages, from plan to provider. Every cost is committed before the provider hears of it. */
export function createTexting(
  options: ResolvedOptions,
  shared: SharedRecords,
  emit: (events: readonly TwoFactorEvent[]) => void,
): Texting {
  const { ring, sms, policy, issuer } = options
  const permits = createTextPermits(options, shared)

  function textOf(request: Omit<MessageRequest, 'issuer'>): string {
    return sms === null ? '' : buildMessage(sms.message, { ...request, issuer }, sms.originHost).text
  }

  function draft(order: TextOrder, text: TextState, locale: string | null, now: number): Omit<SmsMessage, 'signal'> {
    const { userId, subject, purpose, phoneNumber: to } = order
    const { id: subjectId, binding } = subject
    const code = smsCode(ring, text.keyId, {
      userId,
      subjectId,
      phoneNumber: to,
      purpose,
      binding,
      generation: text.generation,
    })
    if (code === null) throw new RangeError('a planned text has a key')
    const expiresAt = codeExpiresAt(text, subject.expiresAt, policy)
    const minutes = Math.max(1, Math.floor((expiresAt - now) / 60_000))
    const body = textOf({ purpose, notice: null, code, binding: shownBinding(binding), minutes, locale })
    return { to, text: body, code, purpose, expiresAt, idempotencyKey: `${subjectId}.${text.sends}` }
  }

  /** Tells the host what became of a text. */
  function report(
    text: Pick<SmsMessage, 'to' | 'purpose'>,
    about: { userId: string; country: string; at: number },
    failure: NotSentReason | null,
  ): void {
    const event = { ...about, purpose: text.purpose, destination: maskPhoneNumber(text.to) }
    emit([failure === null ? { type: 'text-sent', ...event } : { type: 'text-not-sent', ...event, reason: failure }])
  }

  function refusal(order: TextOrder, { reason, retryAt }: Omit<NotSent, 'status'>, at: number): PreparedText {
    const { userId, country, phoneNumber: to, purpose } = order
    return {
      sent: null,
      dispatch() {
        report({ to, purpose }, { userId, country, at }, reason)
        return Promise.resolve({ status: 'not-sent', reason, retryAt })
      },
    }
  }

  function ready(
    order: TextOrder,
    message: Omit<SmsMessage, 'signal'>,
    sent: NonNullable<PreparedText['sent']>,
    at: number,
  ): PreparedText {
    const { userId, country, subject } = order
    return {
      sent,
      async dispatch() {
        const failure = await handOver(sms, message, () => message.text)
        report(message, { userId, country, at }, failure)
        const retryAt = nextTextAt(sent.text)
        if (failure !== null)
          return { status: 'not-sent', reason: failure, retryAt: failure === 'delivery-failed' ? retryAt : null }
        const expiresAt = codeExpiresAt(sent.text, subject.expiresAt, policy)
        return { status: 'sent', destination: maskPhoneNumber(message.to), resendAt: retryAt, expiresAt }
      },
    }
  }

  return {
    countVerified: (country) => permits.countInRegion(country, 'verified'),

    begin(reader) {
      const screened = new Map<string, NotSent | null>()
      const granted = new Map<string, NotSent | null>()
      let shutUntil: number | null | undefined
      const exceeded = new Map<string, LimitExceeded>()
      const note = (event: LimitExceeded): void => {
        exceeded.set(event.limit, event)
      }

      return {
        async run(update) {
          for (;;) {
            try {
              const result = await update()
              emit([...exceeded.values()])
              return result
            } catch (error) {
              if (!(error instanceof ScreenNeeded)) throw error
              const { request } = error
              screened.set(request.phoneNumber, await permits.screen(request, reader.clientAddress))
            }
          }
        },

        async prepare(order, now) {
          const { phoneNumber, subject, textedAt, userId } = order
          if (sms === null) return refusal(order, { reason: 'delivery-failed', retryAt: null }, now)
          const plan = planText(
            { text: subject.text, textedAt, phoneNumber, keyId: ring.writeKeyId, hasKey: (id) => ring.has(id) },
            now,
            policy,
          )
          if (plan.status === 'not-sent') {
            if (plan.limit !== null)
              note({ type: 'limit-exceeded', userId, at: now, limit: plan.limit, enforced: true })
            return refusal(order, plan, now)
          }
          const message = draft(order, plan.text, reader.locale, now)
          const verdict = sms.screen === null ? null : screened.get(phoneNumber)
          if (verdict === undefined) throw new ScreenNeeded(order)
          if (!granted.has(phoneNumber))
            granted.set(phoneNumber, verdict ?? (await permits.draw(order, reader.clientAddress, note)))
          const refused = granted.get(phoneNumber) ?? null
          return refused === null ? ready(order, message, plan, now) : refusal(order, refused, now)
        },

        async regionShutUntil(userId, country) {
          if (shutUntil === undefined) shutUntil = await permits.regionShutUntil(userId, country, note)
          return shutUntil
        },
      }
    },

    async notify(notice, { userId, gone, left, locale, at }) {
      const kept = new Set(left.map((factor) => (factor.kind === 'sms' ? factor.phoneNumber : null)))
      const numbers = gone.filter((factor) => factor.kind === 'sms').filter(({ phoneNumber }) => !kept.has(phoneNumber))
      await Promise.all(
        numbers.map(async ({ id, phoneNumber: to, country }) => {
          const plain = { purpose: 'notice', code: null } as const
          const text = (): string => textOf({ ...plain, notice, binding: null, minutes: null, locale })
          const failure = await handOver(
            sms,
            { ...plain, to, expiresAt: null, idempotencyKey: `${id}.${notice}` },
            text,
          )
          report({ to, ...plain }, { userId, country, at }, failure)
        }),
      )
    },
  }
}

/** Stops an update that would text a number which the host has not been asked about. */
class ScreenNeeded extends Error {
  readonly request: TextRequest

  constructor(request: TextRequest) {
    super('the host has to be asked first')
    this.request = request
  }
}

/** Gives a text to the sender, within the time it has. */
async function handOver(
  sms: ResolvedSms | null,
  message: Omit<SmsMessage, 'signal' | 'text'>,
  text: () => string,
): Promise<NotSentReason | null> {
  if (sms === null) return 'delivery-failed'
  try {
    const whole = { ...message, text: text() }
    await withDeadline(
      sms.timeoutMs,
      (signal) => sms.sender.send({ ...whole, signal }),
      () => new Error('late'),
    )
    return null
  } catch (error) {
    const reason = error instanceof SmsDeliveryError ? error.reason : 'transient'
    return reason === 'opted-out' || reason === 'unreachable' ? reason : 'delivery-failed'
  }
}
