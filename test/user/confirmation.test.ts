import { describe, expect, it } from 'vitest'
import { confirmEnrolment } from '../../src/user/confirmation.js'
import type { Case, Effect, Facts } from '../../src/user/decision.js'
import type { Given } from '../../src/user/kinds/kind.js'
import { FRESH_GUESSES, type EnrolmentRecord, type FactorRecord, type UserRecord } from '../../src/user/record.js'
import {
  appFactor,
  caseOf,
  challengeText,
  closedChallenge,
  codeSet,
  comparing,
  CREDENTIAL,
  deviceNamed,
  expectDecided,
  ISSUED_CODES,
  LOCK_ENDS,
  LOCKED,
  made,
  MASKED,
  met,
  MINUTE,
  needOf,
  NEW_CODES,
  NOW,
  passkeyFactor,
  pendingApp,
  pendingPasskey,
  pendingPhone,
  phoneFactor,
  rejection,
  responded,
  SUSPENDED,
  typed,
} from './cases.js'

const STEP = NOW / 30_000
const compare = comparing({ '111111': [STEP] }, '222222')

const confirm = (at: Case, enrolmentId: string, given: Given, facts: Facts = []) =>
  confirmEnrolment(at, { enrolmentId, given, compare, newCodes: NEW_CODES }, facts)

/** What each pending enrolment becomes, and how it is proved. */
const confirmed = { confirmedAt: NOW, lastUsedAt: null, name: 'Pending' }
const newApp: FactorRecord = appFactor({ ...confirmed, id: 'new-app', secret: 'bmV3', lastStep: STEP })
const newPhone: FactorRecord = phoneFactor({
  ...confirmed,
  id: 'new-phone',
  phoneNumber: '+447400123456',
  country: 'GB',
  channel: 'sms',
})
const newKey: FactorRecord = passkeyFactor({
  ...confirmed,
  id: 'new-key',
  credential: { ...CREDENTIAL, id: 'new-credential' },
})
const attested = {
  status: 'verified',
  credential: { ...CREDENTIAL, id: 'new-credential' },
  userVerified: true,
} as const

const shown = (kind: 'totp' | 'sms' | 'passkey', change: object = {}): object => ({
  id: kind === 'totp' ? 'new-app' : kind === 'sms' ? 'new-phone' : 'new-key',
  kind,
  name: 'Pending',
  destination: kind === 'sms' ? '•••• 3456' : null,
  synced: kind === 'passkey' ? true : null,
  confirmedAt: NOW,
  lastUsedAt: null,
  preferred: true,
  restricted: kind === 'sms',
  ...change,
})

const proof = (method: string, epoch: number): object => ({
  method,
  at: NOW,
  epoch,
  purpose: 'enrolment',
  assurance: method === 'passkey' ? 'phishing-resistant' : 'second-factor',
})

const textVerified = {
  type: 'text-verified',
  purpose: 'enrolment',
  subjectId: 'new-phone',
  factorId: 'new-phone',
  country: 'GB',
} as const
const regionCounted: Effect = { effect: 'count-region', country: 'GB', field: 'verified' }

/** What raising the epoch ends. */
const revoked: Partial<UserRecord> = {
  epoch: 8,
  texts: [],
  closedChallenges: [],
  settledThrough: { begunAt: 0, expiresAt: 0 },
  trustedDevices: [],
  enrolments: [],
}

/** What is open beside the enrolment. */
const open: Partial<UserRecord> = {
  texts: [challengeText()],
  closedChallenges: [closedChallenge('closed')],
  settledThrough: { begunAt: 5, expiresAt: 6 },
  trustedDevices: [deviceNamed('d')],
}

function provenBy(at: Case, enrolmentId: string): [Given, Facts] {
  if (enrolmentId === 'new-app') return [typed('111111'), []]
  if (enrolmentId === 'new-phone') return [typed('222222'), []]
  const given = responded('new-credential')
  return [given, [met(confirm(at, enrolmentId, given), 'attestation', attested)]]
}

const confirmRight = (at: Case, enrolmentId: string) => confirm(at, enrolmentId, ...provenBy(at, enrolmentId))

