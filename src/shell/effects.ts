import { smsCode } from '../crypto/sms-code.js'
import { isSmsDeliveryError } from '../errors.js'
import type { Delivery, NotSentReason } from '../interfaces/delivery.js'
import type { EventBody } from '../interfaces/events.js'
import type { SmsMessage } from '../interfaces/sms-sender.js'
import { countInRegion } from '../limits/region.js'
import type { ResolvedOptions, ResolvedSms } from '../options.js'
import { withDeadline } from '../records/deadline.js'
import { regionKey } from '../records/keys.js'
import { maskPhoneNumber } from '../sms/mask.js'
import type { Message } from '../sms/message.js'
import { aboutText, textEvent } from '../user/code-text.js'
import type { CodeText, Effect } from '../user/decision.js'
import { writeCode, writeNotice } from './messages.js'
import type { RecordGroups } from './record-groups.js'
import type { Asking } from './shell.js'

/** What carrying out effects came to. */
export interface CarriedOut {
  /** What became of the text with a code; null when there was none. */
  readonly delivery: Delivery | null
  readonly events: readonly EventBody[]
}

/** Carries out what a committed decision wants done. Nothing of it can fail the operation any more. */
export type CarryOut = (effects: readonly Effect[], userId: string, asking: Asking) => Promise<CarriedOut>

const NOTHING: CarriedOut = { delivery: null, events: [] }

/** Makes what carries out effects. */
export function createEffects(options: ResolvedOptions, { regions }: RecordGroups): CarryOut {
  const { ring, sms, namespace, clock } = options

  async function sendCode(text: CodeText, userId: string, { locale }: Asking): Promise<CarriedOut> {
    const { subject, recipient, state, expiresAt, resendAt } = text
    const { id, purpose, bindingDigest, summary } = subject
    const { phoneNumber: to, channel } = recipient
    const { generation, keyId, sends, lastSentAt: sentAt } = state
    const code = smsCode(ring, keyId, {
      userId,
      subjectId: id,
      phoneNumber: to,
      purpose,
      bindingDigest,
      summary,
      generation,
    })
    const minutes = Math.max(1, Math.floor((expiresAt - sentAt) / 60_000))
    const message = { to, channel, code, purpose, expiresAt, idempotencyKey: `${id}.${sends}` }
    const failure = await handOver(sms, message, () =>
      writeCode(options, { purpose, channel, code, summary, minutes, locale }),
    )
    const delivery: Delivery =
      failure === null
        ? { status: 'sent', channel, destination: maskPhoneNumber(to), sentAt, resendAt, expiresAt }
        : { status: 'not-sent', reason: failure, retryAt: failure === 'delivery-failed' ? resendAt : null }
    return { delivery, events: [textEvent({ subject, recipient }, failure)] }
  }

  async function sendNotices(
    { notice, to }: Extract<Effect, { effect: 'send-notice' }>,
    { locale }: Asking,
  ): Promise<CarriedOut> {
    const sent = to.map(async ({ factorId, ...recipient }) => {
      const message = {
        to: recipient.phoneNumber,
        channel: recipient.channel,
        code: null,
        purpose: 'notice',
        expiresAt: null,
        idempotencyKey: `${factorId}.${notice}`,
      } as const
      const failure = await handOver(sms, message, () => writeNotice(options, notice, recipient.channel, locale))
      return aboutText({ purpose: 'notice', subjectId: null, factorId }, recipient, failure)
    })
    return { delivery: null, events: await Promise.all(sent) }
  }

  /** Counts are worth no wait, no second try and no failure: one that is lost is lost. */
  async function countRegion({ country, field }: Extract<Effect, { effect: 'count-region' }>): Promise<void> {
    try {
      const held = await regions.read(regionKey(namespace, country))
      await held.swap(countInRegion(held.record, field, clock.now()))
    } catch {
      return
    }
  }

  async function carryOut(effect: Effect, userId: string, asking: Asking): Promise<CarriedOut> {
    switch (effect.effect) {
      case 'send-code':
        return sendCode(effect.text, userId, asking)
      case 'send-notice':
        return sendNotices(effect, asking)
      case 'count-region':
        void countRegion(effect)
        return NOTHING
    }
  }

  return async (effects, userId, asking) => {
    if (effects.length === 0) return NOTHING
    const done = await Promise.all(effects.map((effect) => carryOut(effect, userId, asking)))
    return {
      delivery: done.find(({ delivery }) => delivery !== null)?.delivery ?? null,
      events: done.flatMap(({ events }) => events),
    }
  }
}

/** Gives a text to the sender, within the time it has. */
async function handOver(
  sms: ResolvedSms | null,
  message: Omit<SmsMessage, 'signal' | 'text' | 'language'>,
  write: () => Message,
): Promise<NotSentReason | null> {
  if (sms?.channels.includes(message.channel) !== true) return 'delivery-failed'
  try {
    const { text, language } = write()
    const late = (): Error => new Error('late')
    await withDeadline(sms.timeoutMs, ({ signal }) => sms.sender.send({ text, language, signal, ...message }), late)
    return null
  } catch (error) {
    const reason = isSmsDeliveryError(error) ? error.reason : null
    return reason === 'opted-out' || reason === 'unreachable' ? reason : 'delivery-failed'
  }
}
