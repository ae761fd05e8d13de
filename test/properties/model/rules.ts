import {
  close,
  DAY,
  isLocked,
  isSuspended,
  MINUTE,
  revokeDevices,
  STEP,
  type Factor,
  type Model,
  type ModelChallenge,
  type ModelToken,
  type Typed,
} from './state.js'
import { codeLives, standing, text, type Delivery } from './texts.js'

export interface Rejection {
  readonly status: 'rejected'
  readonly reason: string
  readonly attemptsRemaining: number | null
  readonly retryAt: number | null
}

export interface Begun {
  readonly status: 'challenged' | 'locked' | 'suspended'
  readonly delivery: Delivery | null
  readonly token: ModelToken
  /** Whether it joined a challenge whose text is out already. */
  readonly joined: boolean
}

export function rejection(
  reason: string,
  attemptsRemaining: number | null = 0,
  retryAt: number | null = null,
): Rejection {
  return { status: 'rejected', reason, attemptsRemaining, retryAt }
}

/** What is asked for, by whom. */
export interface Asked {
  readonly factor: Factor
  readonly purpose: ModelChallenge['purpose']
  readonly clientAddress: string | null
}

/** `begin` for a browser that is not trusted. It leaves nothing behind but a text. */
export function begin(model: Model, { factor, purpose, clientAddress }: Asked): Begun {
  const status = isSuspended(model) ? 'suspended' : isLocked(model) ? 'locked' : 'challenged'
  const texts = status === 'challenged' && factor === 'phone'
  const open = texts ? joinable(model, purpose, clientAddress) : undefined
  const challenge: ModelChallenge = open ?? {
    epoch: model.epoch,
    purpose,
    clientAddress,
    begunAt: Math.max(model.now, model.settledThrough + 1),
    expiresAt: model.now + 10 * MINUTE,
    state: 'open',
    wrong: 0,
    sends: 0,
    lastSentAt: 0,
    codeSentAt: null,
  }
  const token = { challenge, factor }
  model.tokens.push(token)
  const delivery = !texts ? null : open === undefined ? text(model, challenge) : standing(challenge)
  return { status, delivery, token, joined: open !== undefined }
}

/** The challenge that a form submitted twice is one of: its first text went out within the wait for the second. */
function joinable(model: Model, purpose: string, clientAddress: string | null): ModelChallenge | undefined {
  if (clientAddress === null) return undefined
  const challenges = new Set(model.tokens.map(({ challenge }) => challenge))
  return [...challenges].find(
    (one) =>
      one.purpose === purpose &&
      one.clientAddress === clientAddress &&
      one.epoch === model.epoch &&
      one.sends === 1 &&
      one.wrong === 0 &&
      model.now < one.lastSentAt + 30_000 &&
      !model.closed.includes(one) &&
      one.begunAt > model.settledThrough,
  )
}

/** Why a challenge takes nothing any more, or null while it is open. */
export function over(model: Model, { challenge }: ModelToken): Rejection | null {
  if (model.now >= challenge.expiresAt) return rejection('expired')
  if (challenge.epoch !== model.epoch) return rejection('revoked')
  if (model.closed.includes(challenge) || challenge.begunAt <= model.settledThrough) return rejection('settled')
  return null
}

/** Why no typed code is compared, or null: its own five wrong ones, or the user's. */
function shut(model: Model, challenge: ModelChallenge, factor: Factor): Rejection | null {
  const lockedUntil = isLocked(model) ? model.lockedUntil : null
  if (factor === 'phone' && challenge.wrong >= 5) return rejection('exhausted', 0, lockedUntil)
  if (isSuspended(model)) return rejection('suspended')
  return lockedUntil === null ? null : rejection('locked', 0, lockedUntil)
}

/** `verify`: what a person typed, for a challenge. */
export function verify(model: Model, token: ModelToken, typed: Typed): Rejection | 'approved' {
  if (typed === 'malformed') return rejection('malformed-code', null)
  const { challenge, factor } = token
  const closed = over(model, token) ?? shut(model, challenge, factor)
  if (closed !== null) return closed
  if (factor === 'phone' && !codeLives(model, challenge)) return rejection('expired', attemptsLeft(model, token))
  const step = Math.floor(model.now / STEP)
  const typedStep = typed === 'right' ? step : typed === 'used' ? model.lastStep : -1
  const burnt = factor === 'app' && typedStep === model.lastStep
  const inWindow = Math.abs(step - model.lastStep) <= 1
  if (typed === 'right' && !burnt) {
    if (factor === 'app') model.lastStep = step
    settle(model, challenge)
    return 'approved'
  }
  return countWrong(model, token, burnt && inWindow ? 'already-used' : 'wrong-code')
}

/** One approval. What was guessed before is forgotten, unless it suspended the account. */
function settle(model: Model, challenge: ModelChallenge): void {
  close(model, challenge, 'settled')
  model.proofs.push({ at: model.now, epoch: model.epoch })
  if (isSuspended(model)) return
  model.wrongInARow = 0
  model.lockedUntil = 0
}

function countWrong(model: Model, token: ModelToken, reason: string): Rejection {
  if (token.factor === 'phone') token.challenge.wrong++
  model.wrongInARow++
  if (model.wrongInARow % 5 === 0)
    model.lockedUntil = model.now + Math.min(MINUTE * 2 ** (model.wrongInARow / 5 - 1), DAY)
  return rejection(reason, attemptsLeft(model, token), isLocked(model) ? model.lockedUntil : null)
}

function attemptsLeft(model: Model, { challenge, factor }: ModelToken): number {
  if (isLocked(model) || isSuspended(model)) return 0
  return Math.min(factor === 'phone' ? 5 - challenge.wrong : 5, 5 - (model.wrongInARow % 5))
}

/** `redeemRecoveryCode`: one of the ten by index, or one that is wrong (-1). No lock shuts them, and no wrong one counts. */
export function redeem(model: Model, token: ModelToken, index: number): Rejection | 'approved' {
  const closed = over(model, token)
  if (closed !== null) return closed
  if (index === -1) return rejection('wrong-code', null)
  if (model.spentRecoveryCodes.has(index)) return rejection('already-used', null)
  model.spentRecoveryCodes.add(index)
  model.enrolmentRequired ||= isSuspended(model)
  revokeDevices(model)
  settle(model, token.challenge)
  return 'approved'
}

/** `switchFactor`: another token of the same challenge. */
export function switchTo(
  model: Model,
  token: ModelToken,
  factor: Factor,
): Rejection | { readonly delivery: Delivery | null; readonly token: ModelToken } {
  const { challenge } = token
  const closed = over(model, token)
  if (closed !== null) return closed
  if (factor === 'phone' && !model.hasPhone) return rejection('unknown-factor', null)
  const unchecked = shut(model, challenge, factor)
  if (unchecked !== null) return unchecked
  const switched = { challenge, factor }
  model.tokens.push(switched)
  return { delivery: factor === 'phone' ? text(model, challenge) : null, token: switched }
}

/** `resend`. */
export function resend(model: Model, token: ModelToken): Rejection | Delivery {
  const closed = over(model, token)
  if (closed !== null) return closed
  if (token.factor === 'app') return rejection('unknown-challenge', null)
  return shut(model, token.challenge, 'phone') ?? text(model, token.challenge)
}