describe('confirming the first factor', () => {
  it.each([
    ['totp', 'new-app', newApp, [], []],
    ['sms', 'new-phone', newPhone, [textVerified], [regionCounted]],
    ['passkey', 'new-key', newKey, [], []],
  ] as const)('by %s ends what was issued before, and issues recovery codes', (kind, id, factor, events, effects) => {
    const at = caseOf({
      ...open,
      enrolments: [pendingApp(), pendingPhone(), pendingPasskey()],
      guesses: { consecutiveWrong: 3, lockedUntilAt: 0 },
      enrolmentRequired: true,
      accessPass: { salt: 's', hash: 'h', issuedAt: NOW, expiresAt: NOW + 1, used: true },
    })
    expectDecided(confirmRight(at, id), at, {
      next: {
        ...revoked,
        factors: [factor],
        guesses: FRESH_GUESSES,
        enrolmentRequired: false,
        accessPass: null,
        recoveryCodes: ISSUED_CODES,
      },
      outcome: {
        status: 'confirmed',
        factor: shown(kind),
        recoveryCodes: NEW_CODES.codes,
        proofClaims: proof(kind, 8),
      },
      events: [
        { type: 'factor-added', factorId: id, factorKind: kind, first: true },
        ...events,
        { type: 'recovery-codes-issued' },
      ],
      effects,
    })
  })
})

describe('confirming a further factor', () => {
  it('ends its own enrolment alone, and issues nothing', () => {
    const at = caseOf({
      ...open,
      factors: [appFactor()],
      recoveryCodes: codeSet(),
      enrolments: [pendingPhone(), pendingApp()],
      enrolmentRequired: true,
      guesses: { consecutiveWrong: 4, lockedUntilAt: 0 },
    })
    expectDecided(confirmRight(at, 'new-phone'), at, {
      next: {
        factors: [appFactor(), newPhone],
        enrolments: [pendingApp()],
        guesses: FRESH_GUESSES,
        enrolmentRequired: false,
      },
      outcome: {
        status: 'confirmed',
        factor: shown('sms', { preferred: false }),
        recoveryCodes: null,
        proofClaims: proof('sms', 7),
      },
      events: [{ type: 'factor-added', factorId: 'new-phone', factorKind: 'sms', first: false }, textVerified],
      effects: [regionCounted],
    })
  })
})

describe('confirming a factor in place of another', () => {
  const replacing = (enrolment: EnrolmentRecord): Case =>
    caseOf({
      ...open,
      factors: [phoneFactor(), appFactor()],
      preferredFactorId: 'phone',
      enrolments: [enrolment, pendingPasskey()],
    })
  const replaced = {
    type: 'factor-replaced',
    factorId: 'new-app',
    factorKind: 'totp',
    replacedFactorId: 'phone',
    replacedFactorKind: 'sms',
  } as const

  it('retires the old one in the same write, revokes what it vouched for, and texts its number', () => {
    const at = replacing(pendingApp({ replaces: 'phone' }))
    expectDecided(confirmRight(at, 'new-app'), at, {
      next: { ...revoked, factors: [newApp, appFactor()], preferredFactorId: 'new-app', guesses: FRESH_GUESSES },
      outcome: { status: 'confirmed', factor: shown('totp'), recoveryCodes: null, proofClaims: proof('totp', 8) },
      events: [replaced, { type: 'devices-revoked', count: 1 }],
      effects: [
        {
          effect: 'send-notice',
          notice: 'number-replaced',
          to: [{ factorId: 'phone', phoneNumber: '+14155550123', country: 'US', channel: 'sms' }],
        },
      ],
    })
  })

  it('texts no number that another factor keeps', () => {
    const same = pendingPhone({ replaces: 'phone', phoneNumber: '+14155550123', country: 'US', channel: 'sms' })
    const at = replacing({ ...same, text: { ...same.text!, phoneNumber: '+14155550123' } })
    expect(made(confirmRight(at, 'new-phone')).effects).toEqual([
      { effect: 'count-region', country: 'US', field: 'verified' },
    ])
  })

  it('adds it beside the others when the old one is gone since', () => {
    const at = replacing(pendingApp({ replaces: 'gone' }))
    expectDecided(confirmRight(at, 'new-app'), at, {
      next: {
        factors: [phoneFactor(), appFactor(), newApp],
        enrolments: [pendingPasskey()],
        guesses: FRESH_GUESSES,
      },
      outcome: {
        status: 'confirmed',
        factor: shown('totp', { preferred: false }),
        recoveryCodes: null,
        proofClaims: proof('totp', 7),
      },
      events: [{ type: 'factor-added', factorId: 'new-app', factorKind: 'totp', first: false }],
    })
  })
})

