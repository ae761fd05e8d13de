import {
  createNoopMeter,
  type Attributes,
  type Counter,
  type Meter,
  metrics,
  type MeterProvider,
  type Span,
  trace,
  context,
  type Context,
} from '@opentelemetry/api'
import type { TwoFactorEvent, TwoFactorEventType } from 'countersign'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openTelemetryEvents } from '../../examples/events/opentelemetry.js'
import { pinoEvents } from '../../examples/events/pino.js'
import { enrolSms, begin } from '../support/people.js'
import { must } from '../support/outcome.js'
import { makeWorld, START, type EventOf } from '../support/world.js'

const who = { userId: 'ada-4711', at: START, clientAddress: '192.0.2.77' }
const factor = { ...who, factorId: 'factor-id', factorKind: 'totp' } as const
const challenge = { ...who, purpose: 'sign-in', challengeId: 'challenge-id', factorId: 'factor-id' } as const
const enrolment = { ...who, factorKind: 'sms', enrolmentId: 'enrolment-id' } as const
const text = {
  ...who,
  purpose: 'sign-in',
  subjectId: 'challenge-id',
  factorId: 'factor-id',
  country: 'US',
  channel: 'sms',
} as const

/** One event of every type; a type that is missing does not compile. */
const samples: { readonly [Type in TwoFactorEventType]: EventOf<Type> } = {
  'enrolment-begun': { ...enrolment, type: 'enrolment-begun' },
  'enrolment-rejected': { ...enrolment, type: 'enrolment-rejected', reason: 'wrong-code' },
  'factor-added': { ...factor, type: 'factor-added', first: true },
  'factor-replaced': { ...factor, type: 'factor-replaced', replacedFactorId: 'replaced-id', replacedFactorKind: 'sms' },
  'factor-renamed': { ...factor, type: 'factor-renamed' },
  'factor-preferred': { ...factor, type: 'factor-preferred' },
  'factor-removed': { ...factor, type: 'factor-removed', last: false, actor: 'some-actor' },
  'factor-imported': { ...factor, type: 'factor-imported', actor: 'some-actor', first: true },
  'challenge-begun': { ...challenge, type: 'challenge-begun', factorKind: 'totp', standing: 'locked', joined: false },
  'challenge-approved': {
    ...challenge,
    type: 'challenge-approved',
    factorId: null,
    method: 'recovery-code',
    assurance: 'recovery',
    failuresBefore: 2,
  },
  'challenge-rejected': { ...challenge, type: 'challenge-rejected', reason: 'wrong-code' },
  'challenge-cancelled': { ...challenge, type: 'challenge-cancelled' },
  'challenge-skipped': { ...who, type: 'challenge-skipped', deviceId: 'device-id' },
  locked: { ...who, type: 'locked', retryAt: START + 60_000 },
  suspended: { ...who, type: 'suspended' },
  unlocked: { ...who, type: 'unlocked', actor: 'some-actor' },
  'text-sent': { ...text, type: 'text-sent', destination: '•••• 0123' },
  'text-not-sent': { ...text, type: 'text-not-sent', destination: '•••• 0123', reason: 'delivery-failed' },
  'text-verified': { ...text, type: 'text-verified' },
  'limit-exceeded': { ...who, type: 'limit-exceeded', limit: 'region', enforced: true },
  'recovery-codes-issued': { ...who, type: 'recovery-codes-issued' },
  'recovery-codes-acknowledged': { ...who, type: 'recovery-codes-acknowledged' },
  'recovery-code-redeemed': { ...who, type: 'recovery-code-redeemed', remaining: 3 },
  'recovery-codes-low': { ...who, type: 'recovery-codes-low', remaining: 3 },
  'recovery-codes-exhausted': { ...who, type: 'recovery-codes-exhausted' },
  'access-pass-issued': { ...who, type: 'access-pass-issued', actor: 'some-actor', expiresAt: START + 86_400_000 },
  'access-pass-redeemed': { ...who, type: 'access-pass-redeemed' },
  'passkey-counter-fell': { ...factor, type: 'passkey-counter-fell', factorKind: 'passkey' },
  'device-trusted': { ...who, type: 'device-trusted', deviceId: 'device-id', deviceName: 'Ada’s laptop' },
  'device-revoked': { ...who, type: 'device-revoked', deviceId: 'device-id' },
  'devices-revoked': { ...who, type: 'devices-revoked', count: 2 },
  'password-changed': { ...who, type: 'password-changed' },
  disabled: { ...who, type: 'disabled' },
  reset: { ...who, type: 'reset', actor: 'some-actor' },
  erased: { ...who, type: 'erased' },
}
const everyEvent: readonly TwoFactorEvent[] = Object.values(samples)
/** What an application on an older version of the example hears from a newer library. */
const ofTomorrow = { ...who, type: 'sky-fallen' } as unknown as TwoFactorEvent

