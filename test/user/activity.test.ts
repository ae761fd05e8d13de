import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Activity } from '../../src/interfaces/activity.js'
import type { EventBody } from '../../src/interfaces/events.js'
import { ACTIVITY_TYPES, remember } from '../../src/user/activity.js'
import { NOW, recordWith } from './cases.js'

const NETWORK = '192.0.2.0/24'

/** One event of every type that there is. */
const events: { readonly [Type in EventBody['type']]: Extract<EventBody, { readonly type: Type }> } = {
  'enrolment-begun': { type: 'enrolment-begun', factorKind: 'totp', enrolmentId: 'e' },
  'enrolment-rejected': { type: 'enrolment-rejected', factorKind: 'totp', enrolmentId: 'e', reason: 'wrong-code' },
  'factor-added': { type: 'factor-added', factorId: 'f', factorKind: 'totp', first: true },
  'factor-replaced': {
    type: 'factor-replaced',
    factorId: 'f',
    factorKind: 'totp',
    replacedFactorId: 'r',
    replacedFactorKind: 'sms',
  },
  'factor-renamed': { type: 'factor-renamed', factorId: 'f', factorKind: 'totp' },
  'factor-preferred': { type: 'factor-preferred', factorId: 'f', factorKind: 'totp' },
  'factor-removed': { type: 'factor-removed', factorId: 'f', factorKind: 'totp', last: false, actor: null },
  'factor-imported': { type: 'factor-imported', factorId: 'f', factorKind: 'totp', actor: 'staff', first: true },
  'challenge-begun': {
    type: 'challenge-begun',
    purpose: 'sign-in',
    challengeId: 'c',
    factorId: 'f',
    factorKind: 'totp',
    standing: 'open',
    joined: false,
  },
  'challenge-approved': {
    type: 'challenge-approved',
    purpose: 'sign-in',
    challengeId: 'c',
    factorId: 'f',
    method: 'totp',
    assurance: 'second-factor',
    failuresBefore: 0,
  },
  'challenge-rejected': {
    type: 'challenge-rejected',
    purpose: 'sign-in',
    challengeId: 'c',
    factorId: 'f',
    reason: 'wrong-code',
  },
  'challenge-cancelled': { type: 'challenge-cancelled', purpose: 'sign-in', challengeId: 'c', factorId: 'f' },
  'challenge-skipped': { type: 'challenge-skipped', deviceId: 'd' },
  locked: { type: 'locked', retryAt: NOW },
  suspended: { type: 'suspended' },
  unlocked: { type: 'unlocked', actor: 'staff' },
  'text-sent': {
    type: 'text-sent',
    purpose: 'sign-in',
    subjectId: 'c',
    factorId: 'f',
    country: 'US',
    channel: 'sms',
    destination: 'x',
  },
  'text-not-sent': {
    type: 'text-not-sent',
    purpose: 'sign-in',
    subjectId: 'c',
    factorId: 'f',
    country: 'US',
    channel: 'sms',
    destination: 'x',
    reason: 'too-soon',
  },
  'text-verified': { type: 'text-verified', purpose: 'sign-in', subjectId: 'c', factorId: 'f', country: 'US' },
  'limit-exceeded': { type: 'limit-exceeded', limit: 'user', enforced: true },
  'recovery-codes-issued': { type: 'recovery-codes-issued' },
  'recovery-codes-acknowledged': { type: 'recovery-codes-acknowledged' },
  'recovery-code-redeemed': { type: 'recovery-code-redeemed', remaining: 5 },
  'recovery-codes-low': { type: 'recovery-codes-low', remaining: 3 },
  'recovery-codes-exhausted': { type: 'recovery-codes-exhausted' },
  'access-pass-issued': { type: 'access-pass-issued', actor: 'staff', expiresAt: NOW },
  'access-pass-redeemed': { type: 'access-pass-redeemed' },
  'passkey-counter-fell': { type: 'passkey-counter-fell', factorId: 'f', factorKind: 'passkey' },
  'device-trusted': { type: 'device-trusted', deviceId: 'd', deviceName: 'Firefox' },
  'device-revoked': { type: 'device-revoked', deviceId: 'd' },
  'devices-revoked': { type: 'devices-revoked', count: 2 },
  'password-changed': { type: 'password-changed' },
  disabled: { type: 'disabled' },
  reset: { type: 'reset', actor: 'staff' },
  erased: { type: 'erased' },
}

