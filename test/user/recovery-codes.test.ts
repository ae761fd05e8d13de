import { describe, expect, it } from 'vitest'
import type { EventBody } from '../../src/interfaces/events.js'
import type { RejectedReason } from '../../src/interfaces/refusal.js'
import { decided, type Case, type Facts } from '../../src/user/decision.js'
import { FRESH_GUESSES, type UserRecord } from '../../src/user/record.js'
import {
  acknowledgeRecoveryCodes,
  ISSUED_CODE_LENGTH,
  issueRecoveryCodes,
  recoveryCodesStatus,
  recoveryLengths,
  redeemRecoveryCode,
  regenerateRecoveryCodes,
  type RedeemInput,
} from '../../src/user/recovery-codes.js'
import {
  appFactor,
  caseOf,
  challengeText,
  claimsOf,
  closedChallenge,
  codeSet,
  DAY,
  deviceNamed,
  equalTexts,
  expectDecided,
  FORGED_PROOF,
  FRESH_PROOF,
  hashCode,
  ISSUED_CODES,
  LOCK_ENDS,
  LOCKED,
  made,
  met,
  MINUTE,
  needOf,
  NEW_CODES,
  NO_PROOF,
  NOW,
  recordWith,
  refusal,
  rejection,
  SUSPENDED,
} from './cases.js'

const claims = claimsOf({ purpose: 'step-up' })
const about = { purpose: 'step-up', challengeId: 'challenge', factorId: 'app' } as const
const rejected = (reason: RejectedReason): EventBody => ({ type: 'challenge-rejected', ...about, reason })

const redeem = (at: Case, code: string, change: Partial<RedeemInput> = {}, facts: Facts = []) =>
  redeemRecoveryCode(at, { claims, bindingDigest: null, code, hash: hashCode, equal: equalTexts, ...change }, facts)

/** Somebody with an app, recovery codes, a trusted device and a text that is out. */
const owner: Partial<UserRecord> = {
  factors: [appFactor()],
  recoveryCodes: codeSet(),
  trustedDevices: [deviceNamed('d')],
  texts: [challengeText(), challengeText({ challengeId: 'other' })],
  guesses: { consecutiveWrong: 3, lockedUntilAt: 0 },
}
const closed = closedChallenge('challenge')

function approval(method: 'recovery-code' | 'access-pass', change: object = {}): object {
  const assurance = method === 'recovery-code' ? 'recovery' : 'access-pass'
  return {
    status: 'approved',
    userId: 'ada',
    purpose: 'step-up',
    factor: null,
    method,
    amr: ['mfa'],
    assurance,
    at: NOW,
    proofClaims: { method, at: NOW, epoch: 7, purpose: 'step-up', assurance },
    device: null,
    recoveryCodesRemaining: 2,
    enrolmentRequired: false,
    failuresBefore: 3,
    ...change,
  }
}

function approvedEvent(method: 'recovery-code' | 'access-pass', failuresBefore = 3): EventBody {
  const assurance = method === 'recovery-code' ? 'recovery' : 'access-pass'
  return { type: 'challenge-approved', ...about, factorId: null, method, assurance, failuresBefore }
}

/** Why a challenge takes no proof any more. */
const ended: readonly [string, Partial<UserRecord>, Parameters<typeof claimsOf>[0], object, RejectedReason][] = [
  ['expired', {}, { expiresAt: NOW }, rejection('expired'), 'expired'],
  ['revoked', { epoch: 8 }, {}, rejection('revoked'), 'revoked'],
  ['settled', { closedChallenges: [closed] }, {}, rejection('settled'), 'settled'],
  ['bound otherwise', {}, { bindingDigest: 'x' }, rejection('unknown-challenge', null), 'unknown-challenge'],
]

