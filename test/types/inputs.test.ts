import { describe, expectTypeOf, it } from 'vitest'
import { createTwoFactor, memoryStore, type TwoFactor, type TwoFactorOptions } from 'countersign'
import { smsInbox } from 'countersign/testing'

type InputOf<Group extends keyof TwoFactor, Name extends keyof TwoFactor[Group]> = TwoFactor[Group][Name] extends (
  input: infer Input,
) => unknown
  ? Input
  : never

const base: TwoFactorOptions = {
  issuer: 'Acme',
  keys: [{ id: 'k1', secret: new Uint8Array(32) }],
  store: memoryStore(),
}

describe('optional inputs', () => {
  it('take null like undefined', () => {
    expectTypeOf({
      userId: 'ada',
      trustedDeviceToken: null,
      purpose: null,
      binding: null,
      summary: null,
      factorId: null,
      clientAddress: null,
      required: null,
      locale: null,
    }).toExtend<InputOf<'challenge', 'begin'>>()
    expectTypeOf({ token: 't', code: null, response: null, binding: null, trustDevice: null }).toExtend<
      InputOf<'challenge', 'verify'>
    >()
    expectTypeOf({ userId: 'ada', proof: 'p', maxAgeSeconds: null, purpose: null, assurance: null }).toExtend<
      InputOf<'challenge', 'checkProof'>
    >()
  })

  it('take undefined, so that a host can pass on what it may not have', () => {
    expectTypeOf({
      userId: 'ada',
      trustedDeviceToken: undefined,
      purpose: undefined,
      binding: undefined,
      summary: undefined,
      factorId: undefined,
      clientAddress: undefined,
      required: undefined,
      locale: undefined,
    }).toExtend<InputOf<'challenge', 'begin'>>()
    expectTypeOf({
      token: 't',
      code: undefined,
      response: undefined,
      binding: undefined,
      trustDevice: undefined,
      clientAddress: undefined,
    }).toExtend<InputOf<'challenge', 'verify'>>()
    expectTypeOf({ name: 'Firefox', details: undefined }).toExtend<
      NonNullable<InputOf<'challenge', 'verify'>['trustDevice']>
    >()
    expectTypeOf({ token: 't', recoveryCode: 'r', binding: undefined, clientAddress: undefined }).toExtend<
      InputOf<'challenge', 'redeemRecoveryCode'>
    >()
    expectTypeOf({ token: 't', factorId: 'f', clientAddress: undefined, locale: undefined }).toExtend<
      InputOf<'challenge', 'switchFactor'>
    >()
    expectTypeOf({ token: 't', clientAddress: undefined, locale: undefined }).toExtend<InputOf<'challenge', 'resend'>>()
    expectTypeOf({
      userId: 'ada',
      proof: 'p',
      binding: undefined,
      maxAgeSeconds: undefined,
      purpose: undefined,
      assurance: undefined,
    }).toExtend<InputOf<'challenge', 'checkProof'>>()
    expectTypeOf({
      userId: 'ada',
      accountName: 'ada',
      name: undefined,
      proof: undefined,
      binding: undefined,
      replaces: undefined,
      issuer: undefined,
    }).toExtend<InputOf<'enrolment', 'beginTotp'>>()
    expectTypeOf({
      userId: 'ada',
      accountName: 'ada',
      name: undefined,
      proof: undefined,
      binding: undefined,
      replaces: undefined,
    }).toExtend<InputOf<'enrolment', 'beginPasskey'>>()
    expectTypeOf({
      userId: 'ada',
      phoneNumber: '+1',
      defaultCountry: undefined,
      name: undefined,
      proof: undefined,
      binding: undefined,
      replaces: undefined,
      clientAddress: undefined,
      locale: undefined,
    }).toExtend<InputOf<'enrolment', 'beginSms'>>()
    expectTypeOf({ userId: 'ada', enrolmentId: 'e', clientAddress: undefined, locale: undefined }).toExtend<
      InputOf<'enrolment', 'resend'>
    >()
    expectTypeOf({
      userId: 'ada',
      enrolmentId: 'e',
      code: undefined,
      response: undefined,
      binding: undefined,
      clientAddress: undefined,
    }).toExtend<InputOf<'enrolment', 'confirm'>>()
    expectTypeOf({ userId: 'ada', token: undefined }).toExtend<InputOf<'trustedDevices', 'list'>>()
    expectTypeOf({ userId: 'ada', actor: 'a', lifetimeSeconds: undefined }).toExtend<
      InputOf<'admin', 'issueAccessPass'>
    >()
    expectTypeOf({
      userId: 'ada',
      actor: 'a',
      phoneNumber: '+1',
      name: undefined,
      confirmedAt: undefined,
      recoveryCodes: undefined,
    }).toExtend<InputOf<'admin', 'importSms'>>()
    expectTypeOf({
      userId: 'ada',
      factorId: 'f',
      proof: 'p',
      binding: undefined,
      required: undefined,
      locale: undefined,
    }).toExtend<InputOf<'factors', 'remove'>>()
    expectTypeOf({ userId: 'ada', proof: 'p', binding: undefined, required: undefined, locale: undefined }).toExtend<
      InputOf<'account', 'disable'>
    >()
    expectTypeOf({ onProgress: undefined, signal: undefined }).toExtend<NonNullable<InputOf<'maintenance', 'reseal'>>>()
  })

  it('of the options take undefined too', () => {
    const options = {
      ...base,
      sms: undefined,
      namespace: undefined,
      policy: undefined,
      passkeys: undefined,
      storeTimeoutSeconds: undefined,
      clock: undefined,
      random: undefined,
      onEvent: undefined,
    }
    expectTypeOf(options).toExtend<TwoFactorOptions>()
    const sms = {
      sender: smsInbox(),
      countries: ['US'] as const,
      origin: undefined,
      message: undefined,
      alphabet: undefined,
      segments: undefined,
      screen: undefined,
      timeoutSeconds: undefined,
    }
    expectTypeOf({ ...base, sms, policy: { firstLockSeconds: undefined } }).toExtend<TwoFactorOptions>()
  })
})

