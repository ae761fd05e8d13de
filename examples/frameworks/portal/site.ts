import type { Clock, TwoFactor } from 'countersign'
import { type Passwords, scryptPasswords } from '../../demo/passwords.js'
import type { Host, Sessions } from '../web/host.js'
import { createPeople, type People } from './people.js'
import { createSessions } from './sessions.js'

/** What the applications of every framework share: people who can pay each other. */
export interface Site {
  readonly twoFactor: TwoFactor
  readonly origin: string
  readonly people: People
  readonly sessions: Sessions
  /** The payments that were made. */
  readonly payments: string[]
  /** User ids that must have a second factor. */
  readonly required: Set<string>
  onFault(error: unknown): void
}

export interface SiteOptions {
  readonly twoFactor: TwoFactor
  /** Where the browser sees the application, such as `http://localhost:3000`. */
  readonly origin: string
  readonly clock: Clock
  readonly passwords?: Passwords
  onFault(error: unknown): void
}

export async function createSite(options: SiteOptions): Promise<Site> {
  const { twoFactor, origin, clock, passwords = scryptPasswords(), onFault } = options
  const people = await createPeople(clock, passwords)
  const sessions = createSessions(people.emailOf, clock)
  return { twoFactor, origin, people, sessions, payments: [], required: new Set(), onFault }
}

/** What the site decides around the second factor, for one framework. */
export function hostOf<Context>(site: Site, clientAddress: Host<Context>['clientAddress']): Host<Context> {
  const { twoFactor, origin, people, sessions, required, onFault } = site
  return {
    twoFactor,
    origin,
    basePath: '/auth',
    defaultCountry: 'US',
    sessions,
    firstFactor: (form) => people.signIn(form),
    clientAddress,
    isRequired: async (userId) => required.has(userId),
    onFault,
  }
}

/** What a posted payment would do, in the words that its text message shows; null for anything else than a payment. */
export function describePayment(form: unknown): string | null {
  const { amount, payee } = Object(form) as { amount?: unknown; payee?: unknown }
  return Number.isSafeInteger(amount) && Number(amount) > 0 && typeof payee === 'string' && payee !== ''
    ? `EUR ${Number(amount)} to ${payee}`
    : null
}
