import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { seal } from '../../src/crypto/seal.js'
import { seededRandom } from '../../src/testing/index.js'
import { decodeRecord, encodeRecord, factorBytes } from '../../src/user/codec.js'
import { hasRoomFor } from '../../src/user/limits.js'
import { plainName } from '../../src/user/name.js'
import { emptyRecord, type FactorRecord, type UserRecord } from '../../src/user/record.js'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolPasskey,
  pass,
  phoneWorld,
  proofOf,
  trustedBrowser,
  typeWrongCodes,
} from '../support/people.js'
import { fakePasskey } from '../support/fake-passkeys.js'
import { contents } from '../support/world.js'

const KIB = 1024
/** Every character of it takes two bytes of JSON. */
const NAME = plainName('"'.repeat(200))
/** The last millisecond with thirteen digits, in the year 2286. */
const AT = 9_999_999_999_999
const ID = 'i'.repeat(16)
const times = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item)

const state = {
  sends: 5,
  lastSentAt: AT,
  generation: 5,
  phoneNumber: '+123456789012345',
  keyId: 'k'.repeat(32),
  codeSentAt: AT,
}
const pending = { id: ID, name: NAME, replaces: ID, createdAt: AT, expiresAt: AT, wrongCodes: 10 }

/** Everything but the factors, as full as hosts, people and attackers can make it. */
const fullest: UserRecord = {
  epoch: 2 ** 48,
  factors: [],
  preferredFactorId: ID,
  enrolments: [
    {
      kind: 'totp',
      ...pending,
      secret: 's'.repeat(27),
      accountName: '"'.repeat(255),
      issuer: '"'.repeat(64),
    },
    { kind: 'passkey', ...pending, accountName: '"'.repeat(255) },
  ],
  texts: times(10, {
    ...state,
    challengeId: 'c'.repeat(22),
    begunAt: AT,
    expiresAt: AT,
    wrongCodes: 10,
    joinKey: 'j'.repeat(16),
  }),
  closedChallenges: times(10, { id: 'c'.repeat(22), state: 'cancelled', begunAt: AT, expiresAt: AT } as const),
  settledThrough: { begunAt: AT, expiresAt: AT },
  trustedDevices: times(20, {
    id: ID,
    name: NAME,
    details: NAME,
    trustedAt: AT,
    lastUsedAt: AT,
    expiresAt: AT,
  }),
  recoveryCodes: {
    hash: 'scrypt',
    salt: 's'.repeat(22),
    hashes: times(20, 'h'.repeat(16)),
    spent: Array.from({ length: 20 }, (_, index) => index),
    lengths: Array.from({ length: 20 }, (_, index) => index + 10),
    issuedAt: AT,
    acknowledged: true,
  },
  accessPass: { salt: 's'.repeat(22), hash: 'h'.repeat(22), issuedAt: AT, expiresAt: AT, used: true },
  guesses: { consecutiveWrong: 100, lockedUntilAt: AT },
  textedAt: times(10, AT),
  enrolmentRequired: true,
  activity: times(20, {
    type: 'recovery-code-redeemed',
    at: AT,
    factorId: ID,
    deviceId: ID,
    clientNetwork: 'ffff:ffff:ffff::/48',
  } as const),
}

const ring = createKeyRing([{ id: 'k'.repeat(32), secret: new Uint8Array(32) }], 'default')
const sealedSize = (record: UserRecord): number =>
  seal(ring, seededRandom(1), 'user:default:1', encodeRecord(record)).length

