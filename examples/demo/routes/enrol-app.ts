import { type Request, type Response, Router } from 'express'
import { qrSvg } from 'countersign/qr'
import { field } from '../forms.js'
import { isOver, rejectedText } from '../outcomes.js'
import type { Portal } from '../portal.js'
import type { PendingEnrolment } from '../session.js'
import { appView } from '../views/enrol-app.js'
import { goTo, memberOf, show, visitOf } from '../visit.js'
import { completeEnrolment } from './enrol.js'

type PendingTotp = Extract<PendingEnrolment, { kind: 'totp' }>

/** Barcode, secret and the code that proves the app has them. */
export function enrolAppRoutes(portal: Portal): Router {
  const router = Router()

  type Step = (pending: PendingTotp, request: Request, response: Response) => Promise<void>
  const withPending =
    (step: Step) =>
    async (request: Request, response: Response): Promise<void> => {
      const { enrolment } = memberOf(response).session
      if (enrolment?.kind === 'totp') await step(enrolment, request, response)
      else response.redirect(303, '/enrol')
    }

  router.get(
    '/',
    withPending(async (pending, _request, response) => {
      const visit = visitOf(response)
      const barcode = await qrSvg(pending.uri, { label: visit.words.enrol.barcode })
      show(portal, response, appView(visit, { pending, barcode, now: portal.clock.now() }))
    }),
  )

  router.post(
    '/',
    withPending(async (pending, request, response) => {
      const { session, person } = memberOf(response)
      const visit = visitOf(response)
      const { enrolmentId } = pending
      const code = field(request, 'code')
      const result = await portal.twoFactor.enrolment.confirm({
        userId: person.id,
        enrolmentId,
        code,
        binding: session.binding,
        clientAddress: request.ip,
      })
      switch (result.status) {
        case 'confirmed':
          await portal.phone.confirmed(enrolmentId, result.factor.id)
          completeEnrolment(portal, response, result)
          return
        case 'rejected': {
          const text = rejectedText(visit, result, portal.clock.now())
          if (!isOver(result)) {
            goTo(portal, response, '/enrol/app', { tone: 'error', text, field: 'code' })
            return
          }
          session.enrolment = null
          goTo(portal, response, '/enrol', { tone: 'error', text })
        }
      }
    }),
  )

  /** The pretend phone takes the barcode as a camera would. A real portal keeps the secret to this one page. */
  router.post(
    '/pretend',
    withPending(async ({ enrolmentId, uri }, _request, response) => {
      await portal.phone.scan({ userId: memberOf(response).person.id, enrolmentId, uri })
      response.redirect(303, '/enrol/app')
    }),
  )

  return router
}
