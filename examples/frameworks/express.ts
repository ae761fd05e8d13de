import { isTwoFactorError, type TwoFactor } from 'countersign'
import type { Request, RequestHandler } from 'express'

/** What stepping up keeps in a session of yours, on the server. */
export interface StepUpSession {
  readonly userId: string
  /** The open challenge, and the action that it is for. */
  stepUp?: { readonly token: string; readonly action: string } | undefined
  /** The second factor just given, for one action. */
  proof?: { readonly proof: string; readonly action: string } | undefined
}

export interface StepUp {
  /**
   * Lets one request through that does just what `describe` says, such as `EUR 100 to Bob`: a text message shows it whole, and
   * the code and the proof are good for nothing else. Any other request is answered 401 with what to ask for; then post the
   * code to `answerCode`, and the same request again. What does not fit into a text is answered 422: keep descriptions short.
   */
  requireSecondFactor(describe: (request: Request) => string): RequestHandler
  /** `POST { code }`. */
  readonly answerCode: RequestHandler
}

/**
 * A second factor for dangerous actions in Express 5, behind `express.json()`. Against forged requests, keep the session cookie
 * `SameSite` and take JSON only, as here: a page elsewhere can post forms, and not JSON, without asking first.
 */
export function createStepUp(twoFactor: TwoFactor, sessionOf: (request: Request) => StepUpSession | null): StepUp {
  const { challenge } = twoFactor
  return {
    requireSecondFactor: (describe) => async (request, response, next) => {
      const session = sessionOf(request)
      if (session === null) return void response.status(401).json({ status: 'signed-out' })
      const { userId, proof: kept } = session
      const action = describe(request)
      session.proof = undefined
      if (kept?.action === action) {
        const { status } = await challenge.checkProof({
          userId,
          proof: kept.proof,
          binding: action,
          maxAgeSeconds: 120,
        })
        if (status === 'valid') {
          next()
          return
        }
      }
      const asked = await challenge
        .begin({
          userId,
          purpose: 'step-up',
          binding: action,
          summary: action,
          required: true,
          clientAddress: request.ip,
        })
        .catch(unlessTooLong)
      if (asked === null) return void response.status(422).json({ status: 'not-describable' })
      switch (asked.status) {
        case 'enrolment-required': // nobody may do this who has no second factor
        case 'not-required':
        case 'trusted': // no step-up ends so; if one did, it would still not be a second factor
          return void response.status(403).json({ status: 'enrolment-required' })
        case 'challenged':
        case 'locked':
        case 'suspended': {
          const { token, ...page } = asked
          session.stepUp = { token, action }
          response.status(401).json(page)
        }
      }
    },

    async answerCode(request, response) {
      const session = sessionOf(request)
      const { code } = Object(request.body) as { code?: unknown }
      if (!session?.stepUp || typeof code !== 'string')
        return void response.status(400).json({ status: 'nothing-asked' })
      const { token, action } = session.stepUp
      const result = await challenge.verify({ token, code, binding: action, clientAddress: request.ip })
      if (result.status === 'rejected') return void response.status(401).json(result)
      session.stepUp = undefined
      session.proof = { proof: result.proof, action }
      response.json({ status: 'approved' })
    },
  }
}

/** What people typed into the action may be too much for a text, or hold what its alphabet cannot write. */
function unlessTooLong(error: unknown): null {
  if (isTwoFactorError(error) && error.code === 'ERR_SUMMARY_INVALID') return null
  throw error
}
