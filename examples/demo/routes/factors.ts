import { type Request, type Response, Router } from 'express'
import type { Factor } from 'countersign'
import { labelOf } from '../factor-label.js'
import { field, parameter } from '../forms.js'
import { provenOnly } from '../guards.js'
import { refusedText } from '../outcomes.js'
import { isRequired, type Portal } from '../portal.js'
import { confirmView, renameView } from '../views/account-factors.js'
import { failureView } from '../views/failure.js'
import { memberOf, show, visitOf } from '../visit.js'
import { back, requireProof } from './account.js'
import { refuse } from './enrol.js'

/** What can be done to one factor: rename, ask for it first, remove. Replacing it is an enrolment. */
export function factorRoutes(portal: Portal): Router {
  const { twoFactor, clock } = portal
  const router = Router()

  type Step = (factor: Factor, request: Request, response: Response) => Promise<void> | void
  const withFactor =
    (step: Step) =>
    async (request: Request, response: Response): Promise<void> => {
      const factor = memberOf(response).account.factors.find(({ id }) => id === parameter(request, 'factorId'))
      if (factor === undefined) show(portal, response, failureView(visitOf(response).words, 'notFound', 404))
      else await step(factor, request, response)
    }

  router.get(
    '/:factorId/rename',
    withFactor((factor, _request, response) => {
      show(portal, response, renameView(visitOf(response), factor, null))
    }),
  )
  router.post(
    '/:factorId/rename',
    withFactor(async (factor, request, response) => {
      const visit = visitOf(response)
      const name = field(request, 'name').trim()
      const { person } = memberOf(response)
      const result = await twoFactor.factors.rename({
        userId: person.id,
        factorId: factor.id,
        name: name === '' ? null : name,
      })
      switch (result.status) {
        case 'renamed':
          back(response, visit.words.factor.renamed)
          return
        case 'refused':
          show(portal, response, renameView(visit, factor, refusedText(visit, result, clock.now())))
      }
    }),
  )

  const preferPage = (factor: Factor, response: Response, error: string | null): void => {
    const visit = visitOf(response)
    const { preferTitle, preferLead } = visit.words.factor
    const page = { title: preferTitle, lead: [preferLead(labelOf(visit.words, factor))], submit: preferTitle }
    show(
      portal,
      response,
      confirmView(visit, { to: `/account/factors/${encodeURIComponent(factor.id)}/prefer`, ...page, error }),
    )
  }
  router.get(
    '/:factorId/prefer',
    provenOnly(portal),
    withFactor((factor, _request, response) => {
      preferPage(factor, response, null)
    }),
  )
  router.post(
    '/:factorId/prefer',
    withFactor(async (factor, request, response) => {
      const proof = await requireProof(portal, request, response)
      if (proof === null) return
      const result = await twoFactor.factors.prefer({
        userId: memberOf(response).person.id,
        factorId: factor.id,
        ...proof,
      })
      switch (result.status) {
        case 'preferred':
          back(response, visitOf(response).words.factor.preferred)
          return
        case 'refused':
          refuse(portal, request, response, result, (error) => {
            preferPage(factor, response, error)
          })
      }
    }),
  )

  const removePage = (factor: Factor, response: Response, error: string | null): void => {
    const visit = visitOf(response)
    const { removeTitle, removeLead, removeLast } = visit.words.factor
    const lead = [removeLead, memberOf(response).account.factors.length === 1 && removeLast]
    const page = {
      title: removeTitle(labelOf(visit.words, factor)),
      lead,
      submit: visit.words.account.remove,
      danger: true,
    }
    show(
      portal,
      response,
      confirmView(visit, { to: `/account/factors/${encodeURIComponent(factor.id)}/remove`, ...page, error }),
    )
  }
  router.get(
    '/:factorId/remove',
    provenOnly(portal),
    withFactor((factor, _request, response) => {
      removePage(factor, response, null)
    }),
  )
  router.post(
    '/:factorId/remove',
    withFactor(async (factor, request, response) => {
      const proof = await requireProof(portal, request, response)
      if (proof === null) return
      const { locale, words } = visitOf(response)
      const userId = memberOf(response).person.id
      const result = await twoFactor.factors.remove({
        userId,
        factorId: factor.id,
        ...proof,
        required: isRequired(portal),
        locale,
      })
      switch (result.status) {
        case 'removed':
          back(response, result.enabled ? words.factor.removed : words.factor.disabled)
          return
        case 'refused':
          refuse(portal, request, response, result, (error) => {
            removePage(factor, response, error)
          })
      }
    }),
  )

  return router
}