describe('confirming a factor while codes are suspended', () => {
  const suspended: Partial<UserRecord> = {
    ...open,
    guesses: SUSPENDED,
    enrolmentRequired: true,
    recoveryCodes: codeSet(),
    factors: [appFactor(), passkeyFactor(), phoneFactor()],
    preferredFactorId: 'app',
  }
  const removed = (factorId: string, factorKind: 'totp' | 'sms') =>
    ({ type: 'factor-removed', factorId, factorKind, last: false, actor: null }) as const
  const notice = (factorId: string): Effect => ({
    effect: 'send-notice',
    notice: 'number-replaced',
    to: [{ factorId, phoneNumber: '+14155550123', country: 'US', channel: 'sms' }],
  })

  it('retires every factor whose codes are suspended, and no other', () => {
    const at = caseOf({ ...suspended, enrolments: [pendingApp()] })
    expectDecided(confirmRight(at, 'new-app'), at, {
      next: {
        ...revoked,
        factors: [passkeyFactor(), newApp],
        preferredFactorId: null,
        guesses: FRESH_GUESSES,
        enrolmentRequired: false,
      },
      outcome: {
        status: 'confirmed',
        factor: shown('totp', { preferred: false }),
        recoveryCodes: null,
        proofClaims: proof('totp', 8),
      },
      events: [
        { type: 'factor-added', factorId: 'new-app', factorKind: 'totp', first: false },
        removed('app', 'totp'),
        removed('phone', 'sms'),
        { type: 'devices-revoked', count: 1 },
      ],
      effects: [notice('phone')],
    })
  })

  it('retires the others also when it replaces one of them', () => {
    const at = caseOf({ ...suspended, enrolments: [pendingPhone({ replaces: 'app' })] })
    const decision = made(confirmRight(at, 'new-phone'))
    expect(decision.next.factors).toEqual([newPhone, passkeyFactor()])
    expect(decision.next.preferredFactorId).toBe('new-phone')
    expect(decision.events).toEqual([
      {
        type: 'factor-replaced',
        factorId: 'new-phone',
        factorKind: 'sms',
        replacedFactorId: 'app',
        replacedFactorKind: 'totp',
      },
      { type: 'devices-revoked', count: 1 },
      removed('phone', 'sms'),
      textVerified,
    ])
    expect(decision.effects).toEqual([notice('phone'), regionCounted])
  })

  it('retires none where all are passkeys', () => {
    const at = caseOf({ ...suspended, factors: [passkeyFactor()], enrolments: [pendingApp()] })
    const { next, events } = made(confirmRight(at, 'new-app'))
    expect([next.factors, next.epoch]).toEqual([[passkeyFactor(), newApp], 7])
    expect(events).toEqual([{ type: 'factor-added', factorId: 'new-app', factorKind: 'totp', first: false }])
  })

  it('is not yet possible by code for somebody who did not get in', () => {
    const at = caseOf({ ...suspended, enrolmentRequired: false, enrolments: [pendingApp(), pendingPasskey()] })
    expectDecided(confirm(at, 'new-app', typed('111111')), at, { outcome: rejection('suspended') })
    expect(made(confirmRight(at, 'new-key')).outcome).toMatchObject({ status: 'confirmed' })
  })

  it('counts a wrong code on the enrolment alone', () => {
    const at = caseOf({ ...suspended, enrolments: [pendingApp({ wrongCodes: 1 })] })
    expectDecided(confirm(at, 'new-app', typed('000000')), at, {
      next: { enrolments: [pendingApp({ wrongCodes: 2 })] },
      outcome: rejection('wrong-code', 3),
      events: [{ type: 'enrolment-rejected', factorKind: 'totp', enrolmentId: 'new-app', reason: 'wrong-code' }],
    })
  })
})

describe('a wrong code for an enrolment', () => {
  const told = {
    type: 'enrolment-rejected',
    factorKind: 'sms',
    enrolmentId: 'new-phone',
    reason: 'wrong-code',
  } as const

  it('is counted on it and on the user', () => {
    const at = caseOf({ enrolments: [pendingPhone({ wrongCodes: 1 })] })
    expectDecided(confirm(at, 'new-phone', typed('000000')), at, {
      next: {
        enrolments: [pendingPhone({ wrongCodes: 2 })],
        guesses: { consecutiveWrong: 1, lockedUntilAt: 0 },
      },
      outcome: rejection('wrong-code', 3),
      events: [told],
    })
  })

  it('locks the user with the fifth in a row, whatever the others were for', () => {
    const at = caseOf({
      enrolments: [pendingPhone()],
      guesses: { consecutiveWrong: 4, lockedUntilAt: 0 },
    })
    expectDecided(confirm(at, 'new-phone', typed('000000')), at, {
      next: {
        enrolments: [pendingPhone({ wrongCodes: 1 })],
        guesses: { consecutiveWrong: 5, lockedUntilAt: NOW + MINUTE },
      },
      outcome: rejection('wrong-code', 0, NOW + MINUTE),
      events: [told, { type: 'locked', retryAt: NOW + MINUTE }],
    })
  })

  it('suspends with the hundredth in a row', () => {
    const at = caseOf({ enrolments: [pendingPhone()], guesses: { consecutiveWrong: 99, lockedUntilAt: 0 } })
    const { outcome, events } = made(confirm(at, 'new-phone', typed('000000')))
    expect(outcome).toEqual(rejection('wrong-code'))
    expect(events).toEqual([told, { type: 'suspended' }])
  })
})

