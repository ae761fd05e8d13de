import { describe, expect, it } from 'vitest'
import type { Case } from '../../src/user/decision.js'
import { importFactor, type ImportInput } from '../../src/user/imports.js'
import { presentFactor } from '../../src/user/presenting.js'
import type { FactorRecord, UserRecord } from '../../src/user/record.js'
import {
  appFactor,
  caseOf,
  codeSet,
  deviceNamed,
  expectDecided,
  ISSUED_CODES,
  NEW_CODES,
  NOW,
  passkeyFactor,
  pendingApp,
  pendingPasskey,
  pendingPhone,
  phoneFactor,
  refusal,
} from './cases.js'

const app = appFactor({ id: 'imported', secret: 'aW1wb3J0ZWQ', lastStep: 100 })
const importing = (at: Case, change: Partial<ImportInput> = {}) =>
  importFactor(at, { factor: app, actor: 'staff', newCodes: NEW_CODES, tells: true, ...change })
const event = (first: boolean) =>
  ({ type: 'factor-imported', factorId: 'imported', factorKind: 'totp', actor: 'staff', first }) as const

describe('importing a factor', () => {
  it('that is the first ends what was issued before, and brings new recovery codes', () => {
    const at = caseOf({ enrolments: [pendingPhone()], trustedDevices: [deviceNamed('d')] })
    expectDecided(importing(at), at, {
      next: {
        epoch: 8,
        factors: [app],
        enrolments: [],
        trustedDevices: [],
        recoveryCodes: ISSUED_CODES,
      },
      outcome: {
        status: 'imported',
        factor: { ...presentFactor(at.record, app), preferred: true },
        recoveryCodes: NEW_CODES.codes,
      },
      events: [event(true), { type: 'recovery-codes-issued' }],
    })
  })

  it('takes the codes of the other system over without telling them', () => {
    const at = caseOf()
    const decision = importing(at, { tells: false })
    expect(decision.next.recoveryCodes).toEqual(ISSUED_CODES)
    expect(decision.outcome).toMatchObject({ recoveryCodes: null })
  })

  it('brings no codes where none are wanted', () => {
    const at = caseOf()
    const decision = importing(at, { newCodes: null, tells: false })
    expect([decision.next.recoveryCodes, decision.events]).toEqual([null, [event(true)]])
  })

  it('that is a further one brings no codes, and ends a pending one of its kind', () => {
    const at = caseOf({
      factors: [phoneFactor()],
      recoveryCodes: codeSet(),
      enrolments: [pendingApp(), pendingPasskey()],
      trustedDevices: [deviceNamed('d')],
    })
    expectDecided(importing(at), at, {
      next: { factors: [phoneFactor(), app], enrolments: [pendingPasskey()] },
      outcome: {
        status: 'imported',
        factor: { ...presentFactor(at.record, app), preferred: true },
        recoveryCodes: null,
      },
      events: [event(false)],
    })
  })
})

describe('importing a factor that the user has', () => {
  const phone = phoneFactor()

  it.each<[string, FactorRecord, FactorRecord, FactorRecord | null]>([
    ['an app, with nothing new', appFactor({ lastStep: 5 }), appFactor({ id: 'again', lastStep: 5 }), null],
    ['an app, with an earlier step', appFactor({ lastStep: 5 }), appFactor({ id: 'again', lastStep: 4 }), null],
    [
      'an app, with a later step',
      appFactor({ lastStep: 5 }),
      appFactor({ id: 'again', name: 'Other', lastStep: 6 }),
      appFactor({ lastStep: 6 }),
    ],
    ['a phone', phone, phoneFactor({ id: 'again', name: 'Other' }), null],
  ])('makes no second one: %s', (_what, known, factor, merged) => {
    const at = caseOf({ factors: [passkeyFactor(), known] })
    expectDecided(importing(at, { factor }), at, {
      ...(merged === null ? {} : { next: { factors: [passkeyFactor(), merged] } }),
      outcome: { status: 'imported', factor: presentFactor(at.record, merged ?? known), recoveryCodes: null },
    })
  })

  it.each([[{ digits: 8 }], [{ periodSeconds: 60 }], [{ algorithm: 'SHA-256' as const }]])(
    'is refused where they do not agree: %o',
    (change) => {
      const at = caseOf({ factors: [appFactor()] })
      expectDecided(importing(at, { factor: appFactor({ id: 'again', ...change }) }), at, {
        outcome: refusal('factor-exists'),
      })
    },
  )

  it('is a repetition also where there is no place left', () => {
    const others = Array.from({ length: 9 }, (_, index) => phoneFactor({ id: `${index}`, phoneNumber: `+1${index}` }))
    const at = caseOf({ factors: [appFactor(), ...others] })
    expect(importing(at, { factor: appFactor({ id: 'again' }) }).outcome).toMatchObject({ status: 'imported' })
  })
})

describe('importing a factor for which there is no place', () => {
  const phones = (count: number) =>
    Array.from({ length: count }, (_, index) => phoneFactor({ id: `phone${index}`, phoneNumber: `+1${index}` }))
  it.each<[string, Partial<UserRecord>, boolean]>([
    ['nine factors', { factors: phones(9) }, true],
    ['ten factors', { factors: phones(10) }, false],
    ['nine, and a pending one of another kind', { factors: phones(9), enrolments: [pendingPhone()] }, false],
    [
      'nine, and a pending one that replaces',
      { factors: phones(9), enrolments: [pendingPhone({ replaces: 'phone0' })] },
      true,
    ],
    ['nine, and a pending one of its kind', { factors: phones(9), enrolments: [pendingApp()] }, true],
    ['nine, and one that has expired', { factors: phones(9), enrolments: [pendingPhone({ expiresAt: NOW })] }, true],
  ])('is refused: %s', (_what, change, fits) => {
    const at = caseOf(change)
    if (fits) expect(importing(at).outcome).toMatchObject({ status: 'imported' })
    else expectDecided(importing(at), at, { outcome: refusal('too-many-factors') })
  })
})
