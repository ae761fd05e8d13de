import { forgive, isSuspended } from './guesses.js'
import { refusal, type Refusal } from './outcomes.js'
import { proofRefusal, type ShownProof } from './proofs.js'
import {
  issueCodes,
  newApp,
  revokeEverything,
  type Kind,
  type Model,
  type ModelEnrolment,
  type ModelFactor,
} from './state.js'
import { stepAt } from './time.js'

const STRONGEST_FIRST: readonly Kind[] = ['passkey', 'totp', 'sms']

/** The factor that sign-in asks for unless another is named: the preferred one, else the oldest of the strongest kind. */
export function firstFactor({ factors, preferred }: Model): ModelFactor | undefined {
  if (preferred !== null) return preferred
  return STRONGEST_FIRST.flatMap((kind) => factors.filter((factor) => factor.kind === kind))[0]
}

/** Takes factors away, and all that they vouched for; with the last one, the recovery codes and the access pass. */
export function takeFactors(model: Model, gone: readonly ModelFactor[]): void {
  const before = model.factors
  retire(model, gone)
  if (model.factors.length === 0) Object.assign(model, { recoveryCodes: null, accessPass: null })
  tellNumbers(model, before)
}

/** Adds a factor that is confirmed. The first one ends whatever was issued before, and comes with recovery codes. */
export function addFactor(model: Model, factor: ModelFactor): void {
  const isFirst = model.factors.length === 0
  model.factors = [...model.factors, factor]
  if (!isFirst) return
  revokeEverything(model)
  issueCodes(model)
}

/** Confirms a factor: in place of the one that it replaces, and of those whose codes are suspended. */
export function confirmFactor(model: Model, factor: ModelFactor, replaces: ModelFactor | null): void {
  const before = model.factors
  const suspended = isSuspended(model)
  forgive(model)
  Object.assign(model, { enrolmentRequired: false, accessPass: null })
  if (replaces !== null && before.includes(replaces)) {
    model.factors = before.map((one) => (one === replaces ? factor : one))
    if (model.preferred === replaces) model.preferred = factor
    revokeEverything(model)
  } else addFactor(model, factor)
  const typed = model.factors.filter((one) => one !== factor && one.kind !== 'passkey')
  if (suspended && typed.length > 0) retire(model, typed)
  tellNumbers(model, before)
}

function retire(model: Model, gone: readonly ModelFactor[]): void {
  model.factors = model.factors.filter((factor) => !gone.includes(factor))
  if (model.preferred !== null && gone.includes(model.preferred)) model.preferred = null
  revokeEverything(model)
}

/** A number that is no factor any more is told so. */
function tellNumbers(model: Model, before: readonly ModelFactor[]): void {
  const left = model.factors.map(numberOf)
  const gone = before.filter((factor) => !model.factors.includes(factor)).map(numberOf)
  model.world.handedOver += gone.filter((number) => number !== null && !left.includes(number)).length
}

function numberOf(factor: ModelFactor): string | null {
  return factor.kind === 'sms' ? factor.phoneNumber : null
}

/** `factors.remove`. */
export function remove(model: Model, factor: ModelFactor, proof: ShownProof | null, required: boolean): Refusal | null {
  const refused = proofRefusal(model, proof)
  if (refused !== null) return refused
  if (!model.factors.includes(factor)) return refusal('unknown-factor')
  if (required && model.factors.length === 1) return refusal('last-factor-required')
  takeFactors(model, [factor])
  return null
}

/** `factors.prefer`. */
export function prefer(model: Model, factor: ModelFactor, proof: ShownProof | null): Refusal | null {
  const refused = proofRefusal(model, proof) ?? (model.factors.includes(factor) ? null : refusal('unknown-factor'))
  if (refused === null) model.preferred = factor
  return refused
}

/** `factors.rename`: a name opens nothing, so it needs no proof. */
export function rename(model: Model, factor: ModelFactor, name: string | null): Refusal | null {
  if (!model.factors.includes(factor)) return refusal('unknown-factor')
  factor.name = name
  return null
}

export const MOST_FACTORS = 10

/** What is being enrolled beside one more factor of a kind, which takes the place of what is enrolled of that kind. */
export function pendingBeside({ enrolments, world }: Model, kind: Kind): readonly ModelEnrolment[] {
  return enrolments.filter((one) => one.kind !== kind && world.now < one.expiresAt)
}

/** Whatever is being enrolled has a place already, unless it is to have that of another factor. */
export function placesTaken({ factors }: Model, pending: readonly ModelEnrolment[]): number {
  return factors.length + pending.filter(({ replaces }) => replaces === null).length
}

/** `admin.importTotp`: every step up to now counts as used, once more when it is done again. It proves nothing. */
export function importApp(model: Model, secret: number): Refusal | ModelFactor {
  const { world } = model
  const known = model.factors.find((one) => one.kind === 'totp' && one.imported === secret)
  if (known?.kind === 'totp') {
    known.lastStep = Math.max(known.lastStep, stepAt(world))
    return known
  }
  const others = pendingBeside(model, 'totp')
  if (placesTaken(model, others) >= MOST_FACTORS) return refusal('too-many-factors')
  const factor = newApp(null, stepAt(world), secret)
  model.enrolments = [...others]
  addFactor(model, factor)
  return factor
}
