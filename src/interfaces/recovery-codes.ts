import type { ProvenInput } from './proven-input.js'
import type { Refused } from './refusal.js'

/** What is known of a user's recovery codes; the codes themselves are known to nobody but their owner. */
export interface RecoveryCodesStatus {
  readonly status: 'known'
  readonly remaining: number
  /** When the set was issued (epoch ms); null when there is none. */
  readonly issuedAt: number | null
  /** Whether the host has said that the person kept them. */
  readonly acknowledged: boolean
}

/** The single-use codes kept for the day the phone is lost. The first set comes with the first factor. */
export interface RecoveryCodeOperations {
  /** Replaces the whole set. The codes are never shown again. */
  regenerate(
    input: ProvenInput,
  ): Promise<{ readonly status: 'regenerated'; readonly recoveryCodes: readonly string[] } | Refused>
  /** Tells how many are left, when they were issued, and whether they were acknowledged. One store call. */
  status(input: { readonly userId: string }): Promise<RecoveryCodesStatus>
  /** Records that the person has kept the codes. Throws `ERR_STORE_BUSY` under contention. */
  acknowledge(input: { readonly userId: string }): Promise<{ readonly status: 'acknowledged' }>
}
