import { getCountries } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import { isCountryCode } from '../../src/sms/country-code.js'

describe('country codes', () => {
  it('are those the phone metadata knows, no fewer and no more', () => {
    const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
    const pairs = letters.flatMap((first) => letters.map((second) => first + second))
    expect(pairs.filter(isCountryCode)).toEqual(getCountries().toSorted())
  })

  it.each([
    'UK',
    'us',
    'USA',
    'U',
    '',
    ' US',
    'US ',
    '001',
    '1',
    'ＵＳ',
    '__proto__',
    'constructor',
    'all',
    'AQ',
    null,
    undefined,
    1,
    {},
    [],
    ['US'],
    Object('US'),
    { toString: () => 'US' },
  ])('do not include %j', (value) => {
    expect(isCountryCode(value)).toBe(false)
  })
})
