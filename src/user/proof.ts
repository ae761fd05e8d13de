import type { ProofClaims } from '../crypto/claims.js'
import type { ProofPurpose } from '../interfaces/challenge.js'
import type { Assurance } from '../interfaces/factor.js'
import type { Refused, RefusedReason } from '../interfaces/refusal.js'
import { isWorth } from './assurance.js'
import type { Case } from './decision.js'
import { guessStanding } from './guessing.js'
import { isLive } from './record.js'

/** A proof as it was read: absent, not one of ours for this user and binding, or what it says. */
export type ProofFact =
  | { readonly status: 'absent' }
  | { readonly status: 'forged' }
  | { readonly status: 'signed'; readonly claims: ProofClaims }

/** What a proof has to be. */
export interface ProofDemand {
  readonly maxAgeSeconds: number
  /** Null for any. */
  readonly purpose: ProofPurpose | null
  /** At least this; null for any. */
  readonly assurance: Assurance | null
}

/** What a proof that holds says, or null. */
export function provenBy({ record, now }: Case, proof: ProofFact, demand: ProofDemand): ProofClaims | null {
  if (proof.status !== 'signed') return null
  const { claims } = proof
  // Nobody without a factor has proved one; an access pass is what stands in for it.
  if (claims.epoch !== record.epoch || (record.factors.length === 0 && claims.method !== 'access-pass')) return null
  if (demand.purpose !== null && demand.purpose !== claims.purpose) return null
  if (demand.assurance !== null && !isWorth(claims.assurance, demand.assurance)) return null
  return isLive(claims.at, claims.at + demand.maxAgeSeconds * 1000, now) ? claims : null
}

/** A refusal; `retryAt` is given when waiting helps. */
export function refused(reason: RefusedReason, retryAt: number | null = null): Refused {
  return { status: 'refused', reason, retryAt }
}

/**
 * The refusal of a change to a user's factors without a fresh proof, or null. With no factor yet none is needed, unless
 * staff issued an access pass: then that is to be proved.
 */
export function proofRefusal(at: Case, proof: ProofFact): Refused | null {
  const { record, policy } = at
  if (record.factors.length === 0 && record.accessPass === null) return null
  if (proof.status === 'absent') return refused('proof-required')
  const demand = { maxAgeSeconds: policy.proofLifetimeSeconds, purpose: null, assurance: null }
  return provenBy(at, proof, demand) === null ? refused('proof-invalid') : null
}

/**
 * The refusal of anything that would lead to a typed code while none is compared, or null. Somebody who got into a
 * suspended account without one is to enrol a new factor.
 */
export function guessRefusal({ record, now, policy }: Case): Refused | null {
  const standing = guessStanding(record.guesses, now, policy)
  switch (standing.status) {
    case 'open':
      return null
    case 'locked':
      return refused('locked', standing.retryAt)
    case 'suspended':
      return record.enrolmentRequired ? null : refused('suspended')
  }
}
