/** What a text message is for. */
export type SmsPurpose = 'sign-in' | 'step-up' | 'enrolment' | 'notice'

/** How a code reaches a phone: as a text message, or read aloud in a call. */
export type SmsChannel = 'sms' | 'voice'

/** One text message, or one call, handed to the sender after it has been paid for in the budgets. */
export interface SmsMessage {
  /** The recipient in E.164, such as `+14155550123`. */
  readonly to: string
  /** `voice` only for a sender that declares it. */
  readonly channel: SmsChannel
  /**
   * The whole text, within `sms.segments` segments of `sms.alphabet`. Send it unchanged: its last line may be machine-read.
   * For `voice`, what to read aloud.
   */
  readonly text: string
  /** The BCP 47 language of `text`, to choose a voice by; null when the host's own template was given no locale. */
  readonly language: string | null
  /** The digits of the code, for providers that build their own text; null for a notice. */
  readonly code: string | null
  readonly purpose: SmsPurpose
  /** When the code stops working (epoch ms); null for a notice. */
  readonly expiresAt: number | null
  /** The same for every attempt to send this one message, different for every other message. */
  readonly idempotencyKey: string
  /** Aborted when `timeoutSeconds` has passed and nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Hands a text message to a provider.
 *
 * Called at most once per message (a `failover` may try the next sender), after the send was committed, from many
 * requests at once. Resolve once the provider has accepted the message; reject with an `SmsDeliveryError` to say why it
 * was not accepted, or with anything else for an unnamed failure. The code stays valid either way.
 */
export interface SmsSender {
  /** What it can deliver; text messages alone when it does not say. */
  readonly channels?: readonly SmsChannel[] | undefined
  /** Hands over one message. Resolves when the provider has accepted it. */
  send(message: SmsMessage): Promise<void>
}

/** What is known of a text before anything is spent on it; given to `screen`. */
export interface SmsScreenRequest {
  readonly userId: string
  /** E.164. */
  readonly to: string
  /** ISO 3166-1 alpha-2, such as `US`. */
  readonly country: string
  readonly purpose: Exclude<SmsPurpose, 'notice'>
  readonly channel: SmsChannel
  readonly clientAddress: string | null
}
