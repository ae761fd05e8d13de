import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { toRequest } from './node-http.js'
import { createPortal } from './portal/portal.js'
import { describePayment, type Site } from './portal/site.js'

/** The portal on Fastify 5. Behind a proxy, `fastify({ trustProxy: 1 })` has `ip` be what the proxy says. */
export function createApp(site: Site): FastifyInstance {
  const { handle, protect } = createPortal<FastifyRequest>(site, (_request, { ip }) => ip)
  const app = fastify({ bodyLimit: 16_384 })

  app.post('/payments', async (request, reply) => {
    const action = describePayment(request.body)
    if (action === null) return reply.code(400).send({ status: 'malformed' })
    const { secondFactor } = request.body as { secondFactor?: unknown }
    const refused = await protect(await requestOf(request), request, { action, secondFactor })
    return refused ?? { status: 'paid', count: site.payments.push(action) }
  })

  app.all('/*', async (request) => handle(await requestOf(request), request))
  return app
}

/** Fastify has read the body, and answers a `Response` as it is. */
function requestOf({ raw, body }: FastifyRequest): Promise<Request> {
  return toRequest(Object.assign(raw, { body }))
}
