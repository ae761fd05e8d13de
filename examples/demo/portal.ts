import { randomBytes } from 'node:crypto'
import type { Clock, TwoFactor } from 'countersign'
import { createCookies, type Cookies } from './cookies.js'
import { createCsrf, type Csrf } from './csrf.js'
import { createPasswordThrottle, type PasswordThrottle } from './password-throttle.js'
import { createPendingSignIns, type PendingSignIns } from './pending-sign-ins.js'
import type { People } from './people.js'
import type { Phone } from './phone.js'
import { createSessions, type Sessions } from './session.js'
import type { State } from './state.js'
import { createTellOnce, type TellOnce } from './told.js'

/** What the portal is made of. */
export interface PortalParts {
  readonly twoFactor: TwoFactor
  readonly people: People
  readonly state: State
  readonly phone: Phone
  readonly clock: Clock
  /** Signs the tokens of forms; the same after a restart. */
  readonly formKey: Uint8Array
  /** Whether browsers reach it over HTTPS: cookies then carry `Secure` and the `__Host-` prefix. */
  readonly secureCookies: boolean
  /** The address people type, when it is not localhost. */
  readonly publicOrigin: string | null
  /** Where people reach it: `publicOrigin`, or localhost with its port. */
  readonly origin: string
  /** Whether browsers have passkeys there. */
  readonly passkeys: boolean
  /** Whether one proxy in front of it says who is asking. */
  readonly trustProxy: boolean
  /** The header in which that proxy says where a visitor is; null when it does not. */
  readonly placeHeader: string | null
}

/** Everything a route may need. */
export interface Portal extends PortalParts {
  readonly sessions: Sessions
  readonly pendingSignIns: PendingSignIns
  readonly passwordThrottle: PasswordThrottle
  readonly cookies: Cookies
  readonly csrf: Csrf
  readonly tellOnce: TellOnce
}

export function createPortal(parts: PortalParts): Portal {
  const cookies = createCookies(parts.secureCookies)
  // Names this run of the server: what an earlier one kept in memory is gone.
  const run = randomBytes(6).toString('base64url')
  return {
    ...parts,
    cookies,
    csrf: createCsrf(cookies, parts.formKey, run),
    tellOnce: createTellOnce(parts.clock),
    sessions: createSessions(parts.clock, run),
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
