/** The kinds of factor: an authenticator app (`totp`), a phone number (`sms`), a passkey or security key (`passkey`). */
export type FactorKind = 'totp' | 'sms' | 'passkey'

/** How a second proof was given. */
export type ProofMethod = FactorKind | 'recovery-code' | 'access-pass'

/**
 * How much a second proof is worth, weakest first: an `access-pass` that staff issued, a `recovery` code, a typed code
 * (`second-factor`), a passkey (`phishing-resistant`).
 */
export type Assurance = 'access-pass' | 'recovery' | 'second-factor' | 'phishing-resistant'

/** A confirmed factor as a listing shows it: no secret and no full phone number. */
export interface Factor {
  readonly id: string
  readonly kind: FactorKind
  /** What the person calls it, or null. */
  readonly name: string | null
  /** The masked phone number, such as `•••• 0123`; null for the other kinds. */
  readonly destination: string | null
  readonly confirmedAt: number
  /** When it was last accepted for a challenge (epoch ms); null when it never was. */
  readonly lastUsedAt: number | null
  /** Whether sign-in asks for this factor first. */
  readonly preferred: boolean
  /** True for text messages, a restricted authenticator (NIST SP 800-63B-4, section 3.2.9). */
  readonly restricted: boolean
  /** Whether a passkey may be synced between devices; null for the other kinds. */
  readonly synced: boolean | null
}
