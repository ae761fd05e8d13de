import { type Request, type Response, Router } from 'express'
import type { Refused } from 'countersign'
import { parameter } from '../forms.js'
import { askForProof, provenOnly } from '../guards.js'
import { isRequired, type Portal } from '../portal.js'
import { proofFor } from '../proof.js'
import type { KeptProof } from '../session.js'
import { accountView } from '../views/account.js'
import { confirmView } from '../views/account-factors.js'
import { memberOf, show, visitOf } from '../visit.js'
import { refuse } from './enrol.js'

/** The account page, trusted computers, new recovery codes, and turning it all off. */
export function accountRoutes(portal: Portal): Router {
  const { twoFactor } = portal
  const router = Router()

  router.get('/', async (_request, response) => {
    const { account, person } = memberOf(response)
    const { activity } = await twoFactor.account.activity({ userId: person.id })
    show(portal, response, accountView(visitOf(response), { account, activity, required: isRequired(portal) }))
  })

  router.post('/computers/revoke-all', async (_request, response) => {
    await twoFactor.trustedDevices.revokeAll({ userId: memberOf(response).person.id })
    back(response, visitOf(response).words.account.revokedAll)
  })

  router.post('/computers/:deviceId/revoke', async (request, response) => {
    await twoFactor.trustedDevices.revoke({
      userId: memberOf(response).person.id,
      deviceId: parameter(request, 'deviceId'),
    })
    back(response, visitOf(response).words.account.revoked)
  })

  const regeneratePage = (response: Response, error: string | null): void => {
    const { factor: words } = visitOf(response).words
    const page = {
      to: '/account/recovery-codes',
      title: words.regenerateTitle,
      lead: [words.regenerateLead],
      submit: words.regenerate,
    }
    show(portal, response, confirmView(visitOf(response), { ...page, error }))
  }
  router.get('/recovery-codes', provenOnly(portal), (_request, response) => {
    regeneratePage(response, null)
  })
  router.post('/recovery-codes', async (request, response) => {
    const proof = await requireProof(portal, request, response)
    if (proof === null) return
    const { session, person } = memberOf(response)
    const result = await twoFactor.recoveryCodes.regenerate({ userId: person.id, ...proof })
    switch (result.status) {
      case 'regenerated':
        session.recoveryCodes = result.recoveryCodes
        response.redirect(303, '/recovery-codes')
        return
      case 'refused':
        refuseWith(request, response, result, regeneratePage)
    }
  })

  const disablePage = (response: Response, error: string | null): void => {
    const { factor: words } = visitOf(response).words
    const page = {
      to: '/account/disable',
      title: words.disableTitle,
      lead: [words.disableLead],
      submit: words.disable,
      danger: true,
    }
    show(portal, response, confirmView(visitOf(response), { ...page, error }))
  }
  router.get('/disable', provenOnly(portal), (_request, response) => {
    disablePage(response, null)
  })
  router.post('/disable', async (request, response) => {
    const proof = await requireProof(portal, request, response)
    if (proof === null) return
    const { person } = memberOf(response)
    const { locale, words } = visitOf(response)
    const result = await twoFactor.account.disable({
      userId: person.id,
      ...proof,
      required: isRequired(portal),
      locale,
    })
    switch (result.status) {
      case 'disabled':
        back(response, words.factor.disabled)
        return
      case 'refused':
        refuseWith(request, response, result, disablePage)
    }
  })

  function refuseWith(
    request: Request,
    response: Response,
    refused: Refused,
    page: (response: Response, error: string) => void,
  ): void {
    refuse(portal, request, response, refused, (error) => {
      page(response, error)
    })
  }

  return router
}

/** The proof for an operation that has to have one; when there is none, people are sent to give it. */
export async function requireProof(portal: Portal, request: Request, response: Response): Promise<KeptProof | null> {
  const proof = await proofFor(portal, memberOf(response).session)
  if (proof === null) askForProof(request, response)
  return proof
}

/** To the account page, with a word on what was done. */
export function back(response: Response, notice: string): void {
  memberOf(response).session.notice = notice
  response.redirect(303, '/account')
}
