import { SmsDeliveryError, type SmsDeliveryFailure, type SmsMessage, type SmsSender } from 'countersign'
import { postForm, reasonOfStatus } from './post-form.js'

export interface TwilioVerifyOptions {
  /** `VA…`, with custom verification codes enabled in its settings. */
  readonly serviceSid: string
  /** An API key's SID and secret; or the account's SID and its auth token. */
  readonly apiKey: { readonly sid: string; readonly secret: string }
  /** Told of each verification begun. Twilio asks to hear, by its SID, whether the code was right. */
  readonly onStarted?: (verificationSid: string, message: SmsMessage) => void
  readonly timeoutSeconds?: number
  readonly baseUrl?: string
}

/** The codes that say more than their HTTP status (twilio.com/docs/api/errors). None is known for an opt-out. */
const REASONS: ReadonlyMap<unknown, SmsDeliveryFailure> = new Map([
  [60006, 'unreachable'], // valid to look at, but not in service
  [60205, 'unreachable'], // a landline
  [60238, 'rejected'], // blocked by Twilio
  [60410, 'rejected'], // blocked by Fraud Guard: another provider would pay for the same fraud
  [60605, 'rejected'], // blocked by geo permissions
])

/**
 * Texts and reads aloud codes of Countersign through Twilio Verify, which puts them into words of its own: no summary, no line
 * for browsers. A notice, or a step-up, whose text must show what it confirms, is therefore left to the next sender of a
 * `failover`. There is no idempotency key, and Twilio takes five sendings to a number before one of its codes is reported right.
 */
export function twilioVerifySender({
  serviceSid,
  apiKey,
  onStarted,
  timeoutSeconds,
  baseUrl = 'https://verify.twilio.com',
}: TwilioVerifyOptions): SmsSender {
  const url = `${baseUrl}/v2/Services/${encodeURIComponent(serviceSid)}/Verifications`
  const headers = { authorization: `Basic ${Buffer.from(`${apiKey.sid}:${apiKey.secret}`).toString('base64')}` }
  return {
    channels: ['sms', 'voice'],
    async send(message) {
      const { to, channel, code, purpose, signal } = message
      if (code === null || purpose === 'step-up') throw new SmsDeliveryError('transient') // nothing was taken
      const form = { To: to, Channel: channel === 'voice' ? 'call' : 'sms', CustomCode: code }
      const { status, body } = await postForm({ url, headers, form, signal, timeoutSeconds })
      if (status >= 300) throw new SmsDeliveryError(reasonOf(body) ?? reasonOfStatus(status))
      if (typeof body['sid'] !== 'string') throw new Error('twilio verify gave no answer that is known')
      onStarted?.(body['sid'], message)
    },
  }
}

function reasonOf({ code, message }: Readonly<Record<string, unknown>>): SmsDeliveryFailure | undefined {
  return code === 60200 && /^Invalid parameter:? `?To\b/.test(String(message)) ? 'unreachable' : REASONS.get(code)
}
