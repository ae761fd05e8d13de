import { approve, overFor } from './challenges.js'
import { takeFactors } from './factors.js'
import { forgive } from './guesses.js'
import { refusal, rejection, type Refusal, type Rejection } from './outcomes.js'
import { proofRefusal, type ShownProof } from './proofs.js'
import {
  issueCodes,
  revokeDevices,
  revokeEverything,
  type Model,
  type ModelCodes,
  type ModelPass,
  type ModelToken,
} from './state.js'
import { holds } from './time.js'

/** A recovery code by its set and number, or an access pass; null for what nobody has. */
export type Presented = { readonly codes: ModelCodes; readonly index: number } | { readonly pass: ModelPass } | null

/** `redeemRecoveryCode`. No lock shuts it, and no wrong one counts. */
export function redeem(
  model: Model,
  token: ModelToken,
  presented: Presented,
  binding = token.challenge.binding,
): Rejection | 'approved' {
  const closed = overFor(model, token, binding)
  if (closed !== null) return closed
  if (presented === null) return rejection('wrong-code', null)
  return 'pass' in presented ? redeemPass(model, token, presented.pass) : redeemCode(model, token, presented)
}

/** The last one issued, once. A new factor is owed. */
function redeemPass(model: Model, token: ModelToken, pass: ModelPass): Rejection | 'approved' {
  if (pass !== model.accessPass || pass.used || !holds(model.world, pass.issuedAt, pass.expiresAt))
    return rejection('wrong-code', null)
  pass.used = true
  model.enrolmentRequired = true
  revokeDevices(model)
  return approve(model, token, 'access-pass')
}

/** Each of the last set, once. */
function redeemCode(
  model: Model,
  token: ModelToken,
  { codes, index }: { readonly codes: ModelCodes; readonly index: number },
): Rejection | 'approved' {
  if (codes !== model.recoveryCodes) return rejection('wrong-code', null)
  if (codes.spent.has(index)) return rejection('already-used', null)
  codes.spent.add(index)
  revokeDevices(model)
  return approve(model, token, 'recovery-code')
}

/** `recoveryCodes.regenerate`. */
export function regenerate(model: Model, proof: ShownProof | null): Refusal | ModelCodes {
  const refused = model.factors.length === 0 ? refusal('unknown-factor') : proofRefusal(model, proof)
  return refused ?? issueCodes(model)
}

/** `admin.issueAccessPass`: in place of any that was out. Without a factor, what was begun without it ends. */
export function issuePass(model: Model, lifetimeSeconds: number): ModelPass {
  const { now } = model.world
  const pass = { issuedAt: now, expiresAt: now + lifetimeSeconds * 1000, used: false }
  model.accessPass = pass
  model.passes.push(pass)
  if (model.factors.length === 0) model.enrolments = []
  return pass
}

/** `admin.reset`: a fresh start. */
export function reset(model: Model): void {
  takeFactors(model, model.factors)
  forgive(model)
  model.enrolmentRequired = false
}

/** `account.disable`. Wrong codes stay counted, and a factor that is owed stays so. */
export function disable(model: Model, proof: ShownProof | null, required: boolean): Refusal | null {
  const refused = proofRefusal(model, proof)
  if (refused !== null) return refused
  if (required && model.factors.length > 0) return refusal('last-factor-required')
  if (model.factors.length > 0) takeFactors(model, model.factors)
  else model.enrolments = []
  return null
}

/** `account.erase`: nothing is left, but for what the person's numbers and networks were texted. */
export function erase(model: Model): void {
  revokeEverything(model)
  forgive(model)
  const gone = {
    factors: [],
    preferred: null,
    recoveryCodes: null,
    accessPass: null,
    enrolmentRequired: false,
    texts: [],
  }
  Object.assign(model, gone)
}
