import { SmsDeliveryError, type SmsSender } from 'countersign'
import { reasonOfStatus } from './post-form.js'
import { postJson } from './post-json.js'

export interface PlivoOptions {
  readonly authId: string
  readonly authToken: string
  /** A number, a short code, or a name where the country allows one. */
  readonly from: string
  readonly timeoutSeconds?: number
  readonly baseUrl?: string
}

/**
 * Texts through the Message resource of Plivo. It has no idempotency key, and tells of opt-outs, landlines and numbers out of
 * service only later, by status callback (plivo.com/docs/messaging/troubleshooting/error-codes), where no sender sees them.
 * A country that its geo permissions block is HTTP 403, and `rejected`.
 */
export function plivoSender({
  authId,
  authToken,
  from,
  timeoutSeconds,
  baseUrl = 'https://api.plivo.com',
}: PlivoOptions): SmsSender {
  const url = `${baseUrl}/v1/Account/${encodeURIComponent(authId)}/Message/`
  const headers = { authorization: `Basic ${Buffer.from(`${authId}:${authToken}`).toString('base64')}` }
  return {
    async send({ to, text, signal }) {
      const json = { src: from, dst: to, text }
      const { status, body } = await postJson({ url, headers, json, signal, timeoutSeconds })
      if (status >= 300) throw new SmsDeliveryError(reasonOfStatus(status))
      if (firstOf(body['invalid_number']) !== undefined) throw new SmsDeliveryError('unreachable')
      if (status !== 202 || typeof firstOf(body['message_uuid']) !== 'string')
        throw new Error('plivo gave no answer that is known')
    },
  }
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? (list as unknown[])[0] : undefined
}
