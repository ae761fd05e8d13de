import { firstFactor } from './factors.js'
import { close, settledThrough } from './forgetting.js'
import { attemptsLeft, countWrong, forgive, isLocked, isSuspended, lockEnds, shut } from './guesses.js'
import { rejection, type Rejection } from './outcomes.js'
import { accepts, sign } from './passkeys.js'
import {
  liveDevices,
  newText,
  type Given,
  type Model,
  type ModelApp,
  type ModelChallenge,
  type ModelDevice,
  type ModelFactor,
  type ModelPasskey,
  type ModelProof,
  type ModelToken,
  type Purpose,
} from './state.js'
import { holds, MINUTE, stepAt } from './time.js'
import { codeLives, isFirst, standing, text, type Delivery } from './texts.js'

/** What is asked for, by whom. */
export interface Asked {
  /** Null for whichever is asked for first. */
  readonly factor: ModelFactor | null
  readonly purpose: Purpose
  readonly clientAddress: string | null
  readonly device?: ModelDevice | null
  /** Whether the application wants a second factor of this person. */
  readonly required?: boolean
}

export type Begun =
  | { readonly status: 'not-required' }
  | { readonly status: 'enrolment-required'; readonly token: ModelToken | null }
  | { readonly status: 'trusted' }
  | { readonly status: 'locked' | 'suspended'; readonly token: ModelToken }
  | {
      readonly status: 'challenged'
      readonly token: ModelToken
      readonly delivery: Delivery | null
      /** Whether it joined a challenge whose text is out already. */
      readonly joined: boolean
    }

/** `begin`. It leaves nothing behind but a text. */
export function begin(model: Model, asked: Asked): Begun {
  if (model.factors.length === 0) return beginWithoutFactor(model, asked)
  const { purpose, device = null } = asked
  if (purpose === 'sign-in' && device !== null && liveDevices(model).includes(device)) return { status: 'trusted' }
  const factor = factorAsked(model, asked.factor)
  if (factor.kind !== 'passkey' && (isLocked(model) || isSuspended(model)))
    return {
      status: isSuspended(model) ? 'suspended' : 'locked',
      token: hand(model, newChallenge(model, asked), factor),
    }
  const open = factor.kind === 'sms' ? joinable(model, asked, factor.phoneNumber) : undefined
  if (open !== undefined)
    return { status: 'challenged', token: hand(model, open, factor), delivery: standing(open), joined: true }
  const challenge = newChallenge(model, asked)
  const delivery = ask(model, challenge, factor, asked.clientAddress)
  challenge.joinable = challenge.text.sends === 1
  return { status: 'challenged', token: hand(model, challenge, factor), delivery, joined: false }
}

/** Whoever was issued an access pass is to redeem it first, for as long as it lasts. */
function beginWithoutFactor(model: Model, asked: Asked): Begun {
  const { accessPass, enrolmentRequired, world } = model
  if (accessPass === null && !enrolmentRequired && asked.required !== true) return { status: 'not-required' }
  const isOut = accessPass !== null && holds(world, accessPass.issuedAt, accessPass.expiresAt)
  const token = isOut ? hand(model, newChallenge(model, asked), null) : null
  return { status: 'enrolment-required', token }
}

/** The factor that is named, or else comes first. Who has a passkey is asked for it while no typed code is compared. */
function factorAsked(model: Model, named: ModelFactor | null): ModelFactor {
  const chosen = named !== null && model.factors.includes(named) ? named : firstFactor(model)
  const passkey = model.factors.find(({ kind }) => kind === 'passkey')
  const asked = chosen?.kind !== 'passkey' && (isLocked(model) || isSuspended(model)) ? (passkey ?? chosen) : chosen
  if (asked === undefined) throw new RangeError('nobody is challenged who has no factor')
  return asked
}

function newChallenge(model: Model, { purpose, clientAddress }: Asked): ModelChallenge {
  const { now } = model.world
  return {
    epoch: model.epoch,
    purpose,
    clientAddress,
    begunAt: now,
    place: Math.max(now, settledThrough(model) + 1),
    expiresAt: now + 10 * MINUTE,
    state: 'open',
    joinable: false,
    wrong: 0,
    text: newText(),
  }
}

