import { describe, expect, it } from 'vitest'
import type { Case, Effect } from '../../src/user/decision.js'
import {
  addFactor,
  noticesTo,
  preferFactor,
  removeFactor,
  renameFactor,
  replaceFactor,
  retireSuspended,
  takeFactor,
  withoutFactors,
} from '../../src/user/factors.js'
import { presentFactor } from '../../src/user/presenting.js'
import type { UserRecord } from '../../src/user/record.js'
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
  NO_PROOF,
  NOW,
  passkeyFactor,
  pendingApp,
  PHONE_NUMBER,
  phoneFactor,
  refusal,
  SUSPENDED,
} from './cases.js'

const app = appFactor()
const phone = phoneFactor()
const passkey = passkeyFactor()

/** What is open beside the factors. */
const open: Partial<UserRecord> = {
  enrolments: [pendingApp()],
  texts: [challengeText()],
  closedChallenges: [closedChallenge('closed')],
  settledThrough: { begunAt: 5, expiresAt: 6 },
  trustedDevices: [deviceNamed('one'), deviceNamed('two')],
  recoveryCodes: codeSet(),
  accessPass: { salt: 's', hash: 'h', issuedAt: NOW, expiresAt: NOW + 1, used: false },
  guesses: { consecutiveWrong: 3, lockedUntilAt: 0 },
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
const devicesRevoked = { type: 'devices-revoked', count: 2 } as const
const notice = (kind: 'number-removed' | 'number-replaced', factorId = 'phone'): Effect => ({
  effect: 'send-notice',
  notice: kind,
  to: [{ factorId, phoneNumber: PHONE_NUMBER, country: 'US', channel: 'sms' }],
})

describe('adding a factor', () => {
  it('that is the first ends what was issued before', () => {
    const at = caseOf(open)
    expectDecided(addFactor(at, app), at, {
      next: { ...revoked, factors: [app] },
      outcome: undefined,
      events: [{ type: 'factor-added', factorId: 'app', factorKind: 'totp', first: true }],
    })
  })

  it('that is a further one leaves everything as it is', () => {
    const at = caseOf({ ...open, factors: [app] })
    expectDecided(addFactor(at, passkey), at, {
      next: { factors: [app, passkey] },
      outcome: undefined,
      events: [{ type: 'factor-added', factorId: 'key', factorKind: 'passkey', first: false }],
    })
  })
})

describe('replacing a factor', () => {
  const event = {
    type: 'factor-replaced',
    factorId: 'key',
    factorKind: 'passkey',
    replacedFactorId: 'app',
    replacedFactorKind: 'totp',
  } as const

  it.each([
    ['that was preferred, prefers the new one', 'app', 'key'],
    ['keeps what was preferred', 'phone', 'phone'],
    ['prefers none where none was', null, null],
  ])('%s', (_what, preferredFactorId, after) => {
    const at = caseOf({ ...open, factors: [app, phone], preferredFactorId })
    expectDecided(replaceFactor(at, app, passkey), at, {
      next: { ...revoked, factors: [passkey, phone], preferredFactorId: after },
      outcome: undefined,
      events: [event, devicesRevoked],
    })
  })
})

describe('retiring what is suspended', () => {
  const removed = (factorId: string, factorKind: 'totp' | 'sms') =>
    ({ type: 'factor-removed', factorId, factorKind, last: false, actor: null }) as const

  it('takes every factor that is proved by a code, but for the new one', () => {
    const newApp = appFactor({ id: 'new' })
    const at = caseOf({ ...open, factors: [app, passkey, phone, newApp], preferredFactorId: 'app', guesses: SUSPENDED })
    expectDecided(retireSuspended(at, newApp), at, {
      next: { ...revoked, factors: [passkey, newApp], preferredFactorId: null },
      outcome: undefined,
      events: [removed('app', 'totp'), removed('phone', 'sms'), devicesRevoked],
    })
  })

  it('changes nothing where the others are passkeys', () => {
    const newApp = appFactor({ id: 'new' })
    const at = caseOf({ ...open, factors: [passkey, newApp] })
    expectDecided(retireSuspended(at, newApp), at, { outcome: undefined })
  })
})

describe('the record without factors', () => {
  it('keeps what was counted, and drops codes and access pass', () => {
    const { record } = caseOf({ ...open, factors: [app, phone], preferredFactorId: 'app', enrolmentRequired: true })
    expect(withoutFactors(record)).toStrictEqual({
      ...record,
      ...revoked,
      factors: [],
      preferredFactorId: null,
      recoveryCodes: null,
      accessPass: null,
    })
  })
})

describe('the notices to phone numbers', () => {
  it('go to each that is no factor any more, in one effect', () => {
    const other = phoneFactor({ id: 'other', phoneNumber: '+447400123456', country: 'GB', channel: 'sms' })
    expect(noticesTo([app, phone, passkey, other], [], 'number-removed')).toStrictEqual([
      {
        effect: 'send-notice',
        notice: 'number-removed',
        to: [
          { factorId: 'phone', phoneNumber: PHONE_NUMBER, country: 'US', channel: 'sms' },
          { factorId: 'other', phoneNumber: '+447400123456', country: 'GB', channel: 'sms' },
        ],
      },
    ])
  })

  it('are none where no number goes, or another factor keeps it', () => {
    expect(noticesTo([app, passkey], [], 'number-removed')).toEqual([])
    expect(noticesTo([phone], [app, phoneFactor({ id: 'twin' })], 'number-removed')).toEqual([])
    expect(noticesTo([], [phone], 'number-replaced')).toEqual([])
  })
})

describe('renaming a factor', () => {
  it.each([['Work phone'], [null]])('calls it %j, and needs no proof', (name) => {
    const at = caseOf({ factors: [app, phone] })
    const renamed = { ...phone, name }
    expectDecided(renameFactor(at, { factorId: 'phone', name }), at, {
      next: { factors: [app, renamed] },
      outcome: { status: 'renamed', factor: presentFactor(at.record, renamed) },
      events: [{ type: 'factor-renamed', factorId: 'phone', factorKind: 'sms' }],
    })
  })

  it('that the user does not have is refused', () => {
    const at = caseOf({ factors: [app] })
    expectDecided(renameFactor(at, { factorId: 'phone', name: 'x' }), at, { outcome: refusal('unknown-factor') })
  })
})

/** What every change of factors asks for. */
const proofs = [
  ['no proof', NO_PROOF, 'proof-required'],
  ['a forged proof', FORGED_PROOF, 'proof-invalid'],
] as const

describe('preferring a factor', () => {
  it('has it asked for first', () => {
    const at = caseOf({ factors: [app, phone] })
    expectDecided(preferFactor(at, { factorId: 'phone', proof: FRESH_PROOF }), at, {
      next: { preferredFactorId: 'phone' },
      outcome: { status: 'preferred', factor: { ...presentFactor(at.record, phone), preferred: true } },
      events: [{ type: 'factor-preferred', factorId: 'phone', factorKind: 'sms' }],
    })
  })

  it.each(proofs)('is refused with %s', (_what, proof, reason) => {
    const at = caseOf({ factors: [app, phone] })
    expectDecided(preferFactor(at, { factorId: 'phone', proof }), at, { outcome: refusal(reason) })
  })

  it('that the user does not have is refused', () => {
    const at = caseOf({ factors: [app] })
    expectDecided(preferFactor(at, { factorId: 'phone', proof: FRESH_PROOF }), at, {
      outcome: refusal('unknown-factor'),
    })
  })
})

describe('removing a factor', () => {
  const removal = { factorId: 'phone', proof: FRESH_PROOF, required: false }
  const removed = (last: boolean, actor: string | null = null) =>
    ({ type: 'factor-removed', factorId: 'phone', factorKind: 'sms', last, actor }) as const
  const remove = (at: Case, change: Partial<typeof removal> = {}) => removeFactor(at, { ...removal, ...change })

  it.each([
    ['that was preferred, prefers none', 'phone', null],
    ['keeps what was preferred', 'app', 'app'],
  ])(
    'beside another revokes what it vouched for, keeps the codes, and texts the number: %s',
    (_what, before, after) => {
      const at = caseOf({ ...open, factors: [app, phone], preferredFactorId: before })
      expectDecided(remove(at), at, {
        next: { ...revoked, factors: [app], preferredFactorId: after },
        outcome: {
          status: 'removed',
          factor: { ...presentFactor(at.record, phone), preferred: false },
          enabled: true,
        },
        events: [removed(false), devicesRevoked],
        effects: [notice('number-removed')],
      })
    },
  )

  it('that is the last one switches off, and takes codes and access pass along', () => {
    const at = caseOf({ ...open, factors: [phone], preferredFactorId: 'phone' })
    expectDecided(remove(at), at, {
      next: { ...revoked, factors: [], preferredFactorId: null, recoveryCodes: null, accessPass: null },
      outcome: {
        status: 'removed',
        factor: { ...presentFactor(at.record, phone), preferred: false },
        enabled: false,
      },
      events: [removed(true), { type: 'disabled' }, devicesRevoked],
      effects: [notice('number-removed')],
    })
  })

  it('that is the last one is refused while one is required, and no other', () => {
    const alone = caseOf({ factors: [phone] })
    expectDecided(remove(alone, { required: true }), alone, { outcome: refusal('last-factor-required') })
    expectDecided(remove(alone, { required: true, factorId: 'gone' }), alone, { outcome: refusal('unknown-factor') })
    const at = caseOf({ factors: [app, phone] })
    expect(remove(at, { required: true }).outcome).toMatchObject({ status: 'removed' })
  })

  it('sends no notice where another factor keeps the number', () => {
    const at = caseOf({ factors: [phone, phoneFactor({ id: 'twin' })] })
    expect(remove(at).effects).toEqual([])
  })

  it('that is not the last one may go, where a second factor is required', () => {
    for (const factors of [
      [app, phone],
      [phone, app],
    ])
      expect(remove(caseOf({ factors }), { required: true }).outcome).toMatchObject({
        status: 'removed',
        enabled: true,
      })
  })

  it.each(proofs)('is refused with %s', (_what, proof, reason) => {
    const at = caseOf({ factors: [app, phone] })
    expectDecided(removeFactor(at, { ...removal, proof }), at, { outcome: refusal(reason) })
  })

  it('by staff needs no proof, and says who did it', () => {
    const at = caseOf({ ...open, factors: [app, phone] })
    expectDecided(takeFactor(at, 'phone', 'staff'), at, {
      next: { ...revoked, factors: [app] },
      outcome: {
        status: 'removed',
        factor: { ...presentFactor(at.record, phone), preferred: false },
        enabled: true,
      },
      events: [removed(false, 'staff'), devicesRevoked],
      effects: [notice('number-removed')],
    })
    expectDecided(takeFactor(at, 'gone', 'staff'), at, { outcome: refusal('unknown-factor') })
  })
})
