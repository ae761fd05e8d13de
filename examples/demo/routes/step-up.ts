import { Router } from 'express'
import { type Portal, requirement } from '../portal.js'
import type { Session } from '../session.js'
import { goTo, memberOf, renewSession, visitOf } from '../visit.js'
import { challengeRoutes, type ChallengeUse } from './challenge.js'

/** How long the page that asks for an access pass is kept; its token may end sooner. */
const PASS_MS = 15 * 60 * 1000

/** Asks for the second factor once more before something sensitive, bound to this very session. */
export function stepUpRoutes(portal: Portal): Router {
  const router = Router()

  router.get('/', async (request, response) => {
    const { session, person } = memberOf(response)
    if (session.stepUp?.status === 'challenged' && session.stepUp.expiresAt > portal.clock.now()) {
      // One challenge at a time: coming here again must not send another text.
      response.redirect(303, '/step-up/code')
      return
    }
    const asked = await portal.twoFactor.challenge.begin({
      userId: person.id,
      purpose: 'step-up',
      binding: session.binding,
      required: requirement(portal),
      clientAddress: request.ip,
      locale: visitOf(response).locale,
    })
    switch (asked.status) {
      case 'not-required':
        response.redirect(303, session.afterStepUp)
        return
      case 'enrolment-required':
        if (asked.token === null) {
          response.redirect(303, '/enrol')
          return
        }
        session.stepUp = { status: 'pass-required', token: asked.token, expiresAt: portal.clock.now() + PASS_MS }
        response.redirect(303, '/step-up/code')
        return
      case 'trusted':
        throw new Error('a trusted computer does not stand for a second factor')
      case 'challenged':
      case 'locked':
      case 'suspended':
        session.stepUp = asked
        response.redirect(303, '/step-up/code')
    }
  })

  router.use(challengeRoutes(portal, stepUpUse(portal)))
  return router
}

function stepUpUse(portal: Portal): ChallengeUse {
  const leave = (session: Session): void => {
    session.stepUp = null
  }
  return {
    base: '/step-up',
    purpose: 'step-up',
    binding: (response) => memberOf(response).session.binding,
    find: (_request, response) => memberOf(response).session.stepUp,
    keep(response, asked) {
      memberOf(response).session.stepUp = asked
    },
    approved(_request, response, { proof }) {
      const { session } = memberOf(response)
      leave(session)
      session.proof = { proof, binding: session.binding }
      renewSession(portal, response, session)
      response.redirect(303, session.afterStepUp)
    },
    over(_request, response, why) {
      leave(memberOf(response).session)
      goTo(portal, response, '/account', { tone: 'error', text: why })
    },
    cancelled(_request, response) {
      leave(memberOf(response).session)
      response.redirect(303, '/account')
    },
  }
}
