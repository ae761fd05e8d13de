import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptBinding, shownBinding } from '../../src/crypto/binding.js'
import { decodeBase64url, encodeBase64url, lengthPrefixed } from '../../src/crypto/bytes.js'
import {
  recordId,
  signChallenge,
  signDevice,
  signProof,
  verifyChallenge,
  verifyDevice,
  verifyProof,
} from '../../src/crypto/claims.js'
import { smsCode } from '../../src/crypto/codes.js'
import { createKeyRing, type Key } from '../../src/crypto/keyring.js'
import {
  generateRecoveryCodes,
  hashRecoveryCode,
  newRecoverySalt,
  normaliseRecoveryCode,
} from '../../src/crypto/recovery-code.js'
import { open, seal, sealedUnder } from '../../src/crypto/seal.js'
import { signToken, verifyToken } from '../../src/crypto/token.js'
import { seededRandom } from '../../src/testing/index.js'

const K1: Key = { id: 'k1', secret: new Uint8Array(32).fill(1) }
const K2: Key = { id: 'k2', secret: new Uint8Array(32).fill(2) }
const ring = createKeyRing([K1], 'default')
const random = seededRandom('pairs')
const bytes = fc.uint8Array({ maxLength: 300 })

describe('base64url', () => {
  it('gives back every byte string, which it spells in one way only', () => {
    fc.assert(
      fc.property(bytes, (each) => {
        expect(Uint8Array.from(decodeBase64url(encodeBase64url(each))!)).toEqual(each)
      }),
    )
    for (const text of ['A', 'AB', 'AA=', 'AA==', 'A A', '+A', '/A', 'AA\n', 'ä'])
      expect(decodeBase64url(text)).toBeNull()
  })
})

describe('length prefixes', () => {
  it('tell every list of fields from every other', () => {
    const list = fc.array(fc.string({ maxLength: 8 }), { maxLength: 4 })
    fc.assert(
      fc.property(list, list, (left, right) => {
        const same = JSON.stringify(left) === JSON.stringify(right)
        expect(Buffer.compare(lengthPrefixed(left), lengthPrefixed(right)) === 0).toBe(same)
      }),
    )
  })
})

describe('seal and open', () => {
  it('give back every text, under a nonce of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plaintext, key) => {
        const [once, twice] = [seal(ring, random, key, plaintext), seal(ring, random, key, plaintext)]
        expect(once).not.toBe(twice)
        expect(open(ring, key, once)).toBe(plaintext)
        expect(sealedUnder(once)).toBe('k1')
      }),
    )
  })

  it('notice every changed character, another place, another namespace and an unknown key', () => {
    const value = seal(ring, random, 'user:default:ada', '{"v":1}')
    const unreadable: Error = expect.objectContaining({ code: 'ERR_RECORD_UNREADABLE' }) as Error
    for (let place = 0; place < value.length; place++) {
      const changed = value.slice(0, place) + (value[place] === 'A' ? 'B' : 'A') + value.slice(place + 1)
      expect(() => open(ring, 'user:default:ada', changed)).toThrow(unreadable)
    }
    expect(() => open(ring, 'user:default:bob', value)).toThrow(unreadable)
    expect(() => open(createKeyRing([K1], 'other'), 'user:default:ada', value)).toThrow(unreadable)
    expect(() => open(createKeyRing([K2], 'default'), 'user:default:ada', value)).toThrow(unreadable)
    expect(() => open(createKeyRing([{ id: 'k1', secret: K2.secret }], 'default'), 'user:default:ada', value)).toThrow(
      unreadable,
    )
    expect(open(createKeyRing([K2, K1], 'default'), 'user:default:ada', value)).toBe('{"v":1}')
    for (const junk of ['', 'v1', 'v1.k1.', 'v1.k1.AAAA', 'v2.k1.AAAA', value + 'A', value.slice(0, -4)]) {
      expect(() => open(ring, 'user:default:ada', junk)).toThrow(unreadable)
    }
  })
})

