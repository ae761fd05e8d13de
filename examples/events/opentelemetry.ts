import { type Attributes, type Counter, metrics, type Meter, trace } from '@opentelemetry/api'
import type { TwoFactorEvent } from 'countersign'

/**
 * An `onEvent` that counts events, and notes them on the span of the request that they belong to, if there is one.
 *
 * | counter | attributes |
 * |---|---|
 * | `countersign.enrolments` | `outcome` (`begun`, `rejected`), `factor_kind`, `reason` |
 * | `countersign.factors` | `outcome` (`added`, `replaced`, `renamed`, `preferred`, `removed`, `imported`, `counter-fell`), `factor_kind` |
 * | `countersign.challenges` | `outcome` (`begun`, `approved`, `rejected`, `cancelled`, `skipped`), `purpose`, `factor_kind`, `standing`, `joined`, `method`, `reason` |
 * | `countersign.locks` | `outcome` (`locked`, `suspended`, `unlocked`) |
 * | `countersign.texts` | `outcome` (`sent`, `not-sent`, `verified`), `purpose`, `country`, `reason` |
 * | `countersign.limits` | `limit`, `enforced` |
 * | `countersign.recovery_codes` | `outcome` (`issued`, `acknowledged`, `redeemed`, `low`, `exhausted`) |
 * | `countersign.access_passes` | `outcome` (`issued`, `redeemed`) |
 * | `countersign.trusted_devices` | `outcome` (`trusted`, `revoked`, `all-revoked`) |
 * | `countersign.accounts` | `outcome` (`password-changed`, `disabled`, `reset`, `erased`) |
 *
 * Every attribute is one of a few words or a country: no user, actor, factor, device or number, so the series stay few.
 * Call it after the SDK has started; a meter that was taken earlier counts nothing.
 */
export function openTelemetryEvents(meter: Meter = metrics.getMeter('countersign')): (event: TwoFactorEvent) => void {
  const counters = new Map<string, Counter>()
  const counterOf = (name: string): Counter => {
    const counter = counters.get(name) ?? meter.createCounter(name, { unit: '{event}' })
    counters.set(name, counter)
    return counter
  }
  return (event) => {
    const measurement = measure(event)
    if (measurement === null) return
    counterOf(measurement.counter).add(1, measurement.attributes)
    trace.getActiveSpan()?.addEvent(`countersign.${event.type}`, measurement.attributes)
  }
}

interface Measurement {
  readonly counter: `countersign.${string}`
  readonly attributes: Attributes
}

function measure(event: TwoFactorEvent): Measurement | null {
  switch (event.type) {
    case 'enrolment-begun':
      return count('enrolments', { outcome: 'begun', factor_kind: event.factorKind })
    case 'enrolment-rejected':
      return count('enrolments', { outcome: 'rejected', factor_kind: event.factorKind, reason: event.reason })
    case 'factor-added':
    case 'factor-replaced':
    case 'factor-renamed':
    case 'factor-preferred':
    case 'factor-removed':
    case 'factor-imported':
      return count('factors', { outcome: event.type.slice('factor-'.length), factor_kind: event.factorKind })
    case 'challenge-begun':
      return count('challenges', {
        outcome: 'begun',
        purpose: event.purpose,
        factor_kind: event.factorKind,
        standing: event.standing,
        joined: event.joined,
      })
    case 'challenge-approved':
      return count('challenges', { outcome: 'approved', purpose: event.purpose, method: event.method })
    case 'challenge-rejected':
      return count('challenges', { outcome: 'rejected', purpose: event.purpose, reason: event.reason })
    case 'challenge-cancelled':
      return count('challenges', { outcome: 'cancelled', purpose: event.purpose })
    case 'challenge-skipped':
      return count('challenges', { outcome: 'skipped', purpose: 'sign-in' })
    case 'locked':
    case 'suspended':
    case 'unlocked':
      return count('locks', { outcome: event.type })
    case 'text-sent':
      return count('texts', { outcome: 'sent', purpose: event.purpose, country: event.country })
    case 'text-not-sent':
      return count('texts', {
        outcome: 'not-sent',
        purpose: event.purpose,
        country: event.country,
        reason: event.reason,
      })
    case 'text-verified':
      return count('texts', { outcome: 'verified', purpose: event.purpose, country: event.country })
    case 'limit-exceeded':
      return count('limits', { limit: event.limit, enforced: event.enforced })
    case 'recovery-codes-issued':
    case 'recovery-codes-acknowledged':
    case 'recovery-codes-low':
    case 'recovery-codes-exhausted':
      return count('recovery_codes', { outcome: event.type.slice('recovery-codes-'.length) })
    case 'recovery-code-redeemed':
      return count('recovery_codes', { outcome: 'redeemed' })
    case 'access-pass-issued':
    case 'access-pass-redeemed':
      return count('access_passes', { outcome: event.type.slice('access-pass-'.length) })
    case 'passkey-counter-fell':
      return count('factors', { outcome: 'counter-fell', factor_kind: event.factorKind })
    case 'device-trusted':
      return count('trusted_devices', { outcome: 'trusted' })
    case 'device-revoked':
      return count('trusted_devices', { outcome: 'revoked' })
    case 'devices-revoked':
      return count('trusted_devices', { outcome: 'all-revoked' })
    case 'password-changed':
    case 'disabled':
    case 'reset':
    case 'erased':
      return count('accounts', { outcome: event.type })
    default:
      event satisfies never // does not compile while an event is not measured; at run time, one of a newer version is left out
      return null
  }
}

function count(name: string, attributes: Attributes): Measurement {
  return { counter: `countersign.${name}`, attributes }
}
