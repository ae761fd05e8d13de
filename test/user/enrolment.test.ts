import { describe, expect, it } from 'vitest'
import type { Case, Effect, Facts } from '../../src/user/decision.js'
import {
  beginEnrolment,
  cancelEnrolment,
  dropEnrolment,
  enrolmentSubject,
  openEnrolment,
  resendEnrolmentText,
  resumeEnrolment,
  withEnrolment,
  type BeginEnrolmentInput,
  type EnrolmentMaterial,
} from '../../src/user/enrolment.js'
import type { EnrolmentRecord, UserRecord } from '../../src/user/record.js'
import {
  appFactor,
  caseOf,
  CREDENTIAL,
  expectDecided,
  FORGED_PROOF,
  FRESH_PROOF,
  GRANTED,
  HOUR,
  LOCK_ENDS,
  LOCKED,
  made,
  met,
  MINUTE,
  needOf,
  NO_PROOF,
  NOW,
  passkeyFactor,
  pendingApp,
  pendingPasskey,
  pendingPhone,
  phoneFactor,
  policyWith,
  recordWith,
  refusal,
  rejection,
  SECOND,
  SUSPENDED,
  textState,
} from './cases.js'

const NUMBER = '+447400123456'
const MASKED_NUMBER = '•••• 3456'

const materials: { readonly [Kind in EnrolmentMaterial['kind']]: EnrolmentMaterial<Kind> } = {
  totp: { kind: 'totp', secret: 'bmV3', accountName: 'ada', issuer: null },
  sms: { kind: 'sms', phoneNumber: NUMBER, country: 'GB', channel: 'sms', text: null },
  passkey: { kind: 'passkey', accountName: 'ada' },
}

const input: Omit<BeginEnrolmentInput, 'material'> = {
  enrolmentId: 'new',
  name: 'New',
  replaces: null,
  proof: FRESH_PROOF,
  keyIds: ['k1'],
  issuer: 'Acme',
}

const begin = (
  at: Case,
  kind: EnrolmentMaterial['kind'],
  change: Partial<BeginEnrolmentInput> = {},
  facts: Facts = [],
) => beginEnrolment(at, { ...input, material: materials[kind], ...change }, facts)

/** The same, once host and shared limits have let the text go out. */
function beginSms(at: Case, change: Partial<BeginEnrolmentInput> = {}, permit: Partial<typeof GRANTED> = {}) {
  return begin(at, 'sms', change, [met(begin(at, 'sms', change), 'permit', { ...GRANTED, ...permit })])
}

const EXPIRES = NOW + 10 * MINUTE
const fields = { id: 'new', name: 'New', replaces: null, createdAt: NOW, expiresAt: EXPIRES, wrongCodes: 0 }
const started = { status: 'started', enrolmentId: 'new', expiresAt: EXPIRES, shown: {}, text: null, create: null }
const begun = (factorKind: EnrolmentMaterial['kind']) =>
  ({ type: 'enrolment-begun', factorKind, enrolmentId: 'new' }) as const
const state = { sends: 1, lastSentAt: NOW, generation: 1, phoneNumber: NUMBER, keyId: 'k1', codeSentAt: NOW }
const told = {
  purpose: 'enrolment',
  subjectId: 'new',
  factorId: null,
  country: 'GB',
  channel: 'sms',
  destination: MASKED_NUMBER,
} as const

function codeSent(change: Partial<typeof state> = {}, id = 'new', expiresAt = EXPIRES): readonly Effect[] {
  const sent = { ...state, ...change }
  const subject = { id, purpose: 'enrolment', bindingDigest: null, summary: null, expiresAt, factorId: null } as const
  const waits = [30, 60, 120, 300]
  return [
    {
      effect: 'send-code',
      text: {
        subject,
        recipient: { phoneNumber: NUMBER, country: 'GB', channel: 'sms' },
        state: sent,
        expiresAt: sent.codeSentAt + 5 * MINUTE,
        resendAt: NOW + waits[sent.sends - 1]! * SECOND,
      },
    },
    { effect: 'count-region', country: 'GB', field: 'sent' },
  ]
}

