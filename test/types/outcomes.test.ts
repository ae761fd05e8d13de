import { describe, expect, expectTypeOf, it } from 'vitest'
import type {
  AccountStatus,
  Activity,
  Approved,
  BeginChallengeResult,
  Challenged,
  CheckProofResult,
  Confirmed,
  Delivery,
  Factor,
  Imported,
  IssuedAccessPass,
  ListedTrustedDevice,
  NotSent,
  NotSentReason,
  RecoveryCodesStatus,
  Refused,
  RefusedReason,
  Rejected,
  RejectedReason,
  Sent,
  StartedPasskey,
  StartedSms,
  StartedTotp,
  TwoFactor,
  TwoFactorEvent,
  TwoFactorEventType,
} from 'countersign'

/** Compiles only where every member was dealt with before. */
function never(value: never): string {
  return String(value)
}

function afterBegin(result: BeginChallengeResult): string {
  switch (result.status) {
    case 'not-required':
      return 'in'
    case 'enrolment-required':
      return `enrol ${result.graceEndsAt ?? 'now'}${result.token === null ? '' : ` with an access pass`}`
    case 'trusted':
      return result.device.name
    case 'locked':
      return `${result.retryAt} ${result.token}`
    case 'suspended':
      return result.token
    case 'challenged':
      if (result.passkey !== null) return result.passkey.challenge
      return result.delivery === null ? result.factor.id : afterDelivery(result.delivery)
    default:
      return never(result)
  }
}

function afterDelivery(delivery: Delivery): string {
  switch (delivery.status) {
    case 'sent':
      return delivery.destination
    case 'not-sent':
      return notSent(delivery.reason)
    default:
      return never(delivery)
  }
}

function notSent(reason: NotSentReason): string {
  switch (reason) {
    case 'too-soon':
    case 'budget-spent':
    case 'screened':
    case 'opted-out':
    case 'unreachable':
    case 'delivery-failed':
      return reason
    default:
      return never(reason)
  }
}

function rejected(reason: RejectedReason): string {
  switch (reason) {
    case 'wrong-code':
    case 'malformed-code':
    case 'already-used':
    case 'expired':
    case 'exhausted':
    case 'revoked':
    case 'settled':
    case 'locked':
    case 'suspended':
    case 'wrong-response':
    case 'too-many-factors':
    case 'unknown-challenge':
    case 'unknown-enrolment':
    case 'unknown-factor':
    case 'assurance-too-low':
    case 'busy':
      return reason
    default:
      return never(reason)
  }
}

function refused(reason: RefusedReason): string {
  switch (reason) {
    case 'proof-required':
    case 'proof-invalid':
    case 'locked':
    case 'suspended':
    case 'too-many-factors':
    case 'factor-exists':
    case 'unknown-factor':
    case 'last-factor-required':
    case 'invalid-phone-number':
    case 'country-not-allowed':
    case 'sms-unavailable':
    case 'passkeys-unavailable':
    case 'unknown-enrolment':
    case 'busy':
      return reason
    default:
      return never(reason)
  }
}

describe('a switch over every outcome', () => {
  it('compiles without a default, and reaches what is meant', () => {
    expect(afterBegin({ status: 'not-required' })).toBe('in')
    expect(afterBegin({ status: 'enrolment-required', graceEndsAt: null, token: null })).toBe('enrol now')
    expect(afterDelivery({ status: 'not-sent', reason: 'too-soon', retryAt: 5 })).toBe('too-soon')
    expect([rejected('busy'), refused('busy')]).toEqual(['busy', 'busy'])
  })
})

type ResultOf<Group extends keyof TwoFactor, Name extends keyof TwoFactor[Group]> = TwoFactor[Group][Name] extends (
  ...input: never
) => Promise<infer Result>
  ? Result
  : never