describe('events in a Pino log', () => {
  function log(options?: Parameters<typeof pinoEvents>[1]) {
    const lines: Record<string, unknown>[] = []
    const logger = pino(
      { level: 'debug', base: null },
      { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    )
    return { lines, onEvent: pinoEvents(logger, options) }
  }

  it('are one line each, with all that the event says', () => {
    const { lines, onEvent } = log()
    everyEvent.forEach(onEvent)
    expect(lines).toHaveLength(everyEvent.length)
    const { type: _type, userId: _userId, at: _at, ...details } = samples['text-not-sent']
    const line = lines.find(({ event }) => event === 'text-not-sent')
    expect(line).toMatchObject({ level: 40, msg: 'two-factor text-not-sent', userId: who.userId, at: START, details })
  })

  it('have the level that says whether somebody should look', () => {
    const { lines, onEvent } = log()
    everyEvent.forEach(onEvent)
    const at = (level: number) => lines.filter((line) => line['level'] === level).map(({ event }) => event)
    expect(at(50)).toEqual(['suspended'])
    expect(at(40)).toEqual([
      'locked',
      'text-not-sent',
      'limit-exceeded',
      'recovery-code-redeemed',
      'recovery-codes-exhausted',
      'access-pass-issued',
      'access-pass-redeemed',
      'passkey-counter-fell',
      'reset',
    ])
    expect(at(20)).toEqual([
      'enrolment-begun',
      'factor-renamed',
      'factor-preferred',
      'challenge-begun',
      'challenge-cancelled',
      'text-verified',
      'recovery-codes-acknowledged',
    ])
  })

  it('name users by a keyed digest when there is a key', () => {
    const { lines, onEvent } = log({ pseudonymKey: 'a key of the log' })
    onEvent(samples.locked)
    onEvent(samples.unlocked)
    onEvent({ ...samples.locked, userId: 'bob' })
    log({ pseudonymKey: 'another key' }).onEvent(samples.locked)
    const [first, second, other] = lines.map(({ userId }) => userId)
    expect(first).toMatch(/^[\w-]{22}$/)
    expect(second).toBe(first)
    expect(other).not.toBe(first)
    expect(JSON.stringify(lines)).not.toContain(who.userId)
  })

  it('are written even when they are not known yet', () => {
    const { lines, onEvent } = log()
    onEvent(ofTomorrow)
    expect(lines).toMatchObject([{ level: 30, event: 'sky-fallen' }])
  })

  it('come from an application as they happen, without code or number', async () => {
    const { lines, onEvent } = log()
    const world = makeWorld({ onEvent })
    const person = await enrolSms(world)
    const { token } = await begin(world, person.userId)
    const code = person.code()
    must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
    const order = ['enrolment-begun', 'text-sent', 'factor-added', 'challenge-begun', 'text-sent', 'challenge-approved']
    expect(lines.map(({ event }) => event).filter((event) => order.includes(String(event)))).toEqual(order)
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${code}|4155550123|${person.recoveryCodes.join('|')}`))
  })
})

interface Reading {
  readonly counter: string
  readonly attributes: Attributes
}

/** All of a meter provider that counting needs. */
function meterProvider(readings: Reading[]): MeterProvider {
  const createCounter = (counter: string): Counter => ({
    add(value, attributes = {}) {
      expect(value).toBe(1)
      readings.push({ counter, attributes })
    },
  })
  return { getMeter: (): Meter => Object.assign(createNoopMeter(), { createCounter }) }
}

describe('events in OpenTelemetry', () => {
  function count(events: readonly TwoFactorEvent[]): readonly Reading[] {
    const readings: Reading[] = []
    metrics.setGlobalMeterProvider(meterProvider(readings))
    onTestFinished(() => {
      metrics.disable()
    })
    events.forEach(openTelemetryEvents())
    return readings
  }

  it('are counted once each, under the documented names', () => {
    const readings = count(everyEvent)
    expect(readings).toHaveLength(everyEvent.length)
    expect([...new Set(readings.map(({ counter }) => counter))]).toEqual([
      'countersign.enrolments',
      'countersign.factors',
      'countersign.challenges',
      'countersign.locks',
      'countersign.texts',
      'countersign.limits',
      'countersign.recovery_codes',
      'countersign.access_passes',
      'countersign.trusted_devices',
      'countersign.accounts',
    ])
    expect(readings).toContainEqual({
      counter: 'countersign.texts',
      attributes: { outcome: 'not-sent', purpose: 'sign-in', country: 'US', reason: 'delivery-failed' },
    })
    expect(readings).toContainEqual({ counter: 'countersign.recovery_codes', attributes: { outcome: 'low' } })
  })

  it('make series that do not grow with users, actors, factors, devices, numbers or addresses', () => {
    const attributes = count(everyEvent).map((reading) => reading.attributes)
    const names = new Set(attributes.flatMap(Object.keys))
    expect([...names].sort()).toEqual([
      'country',
      'enforced',
      'factor_kind',
      'joined',
      'limit',
      'method',
      'outcome',
      'purpose',
      'reason',
      'standing',
    ])
    expect(JSON.stringify(attributes)).not.toMatch(/4711|-id"|some-actor|Ada|0123|192\.0/)
  })

  it('are left out while they are not known', () => {
    expect(count([ofTomorrow])).toEqual([])
  })

  it('stand on the span of the request that they belong to', () => {
    const noted: unknown[] = []
    const span = { addEvent: (...event: unknown[]) => noted.push(event) } as unknown as Span
    let active: Context = trace.setSpan(context.active(), span)
    const unused = (): never => {
      throw new Error('not asked for here')
    }
    context.setGlobalContextManager({
      active: () => active,
      with: unused,
      bind: unused,
      enable: unused,
      disable: () => (active = trace.deleteSpan(active)) as never,
    })
    onTestFinished(() => {
      context.disable()
    })
    count([samples.locked])
    expect(noted).toEqual([['countersign.locked', { outcome: 'locked' }]])
  })
})