describe('beginning an enrolment', () => {
  it('of an app shows its secret, and touches no factor', () => {
    const at = caseOf({ factors: [phoneFactor()] })
    expectDecided(begin(at, 'totp'), at, {
      next: { enrolments: [{ ...materials.totp, ...fields }] },
      outcome: {
        ...started,
        shown: {
          secret: 'NZSXO',
          uri: 'otpauth://totp/Acme:ada?secret=NZSXO&issuer=Acme&algorithm=SHA1&digits=6&period=30',
        },
      },
      events: [begun('totp')],
    })
  })

  it('of an app shows the issuer that it was begun for', () => {
    const { outcome } = made(begin(caseOf(), 'totp', { material: { ...materials.totp, issuer: 'Brand' } }))
    expect(outcome).toMatchObject({ shown: { uri: expect.stringContaining('totp/Brand:ada') as string } })
  })

  it('of a passkey names those that must not be made again', () => {
    const second = passkeyFactor({ id: 'second', credential: { ...CREDENTIAL, id: 'other' } })
    const at = caseOf({ factors: [passkeyFactor(), appFactor(), second] })
    expectDecided(begin(at, 'passkey'), at, {
      next: { enrolments: [{ ...materials.passkey, ...fields }] },
      outcome: {
        ...started,
        create: { accountName: 'ada', exclude: [CREDENTIAL, { ...CREDENTIAL, id: 'other' }] },
      },
      events: [begun('passkey')],
    })
  })

  it('of a phone keeps its text, and sends it once it is kept', () => {
    const at = caseOf({ factors: [appFactor()], textedAt: [NOW - HOUR, NOW - 1] })
    expect(needOf(begin(at, 'sms'))).toStrictEqual({
      need: 'permit',
      ask: { to: NUMBER, country: 'GB', channel: 'sms', purpose: 'enrolment', summary: null },
    })
    expectDecided(beginSms(at), at, {
      next: { enrolments: [{ ...materials.sms, ...fields, text: state }], textedAt: [NOW - 1, NOW] },
      outcome: {
        ...started,
        shown: { destination: MASKED_NUMBER, restricted: true },
        text: { delivery: null },
      },
      events: [begun('sms')],
      effects: codeSent(),
    })
  })

  it.each(['screened', 'budget-spent'] as const)(
    'of a phone is pending all the same when its text is %s',
    (verdict) => {
      const at = caseOf()
      expectDecided(beginSms(at, {}, { verdict, retryAt: NOW + HOUR, exceeded: ['number'] }), at, {
        next: { enrolments: [{ ...materials.sms, ...fields }] },
        outcome: {
          ...started,
          shown: { destination: MASKED_NUMBER, restricted: true },
          text: { delivery: { status: 'not-sent', reason: verdict, retryAt: NOW + HOUR } },
        },
        events: [
          begun('sms'),
          { type: 'limit-exceeded', limit: 'number', enforced: true },
          { type: 'text-not-sent', ...told, reason: verdict },
        ],
      })
    },
  )

  it('of a phone is refused while its region is shut, and leaves what is pending', () => {
    const at = caseOf({ enrolments: [pendingPhone()] })
    expectDecided(beginSms(at, {}, { verdict: 'region-shut', retryAt: NOW + HOUR, exceeded: ['region'] }), at, {
      outcome: refusal('sms-unavailable', NOW + HOUR),
      events: [{ type: 'limit-exceeded', limit: 'region', enforced: true }],
    })
  })

  it('lasts as long as the policy says', () => {
    const at = caseOf({}, { policy: policyWith({ enrolmentLifetimeSeconds: 90 }) })
    expect(made(begin(at, 'totp')).outcome).toMatchObject({ expiresAt: NOW + 90 * SECOND })
  })
})

describe('the pending enrolments', () => {
  const pendingAfter = (enrolments: readonly EnrolmentRecord[]) =>
    made(begin(caseOf({ enrolments }), 'totp')).next.enrolments.map(({ id }) => id)

  it('are one of a kind and two at most: the oldest of the others makes room', () => {
    expect(pendingAfter([])).toEqual(['new'])
    expect(pendingAfter([pendingApp()])).toEqual(['new'])
    expect(pendingAfter([pendingPhone()])).toEqual(['new-phone', 'new'])
    expect(pendingAfter([pendingApp(), pendingPhone()])).toEqual(['new-phone', 'new'])
    expect(pendingAfter([pendingPhone(), pendingPasskey()])).toEqual(['new-key', 'new'])
  })

  it('are none that has expired', () => {
    expect(pendingAfter([pendingPhone({ expiresAt: NOW })])).toEqual(['new'])
    expect(pendingAfter([pendingPhone({ expiresAt: NOW + 1 })])).toEqual(['new-phone', 'new'])
  })
})

