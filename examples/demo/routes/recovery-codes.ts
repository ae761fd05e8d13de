import { type Response, Router } from 'express'
import type { Portal } from '../portal.js'
import { recoveryCodesView } from '../views/recovery-codes.js'
import { memberOf, show, visitOf } from '../visit.js'

/** Shows a fresh set of recovery codes until the person says they have kept them: Countersign never shows them again. */
export function recoveryCodeRoutes(portal: Portal): Router {
  const router = Router()
  const codesOr = (response: Response, then: (codes: readonly string[]) => void): void => {
    const { recoveryCodes } = memberOf(response).session
    if (recoveryCodes === null) response.redirect(303, '/account')
    else then(recoveryCodes)
  }

  router.get('/', (_request, response) => {
    codesOr(response, (codes) => {
      show(portal, response, recoveryCodesView(visitOf(response), codes))
    })
  })

  router.get('/download', (_request, response) => {
    codesOr(response, (codes) => {
      const { words } = visitOf(response)
      const lines = [words.codes.file(memberOf(response).person.name), words.codes.fileNote, '', ...codes, '']
      response.attachment('recovery-codes.txt').type('text/plain').send(lines.join('\r\n'))
    })
  })

  router.post('/', async (_request, response) => {
    const { session, person } = memberOf(response)
    if (session.recoveryCodes !== null) await portal.twoFactor.recoveryCodes.acknowledge({ userId: person.id })
    session.recoveryCodes = null
    response.redirect(303, '/account')
  })

  return router
}
