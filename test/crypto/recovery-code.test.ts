import { createHash, scryptSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lengthPrefixed } from '../../src/crypto/bytes.js'
import {
  generateRecoveryCode,
  hashRecoveryCode,
  newRecoverySalt,
  normaliseRecoveryCode,
  slowHashRecoveryCode,
} from '../../src/crypto/recovery-code.js'
import { seededRandom } from '../../src/testing/index.js'
import { hostileValues, nameOf } from '../support/hostile.js'

const random = seededRandom('recovery codes')
const fill = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) })

describe('a recovery code', () => {
  it('has 120 bits, in six groups of four', () => {
    const codes = Array.from({ length: 1000 }, () => generateRecoveryCode(random))
    for (const code of codes) expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(new Set(codes).size).toBe(1000)
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32)
  })

  it('uses all of its bits', () => {
    expect(generateRecoveryCode(fill(0))).toBe('0000-0000-0000-0000-0000-0000')
    expect(generateRecoveryCode(fill(255))).toBe('ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ')
    const counting = { bytes: (length: number) => Uint8Array.from({ length }, (_, index) => index + 1) }
    expect(generateRecoveryCode(counting)).toBe('0410-6105-0R3G-G28A-1C60-T3GF')
  })

  it('is read however it is typed', () => {
    const mark = fc.constantFrom(
      '',
      ' ',
      '-',
      '\u2013',
      '\u2014',
      '\u2212',
      '\u00a0',
      '\t',
      '\u200b',
      '\u2068',
      '\ufeff',
    )
    const look: Readonly<Record<string, readonly string[]>> = { '0': ['0', 'O', 'o'], '1': ['1', 'I', 'i', 'L', 'l'] }
    fc.assert(
      fc.property(
        fc.nat({ max: 9 }),
        fc.array(mark, { minLength: 29, maxLength: 29 }),
        fc.infiniteStream(fc.nat()),
        (seed, marks, choices) => {
          const code = generateRecoveryCode(seededRandom(seed))
          const typed = Array.from(code, (character, place) => {
            const forms = look[character] ?? [character, character.toLowerCase()]
            return (forms[(choices.next().value ?? 0) % forms.length] ?? '') + (marks[place] ?? '')
          })
          expect(normaliseRecoveryCode(typed.join(''))).toBe(code.replaceAll('-', ''))
        },
      ),
    )
  })

  it('may be of another system: of any length up to 128, and of any letters', () => {
    expect(normaliseRecoveryCode('abcd-1234 u')).toBe('ABCD1234U')
    expect(normaliseRecoveryCode('a'.repeat(128))).toBe('A'.repeat(128))
    expect(normaliseRecoveryCode('a'.repeat(129))).toBeNull()
  })

  it('keeps its canonical form', () => {
    const plain = generateRecoveryCode(random).replaceAll('-', '')
    expect(normaliseRecoveryCode(plain)).toBe(plain)
  })

  it.each(
    [
      ...hostileValues.filter((value) => typeof value !== 'string' || !/^[0-9A-Za-z\s\p{Cf}-]+$/u.test(value)),
      '',
      '   ',
      '000000000000000é',
      '0'.repeat(16) + '\0',
      'İ'.repeat(16),
      'ſ'.repeat(24),
      'Ａ'.repeat(24),
      'x'.repeat(1e6),
    ].map((value) => ({ name: nameOf(value), value })),
  )('is not read from $name', ({ value }) => {
    expect(normaliseRecoveryCode(value)).toBeNull()
  })
})

describe('the hash of a recovery code', () => {
  it('is salted SHA-256, cut to 128 bits', () => {
    const salt = newRecoverySalt(random)
    const fields = lengthPrefixed(['countersign recovery code', Buffer.from(salt, 'base64url'), 'CODE'])
    const digest = createHash('sha256').update(fields).digest().subarray(0, 16)
    expect(hashRecoveryCode('CODE', salt)).toBe(digest.toString('base64url'))
    expect(hashRecoveryCode('CODE', newRecoverySalt(random))).not.toBe(hashRecoveryCode('CODE', salt))
  })

  it('is slow for codes of fewer bits, and what release 0.1.0 kept', async () => {
    const salt = newRecoverySalt(random)
    const kept = scryptSync('0'.repeat(16), Buffer.from(salt, 'base64url'), 12, { N: 4096, r: 8, p: 1 })
    const hash = await slowHashRecoveryCode('0'.repeat(16), salt)
    expect(hash).toBe(kept.toString('base64url'))
    expect(await slowHashRecoveryCode('1'.repeat(16), salt)).not.toBe(hash)
    expect(await slowHashRecoveryCode('0'.repeat(16), newRecoverySalt(random))).not.toBe(hash)
  })
})
