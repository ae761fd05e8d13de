import { SmsDeliveryError, type SmsDeliveryFailure, type SmsSender } from 'countersign'
import { reasonOfStatus } from './post-form.js'
import { postJson } from './post-json.js'

export interface BirdOptions {
  /** `bk_`, the region and a token, such as `bk_eu1_…`. */
  readonly apiKey: string
  /** A number, a short code or an alphanumeric sender that the workspace holds. */
  readonly from: string
  readonly timeoutSeconds?: number
  /** Left out, that of the key's region. */
  readonly baseUrl?: string
}

/** The names of errors, and the codes of messages that were refused at once, that say more than "rejected". */
const REASONS: ReadonlyMap<unknown, SmsDeliveryFailure> = new Map([
  ['SMSInvalidRecipient', 'unreachable'],
  ['recipient_opted_out', 'opted-out'],
  ['invalid_destination', 'unreachable'],
  ['landline_unreachable', 'unreachable'],
])

/**
 * Texts through the SMS API of Bird, formerly MessageBird. It knows the idempotency key: the same text again within a day is
 * answered as before and not sent again.
 */
export function birdSender({ apiKey, from, timeoutSeconds, baseUrl = hostOf(apiKey) }: BirdOptions): SmsSender {
  const url = `${baseUrl}/v1/sms/messages`
  return {
    async send({ to, text, idempotencyKey, signal }) {
      const headers = { authorization: `Bearer ${apiKey}`, 'idempotency-key': idempotencyKey }
      const json = { to, from, text, category: 'authentication' }
      const { status, body } = await postJson({ url, headers, json, signal, timeoutSeconds })
      if (status >= 300) throw new SmsDeliveryError(REASONS.get(field(body['error'], 'name')) ?? reasonOfStatus(status))
      if (body['status'] === 'rejected')
        throw new SmsDeliveryError(REASONS.get(field(body['last_error'], 'code')) ?? 'rejected')
      if (typeof body['id'] !== 'string') throw new Error('bird gave no answer that is known')
    },
  }
}

function hostOf(apiKey: string): string {
  const region = /^bk_([a-z]{2}\d+)_/.exec(apiKey)?.[1]
  if (region === undefined) throw new Error('the API key names no region of Bird')
  return `https://${region}.platform.bird.com`
}

function field(value: unknown, name: string): unknown {
  return (Object(value) as Record<string, unknown>)[name]
}
