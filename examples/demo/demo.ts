import type { Express } from 'express'
import { type Clock, createTwoFactor, type Store, type TwoFactor } from 'countersign'
import { createApp } from './app.js'
import { COUNTRIES } from './countries.js'
import { createPeople } from './people.js'
import { createPhone, type Phone } from './phone.js'
import type { State } from './state.js'

export interface DemoOptions {
  readonly store: Store
  /** At least 32 random bytes, as base64 or base64url. */
  readonly key: string
  readonly state: State
  readonly clock: Clock
  readonly secureCookies?: boolean
  readonly publicOrigin?: string | null
  readonly trustProxy?: boolean
}

export interface Demo {
  readonly app: Express
  readonly twoFactor: TwoFactor
  readonly phone: Phone
}

/** Wires Countersign, the pretend phone and the portal together. */
export async function createDemo(options: DemoOptions): Promise<Demo> {
  const { store, key, state, clock, secureCookies = false, publicOrigin = null, trustProxy = false } = options
  const phone = createPhone(clock)
  const twoFactor = createTwoFactor({
    issuer: 'Willow Street Clinic',
    keys: [{ id: 'demo', secret: key }],
    store,
    sms: { sender: phone, countries: COUNTRIES },
    clock,
  })
  const people = await createPeople(state)
  return {
    app: createApp({ twoFactor, people, state, phone, clock, secureCookies, publicOrigin, trustProxy }),
    twoFactor,
    phone,
  }
}