describe('an enrolment that may not begin', () => {
  const factors = [appFactor(), passkeyFactor()]
  it.each<[string, Partial<UserRecord>, Partial<BeginEnrolmentInput>, object]>([
    ['without a proof', { factors }, { proof: NO_PROOF }, refusal('proof-required')],
    ['with a forged proof', { factors }, { proof: FORGED_PROOF }, refusal('proof-invalid')],
    ['in place of nothing', { factors }, { replaces: 'gone' }, refusal('unknown-factor')],
    ['in place of nothing, for nobody', {}, { replaces: 'gone' }, refusal('unknown-factor')],
    [
      'after staff issued an access pass',
      { accessPass: { salt: 's', hash: 'h', issuedAt: NOW, expiresAt: NOW, used: false } },
      { proof: NO_PROOF },
      refusal('proof-required'),
    ],
  ])('is refused whole: %s', (_what, change, asking, outcome) => {
    const at = caseOf({ ...change, enrolments: [pendingPhone()] })
    expectDecided(begin(at, 'totp', asking), at, { outcome })
    expectDecided(begin(at, 'passkey', asking), at, { outcome })
    expectDecided(begin(at, 'sms', asking), at, { outcome })
  })

  it('needs no proof from somebody who has no factor', () => {
    for (const proof of [NO_PROOF, FORGED_PROOF])
      expect(made(begin(caseOf(), 'totp', { proof })).outcome).toMatchObject({ status: 'started' })
  })

  it.each([
    ['locked', { guesses: LOCKED }, refusal('locked', LOCK_ENDS)],
    ['locked, though they got in', { guesses: LOCKED, enrolmentRequired: true }, refusal('locked', LOCK_ENDS)],
    ['suspended', { guesses: SUSPENDED }, refusal('suspended')],
  ])('is one by code while codes are %s', (_what, change, outcome) => {
    const at = caseOf({ factors, ...change })
    expectDecided(begin(at, 'totp'), at, { outcome })
    expectDecided(begin(at, 'sms'), at, { outcome })
    expect(made(begin(at, 'passkey')).outcome).toMatchObject({ status: 'started' })
  })

  it('is none once somebody got into a suspended account', () => {
    const at = caseOf({ factors, guesses: SUSPENDED, enrolmentRequired: true })
    expect(made(begin(at, 'totp')).outcome).toMatchObject({ status: 'started' })
  })
})

describe('the places that factors have', () => {
  const apps = (count: number) => Array.from({ length: count }, (_, index) => appFactor({ id: `app${index}` }))
  const full = refusal('too-many-factors')
  it.each<[number, readonly EnrolmentRecord[], Partial<BeginEnrolmentInput>, object | null]>([
    [9, [], {}, null],
    [10, [], {}, full],
    [10, [], { replaces: 'app3' }, null],
    [9, [pendingPhone()], {}, full],
    [8, [pendingPhone()], {}, null],
    [9, [pendingApp()], {}, null],
    [9, [pendingPhone({ replaces: 'app0' })], {}, null],
    [9, [pendingPhone({ expiresAt: NOW })], {}, null],
    [9, [pendingPhone({ expiresAt: NOW + 1 })], {}, full],
    [8, [pendingPhone(), pendingPasskey()], {}, null],
    [9, [pendingPhone(), pendingPasskey({ replaces: 'app0' })], {}, null],
    [10, [pendingPhone()], { replaces: 'app3' }, full],
  ])('are ten, pending enrolments included: %i factors, %o pending, %o', (count, enrolments, asking, refused) => {
    const at = caseOf({ factors: apps(count), enrolments })
    const { outcome } = made(begin(at, 'totp', asking))
    if (refused === null) expect(outcome).toMatchObject({ status: 'started' })
    else expect(outcome).toStrictEqual(refused)
  })
})

