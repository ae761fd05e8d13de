/** Why an operation on an account was refused. Nothing was changed. */
export type RefusedReason =
  | 'proof-required' // the user has a factor, or was issued an access pass: a fresh proof must come with this
  | 'proof-invalid' // not this user's, too old, bound to something else, or revoked
  | 'locked' // too many wrong codes; `retryAt` says until when
  | 'suspended' // far too many wrong codes
  | 'too-many-factors' // no place for another one, in number or in size
  | 'factor-exists' // the user has a factor with this secret or number already
  | 'unknown-factor'
  | 'last-factor-required' // a second factor is required of this user, and this is the last one
  | 'invalid-phone-number'
  | 'country-not-allowed'
  | 'sms-unavailable' // text messages are not configured, or enrolment texts to this region are shut for now
  | 'passkeys-unavailable' // passkeys are not configured
  | 'unknown-enrolment'
  | 'busy' // too much happened at once; nothing was changed, try again

/** Not done, and nothing was changed; `reason` says why. */
export interface Refused {
  readonly status: 'refused'
  readonly reason: RefusedReason
  /** From when it is worth trying again; null when waiting does not help. */
  readonly retryAt: number | null
}

/** Why a code, a passkey's response, a recovery code or a token was not accepted. */
export type RejectedReason =
  | 'wrong-code' // compared, and counted if it can be guessed
  | 'malformed-code' // not the right number of digits (or not a recovery code's form); neither compared nor counted
  | 'already-used' // right once, and burnt; counted
  | 'wrong-response' // not a valid response of a passkey of this user to this challenge; not counted
  | 'expired' // the challenge or enrolment (no attempts remain), or only the text's code (attempts remain: resend)
  | 'exhausted' // too many wrong codes on this text's code or enrolment
  | 'revoked' // something happened to the account since
  | 'settled' // this challenge or enrolment was approved, confirmed or cancelled before
  | 'locked' // too many wrong codes; nothing is compared before `retryAt`
  | 'suspended' // far too many; nothing is compared
  | 'assurance-too-low' // the policy wants a stronger proof for this purpose
  | 'too-many-factors' // the record has no room for the factor that would be confirmed
  | 'unknown-challenge' // not a token of ours for this purpose, user, namespace or binding
  | 'unknown-enrolment'
  | 'unknown-factor'
  | 'busy' // too much happened at once; nothing was counted, try again

/** Not this time. Nothing was opened; `reason` says what to tell the person. */
export interface Rejected {
  readonly status: 'rejected'
  readonly reason: RejectedReason
  /**
   * How many more wrong codes this text's code or enrolment takes before it or the user is shut; 0 when it is over; null
   * when the account was not looked at.
   */
  readonly attemptsRemaining: number | null
  /** From when codes are compared again, when the user is locked. */
  readonly retryAt: number | null
}
