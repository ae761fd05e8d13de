import { request } from 'node:http'

export interface Answer {
  readonly status: number | undefined
  readonly setCookies: readonly string[]
  readonly html: string
}

/** A request with headers of one's choosing, `Host` among them, which `fetch` would not send. */
export function rawRequest(url: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: body === undefined ? 'GET' : 'POST', headers }, (incoming) => {
      let html = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (html += chunk))
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode, setCookies: incoming.headers['set-cookie'] ?? [], html })
      })
    })
    outgoing.on('error', reject).end(body)
  })
}