describe('required inputs', () => {
  it('cannot be left out', () => {
    expectTypeOf({}).not.toExtend<InputOf<'challenge', 'begin'>>()
    expectTypeOf({ code: '123456' }).not.toExtend<InputOf<'challenge', 'verify'>>()
    expectTypeOf({ enrolmentId: 'e', code: '123456' }).not.toExtend<InputOf<'enrolment', 'confirm'>>()
    expectTypeOf({ userId: 'ada', factorId: 'f' }).not.toExtend<InputOf<'admin', 'removeFactor'>>()
    expectTypeOf({ userId: 'ada' }).not.toExtend<InputOf<'account', 'disable'>>()
    expectTypeOf({ userId: 'ada' }).not.toExtend<InputOf<'admin', 'reset'>>()
    expectTypeOf({ issuer: 'Acme', keys: base.keys }).not.toExtend<TwoFactorOptions>()
    expectTypeOf({ ...base, sms: { sender: smsInbox() } }).not.toExtend<TwoFactorOptions>()
  })

  it('take no other type: no number for a user, no unknown country, no unknown purpose or policy', () => {
    expectTypeOf({ userId: 1 }).not.toExtend<InputOf<'challenge', 'begin'>>()
    expectTypeOf({ userId: 'ada', purpose: 'enrolment' as const }).not.toExtend<InputOf<'challenge', 'begin'>>()
    expectTypeOf({ ...base, sms: { sender: smsInbox(), countries: ['USA'] as const } }).not.toExtend<TwoFactorOptions>()
    expectTypeOf({ ...base, policy: { firstLockSeconds: '60' } }).not.toExtend<TwoFactorOptions>()
  })
})

describe('createTwoFactor', () => {
  it('gives all groups of operations', () => {
    expectTypeOf(createTwoFactor).returns.toEqualTypeOf<TwoFactor>()
    expectTypeOf<keyof TwoFactor>().toEqualTypeOf<
      'challenge' | 'enrolment' | 'factors' | 'recoveryCodes' | 'trustedDevices' | 'account' | 'admin' | 'maintenance'
    >()
  })
})
