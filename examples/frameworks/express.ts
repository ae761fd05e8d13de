import express, { type Express, type Request as ExpressRequest } from 'express'
import { send, toRequest } from './node-http.js'
import { createPortal } from './portal/portal.js'
import { describePayment, type Site } from './portal/site.js'

/** The portal on Express 5. Behind a proxy, `app.set('trust proxy', 1)` has `ip` be what the proxy says. */
export function createApp(site: Site): Express {
  const { handle, protect } = createPortal<ExpressRequest>(site, (_request, { ip }) => ip)
  const app = express()
  app.disable('x-powered-by')
  app.use(express.json({ limit: '16kb' }))

  app.post('/payments', async (request, response) => {
    const { body } = request as { body: unknown }
    const action = describePayment(body)
    if (action === null) return void response.status(400).json({ status: 'malformed' })
    const { secondFactor } = body as { secondFactor?: unknown }
    const refused = await protect(await toRequest(request), request, { action, secondFactor })
    if (refused !== null) return send(refused, response)
    response.json({ status: 'paid', count: site.payments.push(action) })
  })

  app.use(async (request, response) => send(await handle(await toRequest(request), request), response))
  return app
}
