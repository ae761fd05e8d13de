import type { TwoFactorEvent, TwoFactorEventType } from '../../src/interfaces/events.js'
import type { Store } from '../../src/interfaces/store.js'
import type { KeyOption, SmsOptions, TwoFactorOptions } from '../../src/options.js'
import { memoryStore } from '../../src/stores/memory.js'
import {
  faultyStore,
  fixedClock,
  seededRandom,
  smsInbox,
  type FaultyStore,
  type FixedClock,
  type SmsInbox,
} from '../../src/testing/index.js'
import { createTwoFactor, type TwoFactor } from '../../src/two-factor.js'
import { fakePasskeyVerifier } from './fake-passkeys.js'

/** Noon, at the start of a TOTP step. */
export const START = Date.UTC(2026, 0, 15, 12)

export const OLD_KEY: KeyOption = { id: 'k1', secret: new Uint8Array(32).fill(1) }
export const NEW_KEY: KeyOption = { id: 'k2', secret: new Uint8Array(32).fill(2) }

export type EventOf<Type extends TwoFactorEventType> = Extract<TwoFactorEvent, { readonly type: Type }>

/** An application with two-factor authentication: its time stands still, its phones are one inbox, its passkeys pretend. */
export interface World {
  readonly twoFactor: TwoFactor
  readonly clock: FixedClock
  readonly inbox: SmsInbox
  /** Where records really are. */
  readonly data: Store
  /** The store that `twoFactor` uses: `data`, with faults on demand, which also counts calls. */
  readonly store: FaultyStore
  readonly events: TwoFactorEvent[]
  /** The events of one type, oldest first. */
  readonly heard: <Type extends TwoFactorEventType>(type: Type) => readonly EventOf<Type>[]
  /** Another process of the application: the same data, clock and inbox. */
  readonly process: (options?: WorldOptions) => TwoFactor
  /** How many store calls `work` makes. */
  readonly storeCalls: (work: () => Promise<unknown>) => Promise<number>
}

export type WorldOptions = Partial<Omit<TwoFactorOptions, 'sms'>> & {
  /** What is different about text messages; null for none. */
  readonly texts?: Partial<SmsOptions> | null
  readonly at?: number
  readonly data?: Store
  readonly seed?: number | string
}

export function makeWorld(options: WorldOptions = {}): World {
  const clock = fixedClock(options.at ?? START)
  const inbox = smsInbox()
  const data = options.data ?? memoryStore()
  const store = faultyStore(data)
  const events: TwoFactorEvent[] = []
  const onEvent = (event: TwoFactorEvent): number => events.push(event)

  function process({ texts = {}, at: _at, data: _data, seed = 'world', ...overrides }: WorldOptions = {}): TwoFactor {
    const sms = texts === null ? undefined : { sender: inbox, countries: 'all' as const, ...texts }
    return createTwoFactor({
      issuer: 'Acme',
      keys: [OLD_KEY],
      store,
      clock,
      random: seededRandom(seed),
      passkeys: fakePasskeyVerifier(),
      onEvent,
      sms,
      ...overrides,
    })
  }

  return {
    twoFactor: process(options),
    clock,
    inbox,
    data,
    store,
    events,
    heard: <Type extends TwoFactorEventType>(type: Type) =>
      events.filter((event): event is EventOf<Type> => event.type === type),
    process: (other = {}) => process({ ...options, seed: 'another process', ...other }),
    async storeCalls(work) {
      store.reset()
      await work()
      return store.calls.length
    },
  }
}

/** A store with the same records, so that one enrolment serves many tests. */
export async function copyOf(store: Store): Promise<Store> {
  const copy = memoryStore()
  for await (const key of store.keys()) await copy.swap(key, null, await store.get(key), null)
  return copy
}

/** Everything in the store. */
export async function contents(store: Store): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>()
  for await (const key of store.keys()) values.set(key, (await store.get(key)) ?? '')
  return values
}
