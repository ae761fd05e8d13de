import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_NAME_BYTES, plainName } from '../../src/user/name.js'
import { anyCharacter } from '../support/any-character.js'

describe('a name', () => {
  it('takes at most 40 bytes', () => {
    expect(MAX_NAME_BYTES).toBe(40)
  })

  it('is one plain line of at most 40 bytes in a record, and stays as it is then', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 80 }), (given) => {
        const name = plainName(given)
        expect(Buffer.byteLength(JSON.stringify(name)) - 2).toBeLessThanOrEqual(MAX_NAME_BYTES)
        expect(name.isWellFormed()).toBe(true)
        expect(name).toBe(name.trim())
        expect(name).not.toMatch(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
        expect(plainName(name)).toBe(name)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['My phone', 'My phone'],
    ['  My \t\n phone  ', 'My phone'],
    ['x'.repeat(100), 'x'.repeat(40)],
    ['💚'.repeat(20), '💚'.repeat(10)],
    ['a\u202egnp.exe', 'a gnp.exe'],
    ['a\u200e\u061cb', 'a b'],
    ['\0\u0007', ''],
    ['', ''],
    [' '.repeat(2000), ''],
    [`${' '.repeat(1023)}xy`, 'x'],
    ['\\'.repeat(40), '\\'.repeat(20)],
    ['a\udfffb', 'a\ufffdb'],
    [`${'x'.repeat(39)}é`, 'x'.repeat(39)],
    [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
    ['__proto__', '__proto__'],
  ])('%j is kept as %j', (given, name) => {
    expect(plainName(given)).toBe(name)
  })

  it('of a megabyte is made plain at once', () => {
    expect(plainName('a b'.repeat(400_000))).toHaveLength(40)
  })
})
