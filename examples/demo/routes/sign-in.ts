import { type Request, type Response, Router } from 'express'
import type { Approved, BeginChallengeResult } from 'countersign'
import { field } from '../forms.js'
import { formatWait } from '../language.js'
import type { Person } from '../people.js'
import { type Portal, requirement } from '../portal.js'
import { signInView } from '../views/sign-in.js'
import { show, startSession, visitOf } from '../visit.js'
import { challengeRoutes, type ChallengeUse } from './challenge.js'

/** Holds the challenge token between password and code. It is no session: it opens nothing but the code page. */
const CHALLENGE_COOKIE = 'willow-challenge'
const CHALLENGE_COOKIE_SECONDS = 15 * 60

export function signInRoutes(portal: Portal): Router {
  const { twoFactor, people, cookies, passwordThrottle, sessions, clock } = portal
  const router = Router()
  const use = signInUse(portal)

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
        if (asked.token !== null) {
          // Staff issued an access pass: the password alone must not lead to enrolling.
          const expiresAt = clock.now() + CHALLENGE_COOKIE_SECONDS * 1000
          use.keep(response, { status: 'pass-required', token: asked.token, expiresAt })
          response.redirect(303, '/sign-in/code')
          return
        }
        // Before the grace instant a banner reminds; from then on every page but enrolment is shut (see `welcome`).
        startSession(portal, response, person.id)
        response.redirect(303, asked.graceEndsAt === null ? '/enrol' : '/')
        return
      case 'challenged':
      case 'locked':
      case 'suspended':
        use.keep(response, asked)
        response.redirect(303, '/sign-in/code')
    }
  }

  router.use(challengeRoutes(portal, use))
  return router
}

function signInUse(portal: Portal): ChallengeUse {
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
  const { userId, method, proof, trustedDevice, recoveryCodesRemaining, failuresBefore } = approval
  const { recovery, code } = visitOf(response).words
  const session = startSession(portal, response, userId)
  if (trustedDevice !== null) {
    const { cookieName, token, maxAgeSeconds } = trustedDevice
    portal.cookies.set(response, cookieName, token, { sameSite: 'strict', maxAgeSeconds })
  }
  switch (method) {
    case 'totp':
    case 'sms':
    case 'passkey':
      // An ordinary sign-in's proof is not kept: changing how one signs in asks again.
      if (failuresBefore > 0) session.notice = code.failures(failuresBefore)
      response.redirect(303, '/')
      return
    case 'recovery-code':
      // Here it is: somebody without their phone must be able to replace it without spending another code.
      session.proof = { proof, binding: undefined }
      session.notice = recovery.used(recoveryCodesRemaining)
      response.redirect(303, '/account')
      return
    case 'access-pass':
      session.proof = { proof, binding: undefined }
      response.redirect(303, '/enrol')
  }
}
