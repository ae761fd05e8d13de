import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Cookies } from './cookies.js'
import { field } from './forms.js'

const COOKIE = 'willow-form'

/** Signed double submit: a form carries a digest of the browser's cookie and its session, which only this server can make. */
export interface Csrf {
  /** The token for the forms of this browser and session. */
  token(request: Request, response: Response, sessionKey: string | null): string
  /** Whether this request comes from a form of ours, shown to this browser in this session. */
  accepts(request: Request, sessionKey: string | null): boolean
}

export function createCsrf(cookies: Cookies): Csrf {
  const key = randomBytes(32)
  const digest = (browser: string, sessionKey: string | null): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([browser, sessionKey]))
      .digest()

  return {
    token(request, response, sessionKey) {
      let browser = cookies.read(request, COOKIE)
      if (browser === undefined || browser === '') {
        browser = randomBytes(32).toString('base64url')
        cookies.set(response, COOKIE, browser, { sameSite: 'lax' })
      }
      return digest(browser, sessionKey).toString('base64url')
    },
    accepts(request, sessionKey) {
      const browser = cookies.read(request, COOKIE)
      if (browser === undefined || browser === '') return false
      const given = Buffer.from(field(request, 'csrf'), 'base64url')
      const expected = digest(browser, sessionKey)
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
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
