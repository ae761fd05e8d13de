import type { Request, RequestHandler, Response } from 'express'
import type { AccountStatus } from 'countersign'
import { type Locale, localeOf, wordsOf } from './language.js'
import type { Person } from './people.js'
import { isRequired, type Portal } from './portal.js'
import type { Session } from './session.js'
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
  readonly path: string
  readonly locale: Locale
  readonly words: Words
  readonly member: Member | null
  /** Why the member may do nothing but enrol; null when they may do all. */
  readonly confined: 'required' | 'recovered' | null
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
    visits.set(response, {
      path: request.path,
      locale,
      words: wordsOf(locale),
      member,
      confined: member === null ? null : confinement(portal, member.account),
      csrf: portal.csrf.token(request, response, member?.session.binding ?? null),
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
  const { id, session } = portal.sessions.start(userId)
  portal.cookies.set(response, SESSION_COOKIE, id, { sameSite: 'lax' })
  return session
}

/** Gives the session a new id, when its rights have grown. */
export function renewSession(portal: Portal, response: Response, session: Session): void {
  portal.cookies.set(response, SESSION_COOKIE, portal.sessions.renew(session), { sameSite: 'lax' })
}

/** Sends a page, with what is told once. */
export function show(portal: Portal, response: Response, { title, body, status = 200 }: Page): void {
  const visit = visitOf(response)
  const notice = visit.member?.session.notice ?? null
  if (visit.member !== null) visit.member.session.notice = null
  const { phone, clock, state } = portal
  const page = layout({ visit, title, body, notice, requiredFrom: state.requiredFrom, phone, now: clock.now() })
  response.status(status).type('html').send(page.markup)
}
