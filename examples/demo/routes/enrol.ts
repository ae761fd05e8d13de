import { type Request, type Response, Router } from 'express'
import type { Confirmed, Factor, Refused } from 'countersign'
import { field, query } from '../forms.js'
import { askForProof, provenOnly } from '../guards.js'
import { refusedText } from '../outcomes.js'
import type { Portal } from '../portal.js'
import { proofFor } from '../proof.js'
import type { Told } from '../told.js'
import { chooseView } from '../views/enrol.js'
import { goTo, type Member, memberOf, renewSession, show, visitOf } from '../visit.js'

/** Choosing a way to prove oneself; what follows is in `enrol-app`, `enrol-text` and `enrol-passkey`. */
export function enrolRoutes(portal: Portal): Router {
  const router = Router()

  router.get('/', provenOnly(portal), (request, response) => {
    show(portal, response, chooseView(visitOf(response), replacedFactor(request, memberOf(response))))
  })

  router.post('/', provenOnly(portal), async (request, response) => {
    const replaces = replacedFactor(request, memberOf(response))
    if (field(request, 'method') === 'sms') {
      response.redirect(303, replaces === null ? '/enrol/text' : `/enrol/text?replaces=${replaces.id}`)
      return
    }
    const way = field(request, 'method') === 'passkey' ? beginPasskey : beginApp
    const refused = await way(response, replaces?.id ?? null)
    if (refused !== null) refuse(portal, request, response, refused)
  })

  const wishOf = async ({ session, person }: Member, replaces: string | null) => ({
    userId: person.id,
    accountName: person.email,
    replaces,
    ...(await proofFor(portal, session)),
  })

  async function beginApp(response: Response, replaces: string | null): Promise<Refused | null> {
    const member = memberOf(response)
    const result = await portal.twoFactor.enrolment.beginTotp(await wishOf(member, replaces))
    if (result.status === 'refused') return result
    const { enrolmentId, secret, uri, expiresAt } = result
    member.session.enrolment = { kind: 'totp', enrolmentId, secret, uri, expiresAt, replaces }
    response.redirect(303, '/enrol/app')
    return null
  }

  async function beginPasskey(response: Response, replaces: string | null): Promise<Refused | null> {
    const member = memberOf(response)
    const result = await portal.twoFactor.enrolment.beginPasskey(await wishOf(member, replaces))
    if (result.status === 'refused') return result
    const { enrolmentId, options } = result
    member.session.enrolment = { kind: 'passkey', enrolmentId, options, replaces }
    response.redirect(303, '/enrol/passkey')
    return null
  }

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

/** A refusal is told on the page of the form, or leads to the step-up challenge when only the proof is missing. */
export function refuse(
  portal: Portal,
  request: Request,
  response: Response,
  refused: Refused,
  rest: Partial<Told> = {},
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
      goTo(portal, response, request.originalUrl, {
        tone: 'error',
        text: refusedText(visitOf(response), refused, portal.clock.now()),
        ...rest,
      })
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
    goTo(portal, response, '/account', { tone: 'success', text: enrol.addedFurther })
    return
  }
  portal.sessions.endAll(person.id, session)
  session.recoveryCodes = recoveryCodes
  goTo(portal, response, '/recovery-codes', { tone: 'success', text: enrol.added })
}
