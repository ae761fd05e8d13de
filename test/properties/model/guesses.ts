import { refusal, rejection, type Refusal, type Rejection } from './outcomes.js'
import { LONGEST_LOCK, SUSPENDED_AT, type Model } from './state.js'
import { MINUTE } from './time.js'

/** Only staff or a new factor end a suspension. */
export function isSuspended(model: Model): boolean {
  return model.wrongInARow >= SUSPENDED_AT
}

export function isLocked(model: Model): boolean {
  return lockEnds(model) !== null
}

/** Until when no typed code is compared; null while they are, and while no waiting helps. */
export function lockEnds(model: Model): number | null {
  return !isSuspended(model) && model.world.now < model.lockedUntil ? boundedLock(model) : null
}

/** No lock is longer than the longest, though a clock that was set back makes it look so. */
export function boundedLock({ world, lockedUntil }: Model): number {
  return Math.min(lockedUntil, world.now + LONGEST_LOCK)
}

/** Why no typed code is compared, or null. */
export function shut(model: Model): Rejection | null {
  if (isSuspended(model)) return rejection('suspended')
  const retryAt = lockEnds(model)
  return retryAt === null ? null : rejection('locked', 0, retryAt)
}

/** Why nothing that leads to a typed code is begun, or null. Who got in without one owes a new factor, and may enrol it. */
export function guessRefusal(model: Model): Refusal | null {
  if (isSuspended(model)) return model.enrolmentRequired ? null : refusal('suspended')
  const retryAt = lockEnds(model)
  return retryAt === null ? null : refusal('locked', retryAt)
}

/** A typed code that was wrong: every fifth in a row locks, for twice as long each time. */
export function countWrong(model: Model): void {
  model.wrongInARow++
  if (model.wrongInARow % 5 === 0)
    model.lockedUntil = model.world.now + Math.min(MINUTE * 2 ** (model.wrongInARow / 5 - 1), LONGEST_LOCK)
}

/** How many wrong codes are left, to something that takes `own` of them itself. */
export function attemptsLeft(model: Model, own: number): number {
  return isLocked(model) || isSuspended(model) ? 0 : Math.min(own, 5 - (model.wrongInARow % 5))
}

/** What was guessed before is forgotten. */
export function forgive(model: Model): void {
  model.wrongInARow = 0
  model.lockedUntil = 0
}
