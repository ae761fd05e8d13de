import express, { type ErrorRequestHandler, type Express } from 'express'
import { fileURLToPath } from 'node:url'
import { ownHostOnly } from './csrf.js'
import { membersOnly, ownersOnly, ownFormsOnly, unconfinedOnly } from './guards.js'
import { securityHeaders } from './headers.js'
import { localeOf, wordsOf } from './language.js'
import { onceOnly } from './once.js'
import { createPortal, type Portal, type PortalParts } from './portal.js'
import { accountRoutes } from './routes/account.js'
import { enrolAppRoutes } from './routes/enrol-app.js'
import { enrolPasskeyRoutes } from './routes/enrol-passkey.js'
import { enrolRoutes } from './routes/enrol.js'
import { enrolTextRoutes } from './routes/enrol-text.js'
import { factorRoutes } from './routes/factors.js'
import { homeRoutes, phoneRoutes, publicRoutes } from './routes/home.js'
import { passwordRoutes } from './routes/password.js'
import { recoveryCodeRoutes } from './routes/recovery-codes.js'
import { signInRoutes } from './routes/sign-in.js'
import { stepUpRoutes } from './routes/step-up.js'
import { teamRoutes } from './routes/team.js'
import { bareLayout, failureView } from './views/failure.js'
import { show, visitOf, welcome } from './visit.js'

const PUBLIC_FOLDER = fileURLToPath(new URL('public', import.meta.url))

/** The whole portal. Three rings: for everyone, for people who are signed in, and for those of them who need not enrol first. */
export function createApp(parts: PortalParts): Express {
  const portal = createPortal(parts)
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', parts.trustProxy ? 1 : false)

  app.use(ownHostOnly(parts.publicOrigin))
  app.use(securityHeaders(parts.secureCookies))
  app.use('/public', express.static(PUBLIC_FOLDER, { index: false }))
  app.use(phoneRoutes(portal))
  app.use(express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 }))
  app.use(onceOnly(portal))
  app.use(welcome(portal))
  app.use(ownFormsOnly(portal))

  app.use(publicRoutes(portal))
  app.use('/sign-in', signInRoutes(portal))

  app.use(membersOnly(portal))
  app.use('/enrol/app', enrolAppRoutes(portal))
  app.use('/enrol/text', enrolTextRoutes(portal))
  app.use('/enrol/passkey', enrolPasskeyRoutes(portal))
  app.use('/enrol', enrolRoutes(portal))
  app.use('/step-up', stepUpRoutes(portal))
  app.use('/recovery-codes', recoveryCodeRoutes(portal))

  app.use(unconfinedOnly)
  app.use(homeRoutes(portal))
  app.use('/account/factors', factorRoutes(portal))
  app.use('/account', accountRoutes(portal))
  app.use('/password', passwordRoutes(portal))
  app.use('/team', ownersOnly(portal), teamRoutes(portal))

  app.use((_request, response) => {
    show(portal, response, failureView(visitOf(response).words, 'notFound', 404))
  })
  app.use(failures(portal))
  return app
}

/** Says that it failed and nothing of why: that is for the log. A fault behind Countersign never lets anyone in. */
function failures(portal: Portal): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const status = statusOf(error)
    if (status >= 500) console.error(error)
    if (response.headersSent) {
      next(error)
      return
    }
    const locale = localeOf(request, portal.cookies)
    const failure = status === 413 ? 'tooLarge' : status >= 500 ? 'broken' : 'form'
    const page = failureView(wordsOf(locale), failure, status)
    response.status(status).type('html').send(bareLayout(locale, page).markup)
  }
}

/** Express says with `status` what a request did wrong; everything else is ours. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : 500
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}
