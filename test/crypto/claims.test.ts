import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  newRecordId,
  newTokenId,
  recordId,
  signChallenge,
  signDevice,
  signProof,
  verifyChallenge,
  verifyDevice,
  verifyProof,
} from '../../src/crypto/claims.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { seededRandom } from '../../src/testing/index.js'

const ring = createKeyRing([{ id: 'sixteen-letters_', secret: new Uint8Array(32).fill(1) }], 'default')
const random = seededRandom('claims')
const userId = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .filter((value) => value.isWellFormed() && Buffer.byteLength(value) <= 255)
const instant = fc.nat({ max: 8.64e15 })
const epoch = fc.nat({ max: 2 ** 48 })

describe('the claims of a challenge', () => {
  it('come back as they were signed, with the id that the record knows', () => {
    fc.assert(
      fc.property(userId, epoch, instant, fc.constantFrom(6, 7, 8), (user, raised, expiresAt, codeDigits) => {
        const tokenId = newTokenId(random)
        const claims = verifyChallenge(
          ring,
          signChallenge(ring, { tokenId, userId: user, epoch: raised, expiresAt, codeDigits }),
        )
        expect(claims).toMatchObject({
          userId: user,
          epoch: raised,
          expiresAt,
          codeDigits,
          challengeId: recordId(tokenId),
        })
      }),
    )
  })

  it.each(['"', '\0', '\u001f', '\\', 'é', '\u{10ffff}'])('of the longest user id fit: 255 bytes of %j', (unit) => {
    const user = unit.repeat(Math.floor(255 / Buffer.byteLength(unit)))
    const token = signChallenge(ring, {
      tokenId: newTokenId(random),
      userId: user,
      epoch: 2 ** 48,
      expiresAt: 8.64e15,
      codeDigits: 8,
    })
    expect(verifyChallenge(ring, token)?.userId).toBe(user)
  })
})

describe('the claims of a proof', () => {
  it('come back for the same user and binding, and for no other', () => {
    const binding = fc.option(fc.string({ minLength: 1, maxLength: 20 }))
    fc.assert(
      fc.property(userId, binding, userId, binding, epoch, (user, bound, otherUser, otherBound, raised) => {
        const proof = signProof(ring, newTokenId(random), user, bound, { method: 'totp', at: 5, epoch: raised })
        expect(verifyProof(ring, user, bound, proof)).toEqual({ method: 'totp', at: 5, epoch: raised })
        const same = user === otherUser && bound === otherBound
        expect(verifyProof(ring, otherUser, otherBound, proof) !== null).toBe(same)
      }),
    )
  })

  it('tell a user bound to something from a user of a longer name', () => {
    const proof = signProof(ring, newTokenId(random), 'ada', 'x', { method: 'sms', at: 5, epoch: 1 })
    expect(verifyProof(ring, 'adax', null, proof)).toBeNull()
    expect(verifyProof(ring, 'ada', '', proof)).toBeNull()
  })
})

describe('a device token', () => {
  it('leads to its id for its user alone', () => {
    const tokenId = newTokenId(random)
    const token = signDevice(ring, 'ada', tokenId)
    expect(verifyDevice(ring, 'ada', token)).toBe(recordId(tokenId))
    expect(verifyDevice(ring, 'bob', token)).toBeNull()
  })
})

describe('ids', () => {
  it('are 256 bits in tokens and 96 in records, and differ', () => {
    const ids = Array.from({ length: 100 }, () => newTokenId(random))
    expect(ids.every((id) => id.length === 32)).toBe(true)
    expect(new Set(ids.map(recordId)).size).toBe(100)
    expect(newRecordId(random)).toMatch(/^[A-Za-z0-9_-]{16}$/)
    expect(recordId(newTokenId(random))).toMatch(/^[A-Za-z0-9_-]{16}$/)
  })
})
