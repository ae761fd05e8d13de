import { describe, expect, it } from 'vitest'
import { normaliseCode, readCode } from '../../src/otp/code.js'
import { strangeValues } from './hostile.js'

describe('readCode', () => {
  it.each([
    '012345',
    '012 345',
    ' 012345\n',
    '012-345',
    '0-1-2-3-4-5',
    '012\u00a0345',
    '012\u202f345',
    '012\u2009345',
    '\ufeff012345',
    '0\t1 2  345',
    '012\u2010345',
    '012\u2011345',
    '012\u2012345',
    '012\u2013345',
    '012\u2014345',
    '012\u2015345',
    '012\u2212345',
    '012\u0085345',
    '012\u3000345',
    '012\u301c345',
    '012\uff0d345',
    '012\u30fc345',
    '012\uff70345',
    '\u200b012345',
    '012\u200c345\u200d',
    '012\u2060345',
    '012\u00ad345',
    '012\u034f345',
    '\u2068012345\u2069',
    '\u2066012345\u2069',
    '\u202a012345\u202c',
    '\u202e012345\u202c',
    '\u200e012345\u200f',
    '\u061c012345',
    '0\ufe0e12345\ufe0f',
    '０１２３４５',
    '０１２ー３４５',
    '٠١٢٣٤٥',
    '۰۱۲۳۴۵',
    '०१२३४५',
    '০১২৩৪৫',
    '๐๑๒๓๔๕',
    '༠༡༢༣༤༥',
    '᠐᠑᠒᠓᠔᠕',
    '𝟎𝟏𝟐𝟑𝟒𝟓',
    '𝟘𝟙𝟚𝟛𝟜𝟝',
    '𝟶𝟷𝟸𝟹𝟺𝟻',
    '𞥐𞥑𞥒𞥓𞥔𞥕',
    '01234５',
    '\u2067 ٠١٢ – ٣٤٥ \u2069',
  ])('reads %j as the six digits it is', (typed) => {
    expect(readCode(typed, [6])).toBe('012345')
  })

  it('gives every decimal digit of Unicode its value', () => {
    const digits = Array.from({ length: 0x110000 }, (_, point) => point)
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .map((point) => String.fromCodePoint(point))
      .filter((character) => /\p{Nd}/u.test(character))
    expect(digits.length).toBeGreaterThan(600)
    const zeros = digits.filter((_, place) => place % 10 === 0)
    for (const [place, zero] of zeros.entries()) {
      const ofOneScript = digits.slice(place * 10, place * 10 + 10)
      expect(ofOneScript.map((digit) => (digit.codePointAt(0) ?? 0) - (zero.codePointAt(0) ?? 0))).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
      ])
      expect(readCode(ofOneScript.join(''), [10])).toBe('0123456789')
    }
  })

  it.each([
    '',
    ' ',
    '-',
    '01234',
    '0123456',
    '01234a',
    'a012345',
    '0x1234',
    '1e1234',
    '+12345',
    '12345.',
    '12.345',
    '012_345',
    '012,345',
    "012'345",
    '012345;',
    '①②③④⑤⑥',
    '⑴⑵⑶⑷⑸⑹',
    '零一二三四五',
    '〇一二三四五',
    '٫١٢٣٤٥٦',
    '１２３４５６７',
    '1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣',
    '\ud83501234',
    '01234\udfce',
    '\u200b\u200b\u200b\u200b\u200b\u200b',
    'l23456',
    'O12345',
    '¹²³⁴⁵⁶',
    '012345\0',
    '\0',
    '😀12345',
    '__proto__',
    'NaN',
    'Infinity',
  ])('refuses %j', (typed) => {
    expect(readCode(typed, [6])).toBeNull()
  })

  it('takes exactly one of the lengths asked for', () => {
    expect(readCode('01234567', [8])).toBe('01234567')
    expect(readCode('01234567', [6, 8])).toBe('01234567')
    expect(readCode('012345', [8, 6])).toBe('012345')
    expect(readCode('0123456789', [10])).toBe('0123456789')
    expect(readCode('012345', [8])).toBeNull()
    expect(readCode('0123456', [6, 8])).toBeNull()
    expect(readCode('0123456789', [8])).toBeNull()
    expect(readCode('012345', [])).toBeNull()
  })

  it('reads what it has read as the same', () => {
    const code = readCode(' ٠١٢-345', [6])
    expect(readCode(code, [6])).toBe(code)
  })

  it('reads up to 64 characters and not one more', () => {
    expect(readCode('012345'.padEnd(64), [6])).toBe('012345')
    expect(readCode('012345'.padEnd(65), [6])).toBeNull()
    expect(readCode('\u200b'.repeat(58) + '012345', [6])).toBe('012345')
    expect(readCode('\u200b'.repeat(59) + '012345', [6])).toBeNull()
    expect(readCode(' '.repeat(50_000_000), [6])).toBeNull()
  })

  it('refuses what is not a string, without asking it for one', () => {
    const asking = { toString: () => '012345', valueOf: () => 12345, [Symbol.toPrimitive]: () => '012345' }
    for (const value of [...strangeValues, 123456, ['012345'], new Object('012345'), asking])
      expect(readCode(value, [6])).toBeNull()
  })
})

describe('normaliseCode', () => {
  it('reads one length as readCode does', () => {
    expect(normaliseCode('\u2068٠١٢ ٣٤٥\u2069', 6)).toBe('012345')
    expect(normaliseCode('01234567', 6)).toBeNull()
    expect(normaliseCode(undefined, 6)).toBeNull()
  })
})