function hand(model: Model, challenge: ModelChallenge, factor: ModelFactor | null): ModelToken {
  const token = { challenge, factor }
  model.tokens.push(token)
  return token
}

function ask(
  model: Model,
  challenge: ModelChallenge,
  factor: ModelFactor,
  clientAddress: string | null,
): Delivery | null {
  if (factor.kind !== 'sms') return null
  return text(model, challenge, { to: factor.phoneNumber, budget: 'confirmed', clientAddress })
}

/** The challenge that a form submitted twice is one of. */
function joinable(model: Model, { purpose, clientAddress }: Asked, to: string): ModelChallenge | undefined {
  if (clientAddress === null) return undefined
  return model.tokens
    .map(({ challenge }) => challenge)
    .find(
      (one) =>
        one.joinable &&
        one.purpose === purpose &&
        one.clientAddress === clientAddress &&
        one.epoch === model.epoch &&
        one.wrong === 0 &&
        isFirst(model, one, to) &&
        !isSettled(model, one),
    )
}

function isSettled(model: Model, challenge: ModelChallenge): boolean {
  return model.closed.includes(challenge) || challenge.place <= settledThrough(model)
}

/** Why a challenge takes nothing any more, or null while it is open. */
export function over(model: Model, { challenge }: ModelToken): Rejection | null {
  const { epoch, begunAt, expiresAt } = challenge
  if (model.world.now >= expiresAt) return rejection('expired')
  if (epoch !== model.epoch) return rejection('revoked')
  if (isSettled(model, challenge)) return rejection('settled')
  return holds(model.world, begunAt, expiresAt) ? null : rejection('expired')
}

/** Why a challenge takes no code for this factor, or null: its text's five wrong ones, or the person's. */
function closedTo(model: Model, challenge: ModelChallenge, factor: ModelFactor): Rejection | null {
  if (factor.kind === 'passkey') return null
  if (factor.kind === 'sms' && challenge.wrong >= 5) return rejection('exhausted', 0, lockEnds(model))
  return shut(model)
}

/** `verify`: what somebody gave as an answer, `by` one of the factors of the kind that a challenge asks for. */
export function verify(model: Model, token: ModelToken, given: Given, by = token.factor): Rejection | 'approved' {
  // Where no factor is asked for, nothing but an access pass is taken.
  if (token.factor === null || by === null) return rejection('malformed-code', null)
  if (by.kind !== token.factor.kind)
    throw new RangeError('a challenge is answered by a factor of the kind that it asks for')
  return by.kind === 'passkey' ? verifyPasskey(model, token, given, by) : verifyCode(model, token, given, by)
}

/** A response is no guess: no lock shuts it out, and a wrong one is not counted. */
function verifyPasskey(model: Model, token: ModelToken, given: Given, by: ModelPasskey): Rejection | 'approved' {
  if (given === 'malformed') return rejection('malformed-code', null)
  const count = sign(by, given)
  const closed = over(model, token)
  if (closed !== null) return closed
  return accepts(model, by, given, count) ? approve(model, token, 'passkey') : rejection('wrong-response', null)
}

/** What is no code of six digits, a response in its place included, is not looked at. */
const MALFORMED: readonly Given[] = ['malformed', 'elsewhere', 'copied']

function verifyCode(
  model: Model,
  token: ModelToken,
  given: Given,
  by: Exclude<ModelFactor, ModelPasskey>,
): Rejection | 'approved' {
  if (MALFORMED.includes(given)) return rejection('malformed-code', null)
  const closed = over(model, token) ?? closedTo(model, token.challenge, by)
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
  model.proofs.push({ at: model.world.now, epoch: model.epoch, method, purpose: challenge.purpose })
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
  const recipient = { to: factor.phoneNumber, budget: 'confirmed', clientAddress } as const
  return closedTo(model, challenge, factor) ?? text(model, challenge, recipient)
}

/** `cancel`. */
export function cancel(model: Model, token: ModelToken): void {
  if (over(model, token) === null) close(model, token.challenge, 'cancelled')
}
