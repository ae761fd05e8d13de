import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { seal } from '../../src/crypto/seal.js'
import { memoryStore } from '../../src/stores/memory.js'
import { seededRandom } from '../../src/testing/index.js'
import { decodeRecord, encodeRecord, factorBytes } from '../../src/user/codec.js'
import type { UserRecord } from '../../src/user/record.js'
import { expectCode } from '../support/outcome.js'
import { contents, makeWorld, NEW_KEY, OLD_KEY, START } from '../support/world.js'
import { anyRecord } from './any-record.js'
import { appFactor, passkeyFactor, phoneFactor } from './cases.js'
import { replaceAt, takenAt, valueAt, type FieldClass, type Wire } from './strictness.js'

/** A record as version 2 writes it. It must go on decoding: people's factors are in it. */
const fixture = readFileSync(new URL('./fixtures/record-v2.json', import.meta.url), 'utf8')
const wire = JSON.parse(fixture) as Wire

const enrolmentTimes = { createdAt: 1768478402000, expiresAt: 1768479002000 }
const challengeTimes = { begunAt: 1768478403000, expiresAt: 1768479003000 }

const decoded: UserRecord = {
  epoch: 201402875432961,
  factors: [
    {
      kind: 'totp',
      id: 'wQ3v8sBnK1xYdZ0a',
      name: 'My phone',
      confirmedAt: 1768478400000,
      lastUsedAt: 1768478405000,
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
      lastUsedAt: 1768478405001,
      phoneNumber: '+14155550123',
      country: 'US',
      channel: 'sms',
    },
    {
      kind: 'passkey',
      id: 'Yk3yYk3yYk3yYk3y',
      name: 'Laptop',
      confirmedAt: 1768478402000,
      lastUsedAt: 1768478405002,
      credential: {
        id: 'Y3JlZGVudGlhbA',
        publicKey: 'cHVibGljIGtleQ',
        counter: 7,
        transports: ['internal', 'hybrid'],
        synced: true,
        backedUp: false,
      },
    },
  ],
  preferredFactorId: 'b4Tq0WvYx2Lk8PnR',
  enrolments: [
    {
      kind: 'totp',
      id: 'eNr0lM3ntT0tp000',
      name: 'Tablet',
      replaces: null,
      ...enrolmentTimes,
      wrongCodes: 2,
      secret: 'c2VjcmV0IG9mIHRoZSB0YWJsZXQ',
      accountName: 'ada@acme.example',
      issuer: 'Brand',
    },
    {
      kind: 'sms',
      id: 'eNr0lM3ntSms0000',
      name: null,
      replaces: 'b4Tq0WvYx2Lk8PnR',
      ...enrolmentTimes,
      wrongCodes: 0,
      phoneNumber: '+447400123456',
      country: 'GB',
      channel: 'sms',
      text: {
        sends: 1,
        lastSentAt: 1768478402000,
        generation: 1,
        phoneNumber: '+447400123456',
        keyId: 'k1',
        codeSentAt: 1768478402000,
      },
    },
    {
      kind: 'passkey',
      id: 'eNr0lM3ntKey0000',
      name: null,
      replaces: null,
      ...enrolmentTimes,
      wrongCodes: 0,
      accountName: 'ada@acme.example',
    },
  ],
  texts: [
    {
      sends: 2,
      lastSentAt: 1768478433000,
      generation: 1,
      phoneNumber: '+14155550123',
      keyId: 'k1',
      codeSentAt: 1768478403000,
      challengeId: 'cH4ll3ngeOpen00000000A',
      ...challengeTimes,
      wrongCodes: 3,
      joinKey: 'j01nK3yj01nK3y00',
    },
    {
      sends: 5,
      lastSentAt: 1768478403000,
      generation: 2,
      phoneNumber: '+14155550123',
      keyId: 'k1',
      codeSentAt: 1768478403000,
      challengeId: 'cH4ll3ngeText00000000A',
      ...challengeTimes,
      wrongCodes: 0,
      joinKey: null,
    },
  ],
  closedChallenges: [
    { id: 'cH4ll3ngeSett00000000A', state: 'settled', ...challengeTimes },
    { id: 'cH4ll3ngeCanc00000000A', state: 'cancelled', begunAt: 1768478403001, expiresAt: 1768479003001 },
  ],
  settledThrough: { begunAt: 1768478402999, expiresAt: 1768479002999 },
  trustedDevices: [
    {
      id: 'd3v1ceFirefox000',
      name: 'Firefox on Linux',
      details: 'Lisbon',
      trustedAt: 1768478404000,
      lastUsedAt: 1768564804000,
      expiresAt: 1771070404000,
    },
    {
      id: 'd3v1ceChrome0000',
      name: '',
      details: null,
      trustedAt: 1768478404001,
      lastUsedAt: null,
      expiresAt: 1771070404001,
    },
  ],
  recoveryCodes: {
    hash: 'sha-256',
    salt: 'c2FsdCBvZiAxNiBieXRlcw',
    hashes: ['h0h0h0h0h0h0h0h0h0h0h0', 'h1h1h1h1h1h1h1h1h1h1h1', 'h2h2h2h2h2h2h2h2h2h2h2'],
    spent: [0, 2],
    lengths: [24],
    issuedAt: 1768478400000,
    acknowledged: true,
  },
  accessPass: {
    salt: 'c2FsdCBvZiBhIHBhc3MgIQ',
    hash: 'aGFzaCBvZiBhIHBhc3MgIQ',
    issuedAt: 1768478406000,
    expiresAt: 1768564806000,
    used: false,
  },
  guesses: { consecutiveWrong: 3, lockedUntilAt: 1768478460000 },
  textedAt: [1768478402000, 1768478403000],
  enrolmentRequired: false,
  activity: [
    {
      type: 'factor-added',
      at: 1768478400000,
      factorId: 'wQ3v8sBnK1xYdZ0a',
      deviceId: null,
      clientNetwork: '192.0.2.0/24',
    },
    {
      type: 'device-trusted',
      at: 1768478404000,
      factorId: null,
      deviceId: 'd3v1ceFirefox000',
      clientNetwork: '2001:db8:1::/48',
    },
    { type: 'locked', at: 1768478407000, factorId: null, deviceId: null, clientNetwork: null },
  ],
}

