import { createFrontEnd } from '../front-end/front-end.js'
import { createWeb, type Web } from '../web.js'
import type { Host } from '../web/host.js'
import { hostOf, type Site } from './site.js'

/**
 * The site for one framework, by what that hands along with a request: `handle` answers the front end and everything under
 * `/auth`, `protect` guards a route of the framework's own.
 */
export function createPortal<Context>(site: Site, clientAddress: Host<Context>['clientAddress']): Web<Context> {
  const web = createWeb(hostOf(site, clientAddress))
  const frontEnd = createFrontEnd()
  return { ...web, handle: async (request, context) => (await frontEnd(request)) ?? web.handle(request, context) }
}
