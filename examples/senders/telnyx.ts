import { SmsDeliveryError, type SmsDeliveryFailure, type SmsSender } from 'countersign'
import { reasonOfStatus } from './post-form.js'
import { postJson } from './post-json.js'

export interface TelnyxOptions {
  readonly apiKey: string
  /** A number, a short code or an alphanumeric sender; the latter needs `messagingProfileId` too. */
  readonly from: string
  readonly messagingProfileId?: string
  /** The same as `sms.alphabet`. For `unicode`, turn smart encoding off in the messaging profile: it replaces letters. */
  readonly alphabet?: 'gsm-7' | 'unicode'
  readonly timeoutSeconds?: number
  readonly baseUrl?: string
}

/** The codes that say more than "rejected" (developers.telnyx.com/docs/messaging/messages/error-codes). */
const REASONS: ReadonlyMap<unknown, SmsDeliveryFailure> = new Map([
  ['40300', 'opted-out'], // blocked due to STOP
  ['40310', 'unreachable'], // invalid recipient
  ['10011', 'throttled'], // too many requests
  ['40318', 'throttled'], // the sender's queue is full
])

/** Texts through the Messages resource of Telnyx, which has no idempotency key: with its SDK instead, set `maxRetries` to 0. */
export function telnyxSender({
  apiKey,
  from,
  messagingProfileId,
  alphabet = 'gsm-7',
  timeoutSeconds,
  baseUrl = 'https://api.telnyx.com',
}: TelnyxOptions): SmsSender {
  const headers = { authorization: `Bearer ${apiKey}` }
  const fixed = {
    from,
    ...(messagingProfileId !== undefined && { messaging_profile_id: messagingProfileId }),
    ...(alphabet === 'gsm-7' && { encoding: 'gsm7' }),
  }
  return {
    async send({ to, text, signal }) {
      const json = { ...fixed, to, text }
      const { status, body } = await postJson({ url: `${baseUrl}/v2/messages`, headers, json, signal, timeoutSeconds })
      if (status >= 300) throw new SmsDeliveryError(REASONS.get(codeIn(body['errors'])) ?? reasonOfStatus(status))
      const { id } = Object(body['data']) as { id?: unknown }
      if (typeof id !== 'string') throw new Error('telnyx gave no answer that is known')
    },
  }
}

function codeIn(errors: unknown): unknown {
  const [first] = Array.isArray(errors) ? (errors as unknown[]) : []
  return (Object(first) as { code?: unknown }).code
}
