import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { memoryStore, type Store, type TwoFactor } from 'countersign'
import { type FixedClock, fixedClock } from 'countersign/testing'
import { createDemo } from '../../examples/demo/demo.js'
import type { Phone } from '../../examples/demo/phone.js'
import { openState, type State } from '../../examples/demo/state.js'
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
  /** The code that the pretend authenticator shows now. */
  appCode(): string
  close(): Promise<void>
}

export interface DemoPortalOptions {
  readonly store?: () => Store
  readonly secureCookies?: boolean
  readonly publicOrigin?: string
  readonly trustProxy?: boolean
}

/** The demo on an ephemeral port of loopback, at a fixed time, in memory. */
export async function startDemo({ store = memoryStore, ...rest }: DemoPortalOptions = {}): Promise<DemoPortal> {
  const clock = fixedClock(START)
  const state = await openState(null)
  const { app, twoFactor, phone } = await createDemo({ store: store(), key: KEY, state, clock, ...rest })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    clock,
    twoFactor,
    phone,
    state,
    visitor: () => new Visitor(origin),
    textedCode: () => /\b\d{6}\b/.exec(phone.texts()[0]?.text ?? '')?.[0] ?? 'no text',
    appCode: () => phone.apps()[0]?.code ?? 'no app',
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
