import { ask, hand, isSettled } from './challenges.js'
import { firstFactor } from './factors.js'
import { nextPlace } from './forgetting.js'
import { isLocked, isSuspended } from './guesses.js'
import {
  liveDevices,
  newText,
  type Model,
  type ModelChallenge,
  type ModelDevice,
  type ModelFactor,
  type ModelToken,
  type Purpose,
} from './state.js'
import { isFirst, standing, type Delivery } from './texts.js'
import { holds, MINUTE } from './time.js'

/** What is asked for, by whom. */
export interface Asked {
  /** Null for whichever is asked for first. */
  readonly factor: ModelFactor | null
  readonly purpose: Purpose
  readonly clientAddress: string | null
  readonly binding?: string | null
  /** Of a step-up. */
  readonly summary?: string | null
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

function newChallenge(model: Model, { purpose, clientAddress, binding = null, summary = null }: Asked): ModelChallenge {
  const { now } = model.world
  const expiresAt = now + 10 * MINUTE
  return {
    epoch: model.epoch,
    purpose,
    clientAddress,
    binding,
    summary,
    begunAt: now,
    place: nextPlace(model, expiresAt),
    expiresAt,
    state: 'open',
    joinable: false,
    wrong: 0,
    text: newText(),
  }
}

/** The challenge that a form submitted twice is one of. */
function joinable(
  model: Model,
  { purpose, clientAddress, binding = null, summary = null }: Asked,
  to: string,
): ModelChallenge | undefined {
  if (clientAddress === null) return undefined
  return model.tokens
    .map(({ challenge }) => challenge)
    .find(
      (one) =>
        one.joinable &&
        one.purpose === purpose &&
        one.clientAddress === clientAddress &&
        one.binding === binding &&
        one.summary === summary &&
        one.epoch === model.epoch &&
        one.wrong === 0 &&
        isFirst(model, one, to) &&
        !isSettled(model, one),
    )
}
