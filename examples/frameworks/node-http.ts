import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createPortal } from './portal/portal.js'
import { describePayment, type Site } from './portal/site.js'
import { MAX_BODY_BYTES, readForm } from './web/json.js'

/** The portal on `node:http` alone. The client address is the socket's: behind a proxy, take what the proxy says instead. */
export function createApp(site: Site): Server {
  const { handle, protect } = createPortal<IncomingMessage>(site, (_request, { socket }) => socket.remoteAddress)

  async function pay(request: Request, incoming: IncomingMessage): Promise<Response> {
    const form = await readForm(request)
    if (form instanceof Response) return form
    const action = describePayment(form)
    if (action === null) return Response.json({ status: 'malformed' }, { status: 400 })
    const refused = await protect(request, incoming, { action, secondFactor: form['secondFactor'] })
    if (refused !== null) return refused
    return Response.json({ status: 'paid', count: site.payments.push(action) })
  }

  return createServer(
    toListener((request, incoming) => {
      const { pathname } = new URL(request.url)
      return request.method === 'POST' && pathname === '/payments' ? pay(request, incoming) : handle(request, incoming)
    }, site.onFault),
  )
}

/** Serves a handler of requests by `node:http`. A fault lets nobody in, and is told to the log alone. */
export function toListener(
  handler: (request: Request, incoming: IncomingMessage) => Promise<Response>,
  onError: (error: unknown) => void,
): RequestListener {
  return (incoming, outgoing) => {
    if (!URL.canParse(incoming.url ?? '', 'http://localhost')) {
      outgoing.writeHead(400, { connection: 'close' }).end()
      return
    }
    toRequest(incoming)
      .then((request) => handler(request, incoming))
      .then((response) => send(response, outgoing))
      .catch((error: unknown) => {
        onError(error)
        if (outgoing.headersSent) outgoing.destroy()
        else outgoing.writeHead(500).end()
      })
  }
}

/** A request of `node:http`, or of a framework on it that has read the `body` as JSON already. */
export async function toRequest(incoming: IncomingMessage & { readonly body?: unknown }): Promise<Request> {
  const { method = 'GET', url = '/', body } = incoming
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string])
  const input = new URL(url, 'http://localhost')
  if (method === 'GET' || method === 'HEAD') return new Request(input, { method, headers })
  return new Request(input, {
    method,
    headers,
    body: body === undefined ? await readText(incoming) : JSON.stringify(body),
  })
}

/** The body, or enough of it to see that it is too long. */
async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  // Not destroyed when it is too long: the answer goes out on the same socket.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_BODY_BYTES) break
  }
  return Buffer.concat(chunks).toString()
}

/** Sends a response by `node:http`. */
export async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  // Each cookie is a line of its own; a comma would not part them.
  const lines = { ...Object.fromEntries(response.headers), 'set-cookie': response.headers.getSetCookie() }
  const rest = outgoing.req.complete ? {} : { connection: 'close' }
  outgoing.writeHead(response.status, { ...lines, ...rest }).end(Buffer.from(await response.arrayBuffer()))
}
