import { close, inOrder, settledThrough } from './forgetting.js'
import { attemptsLeft, countWrong, forgive, isSuspended, lockEnds, shut } from './guesses.js'
import { rejection, type Rejection } from './outcomes.js'
import { accepts, sign } from './passkeys.js'
import {
  type Given,
  type Model,
  type ModelApp,
  type ModelChallenge,
  type ModelFactor,
  type ModelPasskey,
  type ModelProof,
  type ModelToken,
} from './state.js'
import { holds, stepAt } from './time.js'
import { codeLives, text, type Delivery } from './texts.js'

/** Hands out a token of a challenge. */
export function hand(model: Model, challenge: ModelChallenge, factor: ModelFactor | null): ModelToken {
  const token = { challenge, factor }
  model.tokens.push(token)
  return token
}

/** Asks for a factor: by a text where that is how it asks. */
export function ask(
  model: Model,
  challenge: ModelChallenge,
  factor: ModelFactor,
  clientAddress: string | null,
): Delivery | null {
  if (factor.kind !== 'sms') return null
  return texted(model, challenge, factor.phoneNumber, clientAddress)
}

function texted(model: Model, challenge: ModelChallenge, to: string, clientAddress: string | null): Delivery {
  const delivery = text(model, challenge, { to, budget: 'confirmed', clientAddress })
  if (delivery.status === 'region-shut') throw new RangeError('no region is shut to whom a number is confirmed')
  return delivery
}

export function isSettled(model: Model, challenge: ModelChallenge): boolean {
  return model.closed.includes(challenge) || inOrder(challenge.place, settledThrough(model)) <= 0
}

/** Why a challenge takes nothing any more, or null while it is open. */
export function over(model: Model, { challenge }: ModelToken): Rejection | null {
  const { epoch, begunAt, expiresAt } = challenge
  if (model.world.now >= expiresAt) return rejection('expired')
  if (epoch !== model.epoch) return rejection('revoked')
  if (isSettled(model, challenge)) return rejection('settled')
  return holds(model.world, begunAt, expiresAt) ? null : rejection('expired')
}

/** Why a challenge takes no proof of this, or null: it is over, or was bound to something else. */
export function overFor(model: Model, token: ModelToken, binding: string | null): Rejection | null {
  return over(model, token) ?? (token.challenge.binding === binding ? null : rejection('unknown-challenge', null))
}

/** Why a challenge takes no code for this factor, or null: its text's five wrong ones, or the person's. */
function closedTo(model: Model, challenge: ModelChallenge, factor: ModelFactor): Rejection | null {
  if (factor.kind === 'passkey') return null
  if (factor.kind === 'sms' && challenge.wrong >= 5) return rejection('exhausted', 0, lockEnds(model))
  return shut(model)
}

/** `verify`: what somebody gave as an answer, `by` one of the factors of the kind that a challenge asks for. */
export function verify(
  model: Model,
  token: ModelToken,
  given: Given,
  by = token.factor,
  binding = token.challenge.binding,
): Rejection | 'approved' {
  // Where no factor is asked for, nothing but an access pass is taken.
  if (token.factor === null || by === null) return rejection('malformed-code', null)
  if (by.kind !== token.factor.kind)
    throw new RangeError('a challenge is answered by a factor of the kind that it asks for')
  // What is no answer at all is not looked at.
  if (malformed(by).includes(given)) return rejection('malformed-code', null)
  const count = by.kind === 'passkey' ? sign(by, given) : 0
  const closed = overFor(model, token, binding)
  if (closed !== null) return closed
  return by.kind === 'passkey' ? verifyPasskey(model, token, given, by, count) : verifyCode(model, token, given, by)
}

/** A response is no guess: no lock shuts it out, and a wrong one is not counted. */
function verifyPasskey(
  model: Model,
  token: ModelToken,
  given: Given,
  by: ModelPasskey,
  count: number,
): Rejection | 'approved' {
  return accepts(model, by, given, count) ? approve(model, token, 'passkey') : rejection('wrong-response', null)
}