/** A passkey just enrolled, with a public key of so many characters. */
const passkeyOf = (publicKey: number, id = 43): FactorRecord => ({
  kind: 'passkey',
  id: ID,
  name: null,
  confirmedAt: Number.MAX_SAFE_INTEGER,
  lastUsedAt: null,
  credential: {
    id: 'c'.repeat(id),
    publicKey: 'p'.repeat(publicKey),
    counter: 0,
    transports: ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal'],
    synced: true,
    backedUp: true,
  },
})
const app: FactorRecord = {
  kind: 'totp',
  id: ID,
  name: null,
  confirmedAt: Number.MAX_SAFE_INTEGER,
  lastUsedAt: null,
  secret: 's'.repeat(86),
  algorithm: 'SHA-512',
  digits: 10,
  periodSeconds: 120,
  lastStep: -1,
}
const phone: FactorRecord = {
  kind: 'sms',
  id: ID,
  name: null,
  confirmedAt: Number.MAX_SAFE_INTEGER,
  lastUsedAt: null,
  phoneNumber: '+123456789012345',
  country: 'US',
  channel: 'sms',
}

/** As many of these factors as there is room for, then one more passkey of the largest public key that fits. */
function filledWith(factor: FactorRecord): readonly FactorRecord[] {
  let record = emptyRecord(1)
  const add = (one: FactorRecord): boolean => {
    const fits = hasRoomFor(record, one, null)
    if (fits) record = { ...record, factors: [...record.factors, one] }
    return fits
  }
  while (record.factors.length < 9 && add(factor));
  for (let publicKey = 4000; publicKey > 0 && !add(passkeyOf(publicKey)); publicKey--);
  return record.factors
}

/** What factors become in years of use, by their owner or by somebody who wants them large. */
function grown(factors: readonly FactorRecord[]): readonly FactorRecord[] {
  return factors.map((factor) => {
    const used = { ...factor, name: NAME, lastUsedAt: AT }
    if (used.kind === 'totp') return { ...used, lastStep: Math.floor(AT / 30_000) }
    return used.kind === 'passkey' ? { ...used, credential: { ...used.credential, counter: 4_294_967_295 } } : used
  })
}

