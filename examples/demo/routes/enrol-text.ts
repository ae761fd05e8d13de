import { type Request, type Response, Router } from 'express'
import { exampleNumber } from 'countersign'
import { countryChoices, countryNamed, internationalNumber } from '../countries.js'
import { channelOf, field } from '../forms.js'
import { provenOnly } from '../guards.js'
import { isOver, notSentTold, refusedText, rejectedText, resentText } from '../outcomes.js'
import type { Portal } from '../portal.js'
import { proofFor } from '../proof.js'
import type { PendingEnrolment } from '../session.js'
import { numberView, smsCodeView } from '../views/enrol-text.js'
import { goTo, memberOf, show, visitOf } from '../visit.js'
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

  router.get('/', provenOnly(portal), async (request, response) => {
    const visit = visitOf(response)
    const replaces = replacedFactor(request, memberOf(response))
    const choices = countryChoices(visit.locale, visit.told?.typed?.['country'] ?? '')
    const example = await exampleNumber(choices.find(({ selected }) => selected)?.code ?? 'US')
    show(portal, response, numberView(visit, { replaces, choices, example }))
  })

  router.post('/', provenOnly(portal), async (request, response) => {
    const { session, person, account } = memberOf(response)
    const replaces = replacedFactor(request, { session, person, account })?.id
    const country = countryNamed(field(request, 'country'))
    const result = await twoFactor.enrolment.beginSms({
      userId: person.id,
      phoneNumber: field(request, 'number'),
      defaultCountry: country,
      replaces,
      clientAddress: request.ip,
      locale: visitOf(response).locale,
      ...(await proofFor(portal, session)),
    })
    switch (result.status) {
      case 'started': {
        const { enrolmentId, delivery, expiresAt } = result
        const number = internationalNumber(field(request, 'number'), country)
        session.enrolment = { kind: 'sms', enrolmentId, number, delivery, expiresAt, replaces: replaces ?? null }
        response.redirect(303, '/enrol/text/code')
        return
      }
      case 'refused': {
        const typed = { country: field(request, 'country'), number: field(request, 'number').slice(0, 40) }
        refuse(portal, request, response, result, { field: 'number', typed })
      }
    }
  })

  router.get(
    '/code',
    withPending((pending, _request, response) => {
      show(portal, response, smsCodeView(visitOf(response), { pending, now: clock.now() }))
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
          const text = rejectedText(visitOf(response), result, clock.now())
          if (!isOver(result)) {
            goTo(portal, response, '/enrol/text/code', { tone: 'error', text, field: 'code' })
            return
          }
          session.enrolment = null
          goTo(portal, response, '/enrol', { tone: 'error', text })
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
        channel: channelOf(request),
        clientAddress: request.ip,
        locale: visit.locale,
      })
      switch (result.status) {
        case 'sent': {
          session.enrolment = { ...pending, delivery: result }
          goTo(portal, response, '/enrol/text/code', { tone: 'success', text: resentText(visit, result) })
          return
        }
        case 'not-sent':
          goTo(portal, response, '/enrol/text/code', notSentTold(visit, result, clock.now()))
          return
        case 'refused':
          session.enrolment = null
          goTo(portal, response, '/enrol/text', { tone: 'error', text: refusedText(visit, result, clock.now()) })
      }
    }),
  )

  return router
}
