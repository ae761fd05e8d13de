import { type Request, type Response, Router } from 'express'
import type { Approved, ChallengePurpose, Rejected } from 'countersign'
import { browserName } from '../browser-name.js'
import { field } from '../forms.js'
import { isOver, notSentText, rejectedText, statusOf } from '../outcomes.js'
import type { Portal } from '../portal.js'
import type { Asked } from '../session.js'
import { challengeView, type ChallengePage, recoveryView } from '../views/challenge.js'
import { show, visitOf } from '../visit.js'

/** How signing in and stepping up differ: where the challenge is kept, and where it leads. */
export interface ChallengeUse {
  readonly base: '/sign-in' | '/step-up'
  readonly purpose: ChallengePurpose
  binding(response: Response): string | undefined
  find(request: Request, response: Response): Asked | null
  keep(response: Response, asked: Asked): void
  drop(request: Request, response: Response): void
  /** The second factor was given. */
  approved(request: Request, response: Response, approval: Approved): void
  /** The challenge is over; `why` is what to tell. */
  over(response: Response, why: string): void
  /** The person gave up. */
  cancelled(response: Response): void
}

/** The pages of one open challenge: code, recovery code, resend, another factor, cancel. */
export function challengeRoutes(portal: Portal, use: ChallengeUse): Router {
  const { twoFactor, clock } = portal
  const { challenge } = twoFactor
  const router = Router()

  /** Runs a route with the open challenge, or sends people to the start. */
  type Step = (asked: Asked, request: Request, response: Response) => Promise<void> | void
  const withChallenge =
    (step: Step) =>
    async (request: Request, response: Response): Promise<void> => {
      const asked = use.find(request, response)
      if (asked === null) response.redirect(303, use.base)
      else await step(asked, request, response)
    }
  const page = (request: Request, response: Response, asked: Asked, rest: Partial<ChallengePage> = {}): void => {
    const computer = use.purpose === 'sign-in' ? browserName(request.get('user-agent')) : null
    const { base, purpose } = use
    show(
      portal,
      response,
      challengeView(visitOf(response), { base, purpose, asked, computer, now: clock.now(), error: null, ...rest }),
    )
  }
  const end = (request: Request, response: Response, rejected: Rejected): void => {
    use.drop(request, response)
    use.over(response, rejectedText(visitOf(response), rejected, clock.now()))
  }
  const refuse = (request: Request, response: Response, asked: Asked, rejected: Rejected): void => {
    if (isOver(rejected)) end(request, response, rejected)
    else {
      const error = rejectedText(visitOf(response), rejected, clock.now())
      page(request, response, asked, { error, status: statusOf(rejected), trust: trusts(request) })
    }
  }

  router.get(
    '/code',
    withChallenge((asked, request, response) => {
      page(request, response, asked)
    }),
  )

  router.post(
    '/code',
    withChallenge(async (asked, request, response) => {
      const trustDevice =
        use.purpose === 'sign-in' && trusts(request) ? { name: browserName(request.get('user-agent')) } : undefined
      const code = field(request, 'code')
      const result = await challenge.verify({
        token: asked.token,
        code,
        binding: use.binding(response),
        trustDevice,
        clientAddress: request.ip,
      })
      switch (result.status) {
        case 'approved':
          use.drop(request, response)
          use.approved(request, response, result)
          return
        case 'rejected':
          refuse(request, response, asked, result)
      }
    }),
  )

  router.get(
    '/recovery-code',
    withChallenge((asked, _request, response) => {
      show(portal, response, recoveryView(visitOf(response), { base: use.base, asked, error: null }))
    }),
  )

  router.post(
    '/recovery-code',
    withChallenge(async (asked, request, response) => {
      const recoveryCode = field(request, 'code')
      const result = await challenge.redeemRecoveryCode({
        token: asked.token,
        recoveryCode,
        binding: use.binding(response),
        clientAddress: request.ip,
      })
      switch (result.status) {
        case 'approved':
          use.drop(request, response)
          use.approved(request, response, result)
          return
        case 'rejected': {
          if (isOver(result)) {
            end(request, response, result)
            return
          }
          const error = rejectedText(visitOf(response), result, clock.now())
          show(
            portal,
            response,
            recoveryView(visitOf(response), { base: use.base, asked, error, status: statusOf(result) }),
          )
        }
      }
    }),
  )

  router.post(
    '/resend',
    withChallenge(async (asked, request, response) => {
      const visit = visitOf(response)
      const result = await challenge.resend({ token: asked.token, clientAddress: request.ip, locale: visit.locale })
      switch (result.status) {
        case 'sent': {
          const next: Asked = asked.status === 'challenged' ? { ...asked, delivery: result } : asked
          use.keep(response, next)
          page(request, response, next, { notice: visit.words.code.resent })
          return
        }
        case 'not-sent':
          page(request, response, asked, { error: notSentText(visit, result, clock.now()), status: 429 })
          return
        case 'rejected':
          refuse(request, response, asked, result)
      }
    }),
  )

  router.post(
    '/switch',
    withChallenge(async (asked, request, response) => {
      const { locale } = visitOf(response)
      const factorId = field(request, 'factor')
      const result = await challenge.switchFactor({ token: asked.token, factorId, clientAddress: request.ip, locale })
      switch (result.status) {
        case 'challenged':
          use.keep(response, result)
          response.redirect(303, `${use.base}/code`)
          return
        case 'rejected':
          refuse(request, response, asked, result)
      }
    }),
  )

  router.post(
    '/cancel',
    withChallenge(async (asked, request, response) => {
      await challenge.cancel({ token: asked.token })
      use.drop(request, response)
      use.cancelled(response)
    }),
  )

  return router
}

/** Whether the person ticked the box that trusts this computer. */
function trusts(request: Request): boolean {
  return field(request, 'trust') === 'yes'
}