describe('redeeming an issued recovery code', () => {
  it('spends it, settles the challenge, forgets the wrong codes and revokes every trusted device', () => {
    const at = caseOf(owner)
    expectDecided(redeem(at, 'TWO'), at, {
      next: {
        recoveryCodes: codeSet({ spent: [1] }),
        trustedDevices: [],
        texts: [challengeText({ challengeId: 'other' })],
        closedChallenges: [closed],
        guesses: FRESH_GUESSES,
      },
      outcome: approval('recovery-code'),
      events: [
        approvedEvent('recovery-code'),
        { type: 'recovery-code-redeemed', remaining: 2 },
        { type: 'devices-revoked', count: 1 },
      ],
    })
  })

  it.each<[number, readonly EventBody[]]>([
    [5, []],
    [4, [{ type: 'recovery-codes-low', remaining: 3 }]],
    [3, []],
    [1, [{ type: 'recovery-codes-exhausted' }]],
  ])('tells when they run low: one of the last %i', (left, water) => {
    const hashes = Array.from({ length: 10 }, (_, index) => hashCode(`${index}`, 'salt'))
    const spent = Array.from({ length: 10 - left }, (_, index) => index + 1)
    const at = caseOf({ ...owner, trustedDevices: [], recoveryCodes: codeSet({ hashes, spent }) })
    expect(made(redeem(at, '0')).events).toEqual([
      approvedEvent('recovery-code'),
      { type: 'recovery-code-redeemed', remaining: left - 1 },
      ...water,
    ])
  })

  it('works while codes are locked, and ends the lock', () => {
    const at = caseOf({ ...owner, guesses: LOCKED })
    const { next, outcome } = made(redeem(at, 'ONE'))
    expect(outcome).toEqual(approval('recovery-code', { failuresBefore: 5 }))
    expect(next.guesses).toEqual(FRESH_GUESSES)
  })

  it('works while codes are suspended: those stay so, and a new factor is owed', () => {
    const at = caseOf({ ...owner, guesses: SUSPENDED })
    const { next, outcome } = made(redeem(at, 'ONE'))
    expect(outcome).toEqual(approval('recovery-code', { failuresBefore: 100, enrolmentRequired: true }))
    expect([next.guesses, next.enrolmentRequired]).toEqual([SUSPENDED, true])
  })

  it.each([
    ['wrong', 'FOUR', 'wrong-code'],
    ['used before', 'THREE', 'already-used'],
  ] as const)('is rejected when it is %s, and nothing is counted, locked or not', (_what, code, reason) => {
    for (const guesses of [FRESH_GUESSES, LOCKED, SUSPENDED]) {
      const at = caseOf({ ...owner, recoveryCodes: codeSet({ spent: [2] }), guesses })
      expectDecided(redeem(at, code), at, { outcome: rejection(reason, null), events: [rejected(reason)] })
    }
  })

  it('is rejected where there are none', () => {
    const at = caseOf({ ...owner, recoveryCodes: null })
    expectDecided(redeem(at, 'ONE'), at, { outcome: rejection('wrong-code', null), events: [rejected('wrong-code')] })
  })

  it.each(ended)('is rejected for a challenge that is %s', (_what, change, claim, outcome, reason) => {
    const at = caseOf({ ...owner, ...change })
    expectDecided(redeem(at, 'ONE', { claims: { ...claims, ...claim } }), at, { outcome, events: [rejected(reason)] })
  })

  it('compares every hash, whichever matches', () => {
    const compared: string[] = []
    const equal = (one: string, other: string): boolean => (compared.push(one), one === other)
    redeem(caseOf(owner), 'ONE', { equal })
    expect(compared).toEqual(codeSet().hashes)
  })
})

