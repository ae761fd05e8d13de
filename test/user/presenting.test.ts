import { describe, expect, it } from 'vitest'
import { firstFactor, presentFactor, presentFactors } from '../../src/user/presenting.js'
import type { UserRecord } from '../../src/user/record.js'
import { appFactor, DAY, MASKED, NOW, passkeyFactor, phoneFactor, recordWith } from './cases.js'

const [app, phone, passkey] = [appFactor(), phoneFactor(), passkeyFactor()]

describe('the factor asked for first', () => {
  it.each<[string, Partial<UserRecord>, string | null]>([
    ['none where there is none', {}, null],
    ['the oldest of a kind', { factors: [phone, phoneFactor({ id: 'two' })] }, 'phone'],
    ['an app before phones', { factors: [phone, app] }, 'app'],
    ['a passkey before apps', { factors: [app, phone, passkey] }, 'key'],
    ['the preferred one before all', { factors: [app, phone, passkey], preferredFactorId: 'phone' }, 'phone'],
    ['not one that is gone', { factors: [phone, app], preferredFactorId: 'gone' }, 'app'],
  ])('is %s', (_what, change, id) => {
    expect(firstFactor(recordWith(change))?.id ?? null).toBe(id)
  })
})

describe('a factor as the public sees it', () => {
  const record = recordWith({
    factors: [phone, { ...app, name: null, lastUsedAt: NOW }, passkey],
    preferredFactorId: 'app',
  })

  it('has no secret, and no more of a phone number than its end', () => {
    expect(presentFactors(record)).toStrictEqual([
      {
        id: 'phone',
        kind: 'sms',
        name: 'My phone',
        destination: MASKED,
        synced: null,
        confirmedAt: NOW - DAY,
        lastUsedAt: null,
        preferred: false,
        restricted: true,
      },
      {
        id: 'app',
        kind: 'totp',
        name: null,
        destination: null,
        synced: null,
        confirmedAt: NOW - DAY,
        lastUsedAt: NOW,
        preferred: true,
        restricted: false,
      },
      {
        id: 'key',
        kind: 'passkey',
        name: 'My key',
        destination: null,
        synced: true,
        confirmedAt: NOW - DAY,
        lastUsedAt: null,
        preferred: false,
        restricted: false,
      },
    ])
  })

  it('is shown as preferred where it would be asked for first', () => {
    const alone = recordWith({ factors: [phone, app] })
    expect(alone.factors.map((factor) => presentFactor(alone, factor).preferred)).toEqual([false, true])
  })
})
