import type { TwoFactorEvent } from '../../src/interfaces/events.js'
import { resolveOptions, type ResolvedOptions, type SmsOptions, type TwoFactorOptions } from '../../src/options.js'
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
import { OLD_KEY, START } from '../support/world.js'

/** Options as the shell gets them, and what they are made of. */
export interface ShellOptions {
  readonly options: ResolvedOptions
  readonly store: FaultyStore
  readonly clock: FixedClock
  readonly inbox: SmsInbox
  readonly events: TwoFactorEvent[]
}

/** Options over a memory store, a clock that stands still and an inbox, but for what is said. */
export function shellOptions({
  sms = {},
  ...overrides
}: Partial<Omit<TwoFactorOptions, 'sms'>> & { readonly sms?: Partial<SmsOptions> | null } = {}): ShellOptions {
  const store = faultyStore(overrides.store ?? memoryStore())
  const clock = fixedClock(START)
  const inbox = smsInbox()
  const events: TwoFactorEvent[] = []
  const options = resolveOptions({
    issuer: 'Acme',
    keys: [OLD_KEY],
    clock,
    random: seededRandom('shell'),
    onEvent: (event) => events.push(event),
    sms: sms === null ? undefined : { sender: inbox, countries: 'all', ...sms },
    ...overrides,
    store,
  })
  return { options, store, clock, inbox, events }
}
