import { describe, expect, it } from 'vitest'
import { decodeBase32, encodeBase32 } from '../../src/otp/index.js'
import { rfc4648Vectors } from '../vectors/rfc4648.js'
import { expectError, foreignBytes, smuggle, strangeValues } from './hostile.js'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('encodeBase32', () => {
  it.each(rfc4648Vectors)('encodes "$text" (RFC 4648, section 10) without padding', ({ text, base32 }) => {
    expect(encodeBase32(bytesOf(text))).toBe(base32.replaceAll('=', ''))
  })

  it('takes buffers, views and bytes of another realm', () => {
    expect(encodeBase32(Buffer.from('foobar'))).toBe('MZXW6YTBOI')
    expect(encodeBase32(bytesOf('xfoobarx').subarray(1, 7))).toBe('MZXW6YTBOI')
    expect(encodeBase32(foreignBytes(5))).toBe(encodeBase32(new Uint8Array(5).fill(7)))
  })

  it('refuses what is not bytes', () => {
    for (const value of strangeValues) expectError('ERR_BASE32_INVALID', () => encodeBase32(smuggle(value)))
  })

  it('refuses more than 1024 bytes, and decodes what it encodes up to there', () => {
    expect(decodeBase32(encodeBase32(new Uint8Array(1024).fill(255)))).toEqual(new Uint8Array(1024).fill(255))
    expectError('ERR_BASE32_INVALID', () => encodeBase32(new Uint8Array(1025)))
  })
})

describe('decodeBase32', () => {
  it.each(rfc4648Vectors)(
    'decodes "$base32" (RFC 4648, section 10) with its padding and without',
    ({ text, base32 }) => {
      expect(decodeBase32(base32)).toEqual(bytesOf(text))
      expect(decodeBase32(base32.replaceAll('=', ''))).toEqual(bytesOf(text))
    },
  )

  it.each([
    'mzxw6ytboi',
    'MzXw 6yTb OI',
    ' MZXW-6YTB-OI ',
    'MZXW\t6YTB\nOI',
    'MZXW\u00a06YTBOI',
    'MZXW6YTBOI====== ',
    'mzxw 6ytb oi== ====',
  ])('forgives how a person wrote "%s"', (written) => {
    expect(decodeBase32(written)).toEqual(bytesOf('foobar'))
  })

  it('gives plain bytes that share their memory with nothing', () => {
    const bytes = decodeBase32('MZXW6YTBOI')
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
    expect(bytes.buffer.byteLength).toBe(6)
  })

  it.each(Array.from('0189+/_.,:;!*=@[`{"\'\\\0\u007fıſＡéА٣３😀'))(
    'refuses the character %j in any place',
    (character) => {
      for (const text of [
        `${character}MZXW6YTB`,
        `MZXW${character}6YTB`,
        `MZX${character}6YTB`,
        `${character}${'A'.repeat(7)}`,
      ]) {
        expectError('ERR_BASE32_INVALID', () => decodeBase32(text), text)
      }
    },
  )

  it.each([1, 3, 6, 9, 11, 14])('refuses %i digits, which no bytes have', (length) => {
    expectError('ERR_BASE32_INVALID', () => decodeBase32('A'.repeat(length)))
    expectError('ERR_BASE32_INVALID', () => decodeBase32('A'.repeat(length).padEnd(Math.ceil(length / 8) * 8, '=')))
  })

  it.each(['MZ', 'MZXR', 'MZXW7', 'MZXW6YR', 'AAAAAAAAAB', 'A7======'])(
    'refuses bits beyond the last byte: %s',
    (text) => {
      expectError('ERR_BASE32_INVALID', () => decodeBase32(text), text)
    },
  )

  it.each([
    'MY=',
    'MY=====',
    'MY=======',
    'MY==============',
    'MZXW6YTB=',
    'MZXW6YTB========',
    '=',
    '========',
    'MY==MY==',
    'MY======MY======',
    '=MY=====',
    'M=Y=====',
  ])('refuses padding that is incomplete, too long or in the middle: %s', (text) => {
    expectError('ERR_BASE32_INVALID', () => decodeBase32(text), text)
  })

  it('refuses more than 2048 characters without reading them', () => {
    expect(decodeBase32(`${'A'.repeat(1600)}${' '.repeat(448)}`)).toHaveLength(1000)
    expectError('ERR_BASE32_INVALID', () => decodeBase32(`${'A'.repeat(1600)}${' '.repeat(449)}`))
    expectError('ERR_BASE32_INVALID', () => decodeBase32('='.repeat(5_000_000)))
  })

  const dropping = { leftoverBits: 'drop' } as const
  const hex = (text: string): string => Buffer.from(decodeBase32(text, dropping)).toString('hex')

  it.each([
    ['JBSWY3DPEHPK3PXPJBSWY3DPEH', '48656c6c6f21deadbeef48656c6c6f21'],
    ['S46SQCPPTCNPROMHWYBDCTBZXV', '973d2809ef989af8b987b602314c39bd'],
    ['s46s qcpp-tcnp romh wybd ctbz xv', '973d2809ef989af8b987b602314c39bd'],
    ['S46SQCPPTCNPROMHWYBDCTBZXV======', '973d2809ef989af8b987b602314c39bd'],
    ['MZ', '66'],
    ['MZXW6YR', '666f6f62'],
    ['', ''],
  ])('drops the bits left over in "%s" when it is told to, as oathtool does', (text, bytes) => {
    expect(hex(text)).toBe(bytes)
  })

  it.each([
    ['A', ''],
    ['7', ''],
    ['MZX', '66'],
    ['JBSWY3DPEHPK3PXPJBSWY3DPEHP', '48656c6c6f21deadbeef48656c6c6f21'],
    ['MZXW6Y', '666f6f'],
    ['MZXW6YTBO', '666f6f6261'],
  ])('drops the last letter of "%s", a length that no bytes have, as phones do', (text, bytes) => {
    expect(hex(text)).toBe(bytes)
  })

  it('forgives nothing else when it drops bits', () => {
    for (const text of ['0', 'MZ1', 'MZ=', 'A=======', 'M=Z', 'MZ==============', 'MZXW8YTB', 'é', 'ſA'])
      expectError('ERR_BASE32_INVALID', () => decodeBase32(text, dropping), text)
    for (const value of [null, 5, undefined])
      expectError('ERR_BASE32_INVALID', () => decodeBase32(smuggle(value), dropping))
  })

  it('is strict unless it is told otherwise', () => {
    for (const options of [undefined, {}, { leftoverBits: undefined }, { leftoverBits: 'refuse' } as const])
      expectError('ERR_BASE32_INVALID', () => decodeBase32('MZ', options))
  })

  it('refuses options it does not know', () => {
    for (const options of [null, 0, 'drop', true])
      expectError('ERR_INPUT_INVALID', () => decodeBase32('MY', smuggle(options)))
    for (const leftoverBits of [null, true, 'keep', '__proto__', ['drop']])
      expectError('ERR_INPUT_INVALID', () => decodeBase32('MY', { leftoverBits: smuggle(leftoverBits) }))
  })

  it('refuses what is not a string', () => {
    for (const value of strangeValues) {
      if (typeof value !== 'string') expectError('ERR_BASE32_INVALID', () => decodeBase32(smuggle(value)))
    }
    expectError('ERR_BASE32_INVALID', () => decodeBase32(smuggle(['MZXW6YTB'])))
  })
})
