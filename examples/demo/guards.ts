import type { Request, RequestHandler, Response } from 'express'
import { type FormOrigin, isSameOrigin } from './csrf.js'
import { field, localPath } from './forms.js'
import type { Portal } from './portal.js'
import { failureView } from './views/failure.js'
import { goTo, show, visitOf } from './visit.js'
import { proofFor } from './proof.js'

/** Changing the language, or signing out once more, harms nobody: these only have to come from one of our pages. */
const isHarmless = ({ path }: Request, signedIn: boolean): boolean =>
  path === '/language' || (path === '/sign-out' && !signedIn)

/** Fields that may be shown again to the person who typed them. */
const SHOWN_AGAIN = ['email', 'name', 'country', 'number', 'method', 'from', 'require']

/** Lets a form through only when this browser was shown it, in this session. */
export function ownFormsOnly(portal: Portal): RequestHandler {
  return (request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      next()
      return
    }
    const { member, words } = visitOf(response)
    const check = portal.csrf.check(request, member?.session ?? null)
    if (!isSameOrigin(request, portal.publicOrigin)) show(portal, response, failureView(words, 'form', 403))
    else if (check.status === 'own' || isHarmless(request, member !== null)) next()
    else if (check.status === 'foreign') show(portal, response, failureView(words, 'form', 403))
    else backToStale(portal, request, response, check.origin)
  }
}

/** Nothing was done: says why, and leads back to the form with what had been typed, by way of signing in if need be. */
function backToStale(portal: Portal, request: Request, response: Response, { run, session, who }: FormOrigin): void {
  const { member, words } = visitOf(response)
  const why = session === '' ? 'signed-in' : (portal.sessions.endingNamed(session, run) ?? 'signed-out')
  const page = pageOf(request)
  const typed: Record<string, string> = {}
  for (const name of SHOWN_AGAIN) if (field(request, name) !== '') typed[name] = field(request, name)
  const browser = portal.csrf.browser(request)
  // Another person's page must not show what this one had typed.
  const sameWho = member !== null && portal.csrf.whoIs(member.session) === who
  if (member !== null) {
    goTo(portal, response, sameWho ? page : '/', {
      tone: 'warning',
      text: sameWho ? words.stale.again : words.stale[why],
      ...(sameWho && { typed }),
    })
    return
  }
  if (browser !== null && page !== '/' && Object.keys(typed).length > 0)
    portal.tellOnce.tell(browser, page, { tone: 'notice', text: words.stale.kept, typed, who })
  goTo(portal, response, signInPath(page), { tone: 'warning', text: words.stale[why] })
}

/** The page that a form was on. */
function pageOf(request: Request): string {
  const referrer = request.get('referer') ?? ''
  const path = URL.canParse(referrer) ? new URL(referrer).pathname + new URL(referrer).search : '/'
  return path.startsWith('/sign-in') ? '/' : localPath(path)
}

/** Signing in, and on to the page that was asked for. */
export function signInPath(page: string): string {
  return page === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(page)}`
}

/** For those who are signed in; the others sign in, are told why they have to, and come to the page they asked for. */
export function membersOnly(portal: Portal): RequestHandler {
  return (request, response, next) => {
    const { member, ended, words } = visitOf(response)
    if (member !== null) {
      next()
      return
    }
    const page = request.method === 'GET' ? localPath(request.originalUrl) : '/'
    goTo(portal, response, signInPath(page), ended === null ? null : { tone: 'notice', text: words.ended[ended] })
  }
}

/** For those who may do more than enrol. */
export const unconfinedOnly: RequestHandler = (_request, response, next) => {
  if (visitOf(response).confined === null) next()
  else response.redirect(303, '/enrol')
}

export function ownersOnly(portal: Portal): RequestHandler {
  return (_request, response, next) => {
    const { member, words } = visitOf(response)
    if (member?.person.role === 'owner') next()
    else show(portal, response, failureView(words, 'forbidden', 403))
  }
}

/** For those who have just given their second factor, if they have one; the others are asked for it and come back. */
export function provenOnly(portal: Portal): RequestHandler {
  return async (request, response, next) => {
    const { member } = visitOf(response)
    if (member === null) throw new Error('provenOnly comes behind membersOnly')
    if (!member.account.enabled || (await proofFor(portal, member.session)) !== null) next()
    else askForProof(request, response)
  }
}

/** Off to the step-up challenge. The way back is this page, which a form posts to under its own address. */
export function askForProof(request: Request, response: Response): void {
  const { member } = visitOf(response)
  if (member !== null) member.session.afterStepUp = request.originalUrl
  response.redirect(303, '/step-up')
}
