import { SmsDeliveryError, TwoFactorError } from '../errors.js'
import type { SmsMessage, SmsSender } from '../interfaces/sms-sender.js'

/** How a `failover` treats a text that may have been sent. */
export interface FailoverOptions {
  /**
   * Where an `SmsDeliveryError('timeout')` leads: `stop`, the default, never sends a text twice; `next` would rather send
   * it twice than not at all. A sender throws it at a time limit of its own, which must be below `timeoutSeconds`.
   */
  readonly onTimeout?: 'stop' | 'next' | undefined
}

/**
 * One sender out of several, tried in order. The next one gets the same message, `idempotencyKey` included, when the last
 * one rejected with an `SmsDeliveryError` that says it took nothing and another may: `transient` or `throttled`. Anything
 * else, an unnamed failure above all, is passed on at once, and so is every failure after `message.signal` has aborted.
 *
 * @throws TwoFactorError `ERR_SMS_INVALID` when there is no sender, one that cannot send, or an unknown option value.
 */
export function failover(senders: readonly SmsSender[], options: FailoverOptions = {}): SmsSender {
  const inOrder = checkedSenders(senders)
  const onTimeout = checkedOnTimeout(options)
  const leadsOn = ({ reason }: SmsDeliveryError): boolean =>
    reason === 'transient' || reason === 'throttled' || (reason === 'timeout' && onTimeout === 'next')

  return Object.freeze({
    async send(message: SmsMessage): Promise<void> {
      for (const [index, sender] of inOrder.entries()) {
        try {
          await sender.send(message)
          return
        } catch (error) {
          const last = index === inOrder.length - 1 || message.signal.aborted
          if (last || !(error instanceof SmsDeliveryError) || !leadsOn(error)) throw error
        }
      }
    },
  })
}

function checkedSenders(senders: unknown): readonly SmsSender[] {
  if (!Array.isArray(senders) || senders.length === 0) {
    throw new TwoFactorError('ERR_SMS_INVALID', 'senders must be a list of at least one sender')
  }
  return Array.from(senders, (sender: unknown) => {
    if (!isSender(sender)) throw new TwoFactorError('ERR_SMS_INVALID', 'senders must each have a send function')
    return sender
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
