import { describe, expect, it } from 'vitest'
import { normaliseCode } from '../../src/otp/code.js'
import { strangeValues } from './hostile.js'

describe('normaliseCode', () => {
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
  ])('reads %j as the six digits it is', (typed) => {
    expect(normaliseCode(typed, 6)).toBe('012345')
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
    '٠١٢٣٤٥',
    '０１２３４５',
    '०१२३४५',
    '01234５',
    '①②③④⑤⑥',
    '¹²³⁴⁵⁶',
    '012345\0',
    '\0',
    '012\u200b345',
    '012\u2060345',
    '😀12345',
    '__proto__',
    'NaN',
    'Infinity',
  ])('refuses %j', (typed) => {
    expect(normaliseCode(typed, 6)).toBeNull()
  })

  it('takes exactly as many digits as asked for', () => {
    expect(normaliseCode('01234567', 8)).toBe('01234567')
    expect(normaliseCode('0123456789', 10)).toBe('0123456789')
    expect(normaliseCode('012345', 8)).toBeNull()
    expect(normaliseCode('0123456789', 8)).toBeNull()
  })

  it('reads up to 64 characters and not one more', () => {
    expect(normaliseCode('012345'.padEnd(64), 6)).toBe('012345')
    expect(normaliseCode('012345'.padEnd(65), 6)).toBeNull()
    expect(normaliseCode(' '.repeat(50_000_000), 6)).toBeNull()
  })

  it('refuses what is not a string, without asking it for one', () => {
    const asking = { toString: () => '012345', valueOf: () => 12345, [Symbol.toPrimitive]: () => '012345' }
    for (const value of [...strangeValues, 123456, ['012345'], new Object('012345'), asking])
      expect(normaliseCode(value, 6)).toBeNull()
  })
})
