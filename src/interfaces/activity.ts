/** What an account remembers of itself. */
export type ActivityType =
  | 'factor-added'
  | 'factor-replaced'
  | 'factor-removed'
  | 'factor-imported'
  | 'factor-preferred'
  | 'challenge-approved'
  | 'locked'
  | 'suspended'
  | 'unlocked'
  | 'recovery-codes-issued'
  | 'recovery-code-redeemed'
  | 'access-pass-issued'
  | 'access-pass-redeemed'
  | 'device-trusted'
  | 'device-revoked'
  | 'devices-revoked'
  | 'password-changed'
  | 'disabled'
  | 'reset'

/** One security event of an account, kept in its record. */
export interface Activity {
  readonly type: ActivityType
  /** Epoch ms. */
  readonly at: number
  /** The factor it was about, or null. */
  readonly factorId: string | null
  /** The trusted device it was about, or null. */
  readonly deviceId: string | null
  /** The network of the client, such as `192.0.2.0/24` or `2001:db8:1::/48`, when its address was given; else null. */
  readonly clientNetwork: string | null
}