describe('redeeming a code that could be guessed', () => {
  const hashes = ['slow ONE', 'slow TWO']
  const set = codeSet({ hash: 'scrypt', hashes, lengths: [16], spent: [1] })
  const guessable = { ...owner, recoveryCodes: set }
  const answered = (at: Case, code: string, hash: string) =>
    redeem(at, code, {}, [met(redeem(at, code), 'slow-hash', hash)])

  it('needs its slow hash', () => {
    expect(needOf(redeem(caseOf(guessable), 'ONE'))).toStrictEqual({
      need: 'slow-hash',
      ask: { code: 'ONE', salt: 'salt' },
    })
  })

  it('spends it like any other', () => {
    const at = caseOf(guessable)
    expectDecided(answered(at, 'ONE', 'slow ONE'), at, {
      next: {
        recoveryCodes: { ...set, spent: [1, 0] },
        trustedDevices: [],
        texts: [challengeText({ challengeId: 'other' })],
        closedChallenges: [closed],
        guesses: FRESH_GUESSES,
      },
      outcome: approval('recovery-code', { recoveryCodesRemaining: 0 }),
      events: [
        approvedEvent('recovery-code'),
        { type: 'recovery-code-redeemed', remaining: 0 },
        { type: 'recovery-codes-exhausted' },
        { type: 'devices-revoked', count: 1 },
      ],
    })
  })

  it.each([
    ['wrong', 'slow FOUR', 'wrong-code'],
    ['used before', 'slow TWO', 'already-used'],
  ] as const)('counts one that is %s with all typed codes', (_what, hash, reason) => {
    const at = caseOf(guessable)
    expectDecided(answered(at, 'X', hash), at, {
      next: { guesses: { consecutiveWrong: 4, lockedUntilAt: 0 } },
      outcome: rejection(reason, 1),
      events: [rejected(reason)],
    })
  })

  it('locks with the fifth wrong one', () => {
    const at = caseOf({ ...guessable, guesses: { consecutiveWrong: 4, lockedUntilAt: 0 } })
    expectDecided(answered(at, 'X', 'slow FOUR'), at, {
      next: { guesses: { consecutiveWrong: 5, lockedUntilAt: NOW + MINUTE } },
      outcome: rejection('wrong-code', 0, NOW + MINUTE),
      events: [rejected('wrong-code'), { type: 'locked', retryAt: NOW + MINUTE }],
    })
  })

  it.each([
    ['locked', LOCKED, rejection('locked', 0, LOCK_ENDS)],
    ['suspended', SUSPENDED, rejection('suspended')],
  ] as const)('is not compared while codes are %s, and costs no hash', (reason, guesses, outcome) => {
    const at = caseOf({ ...guessable, guesses })
    expectDecided(redeem(at, 'ONE'), at, { outcome, events: [rejected(reason)] })
  })
})

describe('redeeming an access pass', () => {
  const pass = { salt: 'p', hash: hashCode('PASS', 'p'), issuedAt: NOW - DAY, expiresAt: NOW + 1, used: false }
  const used = { accessPass: { ...pass, used: true }, enrolmentRequired: true }

  it('of somebody without a factor proves enough to enrol', () => {
    const at = caseOf({ accessPass: pass })
    const withoutFactor = { ...claims, factorId: null }
    expectDecided(redeem(at, 'PASS', { claims: withoutFactor }), at, {
      next: { ...used, closedChallenges: [closed] },
      outcome: approval('access-pass', { recoveryCodesRemaining: 0, enrolmentRequired: true, failuresBefore: 0 }),
      events: [approvedEvent('access-pass', 0), { type: 'access-pass-redeemed' }],
    })
  })

  it.each([
    ['open', { consecutiveWrong: 3, lockedUntilAt: 0 }, 3, FRESH_GUESSES],
    ['locked', LOCKED, 5, FRESH_GUESSES],
    ['suspended', SUSPENDED, 100, SUSPENDED],
  ])('works while codes are %s, and leaves the recovery codes', (_what, guesses, failuresBefore, after) => {
    const at = caseOf({ ...owner, accessPass: pass, guesses })
    expectDecided(redeem(at, 'PASS'), at, {
      next: {
        ...used,
        trustedDevices: [],
        texts: [challengeText({ challengeId: 'other' })],
        closedChallenges: [closed],
        guesses: after,
      },
      outcome: approval('access-pass', { recoveryCodesRemaining: 3, enrolmentRequired: true, failuresBefore }),
      events: [
        approvedEvent('access-pass', failuresBefore),
        { type: 'access-pass-redeemed' },
        { type: 'devices-revoked', count: 1 },
      ],
    })
  })

  it.each([
    ['expired', { ...pass, expiresAt: NOW }],
    ['used', { ...pass, used: true }],
    ['another', { ...pass, hash: hashCode('OTHER', 'p') }],
  ])('is rejected when it is %s', (_what, accessPass) => {
    const at = caseOf({ ...owner, accessPass })
    expectDecided(redeem(at, 'PASS'), at, { outcome: rejection('wrong-code', null), events: [rejected('wrong-code')] })
  })

  it('hinders no recovery code', () => {
    expect(made(redeem(caseOf({ ...owner, accessPass: pass }), 'ONE')).outcome).toEqual(approval('recovery-code'))
  })
})

