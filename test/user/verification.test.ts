import { describe, expect, it } from 'vitest'
import type { EventBody } from '../../src/interfaces/events.js'
import type { Rejected, RejectedReason } from '../../src/interfaces/refusal.js'
import type { Case, Deciding, Facts } from '../../src/user/decision.js'
import type { Given } from '../../src/user/kinds/kind.js'
import { presentFactor } from '../../src/user/presenting.js'
import { FRESH_GUESSES, type FactorRecord, type UserRecord } from '../../src/user/record.js'
import { approve, verifyChallenge, type Approval, type VerifyInput } from '../../src/user/verification.js'
import {
  appFactor,
  caseOf,
  challengeText,
  claimsOf,
  closedChallenge,
  codeSet,
  comparing,
  CREDENTIAL,
  DAY,
  deviceNamed,
  expectDecided,
  LOCK_ENDS,
  LOCKED,
  made,
  met,
  MINUTE,
  NOW,
  passkeyFactor,
  phoneFactor,
  policyWith,
  rejection,
  responded,
  SUSPENDED,
  typed,
} from './cases.js'

const STEP = NOW / 30_000
const compare = comparing({ '111111': [STEP], '111110': [STEP - 1] }, '222222')
const app = appFactor({ lastStep: STEP - 1 })
const factors = [app, phoneFactor(), passkeyFactor()]
const device = { id: 'new', name: 'Firefox', details: 'Lisbon' }

const base: Partial<UserRecord> = {
  factors,
  texts: [challengeText({ challengeId: 'other' }), challengeText({ wrongCodes: 1 })],
  recoveryCodes: codeSet({ spent: [0] }),
  guesses: { consecutiveWrong: 2, lockedUntilAt: 0 },
}

const claimsFor = { app: claimsOf(), phone: claimsOf({ factorId: 'phone' }), key: claimsOf({ factorId: 'key' }) }

function verify(
  at: Case,
  factorId: keyof typeof claimsFor,
  given: Given,
  change: Partial<VerifyInput> = {},
  facts: Facts = [],
): Deciding<Approval | Rejected> {
  const input = { claims: claimsFor[factorId], bindingDigest: null, given, compare, device: null, ...change }
  return verifyChallenge(at, input, facts)
}

const asserted = { status: 'verified', counter: 6, backedUp: true, userVerified: true } as const

/** What proves each factor, and the facts that this takes. */
function right(at: Case, factorId: keyof typeof claimsFor, change: Partial<VerifyInput> = {}) {
  if (factorId === 'app') return verify(at, factorId, typed('111111'), change)
  if (factorId === 'phone') return verify(at, factorId, typed('222222'), change)
  const given = responded('credential')
  return verify(at, factorId, given, change, [met(verify(at, factorId, given, change), 'assertion', asserted)])
}

/** What each factor becomes, and what an approval by it says. */
const proven = {
  app: {
    factor: { ...app, lastStep: STEP, lastUsedAt: NOW },
    amr: ['otp', 'mfa'],
    assurance: 'second-factor',
    told: [],
  },
  phone: {
    factor: phoneFactor({ lastUsedAt: NOW }),
    amr: ['sms', 'mfa'],
    assurance: 'second-factor',
    told: [
      { type: 'text-verified', purpose: 'sign-in', subjectId: 'challenge', factorId: 'phone', country: 'US' },
    ] satisfies EventBody[],
  },
  key: {
    factor: passkeyFactor({ lastUsedAt: NOW, credential: { ...CREDENTIAL, counter: 6, backedUp: true } }),
    amr: ['swk', 'user', 'mfa'],
    assurance: 'phishing-resistant',
    told: [],
  },
} as const

function approval(at: Case, factorId: keyof typeof proven, change: object = {}): object {
  const { factor, amr, assurance } = proven[factorId]
  return {
    status: 'approved',
    userId: 'ada',
    purpose: 'sign-in',
    factor: presentFactor(at.record, factor),
    method: factor.kind,
    amr,
    assurance,
    at: NOW,
    proofClaims: { method: factor.kind, at: NOW, epoch: 7, purpose: 'sign-in', assurance },
    device: null,
    recoveryCodesRemaining: 2,
    enrolmentRequired: false,
    failuresBefore: 2,
    ...change,
  }
}

