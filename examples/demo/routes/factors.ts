import { type Request, type Response, Router } from 'express'
import type { Factor } from 'countersign'
import { labelOf } from '../factor-label.js'
import { field, parameter } from '../forms.js'
import { provenOnly } from '../guards.js'
import { isRequired, type Portal } from '../portal.js'
import { confirmView, renameView } from '../views/account-factors.js'
import { failureView } from '../views/failure.js'
import { memberOf, show, visitOf } from '../visit.js'
import { back, requireProof } from './account.js'
import { refuse } from './enrol.js'

/** What can be done to one factor: rename, ask for it first, remove. Replacing it is an enrolment. */
export function factorRoutes(portal: Portal): Router {
  const { twoFactor } = portal
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
      show(portal, response, renameView(visitOf(response), factor))
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
          back(portal, response, visit.words.factor.renamed)
          return
        case 'refused':
          refuse(portal, request, response, result, { field: 'name', typed: { name } })
      }
    }),
  )

  const preferPage = (factor: Factor, response: Response): void => {
    const visit = visitOf(response)
    const { preferTitle, preferLead } = visit.words.factor
    const page = { title: preferTitle, lead: [preferLead(labelOf(visit.words, factor))], submit: preferTitle }
    show(
      portal,
      response,
      confirmView(visit, { to: `/account/factors/${encodeURIComponent(factor.id)}/prefer`, ...page }),
    )
  }
  router.get(
    '/:factorId/prefer',
    provenOnly(portal),
    withFactor((factor, _request, response) => {
      preferPage(factor, response)
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
          back(portal, response, visitOf(response).words.factor.preferred)
          return
        case 'refused':
          refuse(portal, request, response, result)
      }
    }),
  )

  const removePage = (factor: Factor, response: Response): void => {
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
      confirmView(visit, { to: `/account/factors/${encodeURIComponent(factor.id)}/remove`, ...page }),
    )
  }
  router.get(
    '/:factorId/remove',
    provenOnly(portal),
    withFactor((factor, _request, response) => {
      removePage(factor, response)
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
          if (result.enabled) back(portal, response, words.factor.removed)
          else back(portal, response, words.factor.disabled, 'warning')
          return
        case 'refused':
          refuse(portal, request, response, result)
      }
    }),
  )

  return router
}
