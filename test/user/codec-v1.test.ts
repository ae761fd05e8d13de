import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { seal } from '../../src/crypto/seal.js'
import { memoryStore } from '../../src/stores/memory.js'
import { seededRandom } from '../../src/testing/index.js'
import { decodeRecord, encodeRecord } from '../../src/user/codec.js'
import type { UserRecord } from '../../src/user/record.js'
import { makeWorld, OLD_KEY, START } from '../support/world.js'
import { replaceAt, takenAt, valueAt, type FieldClass, type Wire } from './strictness.js'

/** A record as release 0.1.0 wrote it. It must go on decoding: people's factors are in it. */
const fixture = readFileSync(new URL('./fixtures/record-v1.json', import.meta.url), 'utf8')
const wire = JSON.parse(fixture) as Wire

const times = { createdAt: 1768478402000, expiresAt: 1768479002000 }

const upgraded: UserRecord = {
  epoch: 201402875432961,
  factors: [
    {
      kind: 'totp',
      id: 'wQ3v8sBnK1xYdZ0a',
      name: 'My phone',
      confirmedAt: 1768478400000,
      lastUsedAt: null,
      secret: 'JGdaMu8sJxaC5Eo0Ew2yqTUmHtI',
      algorithm: 'SHA-1',
      digits: 6,
      periodSeconds: 30,
      lastStep: 58949280,
    },
    {
      kind: 'totp',
      id: 'n7JkQ2mXcR5tLp9E',
      name: null,
      confirmedAt: 1700000000000,
      lastUsedAt: null,
      secret: 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI',
      algorithm: 'SHA-256',
      digits: 8,
      periodSeconds: 60,
      lastStep: -1,
    },
    {
      kind: 'totp',
      id: 'zz0__-9aBcDeFgHi',
      name: 'Old',
      confirmedAt: 1700000000001,
      lastUsedAt: null,
      secret: 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTA',
      algorithm: 'SHA-512',
      digits: 7,
      periodSeconds: 45,
      lastStep: 5,
    },
    {
      kind: 'sms',
      id: 'b4Tq0WvYx2Lk8PnR',
      name: 'Mobile',
      confirmedAt: 1768478401000,
      lastUsedAt: null,
      phoneNumber: '+14155550123',
      country: 'US',
      channel: 'sms',
    },
  ],
  preferredFactorId: 'b4Tq0WvYx2Lk8PnR',
  enrolments: [
    {
      kind: 'totp',
      id: 'eNr0lM3ntT0tp000',
      name: 'Tablet',
      replaces: null,
      ...times,
      wrongCodes: 2,
      secret: 'c2VjcmV0IG9mIHRoZSB0YWJsZXQ',
      accountName: '',
      issuer: null,
    },
    {
      kind: 'sms',
      id: 'eNr0lM3ntSms0000',
      name: null,
      replaces: 'b4Tq0WvYx2Lk8PnR',
      ...times,
      wrongCodes: 0,
      phoneNumber: '+447400123456',
      country: 'GB',
      channel: 'sms',
      text: null,
    },
  ],
  texts: [],
  closedChallenges: [],
  settledThrough: { begunAt: 0, expiresAt: 0 },
  trustedDevices: [
    {
      id: 'd3v1ceFirefox000',
      name: 'Firefox on Linux',
      details: null,
      trustedAt: 1768478404000,
      lastUsedAt: null,
      expiresAt: 1771070404000,
    },
  ],
  recoveryCodes: {
    hash: 'scrypt',
    salt: 'c2FsdCBvZiAxNiBieXRlcw',
    hashes: ['h0h0h0h0h0h0h0h0', 'h1h1h1h1h1h1h1h1', 'h2h2h2h2h2h2h2h2'],
    spent: [0, 7],
    lengths: [16],
    issuedAt: 1768478400000,
    acknowledged: true,
  },
  accessPass: null,
  guesses: { consecutiveWrong: 3, lockedUntilAt: 0 },
  textedAt: [1768478402000, 1768478403000],
  enrolmentRequired: false,
  activity: [],
}

describe('a record of version 1', () => {
  it('is read and upgraded: its open challenges and texts end, its codes keep their slow hash', () => {
    expect(decodeRecord(fixture)).toStrictEqual(upgraded)
  })

  it('is written as version 2 from then on, and stays the same', () => {
    const json = encodeRecord(upgraded)
    expect(JSON.parse(json)).toMatchObject({ v: 2 })
    expect(decodeRecord(json)).toStrictEqual(upgraded)
  })

  it('may have no preferred factor, no recovery codes and an enrolment owed', () => {
    const bare = replaceAt(replaceAt(replaceAt(wire, ['p'], null), ['r'], null), ['m'], true)
    expect(decodeRecord(JSON.stringify(bare))).toStrictEqual({
      ...upgraded,
      preferredFactorId: null,
      recoveryCodes: null,
      enrolmentRequired: true,
    })
  })
})