/** What an account remembers: which event, and the ids it keeps of it. */
const remembered: Readonly<Record<string, { readonly factorId?: string; readonly deviceId?: string }>> = {
  'factor-added': { factorId: 'f' },
  'factor-replaced': { factorId: 'f' },
  'factor-preferred': { factorId: 'f' },
  'factor-removed': { factorId: 'f' },
  'factor-imported': { factorId: 'f' },
  'challenge-approved': { factorId: 'f' },
  locked: {},
  suspended: {},
  unlocked: {},
  'recovery-codes-issued': {},
  'recovery-code-redeemed': {},
  'access-pass-issued': {},
  'access-pass-redeemed': {},
  'device-trusted': { deviceId: 'd' },
  'device-revoked': { deviceId: 'd' },
  'devices-revoked': {},
  'password-changed': {},
  disabled: {},
  reset: {},
}

describe('what an account remembers', () => {
  it.each(Object.values(events))('of "$type" is its time, its network and the ids of what it was about', (event) => {
    const record = recordWith()
    const next = remember(record, [event], NOW, NETWORK)
    const ids = remembered[event.type]
    const entry = { type: event.type, at: NOW, factorId: null, deviceId: null, clientNetwork: NETWORK, ...ids }
    expect(next).toStrictEqual({ ...record, activity: ids === undefined ? [] : [entry] })
    if (ids === undefined) expect(next).toBe(record)
  })

  it('covers exactly the types that records know by number', () => {
    expect([...ACTIVITY_TYPES].sort()).toEqual(Object.keys(remembered).sort())
  })

  it('keeps the numbers that records were written with', () => {
    expect(ACTIVITY_TYPES).toEqual([
      'factor-added',
      'factor-replaced',
      'factor-removed',
      'factor-imported',
      'factor-preferred',
      'challenge-approved',
      'locked',
      'suspended',
      'unlocked',
      'recovery-codes-issued',
      'recovery-code-redeemed',
      'access-pass-issued',
      'access-pass-redeemed',
      'device-trusted',
      'device-revoked',
      'devices-revoked',
      'password-changed',
      'disabled',
      'reset',
    ])
  })

  it('keeps several events of one operation in their order, behind the older ones', () => {
    const older: Activity = { type: 'reset', at: 1, factorId: null, deviceId: null, clientNetwork: null }
    const given = [events.disabled, events['text-sent'], events['devices-revoked']]
    const { activity } = remember(recordWith({ activity: [older] }), given, NOW, null)
    expect(activity.map(({ type, at, clientNetwork }) => [type, at, clientNetwork])).toEqual([
      ['reset', 1, null],
      ['disabled', NOW, null],
      ['devices-revoked', NOW, null],
    ])
  })

  it('is the last twenty', () => {
    let record = recordWith()
    for (let at = 1; at <= 20; at++) record = remember(record, [events['factor-preferred']], at, null)
    expect(record.activity.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    record = remember(record, [events.disabled, events['devices-revoked']], 21, null)
    expect(record.activity.map(({ at }) => at)).toEqual([
      ...Array.from({ length: 18 }, (_, index) => index + 3),
      21,
      21,
    ])
  })

  it('of locks that follow each other is the newest, so that guessing pushes nothing out', () => {
    let record = remember(recordWith(), [events['factor-added']], 1, null)
    for (let at = 2; at <= 100; at++) record = remember(record, [events.locked], at, NETWORK)
    expect(record.activity.map(({ type, at }) => [type, at])).toEqual([
      ['factor-added', 1],
      ['locked', 100],
    ])
    record = remember(record, [events['challenge-approved']], 101, null)
    record = remember(record, [events.locked], 102, null)
    expect(record.activity.map(({ type }) => type)).toEqual(['factor-added', 'locked', 'challenge-approved', 'locked'])
  })

  it('never pushes out what came before, whatever somebody does who only guesses', () => {
    const guessing = fc.constantFrom(events.locked, events['challenge-rejected'], events['challenge-begun'])
    fc.assert(
      fc.property(fc.array(fc.array(guessing, { maxLength: 3 }), { maxLength: 100 }), (operations) => {
        const before = remember(recordWith(), [events['factor-added']], 1, null)
        const after = operations.reduce((record, given) => remember(record, given, NOW, null), before)
        expect(after.activity[0]).toEqual(before.activity[0])
        expect(after.activity.length).toBeLessThanOrEqual(2)
      }),
    )
  })
})
