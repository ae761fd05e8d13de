import { type Request, type Response, Router } from 'express'
import { countryNamed } from '../countries.js'
import { field } from '../forms.js'
import { provenOnly } from '../guards.js'
import { isOver, notSentText, refusedText, rejectedText, statusOf } from '../outcomes.js'
import type { Portal } from '../portal.js'
import { proofFor } from '../proof.js'
import type { PendingEnrolment } from '../session.js'
import { numberView, type SmsCodePage, smsCodeView } from '../views/enrol-text.js'
import { memberOf, show, visitOf } from '../visit.js'
import { completeEnrolment, refuse, replacedFactor } from './enrol.js'

type PendingSms = Extract<PendingEnrolment, { kind: 'sms' }>

/** A phone number, the text to it, and the code that proves whose it is. */
export function enrolTextRoutes(portal: Portal): Router {
  const { twoFactor, clock } = portal
  const router = Router()

  type Step = (pending: PendingSms, request: Request, response: Response) => Promise<void> | void
  const withPending =
    (step: Step) =>
    async (request: Request, response: Response): Promise<void> => {
      const { enrolment } = memberOf(response).session
      if (enrolment?.kind === 'sms') await step(enrolment, request, response)
      else response.redirect(303, '/enrol/text')
    }
  const numberPage = (request: Request, response: Response, error: string | null): void => {
    const replaces = replacedFactor(request, memberOf(response))
    const typed = { country: field(request, 'country'), number: field(request, 'number').slice(0, 40) }
    show(
      portal,
      response,
      numberView(visitOf(response), { replaces, ...typed, error, status: error === null ? 200 : 422 }),
    )
  }
  const codePage = (response: Response, pending: PendingSms, rest: Partial<SmsCodePage> = {}): void => {
    show(
      portal,
      response,
      smsCodeView(visitOf(response), { pending, now: clock.now(), error: null, notice: null, status: 200, ...rest }),
    )
  }

  router.get('/', provenOnly(portal), (request, response) => {
    numberPage(request, response, null)
  })

  router.post('/', provenOnly(portal), async (request, response) => {
    const { session, person, account } = memberOf(response)
    const replaces = replacedFactor(request, { session, person, account })?.id
    const result = await twoFactor.enrolment.beginSms({
      userId: person.id,
      phoneNumber: field(request, 'number'),
      defaultCountry: countryNamed(field(request, 'country')),
      replaces,
      clientAddress: request.ip,
      locale: visitOf(response).locale,
      ...(await proofFor(portal, session)),
    })
    switch (result.status) {
      case 'started': {
        const { enrolmentId, destination, delivery } = result
        session.enrolment = { kind: 'sms', enrolmentId, destination, delivery, replaces: replaces ?? null }
        response.redirect(303, '/enrol/text/code')
        return
      }
      case 'refused':
        refuse(portal, request, response, result, (error) => {
          numberPage(request, response, error)
        })
    }
  })

  router.get(
    '/code',
    withPending((pending, _request, response) => {
      codePage(response, pending)
    }),
  )

  router.post(
    '/code',
    withPending(async (pending, request, response) => {
      const { session, person } = memberOf(response)
      const { enrolmentId } = pending
      const code = field(request, 'code')
      const result = await twoFactor.enrolment.confirm({
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
          const error = rejectedText(visitOf(response), result, clock.now())
          if (!isOver(result)) {
            codePage(response, pending, { error, status: statusOf(result) })
            return
          }
          session.enrolment = null
          session.notice = error
          response.redirect(303, '/enrol')
        }
      }
    }),
  )

  router.post(
    '/resend',
    withPending(async (pending, request, response) => {
      const { session, person } = memberOf(response)
      const visit = visitOf(response)
      const { enrolmentId } = pending
      const result = await twoFactor.enrolment.resend({
        userId: person.id,
        enrolmentId,
        clientAddress: request.ip,
        locale: visit.locale,
      })
      switch (result.status) {
        case 'sent': {
          const next = { ...pending, delivery: result }
          session.enrolment = next
          codePage(response, next, { notice: visit.words.code.resent })
          return
        }
        case 'not-sent':
          codePage(response, pending, { error: notSentText(visit, result, clock.now()), status: 429 })
          return
        case 'refused':
          session.enrolment = null
          session.notice = refusedText(visit, result, clock.now())
          response.redirect(303, '/enrol/text')
      }
    }),
  )

  return router
}
