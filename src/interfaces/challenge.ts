import type { Delivery, NotSent, Sent } from './delivery.js'
import type { Factor, IssuedTrustedDevice, ProofMethod, TrustedDevice } from './factors.js'

/** What a second proof is asked for: getting in, or doing something sensitive once in. */
export type ChallengePurpose = 'sign-in' | 'step-up'

/** Who is asked for a second proof, what for, and what the browser brought along. */
export interface BeginChallengeInput {
  /** Whose second proof: opaque and exact, 1 to 255 bytes of UTF-8. */
  readonly userId: string
  /** The value of the cookie named by `trustedDevices.cookieName`; anything else than a live token is ignored. */
  readonly trustedDeviceToken?: string | undefined
  /** `sign-in` unless said otherwise. A trusted device never satisfies `step-up`. */
  readonly purpose?: ChallengePurpose | undefined
  /**
   * What the proof is for: a session id, or an amount and payee. Part of the code and of the proof, so any change
   * invalidates both. At most 1024 bytes; message templates see it when it is at most 96.
   */
  readonly binding?: string | undefined
  /** Which factor to ask for; one that is unknown is ignored. */
  readonly factorId?: string | undefined
  /** The client's network address, for the sending budget per address. */
  readonly clientAddress?: string | undefined
  /** Whether the host requires a second factor of this user; with a grace instant, from then on. */
  readonly required?: boolean | { readonly from: number } | undefined
  /** BCP 47 language of the text message. */
  readonly locale?: string | undefined
}

/** The user has no factor, and none is required: let them in. */
export interface NotRequired {
  readonly status: 'not-required'
}

/** The user has no factor, and one is required: let them do nothing but enrol, or, before `graceEndsAt`, remind them. */
export interface EnrolmentRequired {
  readonly status: 'enrolment-required'
  /** When the requirement starts to bind; null when it binds now. */
  readonly graceEndsAt: number | null
}

/** This browser was trusted earlier: let them in. It is not a second factor: `amr` adds nothing to the password's. */
export interface Trusted {
  readonly status: 'trusted'
  readonly device: TrustedDevice
  readonly amr: readonly string[]
  readonly assurance: 'single-factor'
}

/** Too many wrong codes: no code is compared before `retryAt`, this token's included. It takes a recovery code at once. */
export interface Locked {
  readonly status: 'locked'
  readonly retryAt: number
  readonly token: string
  readonly expiresAt: number
  readonly recoveryCodesRemaining: number
}

/** Far too many wrong codes: waiting does not help. The token still takes a recovery code. */
export interface Suspended {
  readonly status: 'suspended'
  readonly token: string
  readonly expiresAt: number
  readonly recoveryCodesRemaining: number
}

/** A code is asked for. Keep `token` where only this browser sends it back, and create no session yet. */
export interface Challenged {
  readonly status: 'challenged'
  readonly token: string
  /** The factor asked for. */
  readonly factor: Factor
  /** Every factor it could be switched to, this one included. */
  readonly factors: readonly Factor[]
  /** What became of the text message; null for an authenticator app. */
  readonly delivery: Delivery | null
  readonly expiresAt: number
  readonly recoveryCodesRemaining: number
}

/** Let them in (`not-required`, `trusted`), have them enrol, or show the page that takes a code or a recovery code. */
export type BeginChallengeResult = NotRequired | EnrolmentRequired | Trusted | Locked | Suspended | Challenged

/** Why a code, a recovery code or a token did not lead on. */
export type RejectedReason =
  | 'wrong-code' // compared, and counted
  | 'malformed-code' // not n ASCII digits (or not a recovery code's form); neither compared nor counted
  | 'already-used' // right once, and burnt; counted
  | 'expired' // the challenge or enrolment (no attempts remain), or only the text's code (attempts remain: resend)
  | 'exhausted' // five wrong codes on this challenge or enrolment
  | 'revoked' // something happened to the account since
  | 'settled' // this challenge or enrolment was approved, confirmed or cancelled before
  | 'locked' // too many wrong codes; nothing is compared before `retryAt`
  | 'suspended' // far too many; nothing is compared
  | 'unknown-challenge' // not a token of ours for this purpose, user, namespace or binding
  | 'unknown-enrolment'
  | 'unknown-factor'
  | 'busy' // too much happened at once; nothing was counted, try again

