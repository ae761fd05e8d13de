import type { Clock, SmsChannel, SmsMessage, SmsSender, Store, TwoFactorEvent } from 'countersign'
import { parseKeyUri } from 'countersign/otp'
import { authenticator } from 'countersign/testing'

const TEXTS_KEPT = 12
const KEY = 'phone'
/** An app that was scanned and never confirmed is forgotten as its enrolment is. */
const UNCONFIRMED_MS = 10 * 60 * 1000

const MAILS_KEPT = 12

/** An e-mail: in this demo every address is read on the phone. */
export interface PhoneMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** The page of the portal that it links to. */
  readonly path: string
  readonly at: number
}

export interface PhoneText {
  readonly to: string
  readonly text: string
  readonly at: number
  /** `voice` for a call, whose text was read aloud. */
  readonly channel?: SmsChannel
}

/** What the authenticator app has scanned; `factorId` once it was confirmed. */
interface ScannedApp {
  readonly userId: string
  readonly enrolmentId: string
  readonly factorId: string | null
  readonly uri: string
  readonly at: number
}

interface Memory {
  readonly texts: readonly PhoneText[]
  readonly apps: readonly ScannedApp[]
  readonly mails?: readonly PhoneMail[]
}

export interface PhoneApp {
  readonly label: string
  readonly code: string
}

/** The pretend phone: an SMS sender that delivers to a panel on the page, and an authenticator app. Yours is a provider's. */
export interface Phone extends SmsSender {
  /** The texts and calls that have arrived at any number, newest first. */
  texts(): readonly PhoneText[]
  /** The e-mails that have arrived, newest first. */
  mails(): readonly PhoneMail[]
  mail(mail: Omit<PhoneMail, 'at'>): Promise<void>
  /** Takes a barcode into its authenticator app. */
  scan(app: { readonly userId: string; readonly enrolmentId: string; readonly uri: string }): Promise<void>
  /** The barcode that was scanned has become a factor. */
  confirmed(enrolmentId: string, factorId: string): Promise<void>
  /** What its authenticator app shows now, newest first: one for each factor that is still there. */
  apps(): readonly PhoneApp[]
  /** Lets go of apps whose factor is gone. */
  hear(event: TwoFactorEvent): Promise<void>
}

/** It remembers in `store`, beside the accounts: a restart that kept them and emptied it would lock everyone out. */
export async function createPhone(clock: Clock, store: Store): Promise<Phone> {
  let stored = await store.get(KEY)
  let memory: Memory = stored === null ? { texts: [], apps: [] } : (JSON.parse(stored) as Memory)
  let saving = Promise.resolve()

  const change = (next: Partial<Memory>): Promise<void> => {
    memory = { ...memory, ...next }
    const save = async (): Promise<void> => {
      const text = JSON.stringify(memory)
      // One writer at a time has this phone; should another have written, the newer picture wins.
      if (text !== stored && !(await store.swap(KEY, stored, text, null)))
        await store.swap(KEY, await store.get(KEY), text, null)
      stored = text
    }
    saving = saving.then(save, save)
    return saving
  }
  const dropApps = (isGone: (app: ScannedApp) => boolean): Promise<void> =>
    memory.apps.some(isGone) ? change({ apps: memory.apps.filter((app) => !isGone(app)) }) : Promise.resolve()
  const isForgotten = ({ factorId, at }: ScannedApp): boolean => factorId === null && clock.now() - at >= UNCONFIRMED_MS

  return {
    channels: ['sms', 'voice'],
    send: ({ to, text, channel }: SmsMessage) =>
      change({ texts: [{ to, text, channel, at: clock.now() }, ...memory.texts].slice(0, TEXTS_KEPT) }),
    texts: () => memory.texts,
    mails: () => memory.mails ?? [],
    mail: (mail) => change({ mails: [{ ...mail, at: clock.now() }, ...(memory.mails ?? [])].slice(0, MAILS_KEPT) }),
    scan({ userId, enrolmentId, uri }) {
      const others = memory.apps.filter((app) => app.userId !== userId || app.factorId !== null)
      return change({ apps: [{ userId, enrolmentId, factorId: null, uri, at: clock.now() }, ...others] })
    },
    confirmed: (enrolmentId, factorId) =>
      change({ apps: memory.apps.map((app) => (app.enrolmentId === enrolmentId ? { ...app, factorId } : app)) }),
    apps: () =>
      memory.apps
        .filter((app) => !isForgotten(app))
        .map(({ uri }) => ({ label: parseKeyUri(uri).accountName, code: authenticator(uri).code(clock.now()) })),
    async hear(event) {
      const { type } = event
      if (type === 'factor-removed') await dropApps(({ factorId }) => factorId === event.factorId)
      if (type === 'factor-replaced') await dropApps(({ factorId }) => factorId === event.replacedFactorId)
      if (type === 'disabled' || type === 'reset' || type === 'erased')
        await dropApps(({ userId }) => userId === event.userId)
    },
  }
}