describe('a record', () => {
  it('comes back from its JSON as it was', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(decodeRecord(encodeRecord(record))).toEqual(record)
      }),
    )
  })

  it('comes back also when it is as full as can be: the property reaches the most of everything', () => {
    const longest = { factors: 0, texts: 0, closedChallenges: 0, trustedDevices: 0, activity: 0, textedAt: 0 }
    for (const record of fc.sample(anyRecord, 200)) {
      for (const list of Object.keys(longest) as (keyof typeof longest)[])
        longest[list] = Math.max(longest[list], record[list].length)
    }
    expect(longest).toEqual({
      factors: 10,
      texts: 10,
      closedChallenges: 10,
      trustedDevices: 20,
      activity: 20,
      textedAt: 10,
    })
  })

  it('of version 2 goes on decoding, and is written as it was', () => {
    expect(decodeRecord(fixture)).toStrictEqual(decoded)
    expect(JSON.parse(encodeRecord(decoded))).toEqual(wire)
  })

  it.each([[3], [0], ['2'], [2.5], [null], [[2]], [true], [undefined]])(
    'of version %j is refused, not guessed at',
    (v) => {
      expect(decodeRecord(JSON.stringify({ ...(wire as object), v }))).toBeNull()
    },
  )

  it.each([
    '',
    'x',
    'null',
    '5',
    '"text"',
    '[]',
    '{}',
    '{"v":2}',
    '{"v":2,"r":null}',
    '{"v":2,"r":{}}',
    '{"v":2,"r":[]}',
  ])('is not %s', (json) => {
    expect(decodeRecord(json)).toBeNull()
  })
})

