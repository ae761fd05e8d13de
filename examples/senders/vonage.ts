import { SmsDeliveryError, type SmsDeliveryFailure, type SmsSender } from 'countersign'
import { postForm, reasonOfStatus } from './post-form.js'

export interface VonageOptions {
  readonly apiKey: string
  readonly apiSecret: string
  /** A number, or a name where the country allows one. */
  readonly from: string
  /** The same as `sms.alphabet`: without `unicode`, Vonage writes `?` for every letter beyond GSM-7. */
  readonly alphabet?: 'gsm-7' | 'unicode'
  readonly timeoutSeconds?: number
  readonly baseUrl?: string
}

/** The message statuses that say more than "rejected" (developer.vonage.com/en/api-errors/sms). They come with HTTP 200. */
const REASONS: Readonly<Record<string, SmsDeliveryFailure>> = {
  1: 'throttled',
  5: 'transient', // internal error
  6: 'unreachable', // a prefix that nobody knows
  7: 'unreachable', // barred
  10: 'throttled', // too many connections
  33: 'unreachable', // deactivated
}

/** Texts through the SMS API of Vonage. It has no idempotency key; `client-ref` finds the message again in its reports. */
export function vonageSender({
  apiKey,
  apiSecret,
  from,
  alphabet = 'gsm-7',
  timeoutSeconds,
  baseUrl = 'https://rest.nexmo.com',
}: VonageOptions): SmsSender {
  const account = { api_key: apiKey, api_secret: apiSecret, from, type: alphabet === 'unicode' ? 'unicode' : 'text' }
  return {
    async send({ to, text, idempotencyKey, signal }) {
      const form = { ...account, to: to.slice(1), text, 'client-ref': idempotencyKey }
      const { status, body } = await postForm({ url: `${baseUrl}/sms/json`, form, signal, timeoutSeconds })
      if (status !== 200) throw new SmsDeliveryError(reasonOfStatus(status))
      const outcome = statusIn(body['messages'])
      if (outcome === null) throw new Error('vonage gave no answer that is known')
      if (outcome !== '0') throw new SmsDeliveryError(REASONS[outcome] ?? 'rejected')
    },
  }
}

/** The one status of all segments; null when they differ, for then a part of the text may be on its way. */
function statusIn(messages: unknown): string | null {
  const segments = Array.isArray(messages) ? (messages as unknown[]) : []
  const [status, ...others] = new Set(segments.map((segment) => (Object(segment) as { status?: unknown }).status))
  return others.length === 0 && typeof status === 'string' && /^\d{1,3}$/.test(status) ? status : null
}
