/** The kinds of factor. An authenticator app (`totp`) is the more secure one. */
export type FactorKind = 'totp' | 'sms'

/** How a second proof was given. */
export type ProofMethod = FactorKind | 'recovery-code'

/** A confirmed factor as a listing shows it: no secret and no full phone number. */
export interface Factor {
  readonly id: string
  readonly kind: FactorKind
  /** What the person calls it, or null. */
  readonly name: string | null
  /** The masked phone number, such as `•••• 0123`; null for an authenticator app. */
  readonly destination: string | null
  readonly confirmedAt: number
  /** Whether sign-in asks for this factor first. */
  readonly preferred: boolean
  /** True for text messages, a restricted authenticator (NIST SP 800-63B-4, section 3.2.9). */
  readonly restricted: boolean
}

/** A browser that may skip the sign-in challenge until `expiresAt`. Skipping is not a second factor. */
export interface TrustedDevice {
  readonly id: string
  readonly name: string
  readonly trustedAt: number
  readonly expiresAt: number
}

/** A trusted device just minted: the token belongs in a cookie named `cookieName`, for `maxAgeSeconds`. */
export interface IssuedTrustedDevice extends TrustedDevice {
  readonly token: string
  readonly cookieName: string
  readonly maxAgeSeconds: number
}