describe('sending the text of an enrolment again', () => {
  const resend = (at: Case, enrolmentId = 'new-phone', facts: Facts = []) =>
    resendEnrolmentText(at, { enrolmentId, keyIds: ['k1'], issuer: 'Acme' }, facts)
  const granted = (at: Case, permit: Partial<typeof GRANTED> = {}) =>
    resend(at, 'new-phone', [met(resend(at), 'permit', { ...GRANTED, ...permit })])
  const pending = pendingPhone()
  const shown = {
    status: 'started',
    enrolmentId: 'new-phone',
    expiresAt: pending.expiresAt,
    shown: { destination: MASKED_NUMBER, restricted: true },
    create: null,
  }
  const about = { ...told, subjectId: 'new-phone' }

  it('sends the same code again', () => {
    const at = caseOf({ enrolments: [pendingApp(), pending] })
    const change = { sends: 2, codeSentAt: NOW - MINUTE }
    expectDecided(granted(at), at, {
      next: { enrolments: [pendingApp(), pendingPhone({ text: { ...state, ...change } })], textedAt: [NOW] },
      outcome: { ...shown, text: { delivery: null } },
      effects: codeSent(change, 'new-phone', pending.expiresAt),
    })
  })

  it.each([
    ['screened', { status: 'not-sent', reason: 'screened', retryAt: null }],
    ['budget-spent', { status: 'not-sent', reason: 'budget-spent', retryAt: NOW + HOUR }],
  ] as const)('that is %s changes nothing', (verdict, delivery) => {
    const at = caseOf({ enrolments: [pending] })
    const { next, outcome, events, effects } = made(granted(at, { verdict, retryAt: delivery.retryAt }))
    expect(outcome).toStrictEqual({ ...shown, text: { delivery } })
    expect(next).toBe(at.record)
    expect([events, effects]).toEqual([[{ type: 'text-not-sent', ...about, reason: verdict }], []])
  })

  it('obeys the breaker of its region', () => {
    const at = caseOf({ enrolments: [pending] })
    expectDecided(granted(at, { verdict: 'region-shut', retryAt: NOW + HOUR, exceeded: ['region'] }), at, {
      outcome: refusal('sms-unavailable', NOW + HOUR),
      events: [{ type: 'limit-exceeded', limit: 'region', enforced: true }],
    })
  })

  it.each<[string, Partial<UserRecord>, string, object]>([
    ['nothing is pending', {}, 'new-phone', refusal('unknown-enrolment')],
    ['it is no phone', { enrolments: [pendingApp()] }, 'new-app', refusal('unknown-enrolment')],
    ['it is a passkey', { enrolments: [pendingPasskey()] }, 'new-key', refusal('unknown-enrolment')],
    ['it has expired', { enrolments: [pendingPhone({ expiresAt: NOW })] }, 'new-phone', refusal('unknown-enrolment')],
    ['it is exhausted', { enrolments: [pendingPhone({ wrongCodes: 5 })] }, 'new-phone', refusal('unknown-enrolment')],
    ['codes are locked', { enrolments: [pending], guesses: LOCKED }, 'new-phone', refusal('locked', LOCK_ENDS)],
    ['codes are suspended', { enrolments: [pending], guesses: SUSPENDED }, 'new-phone', refusal('suspended')],
  ])('is refused where %s', (_what, change, enrolmentId, outcome) => {
    const at = caseOf(change)
    expectDecided(resend(at, enrolmentId), at, { outcome })
  })
})

describe('resuming an enrolment', () => {
  const resume = (change: Partial<UserRecord>, enrolmentId: string) =>
    resumeEnrolment(caseOf(change), enrolmentId, 'Acme')
  const shown = { ...started, expiresAt: NOW + 9 * MINUTE }

  it('shows what began it', () => {
    const enrolments = [pendingApp({ issuer: 'Brand' }), pendingPhone(), pendingPasskey()]
    expect(resume({ enrolments }, 'new-app')).toStrictEqual({
      ...shown,
      enrolmentId: 'new-app',
      shown: {
        secret: 'NZSXO',
        uri: 'otpauth://totp/Brand:ada?secret=NZSXO&issuer=Brand&algorithm=SHA1&digits=6&period=30',
      },
    })
    expect(resume({ enrolments }, 'new-phone')).toStrictEqual({
      ...shown,
      enrolmentId: 'new-phone',
      shown: { destination: MASKED_NUMBER, restricted: true },
      text: {
        delivery: {
          status: 'sent',
          channel: 'sms',
          destination: MASKED_NUMBER,
          sentAt: NOW - MINUTE,
          resendAt: NOW - 30 * SECOND,
          expiresAt: NOW + 4 * MINUTE,
        },
      },
    })
    expect(resume({ enrolments, factors: [passkeyFactor()] }, 'new-key')).toStrictEqual({
      ...shown,
      enrolmentId: 'new-key',
      create: { accountName: 'ada', exclude: [CREDENTIAL] },
    })
  })

  it('says that a text may be asked for where none went out', () => {
    expect(resume({ enrolments: [pendingPhone({ text: null })] }, 'new-phone')).toMatchObject({
      text: { delivery: { status: 'not-sent', reason: 'delivery-failed', retryAt: NOW } },
    })
  })

  it('names the issuer where version 1 kept no account name', () => {
    expect(resume({ enrolments: [pendingApp({ accountName: '' })] }, 'new-app')).toMatchObject({
      shown: { uri: expect.stringContaining('totp/Acme:Acme?') as string },
    })
  })

  it.each<[string, Partial<UserRecord>, object]>([
    ['unknown', {}, refusal('unknown-enrolment')],
    ['confirmed', { factors: [appFactor({ id: 'new-app' })] }, refusal('unknown-enrolment')],
    ['expired', { enrolments: [pendingApp({ expiresAt: NOW })] }, refusal('unknown-enrolment')],
    ['exhausted', { enrolments: [pendingApp({ wrongCodes: 5 })] }, refusal('unknown-enrolment')],
    ['locked', { enrolments: [pendingApp()], guesses: LOCKED }, refusal('locked', LOCK_ENDS)],
    ['suspended', { enrolments: [pendingApp()], guesses: SUSPENDED }, refusal('suspended')],
  ])('is refused where it is %s', (_what, change, outcome) => {
    expect(resume(change, 'new-app')).toStrictEqual(outcome)
  })
})

