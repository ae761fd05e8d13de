import { describe, expect, it } from 'vitest'
import { decodeBase32, encodeBase32, generateSecret, generateTotp } from '../../src/otp/index.js'
import { seededRandom } from '../../src/testing/index.js'
import { expectError, smuggle, strangeNumbers, strangeValues } from './hostile.js'

describe('generateSecret', () => {
  it('makes 20 bytes that differ each time', () => {
    const secrets = Array.from({ length: 200 }, () => generateSecret())
    expect(new Set(secrets.map((secret) => secret.length))).toEqual(new Set([20]))
    expect(new Set(secrets.map((secret) => encodeBase32(secret))).size).toBe(200)
    expect(new Set(secrets.flatMap((secret) => [...secret])).size).toBe(256)
  })

  it('makes plain bytes that codes can be made with', () => {
    const secret = generateSecret()
    expect(Object.getPrototypeOf(secret)).toBe(Uint8Array.prototype)
    expect(decodeBase32(encodeBase32(secret))).toEqual(secret)
    expect(generateTotp(secret, { at: 0 })).toMatch(/^\d{6}$/)
  })

  it('makes 16 to 64 bytes when asked', () => {
    for (const bytes of [16, 32, 64]) expect(generateSecret({ bytes })).toHaveLength(bytes)
    for (const bytes of [...strangeNumbers, 0, 15, 65])
      expectError('ERR_SECRET_INVALID', () => generateSecret({ bytes: smuggle(bytes) }))
  })

  it('takes its bytes from the generator it is given', () => {
    const random = seededRandom('secret')
    const expected = seededRandom('secret').bytes(20)
    expect(generateSecret({ random })).toEqual(expected)
    expect(generateSecret({ random })).not.toEqual(expected)
  })

  it('shares no memory with the generator', () => {
    const pool = new Uint8Array(64).fill(5)
    const secret = generateSecret({ random: { bytes: (length) => pool.subarray(0, length) } })
    pool.fill(0)
    expect(secret).toEqual(new Uint8Array(20).fill(5))
  })

  it('refuses generators that give no bytes, or not as many', () => {
    for (const given of [...strangeValues, new Uint8Array(19), new Uint8Array(21), new Uint8Array(0)])
      expectError('ERR_RANDOM_INVALID', () => generateSecret({ random: { bytes: () => smuggle(given) } }))
    for (const random of [...strangeValues, { bytes: 5 }])
      if (random !== undefined) expectError('ERR_RANDOM_INVALID', () => generateSecret({ random: smuggle(random) }))
  })

  it('refuses options that are no object', () => {
    for (const options of [null, 20, 'x', true])
      expectError('ERR_INPUT_INVALID', () => generateSecret(smuggle(options)))
  })
})
