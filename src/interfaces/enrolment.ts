import type { Rejected } from './challenge.js'
import type { Delivery, NotSent, Sent } from './delivery.js'
import type { Factor } from './factors.js'

/** Why an operation on an account was refused. Nothing was changed. */
export type RefusedReason =
  | 'proof-required' // the user has a factor: a fresh proof must come with this
  | 'proof-invalid' // not this user's, too old, bound to something else, or revoked
  | 'locked'
  | 'suspended'
  | 'too-many-factors'
  | 'unknown-factor'
  | 'last-factor-required' // a second factor is required of this user, and this is the last one
  | 'invalid-phone-number'
  | 'country-not-allowed'
  | 'sms-unavailable' // text messages are not configured, or enrolment texts to this region are shut for now
  | 'unknown-enrolment'
  | 'busy'

/** Not done, and nothing was changed; `reason` says why. */
export interface Refused {
  readonly status: 'refused'
  readonly reason: RefusedReason
  /** From when it is worth trying again; null when waiting does not help. */
  readonly retryAt: number | null
}

interface BeginEnrolmentInput {
  readonly userId: string
  /** What the person calls the factor; kept to 40 bytes. */
  readonly name?: string | undefined
  /** A fresh proof; needed once the user has a factor. */
  readonly proof?: string | undefined
  /** What the proof was bound to, when it was. */
  readonly binding?: string | undefined
  /** The id of the factor that the new one replaces when it is confirmed. */
  readonly replaces?: string | undefined
}

/** An authenticator app to be proved. */
export interface BeginTotpInput extends BeginEnrolmentInput {
  /** Shown beside the issuer in the authenticator app, such as the e-mail address; no colon. */
  readonly accountName: string
}

/** A phone number to be proved. */
export interface BeginSmsInput extends BeginEnrolmentInput {
  /** As typed; with `defaultCountry` it may be in national form. */
  readonly phoneNumber: string
  /** ISO 3166-1 alpha-2. */
  readonly defaultCountry?: string | undefined
  readonly clientAddress?: string | undefined
  readonly locale?: string | undefined
}

/** Show the barcode of `uri` (see `countersign/qr`) and the secret for typing it over. Neither is shown again. */
export interface StartedTotp {
  readonly status: 'started'
  readonly enrolmentId: string
  /** Base32, unpadded. */
  readonly secret: string
  /** The `otpauth://` key URI. */
  readonly uri: string
  readonly expiresAt: number
}

/** A text with a code was handed over, or `delivery` says why not; `resend` may still do it. */
export interface StartedSms {
  readonly status: 'started'
  readonly enrolmentId: string
  /** The masked phone number. */
  readonly destination: string
  readonly delivery: Delivery
  readonly expiresAt: number
  /** Text messages are a restricted authenticator: tell the person that an app is more secure (NIST SP 800-63B-4). */
  readonly restricted: true
}

/** The code that was texted, or that the app shows. */
export interface ConfirmEnrolmentInput {
  readonly userId: string
  readonly enrolmentId: string
  readonly code: string
  /** What the resulting proof shall be bound to. */
  readonly binding?: string | undefined
}

/** The factor is live. */
export interface Confirmed {
  readonly status: 'confirmed'
  readonly factor: Factor
  /** Ten codes with the first factor, never shown again; null with a further one. */
  readonly recoveryCodes: readonly string[] | null
  readonly proof: string
}

/** The pending proof that turns a secret or a phone number into a factor. */
export interface EnrolmentOperations {
  /** Makes a secret for an authenticator app. A pending one of the same kind is replaced; no live factor is touched. */
  beginTotp(input: BeginTotpInput): Promise<StartedTotp | Refused>
  /** Sends a code to a phone number. A pending one of the same kind is replaced; no live factor is touched. */
  beginSms(input: BeginSmsInput): Promise<StartedSms | Refused>
  /** Sends the text again: the same code while it lives, then the next one. */
  resend(input: {
    readonly userId: string
    readonly enrolmentId: string
    readonly clientAddress?: string | undefined
    readonly locale?: string | undefined
  }): Promise<Sent | NotSent | Refused>
  /** Turns the pending enrolment into a factor. Exactly one call is ever confirmed. */
  confirm(input: ConfirmEnrolmentInput): Promise<Confirmed | Rejected>
  cancel(input: { readonly userId: string; readonly enrolmentId: string }): Promise<{ readonly status: 'cancelled' }>
}
