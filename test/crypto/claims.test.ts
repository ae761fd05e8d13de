import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  deviceId,
  newChallengeId,
  newDeviceTokenId,
  newRecordId,
  passkeyChallenge,
  passkeyUserHandle,
  signChallenge,
  signDevice,
  signProof,
  verifyChallenge,
  verifyDevice,
  verifyProof,
  type ChallengeClaims,
  type ProofClaims,
} from '../../src/crypto/claims.js'
import { lengthPrefixed, readLengthPrefixed, utf8 } from '../../src/crypto/bytes.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { signToken, verifyToken } from '../../src/crypto/token.js'
import { seededRandom } from '../../src/testing/index.js'
import { anyCharacter } from '../support/any-character.js'

const secret = new Uint8Array(32).fill(1)
const ring = createKeyRing([{ id: 'sixteen-letters_', secret }], 'default')
const random = seededRandom('claims')
const userId = fc
  .string({ unit: anyCharacter, minLength: 1, maxLength: 60 })
  .filter((value) => Buffer.byteLength(value) <= 255)
const instant = fc.nat({ max: 8.64e15 })
const epoch = fc.nat({ max: 2 ** 48 })
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url'))

const challenge: fc.Arbitrary<ChallengeClaims> = fc.record({
  id,
  userId,
  purpose: fc.constantFrom('sign-in', 'step-up'),
  factorId: fc.option(id),
  bindingDigest: fc.option(id),
  summary: fc.option(fc.string({ unit: 'grapheme', maxLength: 60 })),
  epoch,
  begunAt: instant,
  expiresAt: instant,
  codeDigits: fc.subarray([6, 7, 8]),
  recoveryLengths: fc.subarray([16, 24]),
})
const longest: ChallengeClaims = {
  id: newChallengeId(random),
  userId: 'ada',
  purpose: 'step-up',
  factorId: newRecordId(random),
  bindingDigest: 'x'.repeat(43),
  summary: null,
  epoch: 2 ** 48,
  begunAt: 8.64e15,
  expiresAt: 8.64e15,
  codeDigits: [6, 7, 8, 9, 10],
  recoveryLengths: [24, ...Array.from({ length: 20 }, (_, index) => index + 40)],
}

describe('the head of a challenge token', () => {
  const payload = verifyToken(ring, 'challenge', signChallenge(ring, { ...longest, summary: 'EUR 5' }), [])
  const [json = ''] = readLengthPrefixed(payload ?? utf8('')) ?? []
  const head = JSON.parse(json) as readonly unknown[]
  /** Its last place tells of the summary. */
  const tokenWith = (flag: unknown): string =>
    signToken(ring, 'challenge', lengthPrefixed([JSON.stringify(head.with(-1, flag)), 'ada', 'EUR 5']), [])

  it('says whether there is a summary, and nothing else in its place', () => {
    expect(verifyChallenge(ring, tokenWith(1))).toMatchObject({ summary: 'EUR 5' })
    expect(verifyChallenge(ring, tokenWith(0))).toMatchObject({ summary: null })
    for (const flag of [2, -1, '1', true, null, [1]]) expect(verifyChallenge(ring, tokenWith(flag))).toBeNull()
  })
})

describe('the claims of a challenge', () => {
  it('come back as they were signed', () => {
    fc.assert(
      fc.property(challenge, (claims) => {
        expect(verifyChallenge(ring, signChallenge(ring, claims))).toEqual(claims)
      }),
    )
  })

  it.each(['"', '\0', '\u001f', '\\', 'é', '\u{10ffff}'])(
    'fit a token with 1024 bytes of %j and the longest summary',
    (unit) => {
      const user = unit.repeat(Math.floor(1024 / Buffer.byteLength(unit)))
      const claims = { ...longest, userId: user, summary: '東'.repeat(201) }
      expect(verifyChallenge(ring, signChallenge(ring, claims))).toEqual(claims)
    },
  )

  it('tell an empty summary from none, and a user id from the summary behind it', () => {
    for (const change of [{ summary: '' }, { userId: 'a', summary: 'da' }, { userId: 'adad', summary: 'a' }]) {
      const claims = { ...longest, ...change }
      expect(verifyChallenge(ring, signChallenge(ring, claims))).toEqual(claims)
    }
  })

  it('are read in no other namespace', () => {
    const other = createKeyRing([{ id: 'sixteen-letters_', secret }], 'other')
    expect(verifyChallenge(other, signChallenge(ring, longest))).toBeNull()
  })

  it('are none where a MAC of ours covers something else', () => {
    const json = JSON.stringify(['AAAA', 0, null, null, 1, 1, 1, [6], [24], 0])
    const payloads = [
      utf8('["AAAA","ada",1,1,6]'),
      lengthPrefixed([json]),
      lengthPrefixed([json, 'ada']),
      lengthPrefixed(['{}', 'ada', '']),
      lengthPrefixed([json.replace('[6]', '6'), 'ada', '']),
      lengthPrefixed([json.replace('"AAAA",0', '"AAAA",2'), 'ada', '']),
      lengthPrefixed([json.replace('[24],0', '[24]'), 'ada', '']),
      lengthPrefixed([json.replace('[24],0', '[24],0,0'), 'ada', '']),
    ]
    for (const payload of payloads) expect(verifyChallenge(ring, signToken(ring, 'challenge', payload, []))).toBeNull()
  })
})

