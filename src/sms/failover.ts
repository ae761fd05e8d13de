import { isSmsDeliveryError, SmsDeliveryError, TwoFactorError } from '../errors.js'
import type { SmsChannel, SmsMessage, SmsSender } from '../interfaces/sms-sender.js'
import { channelsOf } from './channels.js'

/** How a `failover` treats a message that may have been sent. */
export interface FailoverOptions {
  /**
   * Where an `SmsDeliveryError('timeout')` leads: `stop`, the default, never sends a text twice; `next` would rather send
   * it twice than not at all. A sender throws it at a time limit of its own, which must be below `timeoutSeconds`.
   */
  readonly onTimeout?: 'stop' | 'next' | undefined
}

/**
 * Makes one sender of several, tried in order. It can deliver what any of them can, and a message is offered only to those
 * that can deliver it. The next one gets the same message, `idempotencyKey` included, when the last one rejected with an
 * `SmsDeliveryError` that says it took nothing and another may: `transient` or `throttled`. Anything else, an unnamed
 * failure above all, is passed on at once, and so is every failure after `message.signal` has aborted.
 *
 * @throws TwoFactorError `ERR_SMS_INVALID` when there is no sender, one that cannot send, one whose channels are none, or an
 *   unknown option value.
 */
export function failover(senders: readonly SmsSender[], options: FailoverOptions = {}): SmsSender {
  const inOrder = checkedSenders(senders)
  const onTimeout = checkedOnTimeout(options)
  const leadsToNext = (error: unknown): boolean =>
    isSmsDeliveryError(error) &&
    (error.reason === 'transient' ||
      error.reason === 'throttled' ||
      (error.reason === 'timeout' && onTimeout === 'next'))

  return Object.freeze({
    channels: Object.freeze([...new Set(inOrder.flatMap(({ channels }) => channels))]),

    async send(message: SmsMessage): Promise<void> {
      const able = inOrder.filter(({ channels }) => channels.includes(message.channel))
      for (const [index, { sender }] of able.entries()) {
        try {
          await sender.send(message)
          return
        } catch (error) {
          const last = index === able.length - 1 || message.signal.aborted
          if (last || !leadsToNext(error)) throw error
        }
      }
      throw new SmsDeliveryError('rejected')
    },
  })
}

interface AbleSender {
  readonly sender: SmsSender
  readonly channels: readonly SmsChannel[]
}

function checkedSenders(senders: unknown): readonly AbleSender[] {
  if (!Array.isArray(senders) || senders.length === 0) {
    throw new TwoFactorError('ERR_SMS_INVALID', 'senders must be a list of at least one sender')
  }
  return Array.from(senders, (sender: unknown) => {
    if (!isSender(sender)) throw new TwoFactorError('ERR_SMS_INVALID', 'senders must each have a send function')
    return { sender, channels: channelsOf(sender) }
  })
}

function isSender(value: unknown): value is SmsSender {
  return typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function'
}

function checkedOnTimeout(options: unknown): 'stop' | 'next' {
  if (typeof options !== 'object' || options === null)
    throw new TwoFactorError('ERR_SMS_INVALID', 'options must be an object')
  const { onTimeout = 'stop' } = options as { onTimeout?: unknown }
  if (onTimeout !== 'stop' && onTimeout !== 'next') {
    throw new TwoFactorError('ERR_SMS_INVALID', 'onTimeout must be stop or next')
  }
  return onTimeout
}
