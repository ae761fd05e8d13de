import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { seal } from '../../src/crypto/seal.js'
import { decodeRecord, encodeRecord } from '../../src/user/record-codec.js'
import type { UserRecord } from '../../src/user/record.js'
import { memoryStore } from '../../src/stores/memory.js'
import { seededRandom } from '../../src/testing/index.js'
import { expectCode } from '../support/outcome.js'
import { anyRecord } from '../support/records.js'
import { makeWorld, START } from '../support/world.js'

/** A record as version 0.1 wrote it. It must go on decoding: people's factors are in it. */
const fixture = readFileSync(new URL('./fixtures/record-v1.json', import.meta.url), 'utf8')

const decoded: UserRecord = {
  epoch: 201402875432961,
  factors: [
    {
      kind: 'totp',
      id: 'wQ3v8sBnK1xYdZ0a',
      name: 'My phone',
      confirmedAt: 1768478400000,
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
      phoneNumber: '+14155550123',
      country: 'US',
    },
  ],
  preferredFactorId: 'b4Tq0WvYx2Lk8PnR',
  enrolments: [
    {
      kind: 'totp',
      id: 'eNr0lM3ntT0tp000',
      name: 'Tablet',
      replaces: null,
      createdAt: 1768478402000,
      expiresAt: 1768479002000,
      wrongCodes: 2,
      secret: 'c2VjcmV0IG9mIHRoZSB0YWJsZXQ',
    },
    {
      kind: 'sms',
      id: 'eNr0lM3ntSms0000',
      name: null,
      replaces: 'b4Tq0WvYx2Lk8PnR',
      createdAt: 1768478402000,
      expiresAt: 1768479002000,
      wrongCodes: 0,
      phoneNumber: '+447400123456',
      country: 'GB',
      text: {
        sends: 1,
        lastSentAt: 1768478402000,
        generation: 1,
        phoneNumber: '+447400123456',
        keyId: 'k1',
        codeSentAt: 1768478402000,
      },
    },
  ],
  challenges: [
    {
      id: 'cH4ll3ngeOpen000',
      purpose: 'sign-in',
      state: 'open',
      factorId: 'wQ3v8sBnK1xYdZ0a',
      binding: null,
      createdAt: 1768478403000,
      expiresAt: 1768479003000,
      wrongCodes: 1,
      text: null,
    },
    {
      id: 'cH4ll3ngeSett000',
      purpose: 'step-up',
      state: 'settled',
      factorId: 'b4Tq0WvYx2Lk8PnR',
      binding: '=EUR 100 to Bob',
      createdAt: 1768478403000,
      expiresAt: 1768479003000,
      wrongCodes: 0,
      text: {
        sends: 5,
        lastSentAt: 1768478403000,
        generation: 2,
        phoneNumber: '+14155550123',
        keyId: 'k1',
        codeSentAt: 1768478403000,
      },
    },
    {
      id: 'cH4ll3ngeExha000',
      purpose: 'sign-in',
      state: 'exhausted',
      factorId: 'wQ3v8sBnK1xYdZ0a',
      binding: '#47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
      createdAt: 1768478403000,
      expiresAt: 1768479003000,
      wrongCodes: 5,
      text: null,
    },
  ],
  trustedDevices: [
    { id: 'd3v1ceFirefox000', name: 'Firefox on Linux', trustedAt: 1768478404000, expiresAt: 1771070404000 },
  ],
  recoveryCodes: {
    salt: 'c2FsdCBvZiAxNiBieXRlcw',
    issuedAt: 1768478400000,
    spent: [0, 7],
    hashes: ['h0h0h0h0h0h0h0h0', 'h1h1h1h1h1h1h1h1', 'h2h2h2h2h2h2h2h2'],
  },
  guesses: { consecutiveWrong: 3, lockedUntilAt: 0 },
  recoveryGuesses: { consecutiveWrong: 1, lockedUntilAt: 1768478460000 },
  textedAt: [1768478402000, 1768478403000],
  enrolmentRequired: false,
}

describe('a record', () => {
  it('comes back from its JSON as it was', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(decodeRecord(encodeRecord(record))).toEqual(record)
      }),
    )
  })

  it('of version 1 goes on decoding', () => {
    expect(decodeRecord(fixture)).toEqual(decoded)
  })

  it('is written as version 1 still: an older process reads it beside a newer one', () => {
    expect(JSON.parse(encodeRecord(decoded))).toEqual(JSON.parse(fixture))
  })

  it.each<[string, object]>([
    ['2', { v: 2 }],
    ['0', { v: 0 }],
    ['"1"', { v: '1' }],
    ['none', { v: undefined }],
    ['null', { v: null }],
  ])('of version %s is refused, not guessed at', (_what, change) => {
    expect(decodeRecord(JSON.stringify({ ...(JSON.parse(fixture) as object), ...change }))).toBeNull()
  })
})

describe('through the public API', () => {
  const ring = createKeyRing([{ id: 'k1', secret: new Uint8Array(32).fill(1) }], 'default')

  async function worldWith(json: string) {
    const data = memoryStore()
    await data.swap('user:default:ada', null, seal(ring, seededRandom('fixture'), 'user:default:ada', json), null)
    return makeWorld({ data, at: START + 5000 })
  }

  it('a record of version 1 is somebody with factors, codes and devices', async () => {
    const { twoFactor } = await worldWith(fixture)
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
    })
  })

  it.each(['{"v":2,"f":[]}', '{}', '{"e":1,"f":[]}', '[]'])(
    '%s is unreadable, and never "no second factor"',
    async (json) => {
      const { twoFactor, data } = await worldWith(json)
      const before = await data.get('user:default:ada')
      await expectCode(twoFactor.challenge.begin({ userId: 'ada' }), 'ERR_RECORD_UNREADABLE')
      await expectCode(twoFactor.account.status({ userId: 'ada' }), 'ERR_RECORD_UNREADABLE')
      await expectCode(twoFactor.account.passwordChanged({ userId: 'ada' }), 'ERR_RECORD_UNREADABLE')
      await expectCode(
        twoFactor.admin.importTotp({
          userId: 'ada',
          actor: 'x',
          secret: { encoding: 'raw', value: new Uint8Array(20) },
        }),
        'ERR_RECORD_UNREADABLE',
      )
      expect(await data.get('user:default:ada')).toBe(before)
    },
  )
})
