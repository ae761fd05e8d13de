/** Every code a `TwoFactorError` can carry. An argument or option that is wrong is named by its own code. */
export type TwoFactorErrorCode =
  // construction
  | 'ERR_OPTIONS_INVALID'
  | 'ERR_ISSUER_INVALID'
  | 'ERR_KEYS_INVALID'
  | 'ERR_STORE_INVALID'
  | 'ERR_STORE_TIMEOUT_SECONDS_INVALID'
  | 'ERR_SMS_INVALID'
  | 'ERR_NAMESPACE_INVALID'
  | 'ERR_POLICY_INVALID'
  | 'ERR_CLOCK_INVALID'
  | 'ERR_RANDOM_INVALID'
  | 'ERR_ON_EVENT_INVALID'
  // arguments
  | 'ERR_INPUT_INVALID'
  | 'ERR_USER_ID_INVALID'
  | 'ERR_USER_IDS_INVALID'
  | 'ERR_PURPOSE_INVALID'
  | 'ERR_BINDING_INVALID'
  | 'ERR_CLIENT_ADDRESS_INVALID'
  | 'ERR_REQUIRED_INVALID'
  | 'ERR_LOCALE_INVALID'
  | 'ERR_ACCOUNT_NAME_INVALID'
  | 'ERR_NAME_INVALID'
  | 'ERR_DEFAULT_COUNTRY_INVALID'
  | 'ERR_MAX_AGE_SECONDS_INVALID'
  | 'ERR_TRUST_DEVICE_INVALID'
  | 'ERR_ACTOR_INVALID'
  | 'ERR_SECRET_INVALID'
  | 'ERR_SIGNAL_INVALID'
  | 'ERR_ON_PROGRESS_INVALID'
  // otp, qr
  | 'ERR_KEY_INVALID'
  | 'ERR_COUNTER_INVALID'
  | 'ERR_AT_INVALID'
  | 'ERR_ALGORITHM_INVALID'
  | 'ERR_DIGITS_INVALID'
  | 'ERR_PERIOD_SECONDS_INVALID'
  | 'ERR_WINDOW_INVALID'
  | 'ERR_AFTER_STEP_INVALID'
  | 'ERR_BASE32_INVALID'
  | 'ERR_KEY_URI_INVALID'
  | 'ERR_LABEL_INVALID'
  | 'ERR_MODULE_PIXELS_INVALID'
  // infrastructure
  | 'ERR_STORE_FAILED'
  | 'ERR_STORE_TIMEOUT'
  | 'ERR_STORE_BUSY'
  | 'ERR_RECORD_UNREADABLE'
  | 'ERR_SCREEN_FAILED'
  | 'ERR_MESSAGE_INVALID'

/**
 * What a developer or the infrastructure caused. What a user or an attacker caused is never thrown: it is a value with
 * a `reason`. Messages and causes name options and arguments, never a secret, a code, a token or a phone number.
 */
export class TwoFactorError extends Error {
  readonly code: TwoFactorErrorCode

  constructor(code: TwoFactorErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'TwoFactorError'
    this.code = code
  }
}

/** Why a provider did not take a text message. */
export type SmsDeliveryFailure = 'opted-out' | 'unreachable' | 'rejected' | 'throttled' | 'transient' | 'timeout'

/**
 * Thrown by an `SmsSender` to say why a text was not accepted: `opted-out` (the recipient replied STOP), `unreachable`
 * (no such number, or it cannot receive texts), `rejected` (the provider refuses this message), `throttled` (too many
 * at once), `transient` (not taken, worth another try), `timeout` (no answer in time; the text may still arrive).
 */
export class SmsDeliveryError extends Error {
  readonly reason: SmsDeliveryFailure

  constructor(reason: SmsDeliveryFailure, options?: { readonly cause?: unknown }) {
    super(`text message not accepted: ${reason}`, options)
    this.name = 'SmsDeliveryError'
    this.reason = reason
  }
}