describe('what operations resolve to', () => {
  it('is what the design says', () => {
    expectTypeOf<ResultOf<'challenge', 'begin'>>().toEqualTypeOf<BeginChallengeResult>()
    expectTypeOf<ResultOf<'challenge', 'verify'>>().toEqualTypeOf<Approved | Rejected>()
    expectTypeOf<ResultOf<'challenge', 'redeemRecoveryCode'>>().toEqualTypeOf<Approved | Rejected>()
    expectTypeOf<ResultOf<'challenge', 'switchFactor'>>().toEqualTypeOf<Challenged | Rejected>()
    expectTypeOf<ResultOf<'challenge', 'resend'>>().toEqualTypeOf<Sent | NotSent | Rejected>()
    expectTypeOf<ResultOf<'challenge', 'cancel'>>().toEqualTypeOf<{ readonly status: 'cancelled' }>()
    expectTypeOf<ResultOf<'challenge', 'checkProof'>>().toEqualTypeOf<CheckProofResult>()
    expectTypeOf<ResultOf<'enrolment', 'beginTotp'>>().toEqualTypeOf<StartedTotp | Refused>()
    expectTypeOf<ResultOf<'enrolment', 'beginSms'>>().toEqualTypeOf<StartedSms | Refused>()
    expectTypeOf<ResultOf<'enrolment', 'beginPasskey'>>().toEqualTypeOf<StartedPasskey | Refused>()
    expectTypeOf<ResultOf<'enrolment', 'resume'>>().toEqualTypeOf<StartedTotp | StartedSms | StartedPasskey | Refused>()
    expectTypeOf<ResultOf<'enrolment', 'resend'>>().toEqualTypeOf<Sent | NotSent | Refused>()
    expectTypeOf<ResultOf<'enrolment', 'confirm'>>().toEqualTypeOf<Confirmed | Rejected>()
    expectTypeOf<ResultOf<'factors', 'list'>>().toEqualTypeOf<{
      readonly status: 'listed'
      readonly factors: readonly Factor[]
    }>()
    expectTypeOf<ResultOf<'trustedDevices', 'list'>>().toEqualTypeOf<{
      readonly status: 'listed'
      readonly devices: readonly ListedTrustedDevice[]
    }>()
    expectTypeOf<ResultOf<'recoveryCodes', 'status'>>().toEqualTypeOf<RecoveryCodesStatus>()
    expectTypeOf<ResultOf<'recoveryCodes', 'acknowledge'>>().toEqualTypeOf<{ readonly status: 'acknowledged' }>()
    expectTypeOf<ResultOf<'account', 'status'>>().toEqualTypeOf<AccountStatus>()
    expectTypeOf<ResultOf<'account', 'activity'>>().toEqualTypeOf<{
      readonly status: 'listed'
      readonly activity: readonly Activity[]
    }>()
    expectTypeOf<ResultOf<'admin', 'importTotp'>>().toEqualTypeOf<Imported | Refused>()
    expectTypeOf<ResultOf<'admin', 'importSms'>>().toEqualTypeOf<Imported | Refused>()
    expectTypeOf<ResultOf<'admin', 'issueAccessPass'>>().toEqualTypeOf<IssuedAccessPass | Refused>()
    expectTypeOf<ResultOf<'admin', 'removeFactor'>>().toEqualTypeOf<ResultOf<'factors', 'remove'>>()
    expectTypeOf<ReturnType<TwoFactor['trustedDevices']['cookieName']>>().toEqualTypeOf<string>()
  })

  it('cannot be changed by those who get it', () => {
    expectTypeOf<Approved>().toEqualTypeOf<Readonly<Approved>>()
    expectTypeOf<Rejected>().toEqualTypeOf<Readonly<Rejected>>()
    expectTypeOf<Factor>().toEqualTypeOf<Readonly<Factor>>()
    expectTypeOf<Challenged['factors']>().toEqualTypeOf<readonly Factor[]>()
    expectTypeOf<TwoFactor>().toEqualTypeOf<Readonly<TwoFactor>>()
  })

  it('needs its status looked at: an approval has no reason, a rejection no proof', () => {
    expectTypeOf<Approved>().not.toHaveProperty('reason')
    expectTypeOf<Rejected>().not.toHaveProperty('proof')
    expectTypeOf<Approved | Rejected>().not.toHaveProperty('proof')
    expectTypeOf<StartedTotp | Refused>().not.toHaveProperty('secret')
  })
})

describe('events', () => {
  it('are told apart by their type, and each knows its user and instant', () => {
    expectTypeOf<TwoFactorEvent['type']>().toEqualTypeOf<TwoFactorEventType>()
    expectTypeOf<TwoFactorEvent['userId']>().toEqualTypeOf<string>()
    expectTypeOf<TwoFactorEvent['at']>().toEqualTypeOf<number>()
    expectTypeOf<TwoFactorEvent['clientAddress']>().toEqualTypeOf<string | null>()
    expectTypeOf<Extract<TwoFactorEvent, { type: 'challenge-approved' }>['failuresBefore']>().toEqualTypeOf<number>()
    expectTypeOf<Extract<TwoFactorEvent, { type: 'locked' }>['retryAt']>().toEqualTypeOf<number>()
    expectTypeOf<TwoFactorEvent>().not.toHaveProperty('code')
  })
})
