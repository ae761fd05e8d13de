import type { Activity } from './activity.js'
import type { Factor } from './factor.js'
import type { ProvenInput } from './proven-input.js'
import type { Refused } from './refusal.js'
import type { TrustedDevice } from './trusted-devices.js'

/** All that a host may show of a user's second factor. */
export interface AccountStatus {
  readonly status: 'known'
  readonly userId: string
  /** Whether sign-in asks for a second factor. */
  readonly enabled: boolean
  readonly factors: readonly Factor[]
  readonly recoveryCodesRemaining: number
  /** Whether the host has said that the person kept the recovery codes; true when there are none. */
  readonly acknowledged: boolean
  /** Whether losing one thing would lock the person out: a single factor, and no recovery code left. */
  readonly singleWay: boolean
  readonly trustedDevices: readonly TrustedDevice[]
  /** The access pass that is out, or null. Its code is known to nobody but those who were told. */
  readonly accessPass: { readonly issuedAt: number; readonly expiresAt: number } | null
  /** Until when codes are not compared; null when they are. */
  readonly lockedUntilAt: number | null
  readonly suspended: boolean
  readonly enrolmentRequired: boolean
}

/** A user's two-factor authentication as a whole. */
export interface AccountOperations {
  /** One store call. */
  status(input: { readonly userId: string }): Promise<AccountStatus>
  /** The same for many users, in the order given, reading a few at a time. */
  statuses(input: { readonly userIds: readonly string[] }): Promise<readonly AccountStatus[]>
  /** The last security events of the account, newest first, as they were committed with what they tell. One store call. */
  activity(input: {
    readonly userId: string
  }): Promise<{ readonly status: 'listed'; readonly activity: readonly Activity[] }>
  /** Switches two-factor authentication off. With `required`, it stays on. */
  disable(
    input: ProvenInput & {
      readonly required?: boolean | null | undefined
      readonly locale?: string | null | undefined
    },
  ): Promise<{ readonly status: 'disabled' } | Refused>
  /**
   * Tell it after every change or reset of the password: revokes challenges, trusted devices and proofs, keeps factors.
   * Throws `ERR_STORE_BUSY` under contention.
   */
  passwordChanged(input: { readonly userId: string }): Promise<{ readonly status: 'recorded' }>
  /** Forgets the user, for instance when the account is deleted. Throws `ERR_STORE_BUSY` under contention. */
  erase(input: { readonly userId: string }): Promise<{ readonly status: 'erased' }>
}
