import { describe, expect, it } from 'vitest'
import { ALGORITHMS, isExpectedKey } from '../../src/passkeys/public-key.js'

const point = 'ab'.repeat(32)
const keys: readonly (readonly [name: string, algorithm: number, hex: string])[] = [
  ['Ed25519', -8, `a4010103272006215820${point}`],
  ['P-256', -7, `a5010203262001215820${point}225820${point}`],
  ['RSA of 2048 bits', -257, `a401030339010020590100${'ab'.repeat(256)}2143010001`],
]
const isExpected = (hex: string): boolean => isExpectedKey(Uint8Array.from(Buffer.from(hex, 'hex')))

describe('a public key', () => {
  it('is asked for of the algorithms that are read, best first', () => {
    expect(ALGORITHMS).toEqual(keys.map(([, algorithm]) => algorithm))
  })

  it.each(keys)('of %s is expected, whole and with nothing around it', (_name, _algorithm, hex) => {
    expect(isExpected(hex)).toBe(true)
    for (const other of ['', `00${hex}`, `${hex}00`, hex.slice(2), hex.slice(0, -2), `${hex}${hex}`])
      expect(isExpected(other)).toBe(false)
    for (const place of [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]) {
      const other = hex.slice(place, place + 2) === 'ff' ? '00' : 'ff'
      expect(isExpected(hex.slice(0, place) + other + hex.slice(place + 2))).toBe(false)
    }
  })
})
