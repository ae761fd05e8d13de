import { boundedLock } from './guesses.js'
import type { Model, ModelChallenge, Place } from './state.js'
import { HOUR } from './time.js'

/** Approved or cancelled: ten are remembered. Cancelled ones make room first, then whichever settled one was begun first. */
export function close(model: Model, challenge: ModelChallenge, state: 'settled' | 'cancelled'): void {
  forgetChallenges(model)
  challenge.state = state
  model.closed = [...model.closed, challenge]
  if (model.closed.length <= 10) return
  const byPlace = [...model.closed].sort((one, other) => inOrder(one.place, other.place))
  const forgotten = model.closed.find((one) => one.state === 'cancelled') ?? byPlace[0]
  model.closed = model.closed.filter((one) => one !== forgotten)
  if (forgotten?.state === 'settled') model.settledThrough = lastOf([model.settledThrough, forgotten.place])
}

/** Whoever's record is written forgets what has expired: wherever a clock is set back to, none of it returns. */
export function forgetExpired(model: Model): void {
  const { now } = model.world
  forgetChallenges(model)
  model.enrolments = model.enrolments.filter(({ expiresAt }) => now < expiresAt)
  model.texts = model.texts.filter((at) => at > now - HOUR)
  for (const device of model.devices) if (now >= device.expiresAt) device.revoked = true
  model.lockedUntil = boundedLock(model)
}

function forgetChallenges(model: Model): void {
  model.settledThrough = settledThrough(model)
  model.closed = model.closed.filter(({ expiresAt }) => model.world.now < expiresAt)
}

/** The last place that counts as settled: that of a challenge which had a text or was closed is over for good once it expired. */
export function settledThrough({ world, epoch, tokens, closed, settledThrough: through }: Model): Place {
  const texted = tokens
    .map(({ challenge }) => challenge)
    .filter((one) => one.text.sends > 0 && one.epoch === epoch && one.state === 'open')
  const over = [...closed, ...texted].filter(({ expiresAt }) => world.now >= expiresAt)
  return lastOf([through, ...over.map(({ place }) => place)])
}

/** The place of one that is begun now: its true date, unless that is before the last place that counts as settled. */
export function nextPlace(model: Model, expiresAt: number): Place {
  const { now } = model.world
  const [date, before] = settledThrough(model)
  if (now > date) return [now, expiresAt]
  return [expiresAt > before ? date : date + 1, expiresAt]
}

export function inOrder(one: Place, other: Place): number {
  return one[0] - other[0] || one[1] - other[1]
}

function lastOf(places: readonly Place[]): Place {
  return [...places].sort(inOrder).at(-1) ?? [0, 0]
}