describe('a set of recovery codes', () => {
  it('is issued in place of any other, behind what was decided', () => {
    const at = caseOf(owner)
    const first = decided(
      at.record,
      'done',
      [{ type: 'disabled' }],
      [{ effect: 'count-region', country: 'US', field: 'sent' }],
    )
    expectDecided(issueRecoveryCodes(first, NEW_CODES, NOW), at, {
      next: { recoveryCodes: ISSUED_CODES },
      outcome: 'done',
      events: [{ type: 'disabled' }, { type: 'recovery-codes-issued' }],
      effects: [{ effect: 'count-region', country: 'US', field: 'sent' }],
    })
  })

  it('is regenerated whole with a proof', () => {
    const at = caseOf(owner)
    expectDecided(regenerateRecoveryCodes(at, { proof: FRESH_PROOF, newCodes: NEW_CODES }), at, {
      next: { recoveryCodes: ISSUED_CODES },
      outcome: { status: 'regenerated', recoveryCodes: NEW_CODES.codes },
      events: [{ type: 'recovery-codes-issued' }],
    })
  })

  it.each([
    ['without a proof', owner, NO_PROOF, 'proof-required'],
    ['with a forged proof', owner, FORGED_PROOF, 'proof-invalid'],
    ['without a factor', {}, FRESH_PROOF, 'unknown-factor'],
  ] as const)('is not regenerated %s', (_what, change, proof, reason) => {
    const at = caseOf(change)
    expectDecided(regenerateRecoveryCodes(at, { proof, newCodes: NEW_CODES }), at, { outcome: refusal(reason) })
  })

  it('is acknowledged once', () => {
    const at = caseOf(owner)
    expectDecided(acknowledgeRecoveryCodes(at), at, {
      next: { recoveryCodes: codeSet({ acknowledged: true }) },
      outcome: { status: 'acknowledged' },
      events: [{ type: 'recovery-codes-acknowledged' }],
    })
    for (const recoveryCodes of [null, codeSet({ acknowledged: true })]) {
      const again = caseOf({ recoveryCodes })
      expectDecided(acknowledgeRecoveryCodes(again), again, { outcome: { status: 'acknowledged' } })
    }
  })

  it('is shown by its number alone', () => {
    expect(recoveryCodesStatus(caseOf({ recoveryCodes: codeSet({ spent: [1] }) }))).toStrictEqual({
      status: 'known',
      remaining: 2,
      issuedAt: NOW - DAY,
      acknowledged: false,
    })
    expect(recoveryCodesStatus(caseOf())).toStrictEqual({
      status: 'known',
      remaining: 0,
      issuedAt: null,
      acknowledged: true,
    })
  })

  it('has the lengths of its codes and of access passes', () => {
    expect(ISSUED_CODE_LENGTH).toBe(24)
    expect(recoveryLengths(recordWith())).toEqual([24])
    expect(recoveryLengths(recordWith({ recoveryCodes: codeSet() }))).toEqual([24])
    expect(recoveryLengths(recordWith({ recoveryCodes: codeSet({ lengths: [16, 10] }) }))).toEqual([24, 16, 10])
  })
})