/** Where each kind of row is in the fixture, and what its fields are. */
const rows: Readonly<Record<string, readonly [path: readonly (string | number)[], fields: readonly FieldClass[]]>> = {
  record: [
    ['r'],
    [
      'whole',
      'list',
      'base64url or null',
      'list',
      'list',
      'list',
      'row',
      'list',
      'row or null',
      'row or null',
      'row',
      'list',
      'flag',
      'list',
    ],
  ],
  app: [
    ['r', 1, 0],
    [
      'letter',
      'base64url',
      'name or null',
      'whole',
      'whole or null',
      'base64url',
      'one of two',
      'whole',
      'whole',
      'step',
    ],
  ],
  phone: [
    ['r', 1, 3],
    ['letter', 'base64url', 'name or null', 'whole', 'whole or null', 'name', 'name', 'one of two'],
  ],
  passkey: [
    ['r', 1, 4],
    ['letter', 'base64url', 'name or null', 'whole', 'whole or null', 'row'],
  ],
  credential: [
    ['r', 1, 4, 5],
    ['base64url', 'base64url', 'whole', 'list', 'flag', 'flag'],
  ],
  'pending app': [
    ['r', 3, 0],
    [
      'letter',
      'base64url',
      'name or null',
      'base64url or null',
      'whole',
      'whole',
      'whole',
      'base64url',
      'text',
      'name or null',
    ],
  ],
  'pending phone': [
    ['r', 3, 1],
    [
      'letter',
      'base64url',
      'name or null',
      'base64url or null',
      'whole',
      'whole',
      'whole',
      'name',
      'name',
      'one of two',
      'row or null',
    ],
  ],
  'text of a pending phone': [
    ['r', 3, 1, 10],
    ['whole', 'whole', 'whole', 'name', 'name', 'whole'],
  ],
  'pending passkey': [
    ['r', 3, 2],
    ['letter', 'base64url', 'name or null', 'base64url or null', 'whole', 'whole', 'whole', 'name'],
  ],
  'text of a challenge': [
    ['r', 4, 0],
    ['whole', 'whole', 'whole', 'name', 'name', 'whole', 'base64url', 'whole', 'whole', 'whole', 'base64url or null'],
  ],
  'closed challenge': [
    ['r', 5, 0],
    ['base64url', 'one of two', 'whole', 'whole'],
  ],
  'order of the last one forgotten': [
    ['r', 6],
    ['whole', 'whole'],
  ],
  'trusted device': [
    ['r', 7, 0],
    ['base64url', 'text', 'name or null', 'whole', 'whole or null', 'whole'],
  ],
  'set of recovery codes': [
    ['r', 8],
    ['one of two', 'base64url', 'list', 'list', 'list', 'whole', 'flag'],
  ],
  'access pass': [
    ['r', 9],
    ['base64url', 'base64url', 'whole', 'whole', 'flag'],
  ],
  'guess budget': [
    ['r', 10],
    ['whole', 'whole'],
  ],
  activity: [
    ['r', 13, 0],
    ['one of many', 'whole', 'base64url or null', 'base64url or null', 'name or null'],
  ],
}

/** Where lists of plain values have their first one. */
const items: readonly (readonly [name: string, path: readonly (string | number)[], fieldClass: FieldClass])[] = [
  ['a factor', ['r', 1, 0], 'row'],
  ['an enrolment', ['r', 3, 0], 'row'],
  ['a text', ['r', 4, 0], 'row'],
  ['a closed challenge', ['r', 5, 0], 'row'],
  ['a device', ['r', 7, 0], 'row'],
  ['an activity', ['r', 13, 0], 'row'],
  ['a transport', ['r', 1, 4, 5, 3, 0], 'name'],
  ['a hash', ['r', 8, 2, 0], 'base64url'],
  ['a spent index', ['r', 8, 3, 0], 'whole'],
  ['a length', ['r', 8, 4, 0], 'whole'],
  ['an instant of a text', ['r', 11, 0], 'whole'],
]

