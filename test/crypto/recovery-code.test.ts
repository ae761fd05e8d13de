import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  generateRecoveryCodes,
  hashRecoveryCode,
  newRecoverySalt,
  normaliseRecoveryCode,
} from '../../src/crypto/recovery-code.js'
import { seededRandom } from '../../src/testing/index.js'
import { hostileValues, nameOf } from '../support/hostile.js'

const random = seededRandom('recovery codes')
const fill = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) })

describe('recovery codes', () => {
  it('are ten of eighty bits, in groups of four', () => {
    const codes = generateRecoveryCodes(random)
    expect(codes).toHaveLength(10)
    for (const code of codes) expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(new Set(Array.from({ length: 100 }, () => generateRecoveryCodes(random)).flat()).size).toBe(1000)
  })

  it('use all of the bits and the whole alphabet', () => {
    expect(generateRecoveryCodes(fill(0))[0]).toBe('0000-0000-0000-0000')
    expect(generateRecoveryCodes(fill(255))[0]).toBe('ZZZZ-ZZZZ-ZZZZ-ZZZZ')
    const letters = new Set(
      Array.from({ length: 50 }, () => generateRecoveryCodes(random))
        .flat()
        .join('')
        .replaceAll('-', ''),
    )
    expect(letters.size).toBe(32)
  })

  it('are read however they are typed', () => {
    const mark = fc.constantFrom('', ' ', '-', '\u2013', '\u2014', '\u2212', '\u00a0', '\t')
    const look: Readonly<Record<string, readonly string[]>> = { '0': ['0', 'O', 'o'], '1': ['1', 'I', 'i', 'L', 'l'] }
    fc.assert(
      fc.property(
        fc.nat({ max: 9 }),
        fc.array(mark, { minLength: 19, maxLength: 19 }),
        fc.infiniteStream(fc.nat()),
        (index, marks, choices) => {
          const code = generateRecoveryCodes(seededRandom(index))[index] ?? ''
          const typed = Array.from(code, (character, place) => {
            const forms = look[character] ?? [character, character.toLowerCase()]
            return (forms[(choices.next().value ?? 0) % forms.length] ?? '') + (marks[place] ?? '')
          })
          expect(normaliseRecoveryCode(typed.join(''))).toBe(code.replaceAll('-', ''))
        },
      ),
    )
  })

  it('keep their canonical form', () => {
    for (const code of generateRecoveryCodes(random)) {
      const plain = code.replaceAll('-', '')
      expect(normaliseRecoveryCode(plain)).toBe(plain)
    }
  })

  it.each(
    [
      ...hostileValues,
      'U'.repeat(16),
      '0'.repeat(15),
      '0'.repeat(17),
      '0000-0000-0000-000U',
      '000000000000000é',
      '0'.repeat(16) + '\0',
      'İ'.repeat(16),
    ].map((value) => ({
      name: nameOf(value),
      value,
    })),
  )('are not $name', ({ value }) => {
    expect(normaliseRecoveryCode(value)).toBeNull()
  })
})

describe('the hash of a recovery code', () => {
  it('is the same for the same code and salt, and another for another', async () => {
    const salt = newRecoverySalt(random)
    const hash = await hashRecoveryCode('0000000000000000', salt)
    expect(hash).toMatch(/^[A-Za-z0-9_-]{16}$/)
    expect(await hashRecoveryCode('0000000000000000', salt)).toBe(hash)
    expect(await hashRecoveryCode('0000000000000001', salt)).not.toBe(hash)
    expect(await hashRecoveryCode('0000000000000000', newRecoverySalt(random))).not.toBe(hash)
  })
})
