import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Cookies } from './cookies.js'
import { field } from './forms.js'
import type { Session } from './session.js'

const COOKIE = 'willow-form'

/** What a form's token says of the moment the form was shown. */
export interface FormOrigin {
  /** The run of the server. */
  readonly run: string
  /** The session's name; empty before signing in. */
  readonly session: string
  /** Who was signed in, as a digest; empty before signing in. */
  readonly who: string
}

/** `own`: shown to this browser, in this very session. `stale`: shown to this browser, but the session has changed since. */
export type FormCheck =
  { readonly status: 'own' | 'stale'; readonly origin: FormOrigin } | { readonly status: 'foreign' }

/**
 * Signed double submit: a form carries a MAC over the browser's cookie and the session, which only this server can make.
 * Each page has a token of its own, so that one form can be told from the next (see `once.ts`).
 */
export interface Csrf {
  /** Names this browser for as long as it is open; null when it kept no cookie. */
  browser(request: Request): string | null
  /** The token for the forms of one page. Sets the browser's cookie when there is none. */
  token(request: Request, response: Response, session: Session | null): string
  check(request: Request, session: Session | null): FormCheck
  /** The digest of a user id that a token carries. */
  whoIs(session: Session | null): string
}

/** With a key that outlives the process, a sign-in page that was open during a restart still works. */
export function createCsrf(cookies: Cookies, key: Uint8Array, run: string): Csrf {
  const mac = (...parts: readonly string[]): string =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
  const browserOf = (request: Request): string | null => cookies.read(request, COOKIE) ?? null
  const whoIs = (session: Session | null): string => (session === null ? '' : mac('who', session.userId).slice(0, 16))

  return {
    browser: browserOf,
    whoIs,
    token(request, response, session) {
      let browser = browserOf(request)
      if (browser === null || browser === '') {
        browser = randomBytes(32).toString('base64url')
        cookies.set(response, COOKIE, browser, { sameSite: 'lax' })
      }
      const claims = [run, session?.name ?? '', whoIs(session), randomBytes(9).toString('base64url')]
      return [...claims, mac('form', browser, ...claims)].join('.')
    },
    check(request, session) {
      const browser = browserOf(request)
      const [formRun = '', name = '', who = '', page = '', given = '', ...rest] = field(request, 'csrf').split('.')
      if (browser === null || browser === '' || rest.length > 0) return { status: 'foreign' }
      if (!equal(given, mac('form', browser, formRun, name, who, page))) return { status: 'foreign' }
      const own = name === (session?.name ?? '')
      return { status: own ? 'own' : 'stale', origin: { run: formRun, session: name, who } }
    },
  }
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Whether the browser says that the request comes from one of our own pages. */
export function isSameOrigin(request: Request, publicOrigin: string | null): boolean {
  const origin = request.get('origin')
  if (origin === undefined) return request.get('sec-fetch-site') === 'same-origin'
  return origin === (publicOrigin ?? `${request.protocol}://${request.get('host') ?? ''}`)
}

/** Answers only under its own names, so that a page elsewhere cannot point a name of its own at this address. */
export function ownHostOnly(publicOrigin: string | null): RequestHandler {
  const own = publicOrigin === null ? null : new URL(publicOrigin).host
  return (request, response, next) => {
    const host = request.get('host') ?? ''
    const known = own === null ? /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host) : host === own
    if (known) next()
    else
      response
        .status(421)
        .type('text/plain')
        .send('The demo answers to localhost; set PUBLIC_ORIGIN to give it another name.\n')
  }
}
