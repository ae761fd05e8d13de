import type { Request, RequestHandler, Response } from 'express'
import type { AccountStatus } from 'countersign'
import { browserName } from './browser-name.js'
import { type Locale, localeOf, wordsOf } from './language.js'
import type { Person } from './people.js'
import { placeOf } from './place.js'
import { isRequired, type Portal } from './portal.js'
import type { Ending, Session } from './session.js'
import type { Told } from './told.js'
import type { Html } from './html.js'
import { layout } from './views/layout.js'
import type { Words } from './words/english.js'

export const SESSION_COOKIE = 'willow-session'

/** Someone who is signed in, and what Countersign knows of their second factor as this request begins. */
export interface Member {
  readonly session: Session
  readonly person: Person
  readonly account: AccountStatus
}

/** What is known of a request before its route runs. */
export interface Visit {
  /** The page, with its query: where a preference leads back to. */
  readonly path: string
  readonly locale: Locale
  readonly words: Words
  readonly member: Member | null
  /** Why the session is over that this browser came with. */
  readonly ended: Ending | null
  /** What this page is to tell once. */
  readonly told: Told | null
  /** Why the member may do nothing but enrol; null when they may do all. */
  readonly confined: 'required' | 'recovered' | null
  /** Where the portal is, and whether passkeys can be used there. */
  readonly origin: string
  readonly passkeys: boolean
  /** The token for every form. */
  readonly csrf: string
}

export interface Page {
  readonly title: string
  readonly body: Html
  readonly status?: number
}

const visits = new WeakMap<Response, Visit>()

export function visitOf(response: Response): Visit {
  const visit = visits.get(response)
  if (visit === undefined) throw new Error('no visit: the route comes before the middleware')
  return visit
}

/** The visit's member, on routes behind `membersOnly`. */
export function memberOf(response: Response): Member {
  const { member } = visitOf(response)
  if (member === null) throw new Error('no member: the route is not behind the guard')
  return member
}

/** Finds out who is visiting. The only place where a cookie becomes a person. */
export function welcome(portal: Portal): RequestHandler {
  return async (request, response, next) => {
    const member = await findMember(portal, request)
    const locale = localeOf(request, portal.cookies)
    const id = portal.cookies.read(request, SESSION_COOKIE)
    const browser = portal.csrf.browser(request)
    const ended = member === null && id !== undefined ? portal.sessions.endingOf(id) : null
    // Told once: the cookie of what is over goes with this answer.
    if (ended !== null) portal.cookies.clear(response, SESSION_COOKIE)
    const who = portal.csrf.whoIs(member?.session ?? null)
    const told =
      request.method === 'GET' && browser !== null ? portal.tellOnce.take(browser, request.originalUrl, who) : null
    visits.set(response, {
      path: request.originalUrl,
      locale,
      words: wordsOf(locale),
      member,
      ended,
      told,
      confined: member === null ? null : confinement(portal, member.account),
      origin: portal.origin,
      passkeys: portal.passkeys,
      csrf: portal.csrf.token(request, response, member?.session ?? null),
    })
    next()
  }
}

async function findMember(portal: Portal, request: Request): Promise<Member | null> {
  const id = portal.cookies.read(request, SESSION_COOKIE)
  const session = id === undefined ? null : portal.sessions.find(id)
  const person = session === null ? null : portal.people.find(session.userId)
  if (session === null || person === null) return null
  return { session, person, account: await portal.twoFactor.account.status({ userId: person.id }) }
}

/** Asked at every request, so a rule made while people are signed in binds them at once. */
function confinement(portal: Portal, { enabled, enrolmentRequired }: AccountStatus): Visit['confined'] {
  if (enrolmentRequired) return 'recovered'
  return !enabled && isRequired(portal) ? 'required' : null
}

/** Signs someone in: always with a session id never seen before. */
export function startSession(portal: Portal, response: Response, userId: string): Session {
  const { req: request } = response
  portal.state.languages.set(userId, visitOf(response).locale)
  const { id, session } = portal.sessions.start(userId, {
    browser: browserName(request.get('user-agent')),
    place: placeOf(request, portal.placeHeader),
  })
  portal.cookies.set(response, SESSION_COOKIE, id, { sameSite: 'lax' })
  return session
}

/** Gives the session a new id, when its rights have grown. */
export function renewSession(portal: Portal, response: Response, session: Session): void {
  portal.cookies.set(response, SESSION_COOKIE, portal.sessions.renew(session), { sameSite: 'lax' })
}

/** Every form's answer: off to a page, which tells once how it went. Nothing that is shown was posted for. */
export function goTo(portal: Portal, response: Response, path: string, told: Told | null = null): void {
  const browser = portal.csrf.browser(response.req)
  if (told !== null && browser !== null) portal.tellOnce.tell(browser, path, told)
  response.redirect(303, path)
}

/** Sends a page. */
export function show(portal: Portal, response: Response, { title, body, status = 200 }: Page): void {
  const visit = visitOf(response)
  const { phone, clock, state } = portal
  const page = layout({ visit, title, body, requiredFrom: state.requiredFrom, phone, now: clock.now() })
  response.status(status).type('html').send(page.markup)
}
