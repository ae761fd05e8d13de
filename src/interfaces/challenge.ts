import type { Delivery, NotSent, Sent } from './delivery.js'
import type { Assurance, Factor, ProofMethod } from './factor.js'
import type { PasskeyRequestOptions } from './passkeys.js'
import type { Rejected } from './refusal.js'
import type { SmsChannel } from './sms-sender.js'
import type { IssuedTrustedDevice, TrustedDevice } from './trusted-devices.js'

/** What a second proof is asked for: getting in, or doing something sensitive once in. */
export type ChallengePurpose = 'sign-in' | 'step-up'

/** What a proof was earned by: a challenge, or the confirmation of an enrolment. */
export type ProofPurpose = ChallengePurpose | 'enrolment'

/** Who is asked for a second proof, what for, and what the browser brought along. */
export interface BeginChallengeInput {
  /** Whose second proof: opaque and exact, 1 to 1024 bytes of UTF-8. */
  readonly userId: string
  /** The value of the device cookie, this user's own or one that is shared; anything else than a live token is ignored. */
  readonly trustedDeviceToken?: string | null | undefined
  /** `sign-in` unless said otherwise. A trusted device never satisfies `step-up`. */
  readonly purpose?: ChallengePurpose | null | undefined
  /**
   * What the proof is for: a session id, or an amount and payee. Part of the code and of the proof, so any change
   * invalidates both. At most 1024 bytes; never shown.
   */
  readonly binding?: string | null | undefined
  /**
   * What a step-up text says is being confirmed, such as `EUR 1,234.56 to Jane Doe`. Part of the code; shown whole or
   * refused with `ERR_SUMMARY_INVALID`.
   */
  readonly summary?: string | null | undefined
  /** Which factor to ask for; one that is unknown is ignored. */
  readonly factorId?: string | null | undefined
  /** The client's network address, for the sending budget per address and for joining a form that is submitted twice. */
  readonly clientAddress?: string | null | undefined
  /** Whether the host requires a second factor of this user; with a grace instant, from then on. */
  readonly required?: boolean | { readonly from: number } | null | undefined
  /** BCP 47 language of the text message. */
  readonly locale?: string | null | undefined
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
  /** Redeems the access pass that staff issued and that enrolling needs; null when none was issued. */
  readonly token: string | null
}

/** This browser was trusted earlier: let them in. It is not a second factor: `amr` adds nothing to the password's. */
export interface Trusted {
  readonly status: 'trusted'
  readonly device: TrustedDevice
  readonly amr: readonly string[]
  readonly assurance: 'single-factor'
}

/** A token that takes a recovery code or an access pass while no typed code is compared. */
interface RecoveryOnly {
  readonly token: string
  readonly expiresAt: number
  readonly recoveryCodesRemaining: number
}

/** Too many wrong codes: no typed code is compared before `retryAt`. The token takes a recovery code at once. */
export interface Locked extends RecoveryOnly {
  readonly status: 'locked'
  readonly retryAt: number
}

/** Far too many wrong codes: waiting does not help. The token takes a recovery code. */
export interface Suspended extends RecoveryOnly {
  readonly status: 'suspended'
}

/** A second proof is asked for. Keep `token` where only this browser sends it back, and create no session yet. */
export interface Challenged {
  readonly status: 'challenged'
  readonly token: string
  /** The factor asked for. */
  readonly factor: Factor
  /** Every factor it could be switched to, this one included. */
  readonly factors: readonly Factor[]
  /** What became of the text message; null for the other kinds. */
  readonly delivery: Delivery | null
  /** What `navigator.credentials.get` takes, over all the user's passkeys; null for the other kinds. */
  readonly passkey: PasskeyRequestOptions | null
  readonly expiresAt: number
  readonly recoveryCodesRemaining: number
}

/** Let them in (`not-required`, `trusted`), have them enrol, or show the page that takes a code or a recovery code. */
export type BeginChallengeResult = NotRequired | EnrolmentRequired | Trusted | Locked | Suspended | Challenged

/** A typed code or a passkey's response, and whether to trust the device it came from. */
export interface VerifyChallengeInput {
  /** The token of `begin` or `switchFactor`. */
  readonly token: string
  /** What the person typed. Spaces, dashes and invisible marks are removed; digits of any script are read. */
  readonly code?: string | null | undefined
  /** What the browser answered to the passkey request options, as JSON. */
  readonly response?: unknown
  /** The same as at `begin`. */
  readonly binding?: string | null | undefined
  /** Given when the person chose to trust this device; both texts are cut to 40 bytes. A step-up trusts none. */
  readonly trustDevice?: { readonly name: string; readonly details?: string | null | undefined } | null | undefined
  /** Kept with the activity, as a network prefix. */
  readonly clientAddress?: string | null | undefined
}

