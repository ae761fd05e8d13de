import { createHmac } from 'node:crypto'
import type { TwoFactorEvent } from 'countersign'
import type { Logger } from 'pino'

export interface PinoEventsOptions {
  /**
   * Puts a keyed digest in place of user ids: lines of one user still belong together, and only somebody with the key can tell
   * whose they are. Without it the ids stand in the log as they are. Client addresses always do: where a log may not hold
   * them, have Pino redact `details.clientAddress`.
   */
  readonly pseudonymKey?: string | Uint8Array
}

/** An `onEvent` that writes one line per event, at the level that says whether somebody should look. */
export function pinoEvents(logger: Logger, { pseudonymKey }: PinoEventsOptions = {}): (event: TwoFactorEvent) => void {
  const nameOf = (userId: string): string =>
    pseudonymKey === undefined
      ? userId
      : createHmac('sha256', pseudonymKey).update(userId).digest('base64url').slice(0, 22)

  return (event) => {
    const { type, userId, at, ...details } = event
    // Under one name, so that no detail can take the place of a field of Pino's.
    logger[levelOf(event)]({ event: type, userId: nameOf(userId), at, details }, `two-factor ${type}`)
  }
}

/** `warn` for what may be an attack or an outage, `error` for what keeps somebody out until a person acts. */
function levelOf(event: TwoFactorEvent): 'debug' | 'info' | 'warn' | 'error' {
  switch (event.type) {
    case 'suspended':
      return 'error'
    case 'locked':
    case 'limit-exceeded':
    case 'text-not-sent':
    case 'recovery-code-redeemed':
    case 'access-pass-issued':
    case 'access-pass-redeemed':
    case 'passkey-counter-fell':
    case 'recovery-codes-exhausted':
    case 'reset':
      return 'warn'
    case 'factor-added':
    case 'factor-replaced':
    case 'factor-removed':
    case 'factor-imported':
    case 'challenge-approved':
    case 'challenge-rejected':
    case 'challenge-skipped':
    case 'enrolment-rejected':
    case 'unlocked':
    case 'text-sent':
    case 'recovery-codes-issued':
    case 'recovery-codes-low':
    case 'device-trusted':
    case 'device-revoked':
    case 'devices-revoked':
    case 'password-changed':
    case 'disabled':
    case 'erased':
      return 'info'
    case 'enrolment-begun':
    case 'factor-renamed':
    case 'factor-preferred':
    case 'challenge-begun':
    case 'challenge-cancelled':
    case 'recovery-codes-acknowledged':
    case 'text-verified':
      return 'debug'
    default:
      event satisfies never // does not compile while an event has no level; at run time, one of a newer version is still written
      return 'info'
  }
}
