import type { Clock, SmsMessage, SmsSender } from 'countersign'
import { parseKeyUri } from 'countersign/otp'
import { authenticator } from 'countersign/testing'

const TEXTS_KEPT = 12
const APPS_KEPT = 3

export interface PhoneText {
  readonly to: string
  readonly text: string
  readonly at: number
}

export interface PhoneApp {
  readonly label: string
  readonly code: string
}

/** The pretend phone: an SMS sender that delivers to a panel on the page, and an authenticator app. Yours is a provider's. */
export interface Phone extends SmsSender {
  /** The texts that have arrived at any number, newest first. */
  texts(): readonly PhoneText[]
  /** Takes a barcode into its authenticator app. */
  scan(uri: string): void
  /** What its authenticator app shows now. */
  apps(): readonly PhoneApp[]
}

export function createPhone(clock: Clock): Phone {
  let texts: readonly PhoneText[] = []
  let scanned: readonly string[] = []
  return {
    send({ to, text }: SmsMessage) {
      texts = [{ to, text, at: clock.now() }, ...texts].slice(0, TEXTS_KEPT)
      return Promise.resolve()
    },
    texts: () => texts,
    scan(uri) {
      scanned = [uri, ...scanned.filter((other) => other !== uri)].slice(0, APPS_KEPT)
    },
    apps: () =>
      scanned.map((uri) => ({ label: parseKeyUri(uri).accountName, code: authenticator(uri).code(clock.now()) })),
  }
}