describe('invariant 9: records are bounded', () => {
  it.each<[string, FactorRecord]>([
    ['ten authenticator apps with the longest secrets', app],
    ['nine phones and one large passkey', phone],
    ['passkeys of elliptic curves', passkeyOf(103)],
    ['passkeys of RSA', passkeyOf(363)],
    ['passkeys of the longest ids', passkeyOf(103, 1364)],
  ])('to 16 KiB when everything is full and hostile: %s', (_what, factor) => {
    const factors = grown(filledWith(factor))
    const record = { ...fullest, factors }
    expect(decodeRecord(encodeRecord(record))).toEqual(record)
    expect(factors.length).toBeLessThanOrEqual(10)
    expect(sealedSize(record)).toBeLessThanOrEqual(16 * KIB)
  })

  it('by no more than they need to be: the fullest record of the largest factors comes near', () => {
    const factors = grown(filledWith(passkeyOf(363)))
    expect(factors.reduce((sum, one) => sum + factorBytes(one), 0)).toBeGreaterThan(2900)
    expect(sealedSize({ ...fullest, factors })).toBeGreaterThan(15 * KIB)
  })

  it('through every operation: twenty devices, two enrolments, ten factors, ten texts, ten closed, twenty activities', async () => {
    const { world, ada } = await appWorld({ policy: { textsPerNumberTenMinutes: 20 } })
    const { admin, enrolment, challenge, trustedDevices, factors, account } = world.twoFactor
    const hostile = `"${'\u0001'.repeat(30)}`
    for (let device = 0; device < 25; device++) await trustedBrowser(world, ada, `${hostile}${device}`)
    expect((await trustedDevices.list({ userId: 'ada' })).devices).toHaveLength(20)
    const number = { userId: 'ada', actor: 'staff', phoneNumber: '+14155550123', name: '"'.repeat(99) }
    must(await admin.importSms(number), 'imported')
    for (let each = 0; each < 8; each++) {
      const value = new Uint8Array(64).fill(each)
      const secret = { encoding: 'raw', value } as const
      must(await admin.importTotp({ userId: 'ada', actor: 'staff', secret }), 'imported')
    }
    const listed = (await factors.list({ userId: 'ada' })).factors
    expect(listed).toHaveLength(10)
    for (const { id: factorId } of listed)
      must(await factors.rename({ userId: 'ada', factorId, name: '"'.repeat(99) }), 'renamed')
    const proof = await proofOf(world, ada)
    const begun = { userId: 'ada', accountName: '"'.repeat(255), proof, name: '"'.repeat(99) }
    expect(await enrolment.beginTotp(begun)).toMatchObject({ reason: 'too-many-factors' })
    must(await enrolment.beginTotp({ ...begun, replaces: ada.factor.id }), 'started')
    must(await enrolment.beginPasskey({ ...begun, replaces: ada.factor.id }), 'started')
    const phoneId = listed.find(({ kind }) => kind === 'sms')?.id
    for (let text = 0; text < 12; text++) {
      const { token } = await begin(world, 'ada', { factorId: phoneId, clientAddress: `192.0.2.${text}` })
      if (text % 2 === 0) await challenge.cancel({ token: (await begin(world, 'ada')).token })
      await challenge.verify({ token, code: '000000' })
      world.clock.set(Math.max(world.clock.now(), (await account.status({ userId: 'ada' })).lockedUntilAt ?? 0))
    }
    for (let signIns = 0; signIns < 12; signIns++) await pass(world, ada)
    expect((await account.activity({ userId: 'ada' })).activity).toHaveLength(20)
    for (const value of (await contents(world.data)).values()) expect(value.length).toBeLessThanOrEqual(16 * KIB)
    expect((await begin(world, 'ada')).status).toBe('challenged')
  })

  it('however long somebody begins, guesses and cancels', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    let largest = 0
    for (let hour = 0; hour < 3; hour++) {
      for (let each = 0; each < 40; each++) {
        const begun = await challenge.begin({ userId: 'ada', clientAddress: `2001:db8:${hour}:${each}::1` })
        if (!('token' in begun) || begun.token === null) throw new Error(begun.status)
        await challenge.verify({ token: begun.token, code: ada.wrongCode() })
        if (each % 2 === 0) await challenge.cancel({ token: begun.token })
        largest = Math.max(largest, ...[...(await contents(world.data)).values()].map(({ length }) => length))
        world.clock.advanceSeconds(30)
      }
      await typeWrongCodes(world, ada, 1)
      world.clock.advanceSeconds(3600)
    }
    expect(largest).toBeLessThanOrEqual(4 * KIB)
  })

  it('and under 1 KiB for somebody who enrolled an app and signs in with it', async () => {
    const { world, ada } = await appWorld()
    await pass(world, ada)
    for (const value of (await contents(world.data)).values()) expect(value.length).toBeLessThan(KIB)
  })

  it('and some 1.2 KiB once they trust a browser', async () => {
    const { world, ada } = await appWorld()
    await trustedBrowser(world, ada, 'Firefox on the computer in the study')
    for (const value of (await contents(world.data)).values()) expect(value.length).toBeLessThan(1.3 * KIB)
  })

  it('and under 3 KiB for somebody who uses everything for years', async () => {
    const { world, ada } = await appWorld()
    const { admin } = world.twoFactor
    const proof = await proofOf(world, ada)
    await enrolPasskey(world, 'ada', { proof, passkey: fakePasskey('laptop'), name: 'Laptop' })
    must(await admin.importSms({ userId: 'ada', actor: 'staff', phoneNumber: '+14155550123' }), 'imported')
    for (let device = 0; device < 3; device++) await trustedBrowser(world, ada, `Firefox on computer ${device}`)
    for (let signIns = 0; signIns < 20; signIns++) {
      await pass(world, ada, { clientAddress: '192.0.2.7' })
      world.clock.advanceSeconds(86_400)
    }
    expect((await world.twoFactor.account.activity({ userId: 'ada' })).activity).toHaveLength(20)
    for (const value of (await contents(world.data)).values()) expect(value.length).toBeLessThan(3 * KIB)
  })
})