function approved(factorId: keyof typeof proven, failuresBefore = 2): EventBody {
  const { factor, assurance } = proven[factorId]
  return {
    type: 'challenge-approved',
    purpose: 'sign-in',
    challengeId: 'challenge',
    factorId,
    method: factor.kind,
    assurance,
    failuresBefore,
  }
}

const rejected = (factorId: string, reason: RejectedReason): EventBody => ({
  type: 'challenge-rejected',
  purpose: 'sign-in',
  challengeId: 'challenge',
  factorId,
  reason,
})

const withFactor = (factor: FactorRecord) => factors.map((one) => (one.id === factor.id ? factor : one))

const ways = ['app', 'phone', 'key'] as const

describe('an approval', () => {
  it.each(ways)('by %s settles the challenge, spends its text and forgets the wrong codes', (factorId) => {
    const at = caseOf(base)
    expectDecided(right(at, factorId), at, {
      next: {
        factors: withFactor(proven[factorId].factor),
        texts: [challengeText({ challengeId: 'other' })],
        closedChallenges: [closedChallenge('challenge')],
        guesses: FRESH_GUESSES,
      },
      outcome: approval(at, factorId),
      events: [approved(factorId), ...proven[factorId].told],
    })
  })

  it.each(ways)('by %s trusts the device where it was asked to', (factorId) => {
    const at = caseOf({ ...base, trustedDevices: [deviceNamed('old')] })
    const trusted = { ...device, trustedAt: NOW, lastUsedAt: null, expiresAt: NOW + 30 * DAY }
    const decision = made(right(at, factorId, { device }))
    expect(decision.next.trustedDevices).toEqual([deviceNamed('old'), trusted])
    expect(decision.outcome).toStrictEqual(approval(at, factorId, { device: trusted }))
    expect(decision.events).toStrictEqual([
      approved(factorId),
      ...proven[factorId].told,
      { type: 'device-trusted', deviceId: 'new', deviceName: 'Firefox' },
    ])
  })

  it('of a step-up trusts no device', () => {
    const at = caseOf(base)
    const decision = made(right(at, 'app', { device, claims: claimsOf({ purpose: 'step-up' }) }))
    expect(decision.outcome).toMatchObject({ purpose: 'step-up', device: null, proofClaims: { purpose: 'step-up' } })
    expect(decision.next.trustedDevices).toEqual([])
    expect(decision.events).toEqual([{ ...approved('app'), purpose: 'step-up' }])
  })

  it('trusts no device where that is off', () => {
    const at = caseOf(base, { policy: policyWith({ trustedDevices: 'off' }) })
    expect(made(right(at, 'app', { device })).outcome).toMatchObject({ status: 'approved', device: null })
  })

  it('lasts as a trusted device as long as the policy says', () => {
    const at = caseOf(base, { policy: policyWith({ trustedDeviceLifetimeSeconds: 3600 }) })
    expect(made(right(at, 'app', { device })).outcome).toMatchObject({ device: { expiresAt: NOW + 60 * MINUTE } })
  })

  it('by passkey comes through a lock, and ends it', () => {
    const at = caseOf({ ...base, guesses: LOCKED })
    const { next, outcome, events } = made(right(at, 'key'))
    expect(outcome).toStrictEqual(approval(at, 'key', { failuresBefore: 5 }))
    expect([next.guesses, events]).toEqual([FRESH_GUESSES, [approved('key', 5)]])
  })

  it('by passkey comes through a suspension: codes stay suspended, and a new factor is owed', () => {
    const at = caseOf({ ...base, guesses: SUSPENDED })
    const { next, outcome } = made(right(at, 'key'))
    expect(outcome).toStrictEqual(approval(at, 'key', { failuresBefore: 100, enrolmentRequired: true }))
    expect([next.guesses, next.enrolmentRequired]).toEqual([SUSPENDED, true])
  })

  it('leaves an enrolment that is owed', () => {
    const at = caseOf({ ...base, enrolmentRequired: true })
    const { next, outcome } = made(right(at, 'app'))
    expect(outcome).toMatchObject({ enrolmentRequired: true })
    expect(next.enrolmentRequired).toBe(true)
  })

  it('by a second app names the one that answered', () => {
    const second = appFactor({ id: 'second', digits: 8 })
    const at = caseOf({ ...base, factors: [app, second] })
    const eight = comparing({ '11111111': [STEP] })
    const { outcome, events } = made(verify(at, 'app', typed('11111111'), { compare: eight }))
    expect(outcome).toMatchObject({ factor: { id: 'second' } })
    expect(events).toEqual([{ ...approved('app'), factorId: 'second' }])
  })

  it('without a factor names none', () => {
    const at = caseOf(base)
    const by = { factor: null, method: 'recovery-code', amr: ['mfa'], assurance: 'recovery' } as const
    expect(approve(at, claimsOf(), at.record, by).outcome).toMatchObject({ factor: null, method: 'recovery-code' })
  })
})