describe('the claims of a proof', () => {
  const claims: ProofClaims = { method: 'totp', at: 5, epoch: 7, purpose: 'sign-in', assurance: 'second-factor' }

  it('come back for the same user and binding, and for no other', () => {
    const binding = fc.option(fc.string({ minLength: 1, maxLength: 20 }))
    fc.assert(
      fc.property(userId, binding, userId, binding, epoch, (user, bound, otherUser, otherBound, raised) => {
        const proof = signProof(ring, user, bound, { ...claims, epoch: raised })
        expect(verifyProof(ring, user, bound, proof)).toEqual({ ...claims, epoch: raised })
        const same = user === otherUser && bound === otherBound
        expect(verifyProof(ring, otherUser, otherBound, proof) !== null).toBe(same)
      }),
    )
  })

  it('say how, for what and how much', () => {
    for (const method of ['totp', 'sms', 'passkey', 'recovery-code', 'access-pass'] as const)
      for (const purpose of ['sign-in', 'step-up', 'enrolment'] as const)
        for (const assurance of ['access-pass', 'recovery', 'second-factor', 'phishing-resistant'] as const) {
          const said = { ...claims, method, purpose, assurance }
          expect(verifyProof(ring, 'ada', null, signProof(ring, 'ada', null, said))).toEqual(said)
        }
  })

  it('tell a user bound to something from a user of a longer name', () => {
    const proof = signProof(ring, 'ada', 'x', claims)
    expect(verifyProof(ring, 'adax', null, proof)).toBeNull()
    expect(verifyProof(ring, 'ada', '', proof)).toBeNull()
  })

  it.each(['x', '{}', '[]', '[0,5,7,0]', '[0,5,7,0,2,0]', '[5,5,7,0,2]', '[0,-5,7,0,2]', '[0,5,7,3,2]', '[0,5,7,0,4]'])(
    'are none where a MAC of ours covers something else: %s',
    (json) => {
      expect(verifyProof(ring, 'ada', null, signToken(ring, 'proof', utf8(json), ['ada']))).toBeNull()
      expect(verifyProof(ring, 'ada', null, signToken(ring, 'proof', utf8('[0,5,7,0,2]'), ['ada']))).toEqual(claims)
    },
  )
})

describe('a device token', () => {
  it('leads to its id for its user alone', () => {
    const tokenId = newDeviceTokenId(random)
    const token = signDevice(ring, 'ada', tokenId)
    expect(verifyDevice(ring, 'ada', token)).toBe(deviceId(tokenId))
    expect(verifyDevice(ring, 'bob', token)).toBeNull()
  })

  it('does not give away what the record calls its holder', () => {
    const tokenId = newDeviceTokenId(random)
    expect(signDevice(ring, 'ada', tokenId)).not.toContain(deviceId(tokenId))
  })

  it('is written as in release 0.1.0, so that browsers stay trusted', () => {
    const tokenId = new Uint8Array(32).fill(7)
    expect(signDevice(ring, 'ada', tokenId)).toBe(signToken(ring, 'device', tokenId, ['ada']))
    expect(signDevice(ring, 'ada', tokenId)).toMatch(/^v1\./)
  })
})

describe('ids', () => {
  it('have 128 bits for challenges, 256 in device tokens and 96 in records, and differ', () => {
    const ids = Array.from({ length: 100 }, () => newDeviceTokenId(random))
    expect(ids.every((each) => each.length === 32)).toBe(true)
    expect(new Set(ids.map(deviceId)).size).toBe(100)
    expect(newChallengeId(random)).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(newRecordId(random)).toMatch(/^[A-Za-z0-9_-]{16}$/)
  })
})

describe('what a passkey signs', () => {
  const newer = createKeyRing(
    [
      { id: 'z2', secret: new Uint8Array(32).fill(2) },
      { id: 'sixteen-letters_', secret },
    ],
    'default',
  )

  it('has 256 bits, depends on user and challenge, and survives a key in front', () => {
    expect(passkeyChallenge(ring, 'ada', 'c1')).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const handle = ring.mac(ring.oldestKeyId, 'passkey', ['user handle', 'ada'])
    expect(passkeyUserHandle(ring, 'ada')).toBe(Buffer.from(handle ?? []).toString('base64url'))
    expect(passkeyChallenge(newer, 'ada', 'c1')).toBe(passkeyChallenge(ring, 'ada', 'c1'))
    const others = [
      passkeyChallenge(ring, 'bob', 'c1'),
      passkeyChallenge(ring, 'ada', 'c2'),
      passkeyChallenge(ring, 'adac', '1'),
      passkeyChallenge(createKeyRing([{ id: 'sixteen-letters_', secret }], 'other'), 'ada', 'c1'),
      passkeyUserHandle(ring, 'ada'),
      passkeyUserHandle(ring, 'bob'),
    ]
    expect(new Set([passkeyChallenge(ring, 'ada', 'c1'), ...others]).size).toBe(7)
  })

  it('is asked for under a user handle that says nothing of the user', () => {
    expect(passkeyUserHandle(ring, 'ada')).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(passkeyUserHandle(newer, 'ada')).toBe(passkeyUserHandle(ring, 'ada'))
  })
})

describe('a ring that lacks its own oldest key', () => {
  it('asks no passkey', () => {
    expect(() => passkeyChallenge({ ...ring, mac: () => null }, 'ada', 'c1')).toThrow('oldest key')
  })
})
