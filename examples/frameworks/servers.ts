import { createServer, type Server } from 'node:http'
import type { Site } from './portal/site.js'

/** The portal on each framework, as a server that does not listen yet. Only the framework that is asked for is loaded. */
export const servers: Readonly<Record<string, (site: Site) => Promise<Server>>> = {
  async 'node-http'(site) {
    const { createApp } = await import('./node-http.js')
    return createApp(site)
  },
  async express(site) {
    const { createApp } = await import('./express.js')
    return createServer(createApp(site))
  },
  async fastify(site) {
    const { createApp } = await import('./fastify.js')
    const app = createApp(site)
    await app.ready()
    return app.server
  },
  async hono(site) {
    const { createApp } = await import('./hono.js')
    const { createAdaptorServer } = await import('@hono/node-server')
    return createAdaptorServer({ fetch: createApp(site).fetch }) as Server
  },
  async nest(site) {
    const { createApp } = await import('./nest.js')
    const app = await createApp(site)
    await app.init()
    return app.getHttpServer() as Server
  },
}
