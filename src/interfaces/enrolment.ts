import type { Delivery, NotSent, Sent } from './delivery.js'
import type { Factor } from './factor.js'
import type { PasskeyCreationOptions } from './passkeys.js'
import type { Refused, Rejected } from './refusal.js'
import type { SmsChannel } from './sms-sender.js'

/** What every enrolment is begun with. */
interface BeginEnrolmentInput {
  readonly userId: string
  /** What the person calls the factor; cut to 40 bytes. */
  readonly name?: string | null | undefined
  /** A fresh proof; needed once the user has a factor, or was issued an access pass. */
  readonly proof?: string | null | undefined
  /** What the proof was bound to, when it was. */
  readonly binding?: string | null | undefined
  /** The id of the factor that the new one replaces when it is confirmed. */
  readonly replaces?: string | null | undefined
}

/** An authenticator app to be proved. */
export interface BeginTotpInput extends BeginEnrolmentInput {
  /** Shown beside the issuer in the authenticator app, such as the e-mail address; no colon. */
  readonly accountName: string
  /** Shown in place of the configured issuer, for a product that serves several brands; no colon. */
  readonly issuer?: string | null | undefined
}

/** A phone number to be proved. */
export interface BeginSmsInput extends BeginEnrolmentInput {
  /** As typed; with `defaultCountry` it may be in national form. */
  readonly phoneNumber: string
  /** ISO 3166-1 alpha-2. */
  readonly defaultCountry?: string | null | undefined
  /** `voice` for a number that is called, such as a landline, where `sms.sender` declares it; `sms` when left out. */
  readonly channel?: SmsChannel | null | undefined
  readonly clientAddress?: string | null | undefined
  readonly locale?: string | null | undefined
}

/** A passkey or security key to be proved. */
export interface BeginPasskeyInput extends BeginEnrolmentInput {
  /** Shown by the browser or the authenticator, such as the e-mail address. */
  readonly accountName: string
}

/** Show the barcode of `uri` (see `countersign/qr`) and the secret for typing it over. */
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

/** Give `options` to the browser's `navigator.credentials.create`, and its answer to `confirm`. */
export interface StartedPasskey {
  readonly status: 'started'
  readonly enrolmentId: string
  readonly options: PasskeyCreationOptions
  readonly expiresAt: number
}

/** Which pending enrolment, and the code or the browser's answer that proves it. */
export interface ConfirmEnrolmentInput {
  readonly userId: string
  readonly enrolmentId: string
  /** The code that was texted, or that the app shows. */
  readonly code?: string | null | undefined
  /** What the browser answered to the creation options, as JSON. */
  readonly response?: unknown
  /** What the resulting proof shall be bound to. */
  readonly binding?: string | null | undefined
  /** Kept with the activity, as a network prefix. */
  readonly clientAddress?: string | null | undefined
}

/** The factor is live. */
export interface Confirmed {
  readonly status: 'confirmed'
  readonly factor: Factor
  /** Ten codes with the first factor, never shown again; null with a further one. */
  readonly recoveryCodes: readonly string[] | null
  readonly proof: string
}

/** Which pending enrolment's text shall be sent again. */
export interface ResendEnrolmentInput {
  readonly userId: string
  readonly enrolmentId: string
  /** `voice` for a call that reads the same code aloud, where `sms.sender` declares it. As before when left out. */
  readonly channel?: SmsChannel | null | undefined
  readonly clientAddress?: string | null | undefined
  readonly locale?: string | null | undefined
}

/** The pending proof that turns a secret, a phone number or a credential into a factor. */
export interface EnrolmentOperations {
  /** Makes a secret for an authenticator app. A pending one of the same kind is replaced; no live factor is touched. */
  beginTotp(input: BeginTotpInput): Promise<StartedTotp | Refused>
  /** Sends a code to a phone number. A pending one of the same kind is replaced; no live factor is touched. */
  beginSms(input: BeginSmsInput): Promise<StartedSms | Refused>
  /** Makes creation options for a passkey. A pending one of the same kind is replaced; no live factor is touched. */
  beginPasskey(input: BeginPasskeyInput): Promise<StartedPasskey | Refused>
  /** Gives again what began the enrolment, after a page was loaded again. Keep the enrolment id in the session. */
  resume(input: {
    readonly userId: string
    readonly enrolmentId: string
  }): Promise<StartedTotp | StartedSms | StartedPasskey | Refused>
  /** Sends the text again: the same code while enough of its life is left, then the next one. */
  resend(input: ResendEnrolmentInput): Promise<Sent | NotSent | Refused>
  /** Turns the pending enrolment into a factor. Exactly one call is ever confirmed. */
  confirm(input: ConfirmEnrolmentInput): Promise<Confirmed | Rejected>
  /** Drops a pending enrolment. Throws `ERR_STORE_BUSY` under contention. */
  cancel(input: { readonly userId: string; readonly enrolmentId: string }): Promise<{ readonly status: 'cancelled' }>
}
