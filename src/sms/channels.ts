import { TwoFactorError } from '../errors.js'
import type { SmsChannel, SmsSender } from '../interfaces/sms-sender.js'

/**
 * What a sender can deliver: what it declares, or text messages alone.
 *
 * @throws TwoFactorError `ERR_SMS_INVALID` for a declaration that is no list of one or more channels.
 */
export function channelsOf(sender: SmsSender): readonly SmsChannel[] {
  const declared: unknown = sender.channels ?? ['sms']
  const channels: readonly unknown[] = Array.isArray(declared) ? Array.from(declared as readonly unknown[]) : []
  if (channels.length === 0 || !channels.every(isChannel)) {
    throw new TwoFactorError('ERR_SMS_INVALID', 'channels of a sender must be a list of sms, voice or both')
  }
  return Object.freeze([...new Set(channels)])
}

function isChannel(value: unknown): value is SmsChannel {
  return value === 'sms' || value === 'voice'
}
