import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { seal } from '../../src/crypto/seal.js'
import { decodeRecord, encodeRecord } from '../../src/user/record-codec.js'
import type { ChallengeRecord, EnrolmentRecord, FactorRecord, TextState, UserRecord } from '../../src/user/record.js'
import { seededRandom } from '../../src/testing/index.js'
import { makeWorld, OLD_KEY } from '../support/world.js'

const fixture = JSON.parse(readFileSync(new URL('fixtures/record-v1.json', import.meta.url), 'utf8')) as { sealed: object; record: UserRecord }

const at = fc.nat({ max: 2 ** 43 })
const id = fc.string({ maxLength: 16 })
const name = fc.option(fc.string({ maxLength: 40 }))
const text: fc.Arbitrary<TextState> = fc.record({ sends: fc.nat(5), lastSentAt: at, generation: fc.nat(5), phoneNumber: id, keyId: id, codeSentAt: at })
const factor: fc.Arbitrary<FactorRecord> = fc.oneof(
  fc.record({
    kind: fc.constant('totp' as const), id, name, confirmedAt: at, secret: id, algorithm: fc.constantFrom('SHA-1' as const, 'SHA-256' as const, 'SHA-512' as const),
    digits: fc.integer({ min: 6, max: 10 }), periodSeconds: fc.integer({ min: 1, max: 120 }), lastStep: fc.integer({ min: -1, max: 2 ** 40 }),
  }),
  fc.record({ kind: fc.constant('sms' as const), id, name, confirmedAt: at, phoneNumber: id, country: id }),
)
const pending = { id, name, replaces: fc.option(id), createdAt: at, expiresAt: at, wrongCodes: fc.nat(5) }
const enrolment: fc.Arbitrary<EnrolmentRecord> = fc.oneof(
  fc.record({ kind: fc.constant('totp' as const), ...pending, secret: id }),
  fc.record({ kind: fc.constant('sms' as const), ...pending, phoneNumber: id, country: id, text: fc.option(text) }),
)
const challenge: fc.Arbitrary<ChallengeRecord> = fc.record({
  id, purpose: fc.constantFrom('sign-in' as const, 'step-up' as const), state: fc.constantFrom('open' as const, 'settled' as const, 'exhausted' as const),
  factorId: id, binding: fc.option(fc.string()), createdAt: at, expiresAt: at, wrongCodes: fc.nat(5), text: fc.option(text),
})
const guesses = fc.record({ consecutiveWrong: fc.nat(100), lockedUntilAt: at })
const record: fc.Arbitrary<UserRecord> = fc.record({
  epoch: at,
  factors: fc.array(factor, { maxLength: 10 }),
  preferredFactorId: fc.option(id),
  enrolments: fc.array(enrolment, { maxLength: 2 }),
  challenges: fc.array(challenge, { maxLength: 5 }),
  trustedDevices: fc.array(fc.record({ id, name: fc.string(), trustedAt: at, expiresAt: at }), { maxLength: 20 }),
  recoveryCodes: fc.option(fc.record({ salt: id, hashes: fc.array(id, { maxLength: 10 }), spent: fc.array(fc.nat(9)), issuedAt: at })),
  guesses,
  recoveryGuesses: guesses,
  textedAt: fc.array(at, { maxLength: 10 }),
  enrolmentRequired: fc.boolean(),
})

describe('the record codec', () => {
  it('gives back every record that it took', () => {
    fc.assert(fc.property(record, (each) => {
      expect(decodeRecord(encodeRecord(each))).toEqual(each)
    }))
  })

  it('goes on reading what version 1 wrote', () => {
    expect(decodeRecord(JSON.stringify(fixture.sealed))).toEqual(fixture.record)
  })

  it.each([2, 0, '1', null, undefined])('refuses version %j, and the user stays protected', async (v) => {
    const world = makeWorld()
    const ring = createKeyRing([{ id: OLD_KEY.id, secret: OLD_KEY.secret as Uint8Array }], 'default')
    const value = seal(ring, seededRandom(1), 'user:default:ada', JSON.stringify({ ...fixture.sealed, v }))
    await world.data.swap('user:default:ada', null, value, null)
    await expect(world.twoFactor.challenge.begin({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_RECORD_UNREADABLE' })
    await expect(world.twoFactor.account.passwordChanged({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_RECORD_UNREADABLE' })
    expect(await world.data.get('user:default:ada')).toBe(value)
  })
})
