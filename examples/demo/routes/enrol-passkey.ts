import { type Request, type Response, Router } from 'express'
import { field, jsonField } from '../forms.js'
import { isOver, rejectedText } from '../outcomes.js'
import type { Portal } from '../portal.js'
import type { PendingEnrolment } from '../session.js'
import { enrolPasskeyView } from '../views/enrol-passkey.js'
import { goTo, memberOf, show, visitOf } from '../visit.js'
import { completeEnrolment } from './enrol.js'

type PendingPasskey = Extract<PendingEnrolment, { kind: 'passkey' }>

/** The page whose button has the browser make a passkey, and what it answered. */
export function enrolPasskeyRoutes(portal: Portal): Router {
  const { enrolment, factors } = portal.twoFactor
  const router = Router()

  type Step = (pending: PendingPasskey, request: Request, response: Response) => Promise<void> | void
  const withPending =
    (step: Step) =>
    async (request: Request, response: Response): Promise<void> => {
      const { enrolment: pending } = memberOf(response).session
      if (pending?.kind === 'passkey') await step(pending, request, response)
      else response.redirect(303, '/enrol')
    }

  router.get(
    '/',
    withPending((pending, _request, response) => {
      show(portal, response, enrolPasskeyView(visitOf(response), { pending }))
    }),
  )

  router.post(
    '/',
    withPending(async (pending, request, response) => {
      const { session, person } = memberOf(response)
      const visit = visitOf(response)
      const name = field(request, 'name').trim()
      const result = await enrolment.confirm({
        userId: person.id,
        enrolmentId: pending.enrolmentId,
        response: jsonField(request, 'response'),
        binding: session.binding,
        clientAddress: request.ip,
      })
      switch (result.status) {
        case 'confirmed':
          // A name opens nothing: if it is lost, the passkey and its recovery codes are not.
          if (name !== '')
            await factors.rename({ userId: person.id, factorId: result.factor.id, name }).catch(console.error)
          completeEnrolment(portal, response, result)
          return
        case 'rejected': {
          const told = { tone: 'error', text: rejectedText(visit, result, portal.clock.now()) } as const
          if (!isOver(result)) {
            goTo(portal, response, '/enrol/passkey', { ...told, typed: { name } })
            return
          }
          session.enrolment = null
          goTo(portal, response, '/enrol', told)
        }
      }
    }),
  )

  return router
}
