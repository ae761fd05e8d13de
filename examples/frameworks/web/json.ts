import type { Form } from './host.js'

/** More than the longest answer of a security key. */
export const MAX_BODY_BYTES = 16_384

/** The JSON object that was posted, or the answer to anything else. */
export async function readForm(request: Request): Promise<Form | Response> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (request.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) return answer(413, { status: 'too-long' })
    chunks.push(chunk)
  }
  try {
    const form: unknown = JSON.parse(Buffer.concat(chunks).toString())
    if (typeof form === 'object' && form !== null) return form as Form
  } catch {
    // Answered below.
  }
  return answer(400, { status: 'malformed' })
}

/** A field that is a text; empty when it is anything else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The status of HTTP for what the library said; its own `status` says it all. */
export function answerOf(outcome: { readonly status: string }, cookies: readonly string[] = []): Response {
  const status = outcome.status === 'rejected' ? 401 : outcome.status === 'refused' ? 409 : 200
  return answer(status, outcome, cookies)
}

/** JSON that no cache keeps. */
export function answer(status: number, body: object, cookies: readonly string[] = []): Response {
  const headers = new Headers({ 'cache-control': 'no-store' })
  for (const line of cookies) headers.append('set-cookie', line)
  return Response.json(body, { status, headers })
}
