import { type Request, type Response, Router } from 'express'
import type { Confirmed, Factor, Refused } from 'countersign'
import { field, query } from '../forms.js'
import { askForProof, provenOnly } from '../guards.js'
import { refusedText } from '../outcomes.js'
import type { Portal } from '../portal.js'
import { proofFor } from '../proof.js'
import { chooseView } from '../views/enrol.js'
import { type Member, memberOf, renewSession, show, visitOf } from '../visit.js'

/** Choosing between the two ways to get a code; what follows is in `enrol-app` and `enrol-text`. */
export function enrolRoutes(portal: Portal): Router {
  const router = Router()
  const choose = (request: Request, response: Response, error: string | null): void => {
    const replaces = replacedFactor(request, memberOf(response))
    show(portal, response, chooseView(visitOf(response), { replaces, error, status: error === null ? 200 : 422 }))
  }

  router.get('/', provenOnly(portal), (request, response) => {
    choose(request, response, null)
  })

  router.post('/', provenOnly(portal), async (request, response) => {
    const replaces = replacedFactor(request, memberOf(response))
    if (field(request, 'method') === 'sms') {
      response.redirect(303, replaces === null ? '/enrol/text' : `/enrol/text?replaces=${replaces.id}`)
      return
    }
    const { session, person } = memberOf(response)
    const proof = await proofFor(portal, session)
    const result = await portal.twoFactor.enrolment.beginTotp({
      userId: person.id,
      accountName: person.email,
      replaces: replaces?.id,
      ...proof,
    })
    switch (result.status) {
      case 'started': {
        const { enrolmentId, secret, uri } = result
        session.enrolment = { kind: 'totp', enrolmentId, secret, uri, replaces: replaces?.id ?? null }
        response.redirect(303, '/enrol/app')
        return
      }
      case 'refused':
        refuse(portal, request, response, result, (error) => {
          choose(request, response, error)
        })
    }
  })

  router.post('/cancel', async (_request, response) => {
    const { session, person } = memberOf(response)
    if (session.enrolment !== null) {
      await portal.twoFactor.enrolment.cancel({ userId: person.id, enrolmentId: session.enrolment.enrolmentId })
      session.enrolment = null
    }
    response.redirect(303, '/account')
  })

  return router
}

/** The factor that the new one is to replace, by the address of the page. */
export function replacedFactor(request: Request, { account }: Member): Factor | null {
  return account.factors.find(({ id }) => id === query(request, 'replaces')) ?? null
}

/** A refusal is told on the page, or leads to the step-up challenge when only the proof is missing. */
export function refuse(
  portal: Portal,
  request: Request,
  response: Response,
  refused: Refused,
  tell: (error: string) => void,
): void {
  switch (refused.reason) {
    case 'proof-required':
    case 'proof-invalid':
      memberOf(response).session.proof = null
      askForProof(request, response)
      return
    case 'locked':
    case 'suspended':
    case 'too-many-factors':
    case 'factor-exists':
    case 'unknown-factor':
    case 'last-factor-required':
    case 'invalid-phone-number':
    case 'country-not-allowed':
    case 'sms-unavailable':
    case 'passkeys-unavailable':
    case 'unknown-enrolment':
    case 'busy':
      tell(refusedText(visitOf(response), refused, portal.clock.now()))
  }
}

/** The factor is live. With the first one come recovery codes, and an end to sessions that never gave a second factor. */
export function completeEnrolment(portal: Portal, response: Response, { recoveryCodes, proof }: Confirmed): void {
  const { session, person } = memberOf(response)
  const { enrol } = visitOf(response).words
  session.enrolment = null
  session.proof = { proof, binding: session.binding }
  renewSession(portal, response, session)
  if (recoveryCodes === null) {
    session.notice = enrol.addedFurther
    response.redirect(303, '/account')
    return
  }
  portal.sessions.endAll(person.id, session)
  session.recoveryCodes = recoveryCodes
  session.notice = enrol.added
  response.redirect(303, '/recovery-codes')
}
