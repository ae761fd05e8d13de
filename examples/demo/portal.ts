import type { Clock, TwoFactor } from 'countersign'
import { createCookies, type Cookies } from './cookies.js'
import { createCsrf, type Csrf } from './csrf.js'
import { createPasswordThrottle, type PasswordThrottle } from './password-throttle.js'
import { createPendingSignIns, type PendingSignIns } from './pending-sign-ins.js'
import type { People } from './people.js'
import type { Phone } from './phone.js'
import { createSessions, type Sessions } from './session.js'
import type { State } from './state.js'

/** What the portal is made of. */
export interface PortalParts {
  readonly twoFactor: TwoFactor
  readonly people: People
  readonly state: State
  readonly phone: Phone
  readonly clock: Clock
  /** Whether browsers reach it over HTTPS: cookies then carry `Secure` and the `__Host-` prefix. */
  readonly secureCookies: boolean
  /** The address people type, when it is not localhost. */
  readonly publicOrigin: string | null
  /** Whether one proxy in front of it says who is asking. */
  readonly trustProxy: boolean
}

/** Everything a route may need. */
export interface Portal extends PortalParts {
  readonly sessions: Sessions
  readonly pendingSignIns: PendingSignIns
  readonly passwordThrottle: PasswordThrottle
  readonly cookies: Cookies
  readonly csrf: Csrf
}

export function createPortal(parts: PortalParts): Portal {
  const cookies = createCookies(parts.secureCookies)
  return {
    ...parts,
    cookies,
    csrf: createCsrf(cookies),
    sessions: createSessions(parts.clock),
    pendingSignIns: createPendingSignIns(parts.clock),
    passwordThrottle: createPasswordThrottle(parts.clock),
  }
}

/** What Countersign is told of the practice's rule. */
export function requirement({ state }: Portal): false | { readonly from: number } {
  return state.requiredFrom === null ? false : { from: state.requiredFrom }
}

/** Whether the rule binds now, so that nobody may switch their last factor off. */
export function isRequired({ state, clock }: Portal): boolean {
  return state.requiredFrom !== null && state.requiredFrom <= clock.now()
}