describe('decoding', () => {
  it.each(Object.entries(rows))('checks every field of a row: %s', (_name, [path, fields]) => {
    expect(valueAt(wire, path)).toHaveLength(fields.length)
    for (const [index, fieldClass] of fields.entries()) {
      const { taken, should } = takenAt(wire, [...path, index], fieldClass, decodeRecord)
      expect([index, fieldClass, taken]).toEqual([index, fieldClass, should])
    }
  })

  it.each(items)('checks every item of a list: %s', (_name, path, fieldClass) => {
    const { taken, should } = takenAt(wire, path, fieldClass, decodeRecord)
    expect(taken).toEqual(should)
  })

  it.each(Object.entries(rows))('takes no row with a field more or less: %s', (_name, [path]) => {
    const row = valueAt(wire, path) as readonly unknown[]
    for (const other of [row.slice(0, -1), [...row, 0], [...row, null], row.slice(1)])
      expect(decodeRecord(JSON.stringify(replaceAt(wire, path, other)))).toBeNull()
  })

  it.each([
    ['a factor', ['r', 1, 0, 0]],
    ['an enrolment', ['r', 3, 0, 0]],
  ])('takes no unknown kind of %s, and none for another', (_name, path) => {
    for (const letter of ['s', 'p', 'T', 'x', '', '__proto__', 'totp', 0, null])
      expect(decodeRecord(JSON.stringify(replaceAt(wire, path, letter)))).toBeNull()
  })
})

describe('the bytes of a factor', () => {
  it.each([
    ['an app', appFactor({ name: 'É' }), '["t","app","É",1768392000000,null,"c2VjcmV0",0,6,30,-1]'],
    ['a phone', phoneFactor(), '["s","phone","My phone",1768392000000,null,"+14155550123","US",0]'],
    [
      'a passkey',
      passkeyFactor(),
      '["p","key","My key",1768392000000,null,["credential","cHVibGlj",5,["internal","hybrid"],1,0]]',
    ],
  ])('are those of its JSON in UTF-8: %s', (_what, factor, json) => {
    expect(factorBytes(factor)).toBe(Buffer.byteLength(json))
  })
})

describe('a record that cannot be read', () => {
  const ring = createKeyRing([{ id: 'k1', secret: OLD_KEY.secret as Uint8Array }], 'default')

  async function worldWith(json: string) {
    const data = memoryStore()
    const sealed = seal(ring, seededRandom('fixture'), 'user:default:ada', json)
    await data.swap('user:default:ada', null, sealed, null)
    return makeWorld({ data, at: START })
  }

  it.each(['{"v":1}', '{"v":2}', '{"v":3,"r":[]}', '{}', '[]', 'null', '', '{"v":1,"e":1,"f":[]}'])(
    'fails closed, and is never "no second factor": %s',
    async (json) => {
      const { twoFactor, data } = await worldWith(json)
      const before = await contents(data)
      const secret = { encoding: 'raw', value: new Uint8Array(20) } as const
      for (const work of [
        () => twoFactor.challenge.begin({ userId: 'ada' }),
        () => twoFactor.account.status({ userId: 'ada' }),
        () => twoFactor.account.passwordChanged({ userId: 'ada' }),
        () => twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }),
        () => twoFactor.admin.importTotp({ userId: 'ada', actor: 'staff', secret }),
      ])
        await expectCode(work(), 'ERR_RECORD_UNREADABLE')
      expect(await contents(data)).toEqual(before)
    },
  )

  it('does not stop a reseal of the others', async () => {
    const { data } = await worldWith('{"v":1}')
    const before = await data.get('user:default:ada')
    for (const userId of ['bob', 'eve']) {
      const key = `user:default:${userId}`
      await data.swap(key, null, seal(ring, seededRandom(userId), key, fixture), null)
    }
    const { twoFactor } = makeWorld({ data, keys: [NEW_KEY, OLD_KEY] })
    expect(await twoFactor.maintenance.reseal()).toEqual({ status: 'completed', seen: 3, resealed: 2, unreadable: 1 })
    expect(await data.get('user:default:ada')).toBe(before)
    expect(await twoFactor.maintenance.reseal()).toMatchObject({ resealed: 0, unreadable: 1 })
  })
})