/** What is no code of six digits, a response in its place included; or no response. */
function malformed({ kind }: ModelFactor): readonly Given[] {
  return kind === 'passkey' ? ['malformed'] : ['malformed', 'elsewhere', 'copied']
}

function verifyCode(
  model: Model,
  token: ModelToken,
  given: Given,
  by: Exclude<ModelFactor, ModelPasskey>,
): Rejection | 'approved' {
  const closed = closedTo(model, token.challenge, by)
  if (closed !== null) return closed
  return by.kind === 'totp' ? verifyApp(model, token, given, by) : verifyText(model, token, given)
}

/** The code of any app of the person is right, of a step before or after too, unless it or a later one was used. */
function verifyApp(model: Model, token: ModelToken, given: Given, app: ModelApp): Rejection | 'approved' {
  const now = stepAt(model.world)
  const step = { right: now, early: now + 1, used: app.lastStep }[given as string]
  if (step === undefined || Math.abs(step - now) > 1 || !model.factors.includes(app))
    return refuse(model, token, 'wrong-code')
  if (step <= app.lastStep) return refuse(model, token, 'already-used')
  app.lastStep = step
  return approve(model, token, 'totp')
}

/** The code that is out, if it arrived. */
function verifyText(model: Model, token: ModelToken, given: Given): Rejection | 'approved' {
  const { challenge, factor } = token
  const isOut = factor?.kind === 'sms' && challenge.text.to === factor.phoneNumber && codeLives(model, challenge)
  if (!isOut) return rejection('expired', attemptsLeft(model, 5 - challenge.wrong))
  const right = challenge.text.arrived && (given === 'right' || given === 'early')
  return right ? approve(model, token, 'sms') : refuse(model, token, 'wrong-code')
}

function refuse(model: Model, { challenge, factor }: ModelToken, reason: string): Rejection {
  if (factor?.kind === 'sms') challenge.wrong++
  countWrong(model)
  return rejection(
    reason,
    attemptsLeft(model, factor?.kind === 'sms' ? 5 - challenge.wrong : Infinity),
    lockEnds(model),
  )
}

/** One approval. What was guessed before is forgotten; what suspended the codes is not, and a new factor is owed. */
export function approve(model: Model, { challenge }: ModelToken, method: ModelProof['method']): 'approved' {
  close(model, challenge, 'settled')
  const { purpose, binding } = challenge
  model.proofs.push({ at: model.world.now, epoch: model.epoch, method, purpose, binding })
  if (isSuspended(model)) model.enrolmentRequired = true
  else forgive(model)
  return 'approved'
}

/** `switchFactor`: another token of the same challenge. */
export function switchTo(
  model: Model,
  token: ModelToken,
  factor: ModelFactor,
  clientAddress: string | null,
): Rejection | { readonly delivery: Delivery | null; readonly token: ModelToken } {
  const { challenge } = token
  const closed = over(model, token)
  if (closed !== null) return closed
  if (!model.factors.includes(factor)) return rejection('unknown-factor', null)
  const unchecked = closedTo(model, challenge, factor)
  if (unchecked !== null) return unchecked
  const delivery = ask(model, challenge, factor, clientAddress)
  return { delivery, token: hand(model, challenge, factor) }
}

/** `resend`. */
export function resend(model: Model, token: ModelToken, clientAddress: string | null): Rejection | Delivery {
  const { challenge, factor } = token
  const closed = over(model, token)
  if (closed !== null) return closed
  if (factor === null) return rejection('revoked')
  if (factor.kind !== 'sms') return rejection('unknown-challenge', null)
  return closedTo(model, challenge, factor) ?? texted(model, challenge, factor.phoneNumber, clientAddress)
}

/** `cancel`. */
export function cancel(model: Model, token: ModelToken): void {
  if (over(model, token) === null) close(model, token.challenge, 'cancelled')
}
