import { createTwoFactor, type Confirmed, type Store, type TwoFactor } from 'countersign'
import {
  authenticator,
  createSoftwarePasskey,
  type Authenticator,
  fixedClock,
  type FixedClock,
  type SmsInbox,
  smsInbox,
} from 'countersign/testing'
import { passkeys } from 'countersign/passkeys'
import { inspectUser } from '../../src/cli/inspect.js'
import { makeTerminal } from '../cli/terminal.js'
import { must } from '../support/outcome.js'

const KEYS = [{ id: 'k1', secret: new Uint8Array(32).fill(7) }]

export const START = Date.UTC(2026, 0, 5, 9)

/** The same core in every process: one key, one issuer, a clock of its own that the test sets. */
export function openCore(
  store: Store,
  at: number,
): { readonly twoFactor: TwoFactor; readonly clock: FixedClock; readonly inbox: SmsInbox } {
  const clock = fixedClock(at)
  const inbox = smsInbox()
  return {
    twoFactor: createTwoFactor({
      issuer: 'Clinic',
      keys: KEYS,
      store,
      clock,
      sms: { sender: inbox, countries: ['US'] },
      passkeys: passkeys({ rpId: 'localhost', origins: ['http://localhost'] }),
    }),
    clock,
    inbox,
  }
}

/** What `countersign inspect` shows of somebody's record. */
export async function inspectCore(store: Store, userId: string, at: number): Promise<unknown> {
  const terminal = makeTerminal()
  terminal.clock.set(at)
  await inspectUser({ store, keys: KEYS, namespace: 'default', userId, json: true }, terminal)
  return JSON.parse(terminal.printed) as unknown
}

/** Somebody with a second factor, as the process that enrolled them knows them. */
export interface Enrolled {
  readonly twoFactor: TwoFactor
  readonly clock: FixedClock
  readonly inbox: SmsInbox
  readonly recoveryCodes: readonly string[]
  /** The token of a new challenge. */
  begin(): Promise<string>
  /** The right code: the app's, or the one in the newest text that this process sent. */
  code(): string
}

/** Enrols somebody with an authenticator app, a minute before they sign in. */
export async function enrolApp(store: Store, userId: string): Promise<Enrolled & { readonly app: Authenticator }> {
  const core = openCore(store, START)
  const { enrolment } = core.twoFactor
  const { enrolmentId, uri } = must(await enrolment.beginTotp({ userId, accountName: userId }), 'started')
  const app = authenticator(uri)
  const code = (): string => app.code(core.clock)
  const confirmed = must(await enrolment.confirm({ userId, enrolmentId, code: code() }), 'confirmed')
  return { ...enrolled(core, userId, confirmed), app, code }
}

/** Enrols somebody with a phone number, a minute before they sign in. */
export async function enrolPhone(store: Store, userId: string, phoneNumber: string): Promise<Enrolled> {
  const core = openCore(store, START)
  const { enrolment } = core.twoFactor
  const { enrolmentId } = must(await enrolment.beginSms({ userId, phoneNumber }), 'started')
  const code = (): string => core.inbox.lastCode(phoneNumber)
  const confirmed = must(await enrolment.confirm({ userId, enrolmentId, code: code() }), 'confirmed')
  return { ...enrolled(core, userId, confirmed), code }
}

/** Enrols somebody with a passkey, a minute before they sign in. */
export async function enrolPasskey(store: Store, userId: string) {
  const core = openCore(store, START)
  const { enrolment, challenge } = core.twoFactor
  const key = createSoftwarePasskey({ origin: 'http://localhost' })
  const { enrolmentId, options } = must(await enrolment.beginPasskey({ userId, accountName: userId }), 'started')
  must(await enrolment.confirm({ userId, enrolmentId, response: key.create(options) }), 'confirmed')
  core.clock.advance(60_000)
  const { token, passkey } = must(await challenge.begin({ userId }), 'challenged')
  if (passkey === null) throw new Error('no passkey was asked for')
  return { ...core, token, response: key.get(passkey) }
}

function enrolled(
  core: ReturnType<typeof openCore>,
  userId: string,
  { recoveryCodes }: Confirmed,
): Omit<Enrolled, 'code'> {
  const { challenge } = core.twoFactor
  core.clock.advance(60_000)
  const begin = async (): Promise<string> => must(await challenge.begin({ userId }), 'challenged').token
  return { ...core, recoveryCodes: recoveryCodes ?? [], begin }
}
