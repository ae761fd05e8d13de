import { type Request, type Response, Router } from 'express'
import { formatDate } from '../language.js'
import type { Portal } from '../portal.js'
import { recoveryCodesView, type ShownCodes } from '../views/recovery-codes.js'
import { memberOf, show, visitOf } from '../visit.js'

/** Shows a fresh set of recovery codes until the person says they have kept them: Countersign never shows them again. */
export function recoveryCodeRoutes(portal: Portal): Router {
  const router = Router()
  const withCodes =
    (step: (codes: ShownCodes, response: Response) => void) =>
    async (_request: Request, response: Response): Promise<void> => {
      const { session, person } = memberOf(response)
      const { issuedAt } = await portal.twoFactor.recoveryCodes.status({ userId: person.id })
      const { recoveryCodes: codes } = session
      if (codes === null || issuedAt === null) response.redirect(303, '/account')
      else step({ codes, person, issuedAt }, response)
    }

  router.get(
    '/',
    withCodes((codes, response) => {
      show(portal, response, recoveryCodesView(visitOf(response), codes))
    }),
  )

  router.get(
    '/download',
    withCodes(({ codes, person, issuedAt }, response) => {
      const { words, locale } = visitOf(response)
      const notes = [words.codes.file(person.name), words.codes.issued(formatDate(locale, issuedAt))]
      const lines = [...notes, words.codes.fileNote, '', ...codes, '']
      response.attachment('recovery-codes.txt').type('text/plain').send(lines.join('\r\n'))
    }),
  )

  router.post('/', async (_request, response) => {
    const { person, account } = memberOf(response)
    if (!account.acknowledged) await portal.twoFactor.recoveryCodes.acknowledge({ userId: person.id })
    portal.sessions.forgetCodes(person.id)
    response.redirect(303, '/account')
  })

  return router
}
