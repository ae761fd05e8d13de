import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/crypto/bytes.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { signToken, verifyToken, type TokenPurpose } from '../../src/crypto/token.js'
import { hostileValues, nameOf } from '../support/hostile.js'

const one = { id: 'k1', secret: new Uint8Array(32).fill(1) }
const two = { id: 'k2', secret: new Uint8Array(32).fill(2) }
const ring = createKeyRing([one], 'default')
const purposes: readonly TokenPurpose[] = ['challenge', 'device', 'proof']
const payload = fc.uint8Array({ minLength: 1, maxLength: 300 })
const context = fc.array(fc.string({ maxLength: 20 }), { maxLength: 3 })

const plain = (bytes: Uint8Array | null): readonly number[] | null => bytes && Array.from(bytes)

describe('a token', () => {
  it('gives back its payload, for the same purpose and context', () => {
    fc.assert(
      fc.property(fc.constantFrom(...purposes), payload, context, (purpose, bytes, given) => {
        expect(plain(verifyToken(ring, purpose, signToken(ring, purpose, bytes, given), given))).toEqual(plain(bytes))
      }),
    )
  })

  it('is good for no other purpose', () => {
    for (const purpose of purposes) {
      const token = signToken(ring, purpose, Uint8Array.of(1, 2, 3), ['ada'])
      for (const other of purposes) expect(verifyToken(ring, other, token, ['ada']) !== null).toBe(other === purpose)
    }
  })

  it('is good for no other context, however alike', () => {
    fc.assert(
      fc.property(context, context, (given, other) => {
        const token = signToken(ring, 'proof', Uint8Array.of(1), given)
        expect(verifyToken(ring, 'proof', token, other) !== null).toBe(JSON.stringify(given) === JSON.stringify(other))
      }),
    )
  })

  it('is good under its own key and namespace only', () => {
    const token = signToken(ring, 'device', Uint8Array.of(1), ['ada'])
    expect(verifyToken(createKeyRing([two, one], 'default'), 'device', token, ['ada'])).not.toBeNull()
    expect(verifyToken(createKeyRing([two], 'default'), 'device', token, ['ada'])).toBeNull()
    expect(verifyToken(createKeyRing([one], 'other'), 'device', token, ['ada'])).toBeNull()
    expect(
      verifyToken(createKeyRing([two, one], 'default'), 'device', token.replace('.k1.', '.k2.'), ['ada']),
    ).toBeNull()
  })

  it('has one spelling: any other character anywhere voids it', () => {
    const token = signToken(
      ring,
      'challenge',
      Uint8Array.from({ length: 20 }, (_, index) => index * 13),
      [],
    )
    for (let index = 0; index < token.length; index++) {
      for (const character of ['A', 'a', '_', '.', '=', '+', ' ']) {
        if (token[index] === character) continue
        expect(
          verifyToken(ring, 'challenge', token.slice(0, index) + character + token.slice(index + 1), []),
        ).toBeNull()
      }
    }
    for (const changed of [`${token}=`, ` ${token}`, `${token}\n`, token.slice(0, -1), `${token}.${token}`])
      expect(verifyToken(ring, 'challenge', changed, [])).toBeNull()
  })

  it.each(hostileValues.map((value) => ({ name: nameOf(value), value })))('is not $name', ({ value }) => {
    expect(verifyToken(ring, 'challenge', value, [])).toBeNull()
  })

  it('is bounded: one of more than 3072 characters is not looked at', () => {
    const ofLength = (bytes: number): string => signToken(ring, 'challenge', new Uint8Array(bytes), [])
    expect(ofLength(2265).length).toBeLessThanOrEqual(3072)
    expect(verifyToken(ring, 'challenge', ofLength(2265), [])).not.toBeNull()
    expect(verifyToken(ring, 'challenge', ofLength(4000), [])).toBeNull()
  })

  it('says what its payload is written as, and is read as nothing else', () => {
    for (const [purpose, version] of [
      ['challenge', 'v2'],
      ['device', 'v1'],
      ['proof', 'v2'],
    ] as const) {
      const token = signToken(ring, purpose, Uint8Array.of(1), [])
      expect(token).toMatch(new RegExp(`^${version}\\.k1\\.`))
      for (const other of ['v0', 'v1', 'v2', 'v3'].filter((each) => each !== version))
        expect(verifyToken(ring, purpose, other + token.slice(2), [])).toBeNull()
    }
  })
})

describe('a token of another version', () => {
  it('is read for nothing, were its MAC right', () => {
    for (const purpose of purposes) {
      const [version = '', keyId = '', body = ''] = signToken(ring, purpose, utf8('payload'), ['ada']).split('.')
      const signed = (as: string): string => {
        const mac = ring.mac(keyId, purpose, [as, keyId, utf8('payload'), 'ada']) ?? expect.unreachable()
        return `${as}.${keyId}.${body}.${Buffer.from(mac).toString('base64url')}`
      }
      expect(verifyToken(ring, purpose, signed(version), ['ada'])).not.toBeNull()
      expect(verifyToken(ring, purpose, signed('v9'), ['ada'])).toBeNull()
    }
  })
})

describe('a ring that lacks its own write key', () => {
  it('signs nothing', () => {
    expect(() => signToken({ ...ring, mac: () => null }, 'proof', utf8('payload'), [])).toThrow('write key')
  })
})
