import { describe, expect, it } from 'vitest'
import { proofRefusal, provenBy, shutRefusal, type ProofFact } from '../../src/user/proof.js'
import { emptyRecord, firstFactor, presentFactor, type FactorRecord, type UserRecord } from '../../src/user/record.js'
import { policyWith } from '../support/policy.js'

const policy = policyWith()
const NOW = 1_000_000_000_000
const phone = (id: string): FactorRecord => ({
  kind: 'sms',
  id,
  name: null,
  confirmedAt: NOW,
  phoneNumber: '+14155550123',
  country: 'US',
})
const app: FactorRecord = {
  kind: 'totp',
  id: 'app',
  name: 'App',
  confirmedAt: NOW,
  secret: 'AAAA',
  algorithm: 'SHA-1',
  digits: 6,
  periodSeconds: 30,
  lastStep: -1,
}
const record: UserRecord = { ...emptyRecord(7), factors: [phone('one')] }
const signed = (change: Partial<Extract<ProofFact, { status: 'signed' }>> = {}): ProofFact => ({
  status: 'signed',
  method: 'totp',
  at: NOW,
  epoch: 7,
  ...change,
})

describe('a proof', () => {
  it.each<[string, ProofFact, number, boolean]>([
    ['just given', signed(), NOW, true],
    ['in its last millisecond', signed(), NOW + 599_999, true],
    ['ten minutes old', signed(), NOW + 600_000, false],
    ['of another epoch', signed({ epoch: 6 }), NOW, false],
    ['from the future', signed({ at: NOW + 60_000 }), NOW, false],
    ['forged', { status: 'forged' }, NOW, false],
    ['absent', { status: 'absent' }, NOW, false],
  ])('%s: holds, or does not', (_what, proof, now, holds) => {
    expect(provenBy(record, proof, 600, now) !== null).toBe(holds)
    const refusal = proofRefusal(record, proof, now, policy)
    expect(refusal?.reason ?? null).toBe(holds ? null : proof.status === 'absent' ? 'proof-required' : 'proof-invalid')
  })

  it('is not needed, and proves nothing, without a factor', () => {
    expect(proofRefusal(emptyRecord(7), { status: 'absent' }, NOW, policy)).toBeNull()
    expect(provenBy(emptyRecord(7), signed(), 600, NOW)).toBeNull()
  })
})

describe('a lock', () => {
  it('refuses what would lead to a code', () => {
    expect(shutRefusal(record, NOW, policy)).toBeNull()
    const locked = { ...record, guesses: { consecutiveWrong: 5, lockedUntilAt: NOW + 5 } }
    expect(shutRefusal(locked, NOW, policy)).toEqual({ status: 'refused', reason: 'locked', retryAt: NOW + 5 })
    const suspended = { ...record, guesses: { consecutiveWrong: 100, lockedUntilAt: 0 } }
    expect(shutRefusal(suspended, NOW, policy)).toEqual({ status: 'refused', reason: 'suspended', retryAt: null })
  })
})

describe('the factor asked for first', () => {
  it.each<[string, Partial<UserRecord>, string | null]>([
    ['nobody has', { factors: [] }, null],
    ['the oldest phone', { factors: [phone('one'), phone('two')] }, 'one'],
    ['an app before phones', { factors: [phone('one'), app] }, 'app'],
    ['the preferred one before all', { factors: [app, phone('one'), phone('two')], preferredFactorId: 'two' }, 'two'],
    ['not one that is gone', { factors: [phone('one'), app], preferredFactorId: 'gone' }, 'app'],
  ])('is %s', (_what, change, id) => {
    expect(firstFactor({ ...record, ...change })?.id ?? null).toBe(id)
  })

  it('is shown as preferred, and phones masked', () => {
    const both = { ...record, factors: [phone('one'), app] }
    expect(both.factors.map((factor) => presentFactor(both, factor))).toEqual([
      {
        id: 'one',
        kind: 'sms',
        name: null,
        destination: '•••• 0123',
        confirmedAt: NOW,
        preferred: false,
        restricted: true,
      },
      { id: 'app', kind: 'totp', name: 'App', destination: null, confirmedAt: NOW, preferred: true, restricted: false },
    ])
  })
})
