import { createHash } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Portal } from './portal.js'
import type { Told } from './told.js'

const REMEMBERED_MS = 10 * 60 * 1000
const MOST_REMEMBERED = 10_000

/** Where a form led: the page, the cookies that came with it, and what the page was to tell. */
interface Answer {
  readonly location: string
  readonly cookies: readonly string[]
  readonly told: Told | null
}

/** A form under way or answered. Null: its answer was no redirect, so nothing was done that must not be done twice. */
interface Posted {
  readonly at: number
  readonly answer: Promise<Answer | null>
}

/**
 * A form that is posted twice, by a double click or because its answer was lost, has one effect: the second waits for
 * the first and leads where that one led, with the same cookies. Every page's token is its own, so two posts that are
 * alike to the letter, from the same browser, are the same form. Before anything that looks at the session, because the
 * first may have ended or begun it. In memory: with several processes, a table with a unique key does the same.
 */
export function onceOnly({ clock, csrf, tellOnce }: Pick<Portal, 'clock' | 'csrf' | 'tellOnce'>): RequestHandler {
  const posted = new Map<string, Posted>()

  return async (request, response, next) => {
    const browser = csrf.browser(request)
    if (request.method !== 'POST' || browser === null) {
      next()
      return
    }
    const key = digestOf(request, browser)
    const first = await earlier(key)
    if (first !== null) {
      if (first.told !== null) tellOnce.tell(browser, first.location, first.told)
      if (first.cookies.length > 0) response.set('Set-Cookie', [...first.cookies])
      response.redirect(303, first.location)
      return
    }
    forgetOld()
    posted.set(key, { at: clock.now(), answer: answerOf(response, (path) => tellOnce.peek(browser, path)) })
    next()
  }

  async function earlier(key: string): Promise<Answer | null> {
    const entry = posted.get(key)
    if (entry === undefined || clock.now() - entry.at >= REMEMBERED_MS) return null
    const answer = await entry.answer
    if (answer !== null) return answer
    if (posted.get(key) === entry) posted.delete(key)
    return earlier(key)
  }

  function forgetOld(): void {
    for (const [key, { at }] of posted) {
      if (clock.now() - at < REMEMBERED_MS && posted.size < MOST_REMEMBERED) return
      posted.delete(key)
    }
  }
}

/** Resolves as the answer is made, whether or not the browser is still there to read it. */
function answerOf(response: Response, toldAt: (path: string) => Told | null): Promise<Answer | null> {
  return new Promise((resolve) => {
    const end = response.end.bind(response) as (...rest: readonly unknown[]) => Response
    response.end = (...rest: readonly unknown[]) => {
      const location = response.getHeader('location')
      const cookies = response.getHeader('set-cookie') ?? []
      resolve(
        response.statusCode === 303 && typeof location === 'string'
          ? { location, cookies: [cookies].flat().map(String), told: toldAt(location) }
          : null,
      )
      return end(...rest)
    }
  })
}

function digestOf(request: Request, browser: string): string {
  return createHash('sha256')
    .update(JSON.stringify([browser, request.originalUrl, request.body ?? null]))
    .digest('base64url')
}
