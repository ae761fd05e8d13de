import type { Request, RequestHandler, Response } from 'express'
import { isSameOrigin } from './csrf.js'
import type { Portal } from './portal.js'
import { failureView } from './views/failure.js'
import { show, visitOf } from './visit.js'
import { proofFor } from './proof.js'

/** Lets a form through only when this browser was shown it, in this session. */
export function ownFormsOnly(portal: Portal): RequestHandler {
  return (request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      next()
      return
    }
    const { member, words } = visitOf(response)
    if (isSameOrigin(request, portal.publicOrigin) && portal.csrf.accepts(request, member?.session.binding ?? null))
      next()
    else show(portal, response, failureView(words, 'form', 403))
  }
}

/** For those who are signed in. */
export const membersOnly: RequestHandler = (_request, response, next) => {
  if (visitOf(response).member === null) response.redirect(303, '/sign-in')
  else next()
}

/** For those who may do more than enrol. */
export const unconfinedOnly: RequestHandler = (_request, response, next) => {
  if (visitOf(response).confined === null) next()
  else response.redirect(303, '/enrol')
}

export function ownersOnly(portal: Portal): RequestHandler {
  return (_request, response, next) => {
    const { member, words } = visitOf(response)
    if (member?.person.role === 'owner') next()
    else show(portal, response, failureView(words, 'forbidden', 403))
  }
}

/** For those who have just given their second factor, if they have one; the others are asked for it and come back. */
export function provenOnly(portal: Portal): RequestHandler {
  return async (request, response, next) => {
    const { member } = visitOf(response)
    if (member === null) throw new Error('provenOnly comes behind membersOnly')
    if (!member.account.enabled || (await proofFor(portal, member.session)) !== null) next()
    else askForProof(request, response)
  }
}

/** Off to the step-up challenge. The way back is this page, which a form posts to under its own address. */
export function askForProof(request: Request, response: Response): void {
  const { member } = visitOf(response)
  if (member !== null) member.session.afterStepUp = request.originalUrl
  response.redirect(303, '/step-up')
}
