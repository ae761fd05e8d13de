/** Every code a `TwoFactorError` can carry. An argument or option that is wrong is named by its own code. */
export type TwoFactorErrorCode =
  // construction
  | 'ERR_OPTIONS_INVALID'
  | 'ERR_ISSUER_INVALID'
  | 'ERR_KEYS_INVALID'
  | 'ERR_STORE_INVALID'
  | 'ERR_STORE_TIMEOUT_SECONDS_INVALID'
  | 'ERR_STORE_CONCURRENCY_INVALID'
  | 'ERR_STORE_WAIT_SECONDS_INVALID'
  | 'ERR_SMS_INVALID'
  | 'ERR_PASSKEYS_INVALID'
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
  | 'ERR_SUMMARY_INVALID'
  | 'ERR_ASSURANCE_INVALID'
  | 'ERR_LIFETIME_SECONDS_INVALID'
  | 'ERR_RECOVERY_CODES_INVALID'
  | 'ERR_CLIENT_ADDRESS_INVALID'
  | 'ERR_REQUIRED_INVALID'
  | 'ERR_LOCALE_INVALID'
  | 'ERR_CHANNEL_INVALID'
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
  | 'ERR_PASSKEYS_FAILED'
  | 'ERR_MESSAGE_INVALID'

/** Marks errors of this library, whichever copy of it made them: two versions, an ES module and a CommonJS build, two realms. */
const twoFactorErrorBrand = Symbol.for('countersign.TwoFactorError')
const smsDeliveryErrorBrand = Symbol.for('countersign.SmsDeliveryError')

/**
 * What a developer or the infrastructure caused. What a user or an attacker caused is never thrown: it is a value with
 * a `reason`. Messages and causes name options and arguments, never a secret, a code, a token or a phone number.
 * `instanceof` recognises the errors of every copy of this library.
 */
export class TwoFactorError extends Error {
  readonly code: TwoFactorErrorCode

  static {
    Object.defineProperty(this.prototype, twoFactorErrorBrand, { value: true })
  }

  /** Recognises the errors of any copy of the library, in any realm. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === TwoFactorError ? hasBrand(value, twoFactorErrorBrand) : isOrdinaryInstance(this, value)
  }

  constructor(code: TwoFactorErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'TwoFactorError'
    this.code = code
  }
}

/** Tells whether `value` is a `TwoFactorError` of this or another copy of the library. */
export function isTwoFactorError(value: unknown): value is TwoFactorError {
  return hasBrand(value, twoFactorErrorBrand) && typeof read(value, 'code') === 'string'
}

const smsDeliveryFailures = ['opted-out', 'unreachable', 'rejected', 'throttled', 'transient', 'timeout'] as const

/** Why a provider did not take a text message. */
export type SmsDeliveryFailure = (typeof smsDeliveryFailures)[number]

/**
 * Thrown by an `SmsSender` to say why a text was not accepted: `opted-out` (the recipient replied STOP), `unreachable`
 * (no such number, or it cannot receive texts), `rejected` (the provider refuses this message), `throttled` (too many
 * at once), `transient` (not taken, worth another try), `timeout` (no answer in time; the text may still arrive).
 * `instanceof` recognises the errors of every copy of this library.
 */
export class SmsDeliveryError extends Error {
  readonly reason: SmsDeliveryFailure

  static {
    Object.defineProperty(this.prototype, smsDeliveryErrorBrand, { value: true })
  }

  /** Recognises the errors of any copy of the library, in any realm. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === SmsDeliveryError ? hasBrand(value, smsDeliveryErrorBrand) : isOrdinaryInstance(this, value)
  }

  constructor(reason: SmsDeliveryFailure, options?: { readonly cause?: unknown }) {
    super(`text message not accepted: ${reason}`, options)
    this.name = 'SmsDeliveryError'
    this.reason = reason
  }
}

/**
 * Tells whether `value` is an `SmsDeliveryError` of this or another copy of the library. False when its reason is none
 * that this copy knows: such an error counts as an unnamed failure.
 */
export function isSmsDeliveryError(value: unknown): value is SmsDeliveryError {
  const known: readonly unknown[] = smsDeliveryFailures
  return hasBrand(value, smsDeliveryErrorBrand) && known.includes(read(value, 'reason'))
}

function hasBrand(value: unknown, brand: symbol): value is object {
  return typeof value === 'object' && value !== null && read(value, brand) === true
}

/** Never throws: what a sender rejects with may be a revoked proxy, or have a getter that throws. */
function read(value: object, name: PropertyKey): unknown {
  try {
    return Reflect.get(value, name)
  } catch {
    return undefined
  }
}

/** What `instanceof` means for a subclass, which inherits `Symbol.hasInstance`. */
function isOrdinaryInstance(constructor: NewableFunction, value: unknown): boolean {
  return Function.prototype[Symbol.hasInstance].call(constructor, value)
}
