import {
  isLocked,
  isSuspended,
  MINUTE,
  DAY,
  revokeDevices,
  STEP,
  written,
  type Factor,
  type Model,
  type ModelChallenge,
  type Typed,
} from './state.js'
import { codeLives, text, type Delivery } from './texts.js'

export interface Rejection {
  readonly status: 'rejected'
  readonly reason: string
  readonly attemptsRemaining: number | null
  readonly retryAt: number | null
}

export interface Begun {
  readonly status: 'challenged' | 'locked' | 'suspended'
  readonly delivery: Delivery | null
  readonly challenge: ModelChallenge
}

export function rejection(
  reason: string,
  attemptsRemaining: number | null = 0,
  retryAt: number | null = null,
): Rejection {
  return { status: 'rejected', reason, attemptsRemaining, retryAt }
}

/** `begin` for a browser that is not trusted. */
export function begin(model: Model, factor: Factor): Begun {
  const challenge: ModelChallenge = {
    epoch: model.epoch,
    expiresAt: model.now + 10 * MINUTE,
    factor,
    state: 'open',
    wrong: 0,
    sends: 0,
    lastSentAt: 0,
    codeSentAt: null,
  }
  if (model.held.length === 5) {
    const over = model.held.findIndex(({ state, expiresAt }) => state !== 'open' || model.now >= expiresAt)
    model.held.splice(Math.max(over, 0), 1)
  }
  model.held.push(challenge)
  model.challenges.push(challenge)
  const status = isSuspended(model) ? 'suspended' : isLocked(model) ? 'locked' : 'challenged'
  const delivery = status === 'challenged' && factor === 'phone' ? text(model, challenge) : null
  written(model)
  return { status, delivery, challenge }
}

/** Why a challenge takes nothing any more, or null while it is open. */
export function over(model: Model, challenge: ModelChallenge): Rejection | null {
  if (model.now >= challenge.expiresAt) return rejection('expired')
  if (challenge.epoch !== model.epoch || !model.held.includes(challenge)) return rejection('revoked')
  if (challenge.state === 'settled') return rejection('settled')
  if (challenge.state === 'exhausted') return rejection('exhausted', 0, isLocked(model) ? model.lockedUntil : null)
  return null
}

/** Why nothing is compared, or null. */
export function shut(model: Model, challenge: ModelChallenge): Rejection | null {
  if (isSuspended(model)) return rejection('suspended')
  return isLocked(model) ? rejection('locked', 5 - challenge.wrong, model.lockedUntil) : null
}

/** `verify`: what a person typed, for a challenge. */
export function verify(model: Model, challenge: ModelChallenge, typed: Typed): Rejection | 'approved' {
  if (typed === 'malformed') return rejection('malformed-code', null)
  const closed = over(model, challenge) ?? shut(model, challenge)
  if (closed !== null) return closed
  if (challenge.factor === 'phone' && !codeLives(model, challenge))
    return rejection('expired', attemptsLeft(model, challenge))
  const step = Math.floor(model.now / STEP)
  const burnt =
    challenge.factor === 'app' && (typed === 'right' ? step : typed === 'used' ? model.lastStep : -1) === model.lastStep
  const inWindow = Math.abs(step - model.lastStep) <= 1
  if (typed === 'right' && !burnt) return approve(model, challenge, step)
  return countWrong(model, challenge, burnt && inWindow ? 'already-used' : 'wrong-code')
}

function approve(model: Model, challenge: ModelChallenge, step: number): 'approved' {
  if (challenge.factor === 'app') model.lastStep = step
  settle(model, challenge)
  return 'approved'
}

function settle(model: Model, challenge: ModelChallenge): void {
  challenge.state = 'settled'
  model.wrongInARow = 0
  model.lockedUntil = 0
  model.proofs.push({ at: model.now, epoch: model.epoch })
  written(model)
}

function countWrong(model: Model, challenge: ModelChallenge, reason: string): Rejection {
  challenge.wrong++
  if (challenge.wrong === 5) challenge.state = 'exhausted'
  model.wrongInARow++
  if (model.wrongInARow % 5 === 0)
    model.lockedUntil = model.now + Math.min(MINUTE * 2 ** (model.wrongInARow / 5 - 1), DAY)
  written(model)
  return rejection(reason, attemptsLeft(model, challenge), isLocked(model) ? model.lockedUntil : null)
}

function attemptsLeft(model: Model, { wrong }: ModelChallenge): number {
  return isLocked(model) || isSuspended(model) ? 0 : Math.min(5 - wrong, 5 - (model.wrongInARow % 5))
}

/** `redeemRecoveryCode`: one of the ten by index, or one that is wrong (-1). */
export function redeem(model: Model, challenge: ModelChallenge, index: number): Rejection | 'approved' {
  const closed = over(model, challenge)
  if (closed !== null) return closed
  if (model.now < model.recoveryLockedUntil) return rejection('locked', 0, model.recoveryLockedUntil)
  if (index === -1 || model.spentRecoveryCodes.has(index))
    return countWrongRecoveryCode(model, index === -1 ? 'wrong-code' : 'already-used')
  model.spentRecoveryCodes.add(index)
  model.wrongRecoveryCodes = 0
  model.recoveryLockedUntil = 0
  model.enrolmentRequired ||= isSuspended(model)
  revokeDevices(model)
  settle(model, challenge)
  return 'approved'
}

function countWrongRecoveryCode(model: Model, reason: string): Rejection {
  model.wrongRecoveryCodes++
  const locks = model.wrongRecoveryCodes % 5 === 0
  if (locks) model.recoveryLockedUntil = model.now + MINUTE
  written(model)
  return rejection(reason, locks ? 0 : 5 - (model.wrongRecoveryCodes % 5), locks ? model.recoveryLockedUntil : null)
}

/** `switchFactor`. */
export function switchTo(
  model: Model,
  challenge: ModelChallenge,
  factor: Factor,
): Rejection | { readonly delivery: Delivery | null } {
  const closed = over(model, challenge) ?? shut(model, challenge)
  if (closed !== null) return closed
  if (factor === 'phone' && !model.hasPhone) return rejection('unknown-factor', null)
  challenge.factor = factor
  const delivery = factor === 'phone' ? text(model, challenge) : null
  written(model)
  return { delivery }
}

/** `resend`. */
export function resend(model: Model, challenge: ModelChallenge): Rejection | Delivery {
  const closed = over(model, challenge) ?? shut(model, challenge)
  if (closed !== null) return closed
  if (challenge.factor === 'app') return rejection('unknown-challenge', null)
  const delivery = text(model, challenge)
  if (delivery.status === 'sent') written(model)
  return delivery
}
