import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeBase64url,
  encodeBase64url,
  keptBytes,
  lengthPrefixed,
  ofThisRealm,
  readLengthPrefixed,
  utf8,
} from '../../src/crypto/bytes.js'

const bytes = fc.uint8Array({ maxLength: 80 })

describe('base64url', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const text = encodeBase64url(given)
        expect(text).toMatch(/^[A-Za-z0-9_-]*$/)
        expect(Uint8Array.from(decodeBase64url(text) ?? [])).toEqual(given)
        expect(Uint8Array.from(keptBytes(text))).toEqual(given)
      }),
    )
  })

  it('has one spelling: whatever decodes, encodes to the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: fc.constantFrom(...Array.from('AB-_+/= \n')) })),
        (text) => {
          const decoded = decodeBase64url(text)
          if (decoded !== null) expect(encodeBase64url(decoded)).toBe(text)
        },
      ),
    )
  })

  it.each(['A', 'AB', 'AA==', 'AA=', 'A A', 'AA\n', '++++', '////', 'AAAAA', 'é', 'AAAA\0', 'AAB'])(
    'refuses %j',
    (text) => {
      expect(decodeBase64url(text)).toBeNull()
    },
  )

  it.each(['\u0141AAA', 'AAAA\u0142AAA', 'AAA\u0241'])('refuses %j, of which Node reads the lower byte', (text) => {
    expect(decodeBase64url(text)).toBeNull()
  })

  it('reads a view of a larger buffer as what it is', () => {
    const view = new Uint8Array(Uint8Array.from([9, 1, 2, 3, 9]).buffer, 1, 3)
    expect(encodeBase64url(view)).toBe('AQID')
  })
})

describe('length-prefixed fields', () => {
  const fields = fc.array(fc.oneof(fc.string(), bytes), { maxLength: 5 })
  const plain = (list: readonly (string | Uint8Array)[]): string =>
    JSON.stringify(list.map((field) => Array.from(typeof field === 'string' ? utf8(field) : field)))

  it('are the same bytes for the same list only', () => {
    fc.assert(
      fc.property(fields, fields, (one, other) => {
        expect(Buffer.compare(lengthPrefixed(one), lengthPrefixed(other)) === 0).toBe(plain(one) === plain(other))
      }),
    )
  })

  it.each([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [['a', ''], ['a']],
    [
      ['', 'a'],
      ['a', ''],
    ],
    [[], ['']],
    [['a\0\0\0\u0001b'], ['a', 'b']],
  ])('tell %j from %j', (one, other) => {
    expect(lengthPrefixed(one)).not.toEqual(lengthPrefixed(other))
  })

  it('are read back as the texts that they were', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), (given) => {
        expect(readLengthPrefixed(lengthPrefixed(given))).toEqual(given)
      }),
    )
  })

  it('are read from a view of a larger buffer', () => {
    const joined = lengthPrefixed(['ab', 'c'])
    const larger = new Uint8Array(joined.length + 10).fill(255)
    larger.set(joined, 5)
    expect(readLengthPrefixed(larger.subarray(5, -5))).toEqual(['ab', 'c'])
  })

  it.each([[[0]], [[0, 0, 0]], [[0, 0, 0, 1]], [[0, 0, 0, 2, 65]], [[255, 255, 255, 255, 65]], [[0, 0, 0, 1, 65, 0]]])(
    'are none in %j',
    (given) => {
      expect(readLengthPrefixed(Uint8Array.from(given))).toBeNull()
    },
  )
})

describe('bytes of another realm', () => {
  it('are seen through the same memory as bytes of this one', () => {
    const own = Uint8Array.of(1, 2, 3, 4)
    expect(ofThisRealm(own)).toBe(own)
    const seen = ofThisRealm(new DataView(own.buffer, 1, 2))
    own[1] = 9
    expect(seen).toEqual(Uint8Array.of(9, 3))
  })
})
