import { type Response, Router } from 'express'
import { field } from '../forms.js'
import { formatWait } from '../language.js'
import type { Portal } from '../portal.js'
import { passwordView } from '../views/password.js'
import { goTo, memberOf, renewSession, show, visitOf } from '../visit.js'
import { back } from './account.js'

const SHORTEST_PASSWORD = 12
const LONGEST_PASSWORD = 200

/** Changing the password; Countersign is told, and ends what the old one opened. */
export function passwordRoutes(portal: Portal): Router {
  const { people, passwordThrottle, sessions, twoFactor, clock } = portal
  const router = Router()
  const refuse = (response: Response, field: 'current' | 'next' | 'repeat', text: string): void => {
    goTo(portal, response, '/password', { tone: 'error', text, field })
  }

  router.get('/', (_request, response) => {
    show(portal, response, passwordView(visitOf(response)))
  })

  router.post('/', async (request, response) => {
    const { session, person } = memberOf(response)
    const { words, locale } = visitOf(response)
    const next = field(request, 'next')
    if (next.length < SHORTEST_PASSWORD || next.length > LONGEST_PASSWORD) {
      refuse(response, 'next', words.password.short)
      return
    }
    if (next !== field(request, 'repeat')) {
      refuse(response, 'repeat', words.password.differ)
      return
    }
    const subject = `change ${person.id}`
    const retryAt = passwordThrottle.retryAt(subject)
    if (retryAt !== null) {
      refuse(response, 'current', words.signIn.tooMany(formatWait(locale, retryAt, clock.now())))
      return
    }
    passwordThrottle.count(subject)
    if (!(await people.checkPassword(person, field(request, 'current')))) {
      refuse(response, 'current', words.password.wrong)
      return
    }
    passwordThrottle.forget(subject)
    await people.changePassword(person, next)
    await twoFactor.account.passwordChanged({ userId: person.id })
    sessions.endAll(person.id, session)
    session.proof = null
    renewSession(portal, response, session)
    back(portal, response, words.password.changed)
  })

  return router
}
