import { describe, expect, it } from 'vitest'
import { equalBytes } from '../../src/otp/equal.js'

describe('equalBytes', () => {
  it('accepts the same bytes in other memory', () => {
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true)
    expect(equalBytes(Uint8Array.of(1, 2, 255), Buffer.from([1, 2, 255]))).toBe(true)
    expect(equalBytes(Uint8Array.of(1, 2, 255), Uint8Array.of(0, 1, 2, 255).subarray(1))).toBe(true)
  })

  it('refuses a difference of one bit at any place', () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, index) => index * 7)
    for (let place = 0; place < bytes.length; place++) {
      for (let bit = 0; bit < 8; bit++) {
        const other = bytes.slice()
        other[place] = (other[place] ?? 0) ^ (1 << bit)
        expect(equalBytes(bytes, other)).toBe(false)
      }
    }
  })

  it('refuses another length, even when one is a prefix of the other', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false)
    expect(equalBytes(Uint8Array.of(1, 2, 0), Uint8Array.of(1, 2))).toBe(false)
    expect(equalBytes(new Uint8Array(0), Uint8Array.of(0))).toBe(false)
  })

  it('does not let two differences cancel out', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(2, 1))).toBe(false)
    expect(equalBytes(Uint8Array.of(5, 5), Uint8Array.of(4, 4))).toBe(false)
  })
})