describe('sign and verify', () => {
  it('give back every payload in its context and purpose alone', () => {
    fc.assert(
      fc.property(
        bytes.filter(({ length }) => length > 0),
        fc.array(fc.string(), { maxLength: 3 }),
        (payload, context) => {
          const token = signToken(ring, 'proof', payload, context)
          expect(Uint8Array.from(verifyToken(ring, 'proof', token, context)!)).toEqual(payload)
          expect(verifyToken(ring, 'device', token, context)).toBeNull()
          expect(verifyToken(ring, 'proof', token, [...context, ''])).toBeNull()
          expect(verifyToken(createKeyRing([K1], 'other'), 'proof', token, context)).toBeNull()
        },
      ),
    )
  })

  it('read what an older key signed, and refuse what no key signed', () => {
    const token = signToken(ring, 'proof', new Uint8Array([1]), [])
    expect(verifyToken(createKeyRing([K2, K1], 'default'), 'proof', token, [])).not.toBeNull()
    expect(verifyToken(createKeyRing([K2], 'default'), 'proof', token, [])).toBeNull()
    for (const junk of [null, undefined, 5, [token], '', 'v1.k1..', `${token}.`, ` ${token}`, 'x'.repeat(1e6)]) {
      expect(verifyToken(ring, 'proof', junk, [])).toBeNull()
    }
  })

  it('hold for challenges, devices and proofs', () => {
    const tokenId = random.bytes(32)
    const claims = { tokenId, userId: 'ada', epoch: 7, expiresAt: 5, codeDigits: 6 }
    expect(verifyChallenge(ring, signChallenge(ring, claims))).toMatchObject({
      userId: 'ada',
      epoch: 7,
      challengeId: recordId(tokenId),
    })
    expect(verifyDevice(ring, 'ada', signDevice(ring, 'ada', tokenId))).toBe(recordId(tokenId))
    expect(verifyDevice(ring, 'bob', signDevice(ring, 'ada', tokenId))).toBeNull()
    const proof = signProof(ring, tokenId, 'ada', 'session', { method: 'sms', at: 3, epoch: 7 })
    expect(verifyProof(ring, 'ada', 'session', proof)).toEqual({ method: 'sms', at: 3, epoch: 7 })
    for (const binding of [null, '', 'Session']) expect(verifyProof(ring, 'ada', binding, proof)).toBeNull()
  })
})

describe('bindings', () => {
  it('are kept apart from one another, and shown again when short', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (left, right) => {
        expect(keptBinding(left) === keptBinding(right)).toBe(left === right)
        const shown = shownBinding(keptBinding(left))
        expect(shown === null || shown === left).toBe(true)
      }),
    )
    expect(shownBinding(keptBinding('EUR 10 to Bob'))).toBe('EUR 10 to Bob')
    expect(shownBinding(keptBinding('x'.repeat(97)))).toBeNull()
  })
})

describe('texted codes', () => {
  const context = {
    userId: 'ada',
    subjectId: 'c1',
    phoneNumber: '+14155550123',
    purpose: 'sign-in',
    binding: null,
    generation: 1,
  }

  it('are the same for the same context, and another for any change of it', () => {
    const code = smsCode(ring, 'k1', context)
    expect(code).toMatch(/^\d{6}$/)
    expect(smsCode(ring, 'k1', { ...context })).toBe(code)
    const others = [
      { userId: 'bob' },
      { subjectId: 'c2' },
      { phoneNumber: '+14155550124' },
      { purpose: 'step-up' },
      { binding: '' },
      { generation: 2 },
    ]
    for (const other of others) expect(smsCode(ring, 'k1', { ...context, ...other })).not.toBe(code)
    expect(smsCode(ring, 'k9', context)).toBeNull()
  })

  it('are spread evenly', () => {
    const buckets = new Array<number>(10).fill(0)
    for (let generation = 0; generation < 20_000; generation++) {
      for (const digit of smsCode(ring, 'k1', { ...context, generation })!) buckets[Number(digit)]! += 1
    }
    const expected = 12_000
    const chiSquare = buckets.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(chiSquare).toBeLessThan(27.9) // 99.9 % of fair dice, at nine degrees of freedom
  })
})

describe('recovery codes', () => {
  it('are ten different ones of eighty bits, and read back however they are typed', () => {
    const codes = generateRecoveryCodes(random)
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) {
      expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
      const bare = code.replaceAll('-', '')
      for (const typed of [
        code,
        bare,
        code.toLowerCase(),
        ` ${code.replaceAll('-', ' ')} `,
        code.replaceAll('0', 'o').replaceAll('1', 'l'),
        code.replaceAll('-', '\u2013'),
      ]) {
        expect(normaliseRecoveryCode(typed)).toBe(bare)
      }
    }
    for (const junk of [
      null,
      5,
      '',
      'A'.repeat(15),
      'A'.repeat(17),
      'U'.repeat(16),
      'Ａ'.repeat(16),
      'ſ'.repeat(16),
      'x'.repeat(1e6),
    ]) {
      expect(normaliseRecoveryCode(junk)).toBeNull()
    }
  })

  it('hash alike under one salt and differently under another', async () => {
    const [salt, other] = [newRecoverySalt(random), newRecoverySalt(random)]
    const hash = await hashRecoveryCode('0'.repeat(16), salt)
    expect(await hashRecoveryCode('0'.repeat(16), salt)).toBe(hash)
    expect(await hashRecoveryCode('0'.repeat(16), other)).not.toBe(hash)
    expect(await hashRecoveryCode('1'.repeat(16), salt)).not.toBe(hash)
  })
})
