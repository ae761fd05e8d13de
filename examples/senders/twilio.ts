import { SmsDeliveryError, type SmsDeliveryFailure, type SmsSender } from 'countersign'
import { postForm, reasonOfStatus } from './post-form.js'

export interface TwilioOptions {
  readonly accountSid: string
  /** An API key's SID and secret; or the account's SID and its auth token. */
  readonly apiKey: { readonly sid: string; readonly secret: string }
  /** A number, an alphanumeric sender, or the SID of a messaging service. */
  readonly from: string
  readonly timeoutSeconds?: number
  readonly baseUrl?: string
}

/**
 * The codes that say more than "rejected" (twilio.com/docs/api/errors). Those from 30001 on mostly come later, by status
 * callback, where no sender sees them.
 */
const REASONS: Readonly<Record<number, SmsDeliveryFailure>> = {
  21610: 'opted-out',
  21211: 'unreachable', // no valid number
  21265: 'unreachable', // a short code
  21614: 'unreachable', // no mobile number
  21635: 'unreachable', // a landline
  30003: 'unreachable', // handset not reachable
  30005: 'unreachable', // unknown or no longer in service
  30006: 'unreachable', // a landline, or a carrier out of reach
  20429: 'throttled', // too many requests: never processed
  21611: 'throttled', // the sender's queue is full
  30001: 'throttled', // the messaging service's is
  63038: 'throttled', // the account's messages of the day are used up
}

/** Texts through the Messages resource of Twilio, which has no idempotency key: hence one try. */
export function twilioSender({
  accountSid,
  apiKey,
  from,
  timeoutSeconds,
  baseUrl = 'https://api.twilio.com',
}: TwilioOptions): SmsSender {
  const url = `${baseUrl}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`
  const headers = { authorization: `Basic ${Buffer.from(`${apiKey.sid}:${apiKey.secret}`).toString('base64')}` }
  const sender = /^MG[0-9a-f]{32}$/.test(from) ? 'MessagingServiceSid' : 'From'
  return {
    async send({ to, text, signal }) {
      const form = { To: to, Body: text, [sender]: from }
      const { status, body } = await postForm({ url, headers, form, signal, timeoutSeconds })
      const code = status === 201 ? body['error_code'] : body['code']
      if (status === 201 && typeof body['sid'] === 'string' && typeof code !== 'number') return
      const reason = REASONS[Number(code)]
      if (status < 300 && reason === undefined) throw new Error('twilio gave no answer that is known')
      throw new SmsDeliveryError(reason ?? reasonOfStatus(status))
    },
  }
}