/** The second proof was given, once. Now create the session. */
export interface Approved {
  readonly status: 'approved'
  readonly userId: string
  readonly purpose: ChallengePurpose
  /** The factor that gave it; null for a recovery code or an access pass. */
  readonly factor: Factor | null
  readonly method: ProofMethod
  /** Authentication method references to add to the first factor's (RFC 8176). */
  readonly amr: readonly string[]
  readonly assurance: Assurance
  readonly at: number
  /** Shows for `proofLifetimeSeconds` that this user passed a second factor; see `checkProof`. */
  readonly proof: string
  readonly trustedDevice: IssuedTrustedDevice | null
  readonly recoveryCodesRemaining: number
  /** True after a suspended account or one without a factor was recovered: have them enrol before anything else. */
  readonly enrolmentRequired: boolean
  /** How many wrong codes in a row came before this; tell the person of them. */
  readonly failuresBefore: number
}

/** A recovery code, or an access pass, in place of a code. */
export interface RedeemRecoveryCodeInput {
  readonly token: string
  /** What the person typed. Case, spaces, dashes and invisible marks are forgiven; O is 0, I and L are 1. */
  readonly recoveryCode: string
  readonly binding?: string | null | undefined
  /** Kept with the activity, as a network prefix. */
  readonly clientAddress?: string | null | undefined
}

/** Another factor for the same challenge: one of those that `begin` listed. */
export interface SwitchFactorInput {
  readonly token: string
  readonly factorId: string
  readonly clientAddress?: string | null | undefined
  readonly locale?: string | null | undefined
}

/** The challenge whose text shall be sent again. */
export interface ResendInput {
  readonly token: string
  /** `voice` for a call that reads the same code aloud, where `sms.sender` declares it. As before when left out. */
  readonly channel?: SmsChannel | null | undefined
  readonly clientAddress?: string | null | undefined
  readonly locale?: string | null | undefined
}

/** A proof, and what it must be: whose, bound to what, how fresh, earned by what and worth how much. */
export interface CheckProofInput {
  readonly userId: string
  readonly proof: string
  readonly binding?: string | null | undefined
  /** How old the proof may be: 1 second to the policy's `proofLifetimeSeconds`, which it is unless said otherwise. */
  readonly maxAgeSeconds?: number | null | undefined
  /** What the proof must have been earned by; any purpose unless said otherwise. */
  readonly purpose?: ProofPurpose | null | undefined
  /** What the proof must be worth at least; any assurance unless said otherwise. */
  readonly assurance?: Assurance | null | undefined
}

/** Whether the proof holds, and if so how and when it was earned. There is no reason: ask for a new one. */
export type CheckProofResult =
  | {
      readonly status: 'valid'
      readonly method: ProofMethod
      readonly at: number
      readonly purpose: ProofPurpose
      readonly assurance: Assurance
    }
  | { readonly status: 'invalid' }

/** One request for a second proof, from asking to approval. */
export interface ChallengeOperations {
  /**
   * Asks for a second proof, and sends a text at once when the factor asked for is a phone number. One store call and no
   * write; by text two, and two more for each shared sending budget that the text draws on.
   * @throws TwoFactorError `ERR_USER_ID_INVALID` and the like for the host's own arguments, `ERR_SUMMARY_INVALID`;
   *   `ERR_STORE_…` (`ERR_STORE_BUSY` when too much happens at once), `ERR_RECORD_UNREADABLE`, `ERR_CLOCK_INVALID`,
   *   `ERR_SCREEN_FAILED`, `ERR_MESSAGE_INVALID`, `ERR_PASSKEYS_FAILED` when something behind it fails.
   */
  begin(input: BeginChallengeInput): Promise<BeginChallengeResult>
  /** Checks a typed code or a passkey's response. Exactly one call per challenge is ever approved. Two store calls. */
  verify(input: VerifyChallengeInput): Promise<Approved | Rejected>
  /** Spends a recovery code or an access pass; revokes every trusted device. Works while codes are locked. */
  redeemRecoveryCode(input: RedeemRecoveryCodeInput): Promise<Approved | Rejected>
  /** Asks for another factor within the same challenge and the same guesses: a new token, the same expiry. */
  switchFactor(input: SwitchFactorInput): Promise<Challenged | Rejected>
  /** Sends the text again: the same code while enough of its life is left, then the next one. */
  resend(input: ResendInput): Promise<Sent | NotSent | Rejected>
  /**
   * Ends a challenge, as long as it is among the last ten that were settled or cancelled: a cancelled one that more recent ones
   * crowd out can be answered again, with a right proof, until it expires. An approval is never forgotten like this. Any other
   * token is ignored. Throws `ERR_STORE_BUSY` under contention.
   */
  cancel(input: { readonly token: string }): Promise<{ readonly status: 'cancelled' }>
  /** Tells whether `proof` is this user's, bound to `binding`, fresh enough and not revoked. One store call. */
  checkProof(input: CheckProofInput): Promise<CheckProofResult>
}
