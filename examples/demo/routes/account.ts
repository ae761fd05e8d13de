import { type Request, type Response, Router } from 'express'
import { parameter } from '../forms.js'
import { askForProof, provenOnly } from '../guards.js'
import { isRequired, type Portal } from '../portal.js'
import { proofFor } from '../proof.js'
import type { KeptProof } from '../session.js'
import type { Told } from '../told.js'
import { accountView } from '../views/account.js'
import { confirmView } from '../views/account-factors.js'
import { goTo, memberOf, show, visitOf } from '../visit.js'
import { refuse } from './enrol.js'

/** The account page, sessions, trusted computers, new recovery codes, and turning it all off. */
export function accountRoutes(portal: Portal): Router {
  const { twoFactor, sessions } = portal
  const router = Router()

  router.get('/', async (request, response) => {
    const { account, person } = memberOf(response)
    const userId = person.id
    const token = portal.cookies.read(request, twoFactor.trustedDevices.cookieName({ userId }))
    const [{ activity }, { devices }] = await Promise.all([
      twoFactor.account.activity({ userId }),
      twoFactor.trustedDevices.list({ userId, token }),
    ])
    const page = { account, activity, devices, sessions: sessions.of(userId), required: isRequired(portal) }
    show(portal, response, accountView(visitOf(response), page))
  })

  router.post('/sessions/end-others', (_request, response) => {
    const { session, person } = memberOf(response)
    sessions.endAll(person.id, session, 'elsewhere')
    back(portal, response, visitOf(response).words.account.othersEnded)
  })

  router.post('/computers/revoke-all', async (_request, response) => {
    await twoFactor.trustedDevices.revokeAll({ userId: memberOf(response).person.id })
    back(portal, response, visitOf(response).words.account.revokedAll)
  })

  router.post('/computers/:deviceId/revoke', async (request, response) => {
    await twoFactor.trustedDevices.revoke({
      userId: memberOf(response).person.id,
      deviceId: parameter(request, 'deviceId'),
    })
    back(portal, response, visitOf(response).words.account.revoked)
  })

  const regeneratePage = (response: Response): void => {
    const { factor: words } = visitOf(response).words
    const page = {
      to: '/account/recovery-codes',
      title: words.regenerateTitle,
      lead: [words.regenerateLead],
      submit: words.regenerate,
    }
    show(portal, response, confirmView(visitOf(response), page))
  }
  router.get('/recovery-codes', provenOnly(portal), (_request, response) => {
    regeneratePage(response)
  })
  router.post('/recovery-codes', async (request, response) => {
    const proof = await requireProof(portal, request, response)
    if (proof === null) return
    const { session, person } = memberOf(response)
    const result = await twoFactor.recoveryCodes.regenerate({ userId: person.id, ...proof })
    switch (result.status) {
      case 'regenerated':
        sessions.forgetCodes(person.id)
        session.recoveryCodes = result.recoveryCodes
        response.redirect(303, '/recovery-codes')
        return
      case 'refused':
        refuse(portal, request, response, result)
    }
  })

  const disablePage = (response: Response): void => {
    const { factor: words } = visitOf(response).words
    const page = {
      to: '/account/disable',
      title: words.disableTitle,
      lead: [words.disableLead],
      submit: words.disable,
      danger: true,
    }
    show(portal, response, confirmView(visitOf(response), page))
  }
  router.get('/disable', provenOnly(portal), (_request, response) => {
    disablePage(response)
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
        back(portal, response, words.factor.disabled, 'warning')
        return
      case 'refused':
        refuse(portal, request, response, result)
    }
  })

  return router
}

/** The proof for an operation that has to have one; when there is none, people are sent to give it. */
export async function requireProof(portal: Portal, request: Request, response: Response): Promise<KeptProof | null> {
  const proof = await proofFor(portal, memberOf(response).session)
  if (proof === null) askForProof(request, response)
  return proof
}

/** To the account page, with a word on what was done. */
export function back(portal: Portal, response: Response, text: string, tone: Told['tone'] = 'success'): void {
  goTo(portal, response, '/account', { tone, text })
}
