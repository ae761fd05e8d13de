import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { memoryStore, type Store, type TwoFactor } from 'countersign'
import { type FixedClock, fixedClock } from 'countersign/testing'
import { createDemo, type Demo } from '../../examples/demo/demo.js'
import type { Person } from '../../examples/demo/people.js'
import type { Phone } from '../../examples/demo/phone.js'
import { openState, type State } from '../../examples/demo/state.js'
import { weakPasswords } from '../support/weak-passwords.js'
import { Visitor } from './visitor.js'

export const KEY = 'A'.repeat(43)
export const START = Date.UTC(2030, 4, 14, 9, 0, 0)

export interface DemoPortal {
  readonly origin: string
  readonly clock: FixedClock
  readonly twoFactor: TwoFactor
  readonly phone: Phone
  readonly state: State
  /** A browser of its own, with no cookies. */
  visitor(): Visitor
  /** The code in the newest text. */
  textedCode(): string
  /** The code in the newest call, digit by digit as it was read aloud. */
  spokenCode(): string
  /** The code that the pretend authenticator shows now. */
  appCode(): string
  /** Starts it anew at the same address: what it kept in memory is gone, records and key are not. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface DemoPortalOptions {
  readonly store?: () => Store
  readonly secureCookies?: boolean
  readonly publicOrigin?: string
  readonly trustProxy?: boolean
  readonly placeHeader?: string
  readonly everyone?: readonly Person[]
}

/** The demo on an ephemeral port of loopback, at a fixed time, in memory. */
export async function startDemo({ store = memoryStore, ...rest }: DemoPortalOptions = {}): Promise<DemoPortal> {
  const clock = fixedClock(START)
  const state = await openState(null)
  const [records, phoneStore] = [store(), memoryStore()]
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const kept = { store: records, phoneStore, key: KEY, state, passwords: weakPasswords }
  const boot = (): Promise<Demo> => createDemo({ ...kept, clock, port, ...rest })
  let { app, twoFactor, phone } = await boot()
  server.on('request', (request, response) => {
    app(request, response)
  })
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    clock,
    get twoFactor() {
      return twoFactor
    },
    get phone() {
      return phone
    },
    state,
    visitor: () => new Visitor(origin),
    textedCode: () => /\b\d{6}\b/.exec(phone.texts()[0]?.text ?? '')?.[0] ?? 'no text',
    spokenCode: () => /\d(?:, \d){5}/.exec(phone.texts()[0]?.text ?? '')?.[0].replaceAll(', ', '') ?? 'no call',
    appCode: () => phone.apps()[0]?.code ?? 'no app',
    async restart() {
      ;({ app, twoFactor, phone } = await boot())
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
