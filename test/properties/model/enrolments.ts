import { confirmFactor, MOST_FACTORS, pendingBeside, placesTaken } from './factors.js'
import { attemptsLeft, countWrong, guessRefusal, isSuspended, lockEnds, shut } from './guesses.js'
import { countInRegion } from './regions.js'
import { refusal, rejection, type Refusal, type Rejection } from './outcomes.js'
import { proofRefusal, type ShownProof } from './proofs.js'
import { newApp, newText, type Given, type Kind, type Model, type ModelEnrolment, type ModelFactor } from './state.js'
import { holds, MINUTE, stepAt } from './time.js'
import { codeLives, standing, text, type Delivery } from './texts.js'

/** What is to be enrolled. */
export interface Wanted {
  readonly kind: Kind
  readonly name: string | null
  readonly replaces: ModelFactor | null
  readonly proof: ShownProof | null
  /** Of a phone. */
  readonly phoneNumber: string
  readonly clientAddress: string | null
}

export interface Started {
  readonly status: 'started'
  readonly enrolment: ModelEnrolment
  readonly delivery: Delivery | null
}

/** `beginTotp`, `beginSms` and `beginPasskey`. No live factor is touched. */
export function beginEnrolment(model: Model, wanted: Wanted): Refusal | Started {
  const { kind, name, replaces, proof, phoneNumber, clientAddress } = wanted
  const refused = (kind === 'passkey' ? null : guessRefusal(model)) ?? proofRefusal(model, proof)
  if (refused !== null) return refused
  if (replaces !== null && !model.factors.includes(replaces)) return refusal('unknown-factor')
  const others = pendingBeside(model, kind).slice(-1)
  if (replaces === null && placesTaken(model, others) >= MOST_FACTORS) return refusal('too-many-factors')
  const { now } = model.world
  const enrolment: ModelEnrolment = {
    kind,
    name,
    replaces,
    phoneNumber,
    begunAt: now,
    expiresAt: now + 10 * MINUTE,
    wrong: 0,
    text: newText(),
    counted: { own: 0, copy: 0 },
    factor: null,
  }
  const delivery = kind === 'sms' ? textTo(model, enrolment, clientAddress) : null
  if (delivery?.status === 'refused') return delivery
  // Two are kept: one of the same kind makes room, then the older one.
  model.enrolments = [...others, enrolment]
  model.begun.push(enrolment)
  return { status: 'started', enrolment, delivery }
}

function textTo(model: Model, enrolment: ModelEnrolment, clientAddress: string | null): Refusal | Delivery {
  const delivery = text(model, enrolment, { to: enrolment.phoneNumber, budget: 'enrolment', clientAddress })
  return delivery.status === 'region-shut' ? refusal('sms-unavailable', delivery.retryAt) : delivery
}

/** `enrolment.resend`. */
export function resendEnrolment(
  model: Model,
  enrolment: ModelEnrolment,
  clientAddress: string | null,
): Refusal | Delivery {
  const refused = guessRefusal(model)
  if (refused !== null) return refused
  if (ended(model, enrolment) !== null || enrolment.kind !== 'sms') return refusal('unknown-enrolment')
  return textTo(model, enrolment, clientAddress)
}

/** `enrolment.resume`: what begin gave, with what is known of the text. */
export function resume(model: Model, enrolment: ModelEnrolment): Refusal | Started {
  const over = ended(model, enrolment)
  if (over !== null)
    return over.reason === 'locked' || over.reason === 'suspended'
      ? refusal(over.reason, over.retryAt)
      : refusal('unknown-enrolment')
  if (enrolment.kind !== 'sms') return { status: 'started', enrolment, delivery: null }
  const none = { status: 'not-sent', reason: 'delivery-failed', retryAt: model.world.now } as const
  return { status: 'started', enrolment, delivery: enrolment.text.sends === 0 ? none : standing(enrolment) }
}

/** `enrolment.cancel`. */
export function cancelEnrolment(model: Model, enrolment: ModelEnrolment): void {
  model.enrolments = model.enrolments.filter((one) => one !== enrolment)
}

/** Why an enrolment takes no proof, or null. */
function ended(model: Model, enrolment: ModelEnrolment): Rejection | null {
  const { kind, factor, wrong, begunAt, expiresAt } = enrolment
  if (factor !== null && model.factors.includes(factor)) return rejection('settled')
  if (!model.enrolments.includes(enrolment)) return rejection('unknown-enrolment')
  if (wrong >= 5) return rejection('exhausted', 0, lockEnds(model))
  if (!holds(model.world, begunAt, expiresAt)) return rejection('expired')
  return kind !== 'passkey' && guessRefusal(model) !== null ? shut(model) : null
}

/** `enrolment.confirm`: the new factor, or why there is none. Its proof is bound to what the application says. */
export function confirm(
  model: Model,
  enrolment: ModelEnrolment,
  given: Given,
  binding: string | null,
): Rejection | ModelFactor {
  const { kind, replaces } = enrolment
  if (given === 'malformed') return rejection('malformed-code', null)
  // To answer counts, whatever comes of it.
  if (kind === 'passkey') enrolment.counted.own++
  const over = ended(model, enrolment)
  if (over !== null) return over
  const wrong = kind === 'passkey' ? wrongResponse(given) : wrongCode(model, enrolment, given)
  if (wrong !== null) return wrong
  const factor = newFactor(model, enrolment)
  enrolment.factor = factor
  cancelEnrolment(model, enrolment)
  if (kind === 'sms') countInRegion(model.world, enrolment.phoneNumber, 'verified')
  confirmFactor(model, factor, replaces)
  model.proofs.push({ at: model.world.now, epoch: model.epoch, method: kind, purpose: 'enrolment', binding })
  return factor
}

/** A passkey's answer is no guess. */
function wrongResponse(given: Given): Rejection | null {
  return given === 'right' ? null : rejection('wrong-response', null)
}

/** A wrong code is counted on the enrolment and, unless typed codes are suspended already, on the person. */
function wrongCode(model: Model, enrolment: ModelEnrolment, given: Given): Rejection | null {
  const { kind, text } = enrolment
  const suspended = isSuspended(model)
  const left = (): number => (suspended ? 5 - enrolment.wrong : attemptsLeft(model, 5 - enrolment.wrong))
  if (given === 'elsewhere') return rejection('malformed-code', left())
  if (kind === 'sms' && !codeLives(model, enrolment)) return rejection('expired', left())
  if (given === 'right' && (kind === 'totp' || text.arrived)) return null
  enrolment.wrong++
  if (!suspended) countWrong(model)
  return rejection('wrong-code', left(), lockEnds(model))
}

function newFactor(model: Model, { kind, name, phoneNumber, counted }: ModelEnrolment): ModelFactor {
  switch (kind) {
    case 'totp':
      return newApp(name, stepAt(model.world))
    case 'sms':
      return { kind, name, phoneNumber }
    case 'passkey':
      counted.copy = counted.own
      return { kind, name, counter: counted.own, counted }
  }
}
