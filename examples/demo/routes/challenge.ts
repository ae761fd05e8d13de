import { type Request, type Response, Router } from 'express'
import type { Approved, ChallengePurpose, Rejected } from 'countersign'
import { browserName } from '../browser-name.js'
import { channelOf, field, jsonField } from '../forms.js'
import { isOver, notSentTold, rejectedText, resentText } from '../outcomes.js'
import { trustedComputer } from '../trusted-computer.js'
import type { Portal } from '../portal.js'
import type { Asked } from '../session.js'
import { challengeView, recoveryView } from '../views/challenge.js'
import { goTo, show, visitOf } from '../visit.js'

/** How signing in and stepping up differ: where the challenge is kept, and where it leads. */
export interface ChallengeUse {
  readonly base: '/sign-in' | '/step-up'
  readonly purpose: ChallengePurpose
  binding(response: Response): string | undefined
  find(request: Request, response: Response): Asked | null
  keep(response: Response, asked: Asked): void
  // Each of these lets go of the challenge, and leads on.
  /** The second factor was given. */
  approved(request: Request, response: Response, approval: Approved): void
  /** The challenge is over; `why` is what to tell. */
  over(request: Request, response: Response, why: string): void
  /** The person gave up. */
  cancelled(request: Request, response: Response): void
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
      if (asked === null) {
        const text = visitOf(response).words.rejected['unknown-challenge']()
        goTo(portal, response, use.base, use.base === '/sign-in' ? { tone: 'warning', text } : null)
      } else await step(asked, request, response)
    }
  const end = (request: Request, response: Response, rejected: Rejected): void => {
    use.over(request, response, rejectedText(visitOf(response), rejected, clock.now()))
  }
  /** Back to a page of the challenge, with a word at the field; or to where its end leads. */
  const refuse = (request: Request, response: Response, rejected: Rejected, page: 'code' | 'recovery-code'): void => {
    if (isOver(rejected)) {
      end(request, response, rejected)
      return
    }
    const text = rejectedText(visitOf(response), rejected, clock.now())
    const trust = trusts(request) ? 'yes' : ''
    // A passkey is answered above the page: there is no field that it was typed into.
    const at = jsonField(request, 'response') === null ? { field: 'code' } : {}
    goTo(portal, response, `${use.base}/${page}`, { tone: 'error', text, ...at, typed: { trust } })
  }

  router.get(
    '/code',
    withChallenge((asked, request, response) => {
      const computer = use.purpose === 'sign-in' ? browserName(request.get('user-agent')) : null
      const { base, purpose } = use
      show(portal, response, challengeView(visitOf(response), { base, purpose, asked, computer, now: clock.now() }))
    }),
  )

  router.post(
    '/code',
    withChallenge(async (asked, request, response) => {
      const trustDevice =
        use.purpose === 'sign-in' && trusts(request)
          ? trustedComputer(portal, request, visitOf(response).locale)
          : undefined
      const passkey = jsonField(request, 'response')
      const result = await challenge.verify({
        token: asked.token,
        ...(passkey === null ? { code: field(request, 'code') } : { response: passkey }),
        binding: use.binding(response),
        trustDevice,
        clientAddress: request.ip,
      })
      switch (result.status) {
        case 'approved':
          use.approved(request, response, result)
          return
        case 'rejected':
          refuse(request, response, result, 'code')
      }
    }),
  )

  router.get(
    '/recovery-code',
    withChallenge((asked, _request, response) => {
      show(portal, response, recoveryView(visitOf(response), { base: use.base, asked }))
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
          use.approved(request, response, result)
          return
        case 'rejected':
          refuse(request, response, result, asked.status === 'challenged' ? 'recovery-code' : 'code')
      }
    }),
  )

  router.post(
    '/resend',
    withChallenge(async (asked, request, response) => {
      const visit = visitOf(response)
      const result = await challenge.resend({
        token: asked.token,
        channel: channelOf(request),
        clientAddress: request.ip,
        locale: visit.locale,
      })
      switch (result.status) {
        case 'sent': {
          if (asked.status === 'challenged') use.keep(response, { ...asked, delivery: result })
          goTo(portal, response, `${use.base}/code`, { tone: 'success', text: resentText(visit, result) })
          return
        }
        case 'not-sent':
          goTo(portal, response, `${use.base}/code`, notSentTold(visit, result, clock.now()))
          return
        case 'rejected':
          refuse(request, response, result, 'code')
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
          refuse(request, response, result, 'code')
      }
    }),
  )

  router.post(
    '/cancel',
    withChallenge(async (asked, request, response) => {
      await challenge.cancel({ token: asked.token })
      use.cancelled(request, response)
    }),
  )

  return router
}

/** Whether the person ticked the box that trusts this computer. */
function trusts(request: Request): boolean {
  return field(request, 'trust') === 'yes'
}
