import type { SmsDeliveryFailure } from '../errors.js'
import { SmsDeliveryError } from '../errors.js'
import type { SmsChannel, SmsMessage, SmsSender } from '../interfaces/sms-sender.js'

/** A sender that keeps what it is given, as the phones of all recipients. */
export interface SmsInbox extends SmsSender {
  /** Every text that arrived, oldest first. */
  readonly messages: readonly SmsMessage[]
  /** How often `send` was called, whatever came of it. */
  readonly attempts: number
  /** The newest text, to `to` when given. Throws when there is none. */
  last(to?: string): SmsMessage
  /** The code of the newest text. Throws when there is none. */
  lastCode(to?: string): string
  /** From now on every text is refused for this reason; or, without one, fails without saying why. */
  fail(reason?: SmsDeliveryFailure): void
  /** From now on texts neither arrive nor fail, until `release`. */
  hang(): void
  /** Lets the texts that hang arrive late, and later ones at once. */
  release(): void
  /** From now on texts arrive again. */
  work(): void
  /** Forgets what arrived. */
  clear(): void
}

type Mode =
  | { readonly status: 'working' }
  | { readonly status: 'failing'; readonly error: Error }
  | { readonly status: 'hanging' }

/** What a pretend provider can deliver. */
export interface SmsInboxOptions {
  /** Text messages alone unless said otherwise; `voice` for calls that read the code aloud. */
  readonly channels?: readonly SmsChannel[] | undefined
}

/** A pretend provider for tests and demos. */
export function smsInbox({ channels = ['sms'] }: SmsInboxOptions = {}): SmsInbox {
  const messages: SmsMessage[] = []
  let waiting: (() => void)[] = []
  let mode: Mode = { status: 'working' }
  let attempts = 0

  function last(to?: string): SmsMessage {
    const message = messages.findLast((each) => to === undefined || each.to === to)
    if (message === undefined) throw new Error('no text message has arrived')
    return message
  }

  return {
    channels,
    messages,
    get attempts() {
      return attempts
    },
    async send(message) {
      attempts++
      switch (mode.status) {
        case 'working':
          messages.push(message)
          return
        case 'failing':
          throw mode.error
        case 'hanging':
          await new Promise<void>((resolve) => waiting.push(resolve))
          messages.push(message)
      }
    },
    last,
    lastCode(to) {
      const { code } = last(to)
      if (code === null) throw new Error('the newest text message has no code')
      return code
    },
    fail(reason) {
      mode = {
        status: 'failing',
        error: reason === undefined ? new Error('provider unavailable') : new SmsDeliveryError(reason),
      }
    },
    hang() {
      mode = { status: 'hanging' }
    },
    release() {
      mode = { status: 'working' }
      for (const resume of waiting) resume()
      waiting = []
    },
    work() {
      mode = { status: 'working' }
    },
    clear() {
      messages.length = 0
    },
  }
}