describe('an enrolment that takes proofs', () => {
  it.each<[string, Partial<EnrolmentRecord<'totp'>>, Partial<UserRecord>, object | null]>([
    ['in its last millisecond', { expiresAt: NOW + 1 }, {}, null],
    ['no longer at its end', { expiresAt: NOW }, {}, rejection('expired')],
    ['by a clock half a minute behind', { createdAt: NOW + 30_000 }, {}, null],
    ['not by a clock further behind', { createdAt: NOW + 30_001 }, {}, rejection('expired')],
    ['before the last wrong code', { wrongCodes: 4 }, {}, null],
    ['not after it', { wrongCodes: 5 }, {}, rejection('exhausted')],
    ['not after it, while locked', { wrongCodes: 5 }, { guesses: LOCKED }, rejection('exhausted', 0, LOCK_ENDS)],
    ['not while locked', {}, { guesses: LOCKED }, rejection('locked', 0, LOCK_ENDS)],
    [
      'not while locked, whoever got in',
      {},
      { guesses: LOCKED, enrolmentRequired: true },
      rejection('locked', 0, LOCK_ENDS),
    ],
    ['not while suspended', {}, { guesses: SUSPENDED }, rejection('suspended')],
    ['while suspended, once somebody got in', {}, { guesses: SUSPENDED, enrolmentRequired: true }, null],
  ])('is one %s', (_when, change, record, rejected) => {
    const enrolment = pendingApp(change)
    const opened = openEnrolment(caseOf({ ...record, enrolments: [pendingPhone(), enrolment] }), 'new-app')
    expect(opened).toStrictEqual(rejected ?? enrolment)
  })

  it('by passkey takes them whatever happens to codes', () => {
    for (const guesses of [LOCKED, SUSPENDED])
      expect(openEnrolment(caseOf({ guesses, enrolments: [pendingPasskey()] }), 'new-key')).toEqual(pendingPasskey())
  })
})

describe('dropping an enrolment', () => {
  it('leaves the others', () => {
    const at = caseOf({ enrolments: [pendingApp(), pendingPhone()] })
    expectDecided(cancelEnrolment(at, 'new-app'), at, {
      next: { enrolments: [pendingPhone()] },
      outcome: { status: 'cancelled' },
    })
  })

  it('that is not pending changes nothing', () => {
    const at = caseOf({ enrolments: [pendingApp()] })
    expectDecided(cancelEnrolment(at, 'new-phone'), at, { outcome: { status: 'cancelled' } })
    expect(dropEnrolment(at.record, 'new-phone')).toBe(at.record)
  })
})

it('is changed in its place', () => {
  const changed = pendingApp({ wrongCodes: 3 })
  const record = recordWith({ enrolments: [pendingApp(), pendingPhone()] })
  expect(withEnrolment(record, changed)).toEqual({ ...record, enrolments: [changed, pendingPhone()] })
})

it('is texted a code that depends on nothing but its id', () => {
  const { expiresAt } = pendingPhone()
  expect(enrolmentSubject(pendingPhone({ text: textState() }))).toStrictEqual({
    id: 'new-phone',
    purpose: 'enrolment',
    bindingDigest: null,
    summary: null,
    expiresAt,
    factorId: null,
  })
})