describe('a wrong code', () => {
  it('of an app is counted on the user', () => {
    const at = caseOf(base)
    expectDecided(verify(at, 'app', typed('000000')), at, {
      next: { guesses: { consecutiveWrong: 3, lockedUntilAt: 0 } },
      outcome: rejection('wrong-code', 2),
      events: [rejected('app', 'wrong-code')],
    })
  })

  it('of a text is counted on it too', () => {
    const at = caseOf({ ...base, guesses: FRESH_GUESSES })
    expectDecided(verify(at, 'phone', typed('000000')), at, {
      next: {
        texts: [challengeText({ challengeId: 'other' }), challengeText({ wrongCodes: 2 })],
        guesses: { consecutiveWrong: 1, lockedUntilAt: 0 },
      },
      outcome: rejection('wrong-code', 3),
      events: [rejected('phone', 'wrong-code')],
    })
  })

  it('that ends a text leaves no attempt', () => {
    const at = caseOf({ ...base, texts: [challengeText({ wrongCodes: 4 })], guesses: FRESH_GUESSES })
    expect(made(verify(at, 'phone', typed('000000'))).outcome).toStrictEqual(rejection('wrong-code', 0))
  })

  it('of a burnt step is counted as used', () => {
    const at = caseOf(base)
    expectDecided(verify(at, 'app', typed('111110')), at, {
      next: { guesses: { consecutiveWrong: 3, lockedUntilAt: 0 } },
      outcome: rejection('already-used', 2),
      events: [rejected('app', 'already-used')],
    })
  })

  it('locks with the fifth in a row, and suspends with the hundredth', () => {
    const fifth = caseOf({ ...base, guesses: { consecutiveWrong: 4, lockedUntilAt: 0 } })
    expectDecided(verify(fifth, 'app', typed('000000')), fifth, {
      next: { guesses: { consecutiveWrong: 5, lockedUntilAt: NOW + MINUTE } },
      outcome: rejection('wrong-code', 0, NOW + MINUTE),
      events: [rejected('app', 'wrong-code'), { type: 'locked', retryAt: NOW + MINUTE }],
    })
    const hundredth = caseOf({ ...base, guesses: { consecutiveWrong: 99, lockedUntilAt: 0 } })
    expectDecided(verify(hundredth, 'app', typed('000000')), hundredth, {
      next: { guesses: { consecutiveWrong: 100, lockedUntilAt: NOW + DAY } },
      outcome: rejection('wrong-code'),
      events: [rejected('app', 'wrong-code'), { type: 'suspended' }],
    })
  })
})