describe('an enrolment that takes no proof', () => {
  it.each<[string, Partial<UserRecord>, object]>([
    ['unknown', {}, rejection('unknown-enrolment')],
    ['confirmed already', { factors: [appFactor({ id: 'new-app' })] }, rejection('settled')],
    ['expired', { enrolments: [pendingApp({ expiresAt: NOW })] }, rejection('expired')],
    ['exhausted', { enrolments: [pendingApp({ wrongCodes: 5 })] }, rejection('exhausted')],
    ['locked', { enrolments: [pendingApp()], guesses: LOCKED }, rejection('locked', 0, LOCK_ENDS)],
  ])('says why, counts and tells nothing: %s', (_what, change, outcome) => {
    const at = caseOf(change)
    expectDecided(confirm(at, 'new-app', typed('111111')), at, { outcome })
  })
})

describe('what is no proof of an enrolment', () => {
  it.each<[string, EnrolmentRecord, Given, object]>([
    ['no code', pendingApp(), responded('x'), rejection('malformed-code', 5)],
    ['a code of other digits', pendingPhone(), typed('22222'), rejection('malformed-code', 5)],
    ['a code, once another began', pendingPhone({ text: null }), typed('222222'), rejection('expired', 5)],
  ])('counts and tells nothing: %s', (_what, enrolment, given, outcome) => {
    const at = caseOf({ enrolments: [enrolment] })
    expectDecided(confirm(at, enrolment.id, given), at, { outcome })
  })

  it.each([
    ['a code', typed('111111'), null],
    ['a response that is forged', responded('new-credential'), { status: 'rejected' }],
    ['a passkey that the user has', responded('new-credential'), { ...attested, credential: CREDENTIAL }],
  ] as const)('tells of a passkey that is not valid, and counts nothing: %s', (_what, given, answer) => {
    const at = caseOf({ factors: [passkeyFactor()], enrolments: [pendingPasskey()] })
    const facts = answer === null ? [] : [met(confirm(at, 'new-key', given), 'attestation', answer)]
    expectDecided(confirm(at, 'new-key', given, facts), at, {
      outcome: rejection('wrong-response', null),
      events: [{ type: 'enrolment-rejected', factorKind: 'passkey', enrolmentId: 'new-key', reason: 'wrong-response' }],
    })
  })

  it('is asked about once, by the id of the enrolment', () => {
    const at = caseOf({ enrolments: [pendingPasskey()] })
    expect(needOf(confirm(at, 'new-key', responded('new-credential')))).toStrictEqual({
      need: 'attestation',
      ask: { enrolmentId: 'new-key' },
    })
  })
})

describe('a factor for which there is no room', () => {
  it('is not confirmed, and its enrolment waits', () => {
    const factors = Array.from({ length: 10 }, (_, index) => appFactor({ id: `app${index}` }))
    const at = caseOf({ factors, enrolments: [pendingPhone()] })
    expectDecided(confirmRight(at, 'new-phone'), at, { outcome: rejection('too-many-factors', null) })
    const replacing = caseOf({ factors, enrolments: [pendingPhone({ replaces: 'app3' })] })
    expect(made(confirmRight(replacing, 'new-phone')).outcome).toMatchObject({ status: 'confirmed' })
  })
})

it('masks the number of the new factor as every other', () => {
  const at = caseOf({ enrolments: [pendingPhone({ phoneNumber: '+14155550123', country: 'US', channel: 'sms' })] })
  const { text } = pendingPhone()
  const own = caseOf({
    enrolments: [
      pendingPhone({
        phoneNumber: '+14155550123',
        country: 'US',
        channel: 'sms',
        text: { ...text!, phoneNumber: '+14155550123' },
      }),
    ],
  })
  expect(made(confirmRight(own, 'new-phone')).outcome).toMatchObject({ factor: { destination: MASKED } })
  expect(made(confirmRight(at, 'new-phone')).outcome).toMatchObject({ reason: 'expired' })
})
