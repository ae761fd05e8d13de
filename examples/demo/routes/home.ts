import { Router } from 'express'
import { LANGUAGE_COOKIE, localeNamed, localeOf, wordsOf } from '../language.js'
import { field, localPath } from '../forms.js'
import type { Portal } from '../portal.js'
import { homeView } from '../views/home.js'
import { phoneScreen } from '../views/phone.js'
import { goTo, memberOf, SESSION_COOKIE, show, visitOf } from '../visit.js'

const LANGUAGE_COOKIE_SECONDS = 365 * 24 * 60 * 60

/** The start page behind the sign-in. */
export function homeRoutes(portal: Portal): Router {
  return Router().get('/', (_request, response) => {
    show(portal, response, homeView(visitOf(response), memberOf(response)))
  })
}

/** The pretend phone's screen alone, asked for every few seconds: outside of any session, so that it keeps none alive. */
export function phoneRoutes({ cookies, phone }: Portal): Router {
  return Router().get('/phone', (request, response) => {
    const locale = localeOf(request, cookies)
    response.type('html').send(phoneScreen({ locale, words: wordsOf(locale) }, phone).markup)
  })
}

/** What is open to everyone: the language, and the way out. */
export function publicRoutes(portal: Portal): Router {
  const { cookies, sessions, state } = portal
  const router = Router()

  router.post('/language', (request, response) => {
    const locale = localeNamed(field(request, 'locale'))
    const { member } = visitOf(response)
    if (locale !== null) {
      cookies.set(response, LANGUAGE_COOKIE, locale, { sameSite: 'lax', maxAgeSeconds: LANGUAGE_COOKIE_SECONDS })
      if (member !== null) state.languages.set(member.person.id, locale)
    }
    response.redirect(303, localPath(field(request, 'back')))
  })

  router.post('/sign-out', (_request, response) => {
    const { member, words } = visitOf(response)
    if (member !== null) sessions.end(member.session)
    cookies.clear(response, SESSION_COOKIE)
    goTo(portal, response, '/sign-in', { tone: 'notice', text: words.ended['signed-out'] })
  })

  return router
}