describe('what is no guess', () => {
  it.each<[string, keyof typeof claimsFor, Given, Partial<UserRecord>, object, RejectedReason]>([
    ['a code that no app could show', 'app', typed('12345678'), {}, rejection('malformed-code', 3), 'malformed-code'],
    ['a text code of other digits', 'phone', typed('1234567'), {}, rejection('malformed-code', 3), 'malformed-code'],
    ['no code', 'app', responded('credential'), {}, rejection('malformed-code', 3), 'malformed-code'],
    ['a code where no text went out', 'phone', typed('222222'), { texts: [] }, rejection('expired', 3), 'expired'],
    [
      'a code that outlived its minutes',
      'phone',
      typed('222222'),
      { texts: [challengeText({ codeSentAt: NOW - 5 * MINUTE, wrongCodes: 3 })] },
      rejection('expired', 2),
      'expired',
    ],
  ])('is told and not counted: %s', (_what, factorId, given, change, outcome, reason) => {
    const at = caseOf({ ...base, ...change })
    expectDecided(verify(at, factorId, given), at, { outcome, events: [rejected(factorId, reason)] })
  })

  it.each<[string, Given, object | null]>([
    ['of a passkey that the user does not have', responded('unknown'), null],
    ['that is forged', responded('credential'), { status: 'rejected' }],
    ['that is a code', typed('111111'), null],
  ])('is a response %s', (_what, given, answer) => {
    const at = caseOf(base)
    const facts = answer === null ? [] : [met(verify(at, 'key', given), 'assertion', { status: 'rejected' })]
    expectDecided(verify(at, 'key', given, {}, facts), at, {
      outcome: rejection('wrong-response', null),
      events: [rejected('key', 'wrong-response')],
    })
  })

  it('is a response whose counter fell: that is told beside', () => {
    const at = caseOf(base)
    const given = responded('credential')
    const facts = [met(verify(at, 'key', given), 'assertion', { ...asserted, counter: 5 })]
    expectDecided(verify(at, 'key', given, {}, facts), at, {
      outcome: rejection('wrong-response', null),
      events: [
        rejected('key', 'wrong-response'),
        { type: 'passkey-counter-fell', factorId: 'key', factorKind: 'passkey' },
      ],
    })
  })
})

describe('a challenge that takes no code', () => {
  const exhausted = { texts: [challengeText({ wrongCodes: 5 })] }
  it.each<[string, keyof typeof claimsFor, Partial<UserRecord>, Partial<VerifyInput>, object, RejectedReason]>([
    ['expired', 'app', {}, { claims: claimsOf({ expiresAt: NOW }) }, rejection('expired'), 'expired'],
    ['revoked', 'app', { epoch: 8 }, {}, rejection('revoked'), 'revoked'],
    ['settled', 'app', { closedChallenges: [closedChallenge('challenge')] }, {}, rejection('settled'), 'settled'],
    ['bound otherwise', 'app', {}, { bindingDigest: 'x' }, rejection('unknown-challenge', null), 'unknown-challenge'],
    ['without its factor', 'app', { factors: [passkeyFactor()] }, {}, rejection('revoked'), 'revoked'],
    ['locked', 'app', { guesses: LOCKED }, {}, rejection('locked', 0, LOCK_ENDS), 'locked'],
    ['suspended', 'phone', { guesses: SUSPENDED }, {}, rejection('suspended'), 'suspended'],
    ['exhausted', 'phone', exhausted, {}, rejection('exhausted'), 'exhausted'],
    [
      'exhausted and locked',
      'phone',
      { ...exhausted, guesses: LOCKED },
      {},
      rejection('exhausted', 0, LOCK_ENDS),
      'exhausted',
    ],
  ])('says why and counts nothing: %s', (_what, factorId, change, input, outcome, reason) => {
    const at = caseOf({ ...base, ...change })
    const compareNothing = { totp: () => expect.unreachable(), text: () => expect.unreachable() }
    const code = factorId === 'app' ? '111111' : '222222'
    expectDecided(verify(at, factorId, typed(code), { compare: compareNothing, ...input }), at, {
      outcome,
      events: [rejected(factorId, reason)],
    })
  })

  it('because its text took five wrong codes still takes those of an app, once it asks for that', () => {
    const at = caseOf({ ...base, ...exhausted })
    expect(made(right(at, 'app')).outcome).toMatchObject({ status: 'approved' })
  })
})
