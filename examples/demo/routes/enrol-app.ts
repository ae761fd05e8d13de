import { type Request, type Response, Router } from 'express'
import { qrSvg } from 'countersign/qr'
import { field } from '../forms.js'
import { isOver, rejectedText, statusOf } from '../outcomes.js'
import type { Portal } from '../portal.js'
import type { PendingEnrolment } from '../session.js'
import { appView } from '../views/enrol-app.js'
import { memberOf, show, visitOf } from '../visit.js'
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
  const page = async (response: Response, pending: PendingTotp, error: string | null, status = 200): Promise<void> => {
    const visit = visitOf(response)
    const barcode = await qrSvg(pending.uri, { label: visit.words.enrol.barcode })
    show(portal, response, appView(visit, { pending, barcode, error, status }))
  }

  router.get(
    '/',
    withPending(async (pending, _request, response) => {
      await page(response, pending, null)
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
          completeEnrolment(portal, response, result)
          return
        case 'rejected': {
          const error = rejectedText(visit, result, portal.clock.now())
          if (!isOver(result)) {
            await page(response, pending, error, statusOf(result))
            return
          }
          session.enrolment = null
          session.notice = error
          response.redirect(303, '/enrol')
        }
      }
    }),
  )

  /** The pretend phone takes the barcode as a camera would. A real portal keeps the secret to this one page. */
  router.post(
    '/pretend',
    withPending((pending, _request, response) => {
      portal.phone.scan(pending.uri)
      response.redirect(303, '/enrol/app')
      return Promise.resolve()
    }),
  )

  return router
}
