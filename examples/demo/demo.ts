import { hkdfSync } from 'node:crypto'
import type { Express } from 'express'
import { type Clock, createTwoFactor, type Store, type TwoFactor } from 'countersign'
import { createApp } from './app.js'
import { COUNTRIES } from './countries.js'
import { passkeysAt } from './passkeys.js'
import { createNotices } from './notices.js'
import { createPeople, type Person } from './people.js'
import { type Passwords, scryptPasswords } from './passwords.js'
import { createPhone, type Phone } from './phone.js'
import type { State } from './state.js'

export interface DemoOptions {
  readonly store: Store
  /** Where the pretend phone keeps what is on it: beside the accounts, in a place of its own. */
  readonly phoneStore: Store
  /** At least 32 random bytes, as base64 or base64url. */
  readonly key: string
  readonly state: State
  readonly clock: Clock
  readonly secureCookies?: boolean
  readonly publicOrigin?: string | null
  /** Where it listens: browsers name it in what passkeys sign. */
  readonly port: number
  readonly trustProxy?: boolean
  readonly placeHeader?: string | null
  /** Who works at the practice; those of `people.ts` unless said otherwise. */
  readonly everyone?: readonly Person[]
  readonly passwords?: Passwords
}

export interface Demo {
  readonly app: Express
  readonly twoFactor: TwoFactor
  readonly phone: Phone
}

/** Wires Countersign, the pretend phone and the portal together. */
export async function createDemo(options: DemoOptions): Promise<Demo> {
  const { store, phoneStore, key, state, clock, port, everyone, passwords = scryptPasswords() } = options
  const { secureCookies = false, publicOrigin = null, trustProxy = false, placeHeader = null } = options
  const origin = publicOrigin ?? `http://localhost:${port}`
  const passkeys = passkeysAt(origin)
  const web = { secureCookies, publicOrigin, trustProxy, placeHeader, origin, passkeys: passkeys !== null }
  const phone = await createPhone(clock, phoneStore)
  const people = await createPeople(state, passwords, everyone)
  const notify = createNotices(phone, people, state)
  const twoFactor = createTwoFactor({
    issuer: 'Willow Street Clinic',
    keys: [{ id: 'demo', secret: key }],
    store,
    sms: {
      sender: phone,
      countries: COUNTRIES,
      ...(publicOrigin?.startsWith('https:') === true && { origin: publicOrigin }),
    },
    passkeys: passkeys ?? undefined,
    clock,
    onEvent: (event) => Promise.all([phone.hear(event), notify(event)]),
  })
  return {
    app: createApp({ twoFactor, people, state, phone, clock, formKey: formKeyOf(key), ...web }),
    twoFactor,
    phone,
  }
}

/** A key of the portal's own, derived so that there is one secret to keep and none is used for two things. */
function formKeyOf(key: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(key, 'base64'), '', 'willow forms', 32))
}
