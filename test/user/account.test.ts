import { describe, expect, it } from 'vitest'
import { accountStatus, changePassword, disable, reset, unlock } from '../../src/user/account.js'
import { FRESH_GUESSES, type UserRecord } from '../../src/user/record.js'
import {
  appFactor,
  caseOf,
  challengeText,
  closedChallenge,
  codeSet,
  deviceNamed,
  expectDecided,
  FORGED_PROOF,
  FRESH_PROOF,
  HOUR,
  LOCK_ENDS,
  LOCKED,
  MASKED,
  NO_PROOF,
  NOW,
  pendingApp,
  phoneFactor,
  PHONE_NUMBER,
  refusal,
  SECOND,
  SUSPENDED,
} from './cases.js'

const pass = { salt: 's', hash: 'h', issuedAt: NOW - HOUR, expiresAt: NOW + HOUR, used: false }

/** Somebody with everything that a record can hold. */
const everything: Partial<UserRecord> = {
  factors: [appFactor(), phoneFactor()],
  preferredFactorId: 'phone',
  enrolments: [pendingApp()],
  texts: [challengeText()],
  closedChallenges: [closedChallenge('closed')],
  settledThrough: { begunAt: NOW - HOUR, expiresAt: NOW },
  trustedDevices: [deviceNamed('one'), deviceNamed('two')],
  recoveryCodes: codeSet(),
  accessPass: pass,
  guesses: LOCKED,
  textedAt: [NOW - HOUR + 1],
  enrolmentRequired: true,
}

/** What raising the epoch ends. */
const revoked: Partial<UserRecord> = {
  epoch: 8,
  texts: [],
  closedChallenges: [],
  settledThrough: { begunAt: 0, expiresAt: 0 },
  trustedDevices: [],
  enrolments: [],
}

const withoutFactors: Partial<UserRecord> = {
  ...revoked,
  factors: [],
  preferredFactorId: null,
  recoveryCodes: null,
  accessPass: null,
}

const notice = {
  effect: 'send-notice',
  notice: 'number-removed',
  to: [{ factorId: 'phone', phoneNumber: PHONE_NUMBER, country: 'US', channel: 'sms' }],
} as const

describe('the status of an account', () => {
  it('is empty for somebody never seen before', () => {
    expect(accountStatus(caseOf({}, { stored: false }))).toStrictEqual({
      status: 'known',
      userId: 'ada',
      enabled: false,
      factors: [],
      recoveryCodesRemaining: 0,
      acknowledged: true,
      singleWay: false,
      trustedDevices: [],
      accessPass: null,
      lockedUntilAt: null,
      suspended: false,
      enrolmentRequired: false,
    })
  })

  it('shows everything that there is, and nothing secret of it', () => {
    expect(accountStatus(caseOf(everything))).toStrictEqual({
      status: 'known',
      userId: 'ada',
      enabled: true,
      factors: [
        {
          id: 'app',
          kind: 'totp',
          name: 'My app',
          destination: null,
          synced: null,
          confirmedAt: appFactor().confirmedAt,
          lastUsedAt: null,
          preferred: false,
          restricted: false,
        },
        {
          id: 'phone',
          kind: 'sms',
          name: 'My phone',
          destination: MASKED,
          synced: null,
          confirmedAt: phoneFactor().confirmedAt,
          lastUsedAt: null,
          preferred: true,
          restricted: true,
        },
      ],
      recoveryCodesRemaining: 3,
      acknowledged: false,
      singleWay: false,
      trustedDevices: [deviceNamed('one'), deviceNamed('two')],
      accessPass: { issuedAt: NOW - HOUR, expiresAt: NOW + HOUR },
      lockedUntilAt: LOCK_ENDS,
      suspended: false,
      enrolmentRequired: true,
    })
  })

  it.each<[string, Partial<UserRecord>, boolean]>([
    ['one factor and no recovery code', { factors: [appFactor()] }, true],
    ['one factor and no code left', { factors: [appFactor()], recoveryCodes: codeSet({ spent: [0, 1, 2] }) }, true],
    ['one factor and one code left', { factors: [appFactor()], recoveryCodes: codeSet({ spent: [0, 2] }) }, false],
    ['two factors', { factors: [appFactor(), phoneFactor()] }, false],
    ['no factor', {}, false],
  ])('says whether losing one thing locks the person out: %s', (_what, change, singleWay) => {
    expect(accountStatus(caseOf(change)).singleWay).toBe(singleWay)
  })

  it.each([
    ['in its last millisecond', { ...pass, expiresAt: NOW + 1 }, { issuedAt: pass.issuedAt, expiresAt: NOW + 1 }],
    ['at its end', { ...pass, expiresAt: NOW }, null],
    ['once used', { ...pass, used: true }, null],
  ])('shows an access pass while it can be redeemed: %s', (_when, accessPass, shown) => {
    expect(accountStatus(caseOf({ accessPass })).accessPass).toEqual(shown)
  })

  it('leaves out devices that have expired', () => {
    const trustedDevices = [deviceNamed('gone', { expiresAt: NOW }), deviceNamed('live', { expiresAt: NOW + 1 })]
    expect(accountStatus(caseOf({ trustedDevices })).trustedDevices).toEqual([trustedDevices[1]])
  })

  it.each([
    ['locked', LOCKED, { lockedUntilAt: LOCK_ENDS, suspended: false }],
    ['out of its lock', { ...LOCKED, lockedUntilAt: NOW }, { lockedUntilAt: null, suspended: false }],
    ['suspended', SUSPENDED, { lockedUntilAt: null, suspended: true }],
    ['one short of suspension', { consecutiveWrong: 99, lockedUntilAt: 0 }, { lockedUntilAt: null, suspended: false }],
  ])('says how guessing stands: %s', (_what, guesses, shown) => {
    expect(accountStatus(caseOf({ guesses }))).toMatchObject(shown)
  })
})

