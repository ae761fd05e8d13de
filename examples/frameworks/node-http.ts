import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Handler } from './web.js'

const MAX_BODY_BYTES = 8192

/**
 * Serves a `Request → Response` handler by `node:http`: `createServer(toListener(createSignIn(host), console.error))`. In Express:
 * `app.post('/sign-in{/*step}', toListener(…))`, in front of `express.json()`, which would read the body away.
 *
 * The client address is the socket's. Behind a proxy that is the proxy's: take what the proxy says instead.
 */
export function toListener(handler: Handler, onError: (error: unknown) => void): RequestListener {
  return (incoming, outgoing) => {
    serve(handler, incoming, outgoing).catch((error: unknown) => {
      // A fault behind Countersign lets nobody in, and is told to the log alone.
      onError(error)
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500).end()
    })
  }
}

async function serve(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers, socket } = incoming
  const body = await readBody(incoming)
  if (body === null || !URL.canParse(url, 'http://localhost')) {
    outgoing.writeHead(body === null ? 413 : 400, { connection: 'close' }).end()
    return
  }
  const fields = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string])
  const bodied = method !== 'GET' && method !== 'HEAD'
  const request = new Request(new URL(url, 'http://localhost'), { method, headers: fields, ...(bodied && { body }) })
  const response = await handler(request, socket.remoteAddress)
  // Each cookie is a line of its own; a comma would not part them.
  const lines = { ...Object.fromEntries(response.headers), 'set-cookie': response.headers.getSetCookie() }
  outgoing.writeHead(response.status, lines).end(Buffer.from(await response.arrayBuffer()))
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let length = 0
  // Not destroyed when it is too long: the answer goes out on the same socket.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
