import { type Request, type Response, Router } from 'express'
import type { Approved, BeginChallengeResult } from 'countersign'
import { field, localPath, query } from '../forms.js'
import { signInPath } from '../guards.js'
import { formatWait } from '../language.js'
import type { PendingSignIn } from '../pending-sign-ins.js'
import type { Person } from '../people.js'
import { type Portal, requirement } from '../portal.js'
import { signInView } from '../views/sign-in.js'
import { goTo, show, startSession, visitOf } from '../visit.js'
import { challengeRoutes, type ChallengeUse } from './challenge.js'

/** Holds the challenge token between password and code. It is no session: it opens nothing but the code page. */
const CHALLENGE_COOKIE = 'willow-challenge'
const CHALLENGE_COOKIE_SECONDS = 15 * 60

export function signInRoutes(portal: Portal): Router {
  const { twoFactor, people, cookies, passwordThrottle, sessions, clock } = portal
  const router = Router()
  const use = signInUse(portal)

  router.get('/', (request, response) => {
    if (visitOf(response).member !== null) response.redirect(303, nextPage(request))
    else show(portal, response, signInView(visitOf(response), signInPath(nextPage(request))))
  })

  router.post('/', async (request, response) => {
    const visit = visitOf(response)
    const email = field(request, 'email').slice(0, 254)
    const refuse = (text: string): void => {
      goTo(portal, response, signInPath(nextPage(request)), { tone: 'error', text, typed: { email } })
    }
    const subject = `${request.ip ?? ''} ${email.trim().toLowerCase()}`
    const retryAt = passwordThrottle.retryAt(subject)
    if (retryAt !== null) {
      refuse(visit.words.signIn.tooMany(formatWait(visit.locale, retryAt, clock.now())))
      return
    }
    passwordThrottle.count(subject)
    const person = await people.signIn(email, field(request, 'password'))
    if (person === null) {
      refuse(visit.words.signIn.wrong)
      return
    }
    passwordThrottle.forget(subject)
    if (visit.member !== null) sessions.end(visit.member.session)
    await begin(request, response, person)
  })

  /** The password was right; Countersign says what comes next. */
  async function begin(request: Request, response: Response, person: Person): Promise<void> {
    const { locale } = visitOf(response)
    const next = nextPage(request)
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
        response.redirect(303, next)
        return
      case 'enrolment-required':
        if (asked.token !== null) {
          // Staff issued an access pass: the password alone must not lead to enrolling.
          const expiresAt = clock.now() + CHALLENGE_COOKIE_SECONDS * 1000
          keepPending(portal, response, { asked: { status: 'pass-required', token: asked.token, expiresAt }, next })
          response.redirect(303, '/sign-in/code')
          return
        }
        // Before the grace instant a banner reminds; from then on every page but enrolment is shut (see `welcome`).
        startSession(portal, response, person.id)
        response.redirect(303, asked.graceEndsAt === null ? '/enrol' : next)
        return
      case 'challenged':
      case 'locked':
      case 'suspended':
        keepPending(portal, response, { asked, next })
        response.redirect(303, '/sign-in/code')
    }
  }

  router.use(challengeRoutes(portal, use))
  return router
}

function signInUse(portal: Portal): ChallengeUse {
  const { cookies, pendingSignIns } = portal
  const pendingOf = (request: Request): PendingSignIn | null =>
    pendingSignIns.find(cookies.read(request, CHALLENGE_COOKIE) ?? '')
  /** Lets go of it; answers where it was to lead. */
  const drop = (request: Request, response: Response): string => {
    const next = pendingOf(request)?.next ?? '/'
    pendingSignIns.drop(cookies.read(request, CHALLENGE_COOKIE) ?? '')
    cookies.clear(response, CHALLENGE_COOKIE)
    return next
  }
  return {
    base: '/sign-in',
    purpose: 'sign-in',
    binding: () => undefined,
    find: (request) => pendingOf(request)?.asked ?? null,
    keep(response, asked) {
      keepPending(portal, response, { asked, next: pendingOf(response.req)?.next ?? '/' })
    },
    approved(request, response, approval) {
      approve(portal, response, approval, drop(request, response))
    },
    over(request, response, why) {
      goTo(portal, response, signInPath(drop(request, response)), { tone: 'error', text: why })
    },
    cancelled(request, response) {
      response.redirect(303, signInPath(drop(request, response)))
    },
  }
}

function keepPending({ pendingSignIns, cookies }: Portal, response: Response, signIn: PendingSignIn): void {
  pendingSignIns.keep(signIn)
  cookies.set(response, CHALLENGE_COOKIE, signIn.asked.token, {
    sameSite: 'strict',
    maxAgeSeconds: CHALLENGE_COOKIE_SECONDS,
  })
}

/** The page that was asked for before signing in. */
function nextPage(request: Request): string {
  const next = localPath(query(request, 'next'))
  return next.startsWith('/sign-in') ? '/' : next
}

/** Only now is there a session. */
function approve(portal: Portal, response: Response, approval: Approved, next: string): void {
  const { userId, method, proof, trustedDevice, recoveryCodesRemaining, failuresBefore } = approval
  const { recovery, code } = visitOf(response).words
  const unkept = portal.sessions.unkeptCodes(userId)
  const session = startSession(portal, response, userId)
  session.recoveryCodes = unkept
  if (trustedDevice !== null) {
    const { cookieName, token, maxAgeSeconds } = trustedDevice
    portal.cookies.set(response, cookieName, token, { sameSite: 'strict', maxAgeSeconds })
  }
  switch (method) {
    case 'totp':
    case 'sms':
    case 'passkey':
      // An ordinary sign-in's proof is not kept: changing how one signs in asks again.
      if (session.recoveryCodes !== null) response.redirect(303, '/recovery-codes')
      else if (failuresBefore === 0) response.redirect(303, next)
      else goTo(portal, response, next, { tone: 'warning', text: code.failures(failuresBefore) })
      return
    case 'recovery-code':
      // Here it is: somebody without their phone must be able to replace it without spending another code.
      session.proof = { proof, binding: undefined }
      goTo(portal, response, '/account', { tone: 'warning', text: recovery.used(recoveryCodesRemaining) })
      return
    case 'access-pass':
      session.proof = { proof, binding: undefined }
      response.redirect(303, '/enrol')
  }
}
