import { type Request, type Response, Router } from 'express'
import type { Approved, BeginChallengeResult } from 'countersign'
import { field } from '../forms.js'
import { formatWait } from '../language.js'
import type { Person } from '../people.js'
import { type Portal, requirement } from '../portal.js'
import { signInView } from '../views/sign-in.js'
import { show, startSession, visitOf } from '../visit.js'
import { challengeRoutes, type Desk } from './challenge.js'

/** Holds the challenge token between password and code. It is no session: it opens nothing but the code page. */
const CHALLENGE_COOKIE = 'willow-challenge'
const CHALLENGE_COOKIE_SECONDS = 15 * 60

export function signInRoutes(portal: Portal): Router {
  const { twoFactor, people, cookies, passwordThrottle, sessions, clock } = portal
  const router = Router()
  const desk = signInDesk(portal)

  router.get('/', (_request, response) => {
    if (visitOf(response).member !== null) response.redirect(303, '/')
    else show(portal, response, signInView(visitOf(response), { email: '', error: null }))
  })

  router.post('/', async (request, response) => {
    const visit = visitOf(response)
    const email = field(request, 'email').slice(0, 254)
    const subject = `${request.ip ?? ''} ${email.trim().toLowerCase()}`
    const retryAt = passwordThrottle.retryAt(subject)
    if (retryAt !== null) {
      const error = visit.words.signIn.tooMany(formatWait(visit.locale, retryAt, clock.now()))
      show(portal, response, signInView(visit, { email, error, status: 429 }))
      return
    }
    passwordThrottle.count(subject)
    const person = await people.signIn(email, field(request, 'password'))
    if (person === null) {
      show(portal, response, signInView(visit, { email, error: visit.words.signIn.wrong, status: 401 }))
      return
    }
    passwordThrottle.forget(subject)
    if (visit.member !== null) sessions.end(visit.member.session)
    await begin(request, response, person)
  })

  /** The password was right; Countersign says what comes next. */
  async function begin(request: Request, response: Response, person: Person): Promise<void> {
    const { locale } = visitOf(response)
    const asked: BeginChallengeResult = await twoFactor.challenge.begin({
      userId: person.id,
      trustedDeviceToken: cookies.read(request, twoFactor.trustedDevices.cookieName({ userId: person.id })),
      required: requirement(portal),
      clientAddress: request.ip,
      locale,
    })
    switch (asked.status) {
      case 'not-required':
      case 'trusted':
        startSession(portal, response, person.id)
        response.redirect(303, '/')
        return
      case 'enrolment-required':
        // Before the grace instant a banner reminds; from then on every page but enrolment is shut (see `welcome`).
        startSession(portal, response, person.id)
        response.redirect(303, asked.graceEndsAt === null ? '/enrol' : '/')
        return
      case 'challenged':
      case 'locked':
      case 'suspended':
        desk.keep(response, asked)
        response.redirect(303, '/sign-in/code')
    }
  }

  router.use(challengeRoutes(portal, desk))
  return router
}

function signInDesk(portal: Portal): Desk {
  const { cookies, pendingSignIns } = portal
  return {
    base: '/sign-in',
    purpose: 'sign-in',
    binding: () => undefined,
    find: (request) => pendingSignIns.find(cookies.read(request, CHALLENGE_COOKIE) ?? ''),
    keep(response, asked) {
      pendingSignIns.keep(asked)
      cookies.set(response, CHALLENGE_COOKIE, asked.token, {
        sameSite: 'strict',
        maxAgeSeconds: CHALLENGE_COOKIE_SECONDS,
      })
    },
    drop(request, response) {
      pendingSignIns.drop(cookies.read(request, CHALLENGE_COOKIE) ?? '')
      cookies.clear(response, CHALLENGE_COOKIE)
    },
    approved(_request, response, approval) {
      approve(portal, response, approval)
    },
    over(response, why) {
      show(portal, response, signInView(visitOf(response), { email: '', error: why, status: 401 }))
    },
    cancelled(response) {
      response.redirect(303, '/sign-in')
    },
  }
}

/** Only now is there a session. */
function approve(portal: Portal, response: Response, approval: Approved): void {
  const { userId, factor, proof, trustedDevice, recoveryCodesRemaining } = approval
  const session = startSession(portal, response, userId)
  if (trustedDevice !== null) {
    const { cookieName, token, maxAgeSeconds } = trustedDevice
    portal.cookies.set(response, cookieName, token, { sameSite: 'strict', maxAgeSeconds })
  }
  if (factor !== null) {
    // An ordinary sign-in's proof is not kept: changing how one signs in asks again.
    response.redirect(303, '/')
    return
  }
  // After a recovery code it is: somebody without their phone must be able to replace it without spending another code.
  session.proof = { proof, binding: undefined }
  session.notice = visitOf(response).words.recovery.used(recoveryCodesRemaining)
  response.redirect(303, '/account')
}
