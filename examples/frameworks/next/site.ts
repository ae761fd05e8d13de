import { hostOf, type Site } from '../portal/site.js'
import { startSite } from '../portal/start-site.js'
import { createWeb, type Web } from '../web.js'

/** Routes are bundled apart and share what is global; build steps load them too, so nothing is made before the first request. */
const kept = globalThis as { portal?: Promise<Portal> }

interface Portal {
  readonly site: Site
  readonly web: Web<null>
}

export function portal(): Promise<Portal> {
  kept.portal ??= open()
  return kept.portal
}

async function open(): Promise<Portal> {
  const site = await startSite(process.env['ORIGIN'] ?? 'http://localhost:3000')
  // What your proxy sets, whatever clients write. Without a proxy of your own, leave it out.
  const web = createWeb<null>(hostOf(site, (request) => request.headers.get('x-real-ip') ?? undefined))
  return { site, web }
}
