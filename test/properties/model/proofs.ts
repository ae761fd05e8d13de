import { refusal, type Refusal } from './outcomes.js'
import type { Model, ModelProof } from './state.js'
import { holds, MINUTE } from './time.js'

/** A proof, and what it is shown for. */
export interface ShownProof {
  readonly proof: ModelProof
  readonly binding: string | null
}

/** Whether it is a proof of this person's, and of this, that still holds. Without a factor, only an access pass proves anything. */
export function isProven(model: Model, { proof, binding }: ShownProof): boolean {
  const { at, epoch, method } = proof
  if (model.factors.length === 0 && method !== 'access-pass') return false
  return (
    model.proofs.includes(proof) &&
    proof.binding === binding &&
    epoch === model.epoch &&
    holds(model.world, at, at + 10 * MINUTE)
  )
}

/** Why a change to the account needs another proof, or null. Who has neither a factor nor an access pass needs none. */
export function proofRefusal(model: Model, proof: ShownProof | null): Refusal | null {
  if (model.factors.length === 0 && model.accessPass === null) return null
  if (proof === null) return refusal('proof-required')
  return isProven(model, proof) ? null : refusal('proof-invalid')
}

/** What a proof by a method is worth. */
export const ASSURANCES: Readonly<Record<ModelProof['method'], string>> = {
  totp: 'second-factor',
  sms: 'second-factor',
  passkey: 'phishing-resistant',
  'recovery-code': 'recovery',
  'access-pass': 'access-pass',
}