describe('a changed password', () => {
  it('revokes tokens, devices and pending enrolments, and keeps factors and codes', () => {
    const at = caseOf(everything)
    expectDecided(changePassword(at), at, {
      next: revoked,
      outcome: { status: 'recorded' },
      events: [{ type: 'password-changed' }, { type: 'devices-revoked', count: 2 }],
    })
  })

  it('tells of no devices where there were none', () => {
    const at = caseOf({ factors: [appFactor()] })
    expectDecided(changePassword(at), at, {
      next: revoked,
      outcome: { status: 'recorded' },
      events: [{ type: 'password-changed' }],
    })
  })

  it('writes nothing for somebody without a record', () => {
    const at = caseOf({}, { stored: false })
    expectDecided(changePassword(at), at, { outcome: { status: 'recorded' } })
  })
})

describe('disabling', () => {
  const disabling = { proof: FRESH_PROOF, required: false }

  it('drops factors, codes, the access pass and devices, keeps what was counted, and tells the phone', () => {
    const at = caseOf(everything)
    expectDecided(disable(at, disabling), at, {
      next: withoutFactors,
      outcome: { status: 'disabled' },
      events: [{ type: 'disabled' }, { type: 'devices-revoked', count: 2 }],
      effects: [notice],
    })
  })

  it.each([
    ['no proof', NO_PROOF, 'proof-required'],
    ['a forged one', FORGED_PROOF, 'proof-invalid'],
  ] as const)('is refused with %s', (_what, proof, reason) => {
    const at = caseOf(everything)
    expectDecided(disable(at, { ...disabling, proof }), at, { outcome: refusal(reason) })
  })

  it('is refused while a second factor is required of the user', () => {
    const at = caseOf(everything)
    expectDecided(disable(at, { ...disabling, required: true }), at, { outcome: refusal('last-factor-required') })
  })

  it('without a factor drops a pending enrolment, required or not', () => {
    for (const required of [true, false]) {
      const at = caseOf({ enrolments: [pendingApp()] })
      expectDecided(disable(at, { proof: NO_PROOF, required }), at, {
        next: { enrolments: [] },
        outcome: { status: 'disabled' },
      })
    }
  })

  it('without anything changes nothing', () => {
    const at = caseOf()
    expectDecided(disable(at, { proof: NO_PROOF, required: false }), at, { outcome: { status: 'disabled' } })
  })
})

describe('a reset by staff', () => {
  it('is a fresh start, whatever there was', () => {
    const at = caseOf({ ...everything, guesses: SUSPENDED })
    expectDecided(reset(at, 'staff'), at, {
      next: { ...withoutFactors, guesses: FRESH_GUESSES, enrolmentRequired: false },
      outcome: { status: 'reset' },
      events: [
        { type: 'reset', actor: 'staff' },
        { type: 'devices-revoked', count: 2 },
      ],
      effects: [notice],
    })
  })

  it('writes nothing for somebody without a record', () => {
    const at = caseOf({}, { stored: false })
    expectDecided(reset(at, 'staff'), at, { outcome: { status: 'reset' } })
  })
})

describe('an unlocking by staff', () => {
  it.each([
    ['lock', LOCKED],
    ['suspension', SUSPENDED],
    ['count', { consecutiveWrong: 3, lockedUntilAt: NOW - SECOND }],
  ])('lifts a %s and nothing else', (_what, guesses) => {
    const at = caseOf({ ...everything, guesses })
    expectDecided(unlock(at, 'staff'), at, {
      next: { guesses: FRESH_GUESSES },
      outcome: { status: 'unlocked' },
      events: [{ type: 'unlocked', actor: 'staff' }],
    })
  })

  it('writes nothing for somebody without a record', () => {
    const at = caseOf({}, { stored: false })
    expectDecided(unlock(at, 'staff'), at, { outcome: { status: 'unlocked' } })
  })
})
