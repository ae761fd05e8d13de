import { SmsDeliveryError, type SmsDeliveryFailure } from 'countersign'

/** A provider's answer: its HTTP status, and its body where that is a JSON object. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Post {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** The message's own. */
  readonly signal: AbortSignal
  /** A shorter limit than `sms.timeoutSeconds`, so that `failover` has time left for the next sender. */
  readonly timeoutSeconds?: number | undefined
}

/** Posts a form once. Retrying is not for a sender: a text that is sent twice is paid for twice. */
export function postForm({
  form,
  ...rest
}: Post & { readonly form: Readonly<Record<string, string>> }): Promise<Answer> {
  return post({ ...rest, body: new URLSearchParams(form) })
}

export async function post({
  url,
  headers = {},
  body,
  signal,
  timeoutSeconds,
}: Post & { readonly body: string | URLSearchParams }): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual', // the text, with what authenticates it, is for this host alone
      signal: withLimit(signal, timeoutSeconds),
    })
    return { status: response.status, body: objectIn(await response.text()) }
  } catch (error) {
    throw new SmsDeliveryError(reasonOfFault(error))
  }
}

/** The sender's own limit, beside the message's. */
export function withLimit(signal: AbortSignal, timeoutSeconds: number | undefined): AbortSignal {
  return timeoutSeconds === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)])
}

/** What an HTTP status says when the provider's own code does not say more. */
export function reasonOfStatus(status: number): SmsDeliveryFailure {
  if (status === 429) return 'throttled'
  if (status === 504) return 'timeout' // somebody behind the gateway may have taken it
  return status >= 500 ? 'transient' : 'rejected'
}

const NEVER_CONNECTED = new Set<unknown>([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** There was no answer. Only where no connection was made is it certain that nothing was taken. */
export function reasonOfFault(error: unknown): SmsDeliveryFailure {
  const { code, cause } = Object(error) as { code?: unknown; cause?: { code?: unknown } }
  return NEVER_CONNECTED.has(code) || NEVER_CONNECTED.has(cause?.code) ? 'transient' : 'timeout'
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    return {}
  }
}