/** Not this time. Nothing was opened; `reason` says what to tell the person. */
export interface Rejected {
  readonly status: 'rejected'
  readonly reason: RejectedReason
  /**
   * How many more wrong codes this challenge or enrolment takes before it or the user is shut; 0 when it is over; null when
   * the account was not looked at.
   */
  readonly attemptsRemaining: number | null
  /** From when codes are compared again, when the user is locked. */
  readonly retryAt: number | null
}

/** A typed code, and whether to trust the device it was typed on. */
export interface VerifyChallengeInput {
  /** The token of `begin` or `switchFactor`. */
  readonly token: string
  /** What the person typed. Spaces and dashes are removed. */
  readonly code: string
  /** The same as at `begin`. */
  readonly binding?: string | undefined
  /** Given when the person chose to trust this device. The name is kept to 40 bytes. A step-up trusts none. */
  readonly trustDevice?: { readonly name: string } | undefined
}

/** The second proof was given, once. Now create the session. */
export interface Approved {
  readonly status: 'approved'
  readonly userId: string
  readonly purpose: ChallengePurpose
  /** The factor that gave it; null for a recovery code. */
  readonly factor: Factor | null
  readonly method: ProofMethod
  /** Authentication method references to add to the first factor's (RFC 8176). */
  readonly amr: readonly string[]
  readonly assurance: 'second-factor' | 'recovery'
  readonly at: number
  /** Shows for ten minutes that this user passed a second factor; see `checkProof`. */
  readonly proof: string
  readonly trustedDevice: IssuedTrustedDevice | null
  readonly recoveryCodesRemaining: number
  /** True after a suspended account was recovered: have them enrol anew before anything else. */
  readonly enrolmentRequired: boolean
}

/** A recovery code in place of a code. */
export interface RedeemRecoveryCodeInput {
  readonly token: string
  /** What the person typed. Case, spaces and dashes are forgiven; O is 0, I and L are 1. */
  readonly recoveryCode: string
  readonly binding?: string | undefined
}

/** Another factor for the same challenge: one of those that `begin` listed. */
export interface SwitchFactorInput {
  readonly token: string
  readonly factorId: string
  readonly clientAddress?: string | undefined
  readonly locale?: string | undefined
}

/** The challenge whose text shall be sent again. */
export interface ResendInput {
  readonly token: string
  readonly clientAddress?: string | undefined
  readonly locale?: string | undefined
}

/** A proof, and what it must be: whose, bound to what, how fresh. */
export interface CheckProofInput {
  readonly userId: string
  readonly proof: string
  readonly binding?: string | undefined
  /** How old the proof may be: 1 second to the policy's `proofLifetimeSeconds`, which it is unless said otherwise. */
  readonly maxAgeSeconds?: number | undefined
}

/** Whether the proof holds, and if so how and when it was earned. There is no reason: ask for a new one. */
export type CheckProofResult =
  { readonly status: 'valid'; readonly method: ProofMethod; readonly at: number } | { readonly status: 'invalid' }

/** One request for a second proof, from asking to approval. */
export interface ChallengeOperations {
  /**
   * Asks for a second proof. Sends a text at once when the factor asked for is a phone number.
   * Two store calls, one when nothing has to be asked; two more for each shared sending budget a text draws on.
   * @throws TwoFactorError `ERR_USER_ID_INVALID` and the like for the host's own arguments; `ERR_STORE_…`,
   *   `ERR_RECORD_UNREADABLE`, `ERR_CLOCK_INVALID`, `ERR_SCREEN_FAILED` when something behind it fails.
   */
  begin(input: BeginChallengeInput): Promise<BeginChallengeResult>
  /** Checks a typed code. Exactly one call per challenge is ever approved. Two store calls; none for malformed input. */
  verify(input: VerifyChallengeInput): Promise<Approved | Rejected>
  /** Spends a recovery code in place of a code; revokes every trusted device. Works while codes are locked. */
  redeemRecoveryCode(input: RedeemRecoveryCodeInput): Promise<Approved | Rejected>
  /** Asks for another factor within the same challenge and the same guesses. */
  switchFactor(input: SwitchFactorInput): Promise<Challenged | Rejected>
  /** Sends the text again: the same code while it lives, then the next one. */
  resend(input: ResendInput): Promise<Sent | NotSent | Rejected>
  /** Ends a challenge. Whatever the token was, afterwards it opens nothing. */
  cancel(input: { readonly token: string }): Promise<{ readonly status: 'cancelled' }>
  /** Tells whether `proof` is this user's, bound to `binding`, fresh enough and not revoked. One store call. */
  checkProof(input: CheckProofInput): Promise<CheckProofResult>
}
