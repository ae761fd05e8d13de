import type { Refused, RefusedReason } from '../interfaces/enrolment.js'
import type { ProofMethod } from '../interfaces/factors.js'
import type { Policy } from '../interfaces/policy.js'
import { guessStanding } from './guessing.js'
import { isLive, type UserRecord } from './record.js'

/** A proof as services read it: absent, not one of ours for this user and binding, or what it says. */
export type ProofFact =
  | { readonly status: 'absent' }
  | { readonly status: 'forged' }
  | { readonly status: 'signed'; readonly method: ProofMethod; readonly at: number; readonly epoch: number }

/** What a proof that holds says, or null. */
export function provenBy(
  record: UserRecord,
  proof: ProofFact,
  maxAgeSeconds: number,
  now: number,
): { readonly method: ProofMethod; readonly at: number } | null {
  if (proof.status !== 'signed' || proof.epoch !== record.epoch || record.factors.length === 0) return null
  return isLive(proof.at, proof.at + maxAgeSeconds * 1000, now) ? { method: proof.method, at: proof.at } : null
}

/** A refusal; `retryAt` is given when waiting helps. */
export function refused(reason: RefusedReason, retryAt: number | null = null): Refused {
  return { status: 'refused', reason, retryAt }
}

/** The refusal of a change to a user's factors without a fresh proof, or null. With no factor yet, none is needed. */
export function proofRefusal(record: UserRecord, proof: ProofFact, now: number, policy: Policy): Refused | null {
  if (record.factors.length === 0) return null
  if (proof.status === 'absent') return refused('proof-required')
  return provenBy(record, proof, policy.proofLifetimeSeconds, now) === null ? refused('proof-invalid') : null
}

/** The refusal of anything that would lead to a code while none is compared, or null. */
export function shutRefusal(record: UserRecord, now: number, policy: Policy): Refused | null {
  const standing = guessStanding(record.guesses, now, policy)
  switch (standing.status) {
    case 'open':
      return null
    case 'locked':
      return refused('locked', standing.retryAt)
    case 'suspended':
      return refused('suspended')
  }
}
