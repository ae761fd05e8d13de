import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createPortal } from './portal/portal.js'
import { describePayment, type Site } from './portal/site.js'

/** The portal on Hono, here by Node.js; `getConnInfo` has one for each platform. Behind a proxy, take what the proxy says instead. */
export function createApp(site: Site): Hono {
  const { handle, protect } = createPortal<Context>(site, (_request, context) => getConnInfo(context).remote.address)
  const app = new Hono()
  app.use(bodyLimit({ maxSize: 16_384 }))

  app.post('/payments', async (context) => {
    const form: unknown = await context.req.json().catch(() => null)
    const action = describePayment(form)
    if (action === null) return context.json({ status: 'malformed' }, 400)
    const { secondFactor } = form as { secondFactor?: unknown }
    const refused = await protect(context.req.raw, context, { action, secondFactor })
    return refused ?? context.json({ status: 'paid', count: site.payments.push(action) })
  })

  app.all('*', (context) => handle(context.req.raw, context))
  return app
}