/** The members of the record. */
const members: Readonly<Record<string, FieldClass>> = {
  e: 'whole',
  f: 'list',
  p: 'base64url or null',
  n: 'list',
  c: 'anything in a list',
  d: 'list',
  r: 'row or null',
  g: 'row',
  h: 'row',
  t: 'list',
  m: 'boolean',
}

/** Where each kind of row is in the fixture, and what its fields are. */
const rows: Readonly<Record<string, readonly [path: readonly (string | number)[], fields: readonly FieldClass[]]>> = {
  app: [
    ['f', 0],
    ['letter', 'base64url', 'name or null', 'whole', 'base64url', 'SHA bits', 'whole', 'whole', 'step'],
  ],
  phone: [
    ['f', 3],
    ['letter', 'base64url', 'name or null', 'whole', 'name', 'name'],
  ],
  'pending app': [
    ['n', 0],
    ['letter', 'base64url', 'name or null', 'base64url or null', 'whole', 'whole', 'whole', 'base64url'],
  ],
  'pending phone': [
    ['n', 1],
    ['letter', 'base64url', 'name or null', 'base64url or null', 'whole', 'whole', 'whole', 'name', 'name', 'anything'],
  ],
  'trusted device': [
    ['d', 0],
    ['base64url', 'text', 'whole', 'whole'],
  ],
  'set of recovery codes': [['r'], ['base64url', 'whole', 'list', 'base64url', 'base64url', 'base64url']],
  'guess budget': [['g'], ['whole', 'whole']],
  'guess budget of recovery codes': [['h'], ['whole', 'whole']],
}

describe('reading version 1', () => {
  it.each(Object.entries(members))('checks every member: %s', (member, fieldClass) => {
    const { taken, should } = takenAt(wire, [member], fieldClass, decodeRecord)
    expect(taken).toEqual(should)
    expect(decodeRecord(JSON.stringify({ ...(wire as object), [member]: undefined }))).toBeNull()
  })

  it.each(Object.entries(rows))('checks every field of a row: %s', (_name, [path, fields]) => {
    expect(valueAt(wire, path)).toHaveLength(fields.length)
    for (const [index, fieldClass] of fields.entries()) {
      const { taken, should } = takenAt(wire, [...path, index], fieldClass, decodeRecord)
      expect([index, fieldClass, taken]).toEqual([index, fieldClass, should])
    }
  })

  it.each(Object.entries(rows).filter(([name]) => name !== 'set of recovery codes'))(
    'takes no row with a field more or less: %s',
    (_name, [path]) => {
      const row = valueAt(wire, path) as readonly unknown[]
      for (const other of [row.slice(0, -1), [...row, 0]])
        expect(decodeRecord(JSON.stringify(replaceAt(wire, path, other)))).toBeNull()
    },
  )

  it.each([0, 2, 255, '1', '256'])('takes no hash of %j bits', (bits) => {
    expect(decodeRecord(JSON.stringify(replaceAt(wire, ['f', 0, 5], bits)))).toBeNull()
  })
})

describe('somebody whose record is of version 1', () => {
  const ring = createKeyRing([{ id: 'k1', secret: OLD_KEY.secret as Uint8Array }], 'default')

  it('has the factors, codes and devices that they had', async () => {
    const data = memoryStore()
    await data.swap('user:default:ada', null, seal(ring, seededRandom(1), 'user:default:ada', fixture), null)
    const { twoFactor } = makeWorld({ data, at: START + 5000 })
    expect(await twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      enabled: true,
      factors: [
        { id: 'wQ3v8sBnK1xYdZ0a' },
        { id: 'n7JkQ2mXcR5tLp9E' },
        { id: 'zz0__-9aBcDeFgHi' },
        { id: 'b4Tq0WvYx2Lk8PnR', preferred: true },
      ],
      recoveryCodesRemaining: 1,
      trustedDevices: [{ name: 'Firefox on Linux' }],
    })
    expect(await twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({
      status: 'challenged',
      factor: { kind: 'sms' },
      delivery: { status: 'sent', channel: 'sms' },
    })
  })
})
