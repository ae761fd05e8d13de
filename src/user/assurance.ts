import type { Assurance } from '../interfaces/factor.js'
import type { MinimumAssurance, Policy } from '../interfaces/policy.js'
import type { ChallengePurpose } from '../interfaces/challenge.js'
import { kindOf } from './kinds/index.js'
import type { FactorRecord } from './record.js'

const WEAKEST_FIRST: readonly MinimumAssurance[] = [
  'access-pass',
  'recovery',
  'second-factor',
  'unrestricted',
  'phishing-resistant',
]

/** Whether a proof is worth at least so much. */
export function isWorth(assurance: MinimumAssurance, least: MinimumAssurance): boolean {
  return WEAKEST_FIRST.indexOf(assurance) >= WEAKEST_FIRST.indexOf(least)
}

/** Whether the policy lets a proof of this worth, such as a recovery code's, satisfy the purpose. */
export function suffices(assurance: Assurance, purpose: ChallengePurpose, { minimumAssurance }: Policy): boolean {
  return isWorth(assurance, minimumAssurance[purpose])
}

/** Whether the policy lets a factor satisfy the purpose. */
export function factorSuffices(factor: FactorRecord, purpose: ChallengePurpose, { minimumAssurance }: Policy): boolean {
  const { assurance, isRestricted } = kindOf(factor)
  const worth = assurance === 'second-factor' && !isRestricted ? 'unrestricted' : assurance
  return isWorth(worth, minimumAssurance[purpose])
}
