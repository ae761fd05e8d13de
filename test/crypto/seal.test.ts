import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { open, seal, sealedUnder } from '../../src/crypto/seal.js'
import { TwoFactorError } from '../../src/errors.js'
import { seededRandom } from '../../src/testing/index.js'
import { anyCharacter } from '../support/any-character.js'

const one = { id: 'k1', secret: new Uint8Array(32).fill(1) }
const two = { id: 'k2', secret: new Uint8Array(32).fill(2) }
const ring = createKeyRing([one], 'default')
const random = seededRandom('seal')
const PLAIN = '{"secret":"JBSWY3DPEHPK3PXP"}'

/** Expects that nothing opens, and that the error says nothing of what was inside. */
function refused(key: string, value: string, reader = ring): void {
  let thrown: unknown
  try {
    thrown = open(reader, key, value)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TwoFactorError)
  expect((thrown as TwoFactorError).code).toBe('ERR_RECORD_UNREADABLE')
  expect(`${(thrown as Error).message} ${String((thrown as Error).cause)}`).not.toContain('JBSW')
}

describe('sealing', () => {
  it('gives back what was sealed, for its own store key', () => {
    const text = fc.string({ unit: anyCharacter })
    fc.assert(
      fc.property(text, text, (key, plaintext) => {
        expect(open(ring, key, seal(ring, random, key, plaintext))).toBe(plaintext)
      }),
    )
  })

  it('shows the key id and nothing else', () => {
    const value = seal(ring, random, 'user:default:ada', PLAIN)
    expect(value).toMatch(/^v1\.k1\.[A-Za-z0-9_-]+$/)
    expect(Buffer.from(value.slice(6), 'base64url').toString('latin1')).not.toContain('JBSW')
    expect(sealedUnder(value)).toBe('k1')
  })

  it('never gives the same value twice', () => {
    const values = new Set(Array.from({ length: 200 }, () => seal(ring, random, 'k', PLAIN)))
    expect(values.size).toBe(200)
  })

  it('is as long as the text, plus its frame', () => {
    for (const length of [0, 1, 1000]) {
      expect(Buffer.from(seal(ring, random, 'k', 'x'.repeat(length)).slice(6), 'base64url')).toHaveLength(
        12 + length + 16,
      )
    }
  })
})

describe('opening', () => {
  const value = seal(ring, random, 'user:default:ada', PLAIN)

  it('refuses a value with any one bit changed', () => {
    const bytes = Buffer.from(value.slice(6), 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      refused('user:default:ada', `v1.k1.${Buffer.from(changed).toString('base64url')}`)
    }
  })

  it('refuses a value that was cut or grew', () => {
    for (let length = 0; length < value.length; length++) refused('user:default:ada', value.slice(0, length))
    for (const tail of ['A', '=', ' ', '\n', '.', 'AAAA']) refused('user:default:ada', value + tail)
  })

  it.each(['', 'user:default:bob', 'user:default:ada ', 'user:default:ADA', 'user:other:ada'])(
    'refuses a value moved to %j',
    (key) => {
      refused(key, value)
    },
  )

  it('refuses another key, another namespace and a relabelled key id', () => {
    const both = createKeyRing([two, one], 'default')
    refused('user:default:ada', value, createKeyRing([two], 'default'))
    refused('user:default:ada', value, createKeyRing([one], 'other'))
    refused('user:default:ada', value.replace('.k1.', '.k2.'), both)
    expect(open(both, 'user:default:ada', value)).toBe(PLAIN)
  })

  it.each([
    '',
    'x',
    'v1',
    'v1..',
    'v1.k1.',
    'v2.k1.AAAA',
    'v1.k1.AAAA',
    'v1.k 1.AAAA',
    '{"v":1}',
    'v1.k1.!!!!',
    `v1.k1.${'A'.repeat(37)}`,
    'v1.__proto__.AAAA',
  ])('refuses %j', (text) => {
    refused('user:default:ada', text)
  })
})

describe('the key that a value was sealed under', () => {
  it.each([
    ['v1.k1.AAAA', 'k1'],
    ['v1.a_b-C.AAAA', 'a_b-C'],
    ['v2.k1.AAAA', null],
    ['', null],
    ['v1.k1.', null],
    ['v1..AAAA', null],
  ])('of %j is %j', (value, keyId) => {
    expect(sealedUnder(value)).toBe(keyId)
  })
})
