import type { Host, Session, Visit } from './web/host.js'
import { answer, readForm } from './web/json.js'
import { enrolmentRoutes, memberRoutes, publicRoutes } from './web/routes.js'
import { stepUp } from './web/step-up.js'

/** What an action of the application is, and the `secondFactor` that was posted with it, if any. */
export interface Protected {
  /** Just what will be done, such as `EUR 100 to Bob`: short enough for a text, whole enough that nothing else fits it. */
  readonly action: string
  readonly secondFactor: unknown
}

export interface Web<Context> {
  /** Answers everything under the base path. `context` goes on to `clientAddress`. */
  handle(request: Request, context: Context): Promise<Response>
  /**
   * Lets an action of the application through once, right after a second factor for it: null says "go on, and do it now". Else
   * it is the answer: 401 with what to ask for (post the same again with `secondFactor`), 403 for somebody who has no
   * second factor, 422 for an action that no text can show, 500 when something failed.
   */
  protect(request: Request, context: Context, input: Protected): Promise<Response | null>
}

/**
 * A whole second factor by `Request` and `Response`, for everything that speaks these: sign-in, step-up, enrolment, recovery,
 * trusted computers. `web/routes.ts` lists the paths; bodies and answers are JSON, and every answer has a `status`.
 */
export function createWeb<Context>(host: Host<Context>): Web<Context> {
  const basePath = host.basePath ?? '/auth'

  async function handle(request: Request, context: Context): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith(`${basePath}/`)) return answer(404, { status: 'not-found' })
    const refused = refuseForeign(host, request)
    if (refused !== null) return refused
    const form = request.method === 'GET' ? {} : await readForm(request)
    if (form instanceof Response) return form
    const visit = { request, form, clientAddress: host.clientAddress(request, context) }
    return route(host, visit, `${request.method} ${pathname.slice(basePath.length)}`)
  }

  async function protect(request: Request, context: Context, input: Protected): Promise<Response | null> {
    const refused = refuseForeign(host, request)
    if (refused !== null) return refused
    const session = await host.sessions.find(request)
    if (session === null || session.mayOnlyEnrol) return shutOut(session)
    const visit = { request, clientAddress: host.clientAddress(request, context) }
    const proven = await stepUp(host, session, visit, input.secondFactor, input.action)
    return proven instanceof Response ? proven : null
  }

  const failed = (error: unknown): Response => {
    host.onFault(error)
    return answer(500, { status: 'failed' })
  }

  return {
    handle: (request, context) => handle(request, context).catch(failed),
    protect: (request, context, input) => protect(request, context, input).catch(failed),
  }
}

async function route(host: Host<never>, visit: Visit, path: string): Promise<Response> {
  const open = publicRoutes[path]
  if (open !== undefined) return open(host, visit)
  const [enrolling, other] = [enrolmentRoutes[path], memberRoutes[path]]
  const member = enrolling ?? other
  if (member === undefined) return answer(404, { status: 'not-found' })
  const session = await host.sessions.find(visit.request)
  if (session === null || (session.mayOnlyEnrol && member === other)) return shutOut(session)
  return member(host, visit, session)
}

/** Browsers name the page's origin in every POST, so no other site can sign somebody in, or act for somebody. */
function refuseForeign({ origin }: Host<never>, request: Request): Response | null {
  const own = request.method === 'GET' || request.headers.get('origin') === origin
  return own ? null : answer(403, { status: 'foreign-origin' })
}

function shutOut(session: Session | null): Response {
  return session === null ? answer(401, { status: 'signed-out' }) : answer(403, { status: 'enrolment-required' })
}
