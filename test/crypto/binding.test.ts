import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptBinding, shownBinding } from '../../src/crypto/binding.js'
import { deviceCookieName } from '../../src/crypto/device-cookie.js'

const binding = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((value) => value.isWellFormed())

describe('a binding, as a record keeps it', () => {
  it('can be shown again when it is short, and is a digest when it is not', () => {
    fc.assert(
      fc.property(binding, (given) => {
        const kept = keptBinding(given) ?? ''
        const fits = Buffer.byteLength(JSON.stringify(given)) - 2 <= 96
        expect(shownBinding(kept)).toBe(fits ? given : null)
        expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(99)
      }),
    )
  })

  it('is another for another binding', () => {
    fc.assert(
      fc.property(binding, binding, (one, other) => {
        expect(keptBinding(one) === keptBinding(other)).toBe(one === other)
      }),
    )
  })

  it('of a short one is never that of a long one', () => {
    const long = keptBinding('x'.repeat(97)) ?? ''
    expect(keptBinding(long)).not.toBe(long)
    expect(keptBinding(long.slice(1))).not.toBe(long)
  })

  it('is nothing for nothing', () => {
    expect(keptBinding(null)).toBeNull()
    expect(shownBinding(null)).toBeNull()
  })
})

describe('the name of a device cookie', () => {
  it('tells users and namespaces apart, also where their texts run together', () => {
    const names = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['', 'abc'],
      ['abc', ''],
    ].map(([namespace = '', userId = '']) => deviceCookieName(namespace, userId))
    expect(new Set(names).size).toBe(4)
    for (const name of names) expect(name).toMatch(/^trusted[0-9a-f]{24}$/)
  })
})
