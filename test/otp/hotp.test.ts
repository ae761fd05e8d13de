import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { visitCounterMacs, type HmacAlgorithm } from '../../src/otp/hmac.js'
import { truncate, truncateToNumber } from '../../src/otp/hotp.js'
import { generateHotp } from '../../src/otp/index.js'
import { rfc4226Key, rfc4226Vectors, wideCounterVectors } from '../vectors/rfc4226.js'
import { expectError, foreignBytes, smuggle, strangeNumbers, strangeValues } from './hostile.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

describe('generateHotp', () => {
  it.each(rfc4226Vectors)('gives $code for counter $counter (RFC 4226, appendix D)', ({ counter, code }) => {
    expect(generateHotp(rfc4226Key, counter)).toBe(code)
  })

  it.each(wideCounterVectors)('gives $code for counter $counter, losing none of its bits', ({ counter, code }) => {
    expect(generateHotp(rfc4226Key, counter)).toBe(code)
  })

  it('takes bytes of any kind: buffers, views, another realm, one byte, 1024 bytes', () => {
    expect(generateHotp(Buffer.from(rfc4226Key), 0)).toBe('755224')
    expect(generateHotp(Uint8Array.of(9, ...rfc4226Key, 9).subarray(1, 21), 0)).toBe('755224')
    expect(generateHotp(foreignBytes(20), 0)).toBe(generateHotp(new Uint8Array(20).fill(7), 0))
    expect(generateHotp(Uint8Array.of(0), 0)).toMatch(/^\d{6}$/)
    expect(generateHotp(new Uint8Array(1024), 0)).toMatch(/^\d{6}$/)
  })

  it('leaves the key as it was', () => {
    const key = rfc4226Key.slice()
    generateHotp(key, 1)
    expect(key).toEqual(rfc4226Key)
  })

  it('refuses keys that are not 1 to 1024 bytes', () => {
    for (const key of [...strangeValues, new Uint8Array(0), new Uint8Array(1025)]) {
      expectError('ERR_KEY_INVALID', () => generateHotp(smuggle(key), 0))
    }
  })

  it('refuses counters that are not integers from 0 to 2^53 - 1', () => {
    for (const counter of [undefined, ...strangeNumbers])
      expectError('ERR_COUNTER_INVALID', () => generateHotp(rfc4226Key, smuggle(counter)))
  })

  it('refuses digits and algorithms it does not know', () => {
    for (const digits of [...strangeNumbers, 0, 5, 11])
      expectError('ERR_DIGITS_INVALID', () => generateHotp(rfc4226Key, 0, { digits: smuggle(digits) }))
    for (const algorithm of [...strangeValues, 'SHA1', 'sha-1', 'MD5', 'toString']) {
      if (algorithm === undefined) continue
      expectError('ERR_ALGORITHM_INVALID', () => generateHotp(rfc4226Key, 0, { algorithm: smuggle(algorithm) }))
    }
    for (const options of [null, 6, 'SHA-1', true])
      expectError('ERR_INPUT_INVALID', () => generateHotp(rfc4226Key, 0, smuggle(options)))
  })
})

describe('truncate', () => {
  it.each(rfc4226Vectors)(
    'reads $number out of the MAC of counter $counter (RFC 4226, appendix D)',
    ({ mac, number, code }) => {
      expect(truncateToNumber(bytes(mac), 10)).toBe(number)
      expect(truncate(bytes(mac), 6)).toBe(code)
    },
  )

  it('pads with zeros, also the ten digits that 31 bits never fill', () => {
    expect(truncate(new Uint8Array(20), 6)).toBe('000000')
    expect(truncate(new Uint8Array(20), 10)).toBe('0000000000')
    expect(truncate(new Uint8Array(20).fill(0xff), 10)).toBe('2147483647')
    expect(truncate(new Uint8Array(32).fill(0xff), 6)).toBe('483647')
    expect(truncate(bytes('000f42400000000000000000000000000000000000'), 6)).toBe('000000')
  })

  it('reads the last four bytes a SHA-1 MAC can point at', () => {
    expect(truncate(bytes('00'.repeat(15) + '8102030f' + '0f'), 10)).toBe(String(0x0102030f).padStart(10, '0'))
  })
})

describe('visitCounterMacs', () => {
  const names: Record<HmacAlgorithm, string> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' }
  const algorithms = Object.keys(names) as HmacAlgorithm[]
  const reference = (algorithm: HmacAlgorithm, key: Uint8Array, counter: number): string => {
    const message = Buffer.alloc(8)
    message.writeBigUInt64BE(BigInt(counter))
    return createHmac(names[algorithm], key).update(message).digest('hex')
  }
  const macs = (algorithm: HmacAlgorithm, key: Uint8Array, first: number, last = first): readonly string[] => {
    const visited: string[] = []
    visitCounterMacs(algorithm, key, first, last, (mac, counter) => visited.push(`${counter}: ${hex(mac)}`))
    return visited
  }

  it.each(rfc4226Vectors)('gives the MAC of counter $counter (RFC 4226, appendix D)', ({ counter, mac }) => {
    expect(macs('SHA-1', rfc4226Key, counter)).toEqual([`${counter}: ${mac}`])
  })

  it.each(algorithms)('agrees with the platform for %s and keys around the block length', (algorithm) => {
    for (const length of [1, 20, 63, 64, 65, 127, 128, 129, 1024]) {
      const key = Uint8Array.from({ length }, (_, index) => index * 31 + length)
      for (const counter of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
        expect(macs(algorithm, key, counter)).toEqual([`${counter}: ${reference(algorithm, key, counter)}`])
      }
    }
  })

  it.each(algorithms)('visits every counter once, ascending, across the 32nd bit, with %s', (algorithm) => {
    const counters = [2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1]
    expect(macs(algorithm, rfc4226Key, 2 ** 32 - 2, 2 ** 32 + 1)).toEqual(
      counters.map((counter) => `${counter}: ${reference(algorithm, rfc4226Key, counter)}`),
    )
    expect(macs(algorithm, rfc4226Key, 1, 0)).toEqual([])
  })

  it.each(algorithms)('keeps nothing of one key for the next, also after a visit has thrown, with %s', (algorithm) => {
    const [first, second] = [new Uint8Array(200).fill(1), Uint8Array.of(2)]
    expect(() => {
      visitCounterMacs(algorithm, first, 0, 1, () => {
        throw new RangeError('stop')
      })
    }).toThrow(RangeError)
    expect(macs(algorithm, second, 5)).toEqual([`5: ${reference(algorithm, second, 5)}`])
    expect(macs(algorithm, first, 1)).toEqual([`1: ${reference(algorithm, first, 1)}`])
  })

  it.each(algorithms)('wipes the MAC it lent once it has returned, with %s', (algorithm) => {
    const lent: Uint8Array[] = []
    visitCounterMacs(algorithm, rfc4226Key, 0, 0, (mac) => lent.push(mac))
    expect(lent.map((mac) => mac.some((byte) => byte !== 0))).toEqual([false])
  })
})
