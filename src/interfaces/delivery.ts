import type { SmsChannel } from './sms-sender.js'

/** Why no text message was handed over. */
export type NotSentReason =
  | 'too-soon' // the wait since the last text is not over
  | 'budget-spent' // a limit per challenge, user, number, address or namespace is used up
  | 'screened' // the host's `screen` refused
  | 'opted-out' // the recipient told the provider to stop
  | 'unreachable' // no such number, or it cannot receive texts
  | 'delivery-failed' // the provider failed or did not answer in time; the text may still arrive

/** A text message that the sender accepted. */
export interface Sent {
  readonly status: 'sent'
  /** A text message, or a call that reads the code aloud. */
  readonly channel: SmsChannel
  /** The masked phone number, such as `•••• 0123`. */
  readonly destination: string
  /** When the text went out; earlier than now when this operation joined a challenge whose text is out already. */
  readonly sentAt: number
  /** From when another text may be asked for; null when this was the last one. */
  readonly resendAt: number | null
  /** When the code in the text stops working. */
  readonly expiresAt: number
}

/** A text message that was not sent, or not known to have been. A code sent earlier works until it expires. */
export interface NotSent {
  readonly status: 'not-sent'
  readonly reason: NotSentReason
  /** From when it is worth asking again; null when it is not. */
  readonly retryAt: number | null
}

/** What became of a text message. */
export type Delivery = Sent | NotSent
