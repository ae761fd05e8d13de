import { isTwoFactorError } from 'countersign'
import { answerChallenge } from './answer.js'
import { drop, keep, readCookie } from './cookies.js'
import type { Form, Host, Session, Visit } from './host.js'
import { answer, answerOf } from './json.js'
import { ask } from './sign-in.js'

/** A proof given just now, or the answer that asks for one. */
type StepUp = { readonly proof: string } | Response

/**
 * Asks for a second factor, or takes the answer: a request that is answered 401 is posted again with `secondFactor`: `{ code }`,
 * `{ response }` or `{ recoveryCode }`. There is one approval for each challenge, so what follows on it is done once. A
 * text shows `action` whole, and the answer is good for that alone.
 */
export async function stepUp(
  { twoFactor }: Host<never>,
  { userId }: Session,
  { request, clientAddress }: Omit<Visit, 'form'>,
  given: unknown,
  action?: string,
): Promise<StepUp> {
  if (typeof given === 'object' && given !== null) {
    const token = readCookie(request, 'step-up') ?? ''
    const result = await answerChallenge(twoFactor, given as Form, { token, binding: action, clientAddress })
    // The cookie may be of somebody who was signed in here before.
    if (result.status === 'approved' && result.userId === userId && result.purpose === 'step-up') return result
    if (result.status === 'rejected') return answerOf(result)
  }
  const asked = await twoFactor.challenge
    .begin({ userId, purpose: 'step-up', binding: action, summary: action, required: true, clientAddress })
    .catch(unlessTooLong)
  if (asked === null) return answer(422, { status: 'not-describable' })
  switch (asked.status) {
    case 'not-required':
    case 'trusted': // no step-up ends so; if one did, it would still not be a second factor
      return answer(403, { status: 'enrolment-required' })
    case 'enrolment-required': // with a token, the access pass of staff is asked for; else nobody may do this without a factor
      return asked.token === null
        ? answer(403, { status: 'enrolment-required' })
        : ask('step-up', { status: 'access-pass-required', token: asked.token }, 401)
    case 'challenged':
    case 'locked':
    case 'suspended':
      return ask('step-up', asked, 401)
  }
}

/** What the library said, or the answer to it. */
type Outcome = { readonly status: string; readonly reason?: string } | Response

/** Does what takes a fresh proof: by the one in the browser, or else after a step-up, whose proof it keeps. */
export async function withProof(
  host: Host<never>,
  visit: Visit,
  session: Session,
  act: (proof: string | undefined) => Promise<Outcome>,
): Promise<Response> {
  const given = visit.form['secondFactor']
  if (given === undefined) {
    const outcome = await act(readCookie(visit.request, 'proof'))
    if (outcome instanceof Response) return outcome
    if (outcome.reason !== 'proof-required' && outcome.reason !== 'proof-invalid') return answerOf(outcome)
  }
  const proven = await stepUp(host, session, visit, given)
  if (proven instanceof Response) return proven
  const outcome = await act(proven.proof)
  const response = outcome instanceof Response ? outcome : answerOf(outcome)
  for (const line of [keep('proof', proven.proof), drop('step-up')]) response.headers.append('set-cookie', line)
  return response
}

/** What people typed into the action may be too much for a text, or hold what its alphabet cannot write. */
function unlessTooLong(error: unknown): null {
  if (isTwoFactorError(error) && error.code === 'ERR_SUMMARY_INVALID') return null
  throw error
}
