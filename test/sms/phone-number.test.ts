import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' }
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import metadata from 'libphonenumber-js/max/metadata'
import { isCountryCode, type CountryCode } from '../../src/sms/country-code.js'
import { exampleNumber, loadPhoneMetadata, parsePhoneNumber } from '../../src/sms/phone-number.js'

const everywhere = { countries: 'all' } as const
const invalid = { status: 'invalid-phone-number' }

/** Regions whose mobile numbers are the larger neighbour's, so that no number tells them apart. */
const sharedWith: Partial<Record<CountryCode, CountryCode>> = {
  AX: 'FI',
  BL: 'GP',
  CC: 'AU',
  CX: 'AU',
  EH: 'MA',
  IM: 'GB',
  MF: 'GP',
  SJ: 'NO',
  VA: 'IT',
}

describe('reading a phone number', () => {
  const cases: [typed: string, e164: string, country: CountryCode, defaultCountry?: CountryCode][] = [
    ['+1 415 555 2671', '+14155552671', 'US'],
    ['(415) 555-2671', '+14155552671', 'US', 'US'],
    ['1.415.555.2671', '+14155552671', 'US', 'US'],
    ['00 1 415 555 2671', '+14155552671', 'US', 'DE'],
    ['+49 (0) 151/23456789', '+4915123456789', 'DE'],
    ['0151 23456789', '+4915123456789', 'DE', 'DE'],
    ['(+44) 7400 123456', '+447400123456', 'GB'],
    ['06 12 34 56 78', '+33612345678', 'FR', 'FR'],
    ['06\u202F12\u202F34\u202F56\u202F78', '+33612345678', 'FR', 'FR'],
    ['8 912 345-67-89', '+79123456789', 'RU', 'RU'],
    ['011 15-2345-6789', '+5491123456789', 'AR', 'AR'],
    ['+54 11 15 2345 6789', '+5491123456789', 'AR'],
    ['0 41 11 96123-4567', '+5511961234567', 'BR', 'BR'],
    ['+54 11 2345-6789', '+5491123456789', 'AR'],
    ['11 2345-6789', '+5491123456789', 'AR', 'AR'],
    ['11 15 2345-6789', '+5491123456789', 'AR', 'AR'],
    ['+54 9 11 15 2345-6789', '+5491123456789', 'AR'],
    ['+54 9 351 234-5678', '+5493512345678', 'AR'],
    ['+54 351 234-5678', '+5493512345678', 'AR'],
    ['0351 15 234-5678', '+5493512345678', 'AR', 'AR'],
    ['+52 55 1234 5678', '+525512345678', 'MX'],
    ['+52 1 55 1234 5678', '+525512345678', 'MX'],
    ['00 52 1 55 1234 5678', '+525512345678', 'MX', 'DE'],
    ['1 55 1234 5678', '+525512345678', 'MX', 'MX'],
    ['01 55 1234 5678', '+525512345678', 'MX', 'MX'],
    ['044 55 1234 5678', '+525512345678', 'MX', 'MX'],
    ['+52 045 55 1234 5678', '+525512345678', 'MX'],
    ['079 123 45 67', '+41791234567', 'CH', 'CH'],
    ['０９０－１２３４－５６７８', '+819012345678', 'JP', 'JP'],
    ['٠٥٠ ١٢٣ ٤٥٦٧', '+971501234567', 'AE', 'AE'],
    ['\u202A+1 415 555\u20112671\u202C', '+14155552671', 'US'],
  ]
  it.each(cases)('reads %s as %s in %s', async (typed, e164, country, defaultCountry) => {
    expect(await parsePhoneNumber(typed, { ...everywhere, defaultCountry })).toEqual({ status: 'valid', e164, country })
  })

  it.each(Object.entries(examples).filter(([region]) => region !== 'TA'))(
    'reads the example number of %s, national and international',
    async (region, national) => {
      if (!isCountryCode(region)) throw new Error('an example for a region we do not know')
      const read = await parsePhoneNumber(national, { ...everywhere, defaultCountry: region })
      if (read.status !== 'valid') throw new Error(`${region} was not read`)
      expect(read.country).toBe(sharedWith[region] ?? region)
      expect(await parsePhoneNumber(read.e164, everywhere)).toEqual(read)
    },
  )

  it.each([
    ['+14155552671', 'US'],
    ['+14165550123', 'CA'],
    ['+18095550123', 'DO'],
    ['+18762101234', 'JM'],
    ['+17872345678', 'PR'],
    ['+12423591234', 'BS'],
    ['+447400123456', 'GB'],
    ['+447797712345', 'JE'],
    ['+447781123456', 'GG'],
    ['+447624123456', 'IM'],
    ['+79123456789', 'RU'],
    ['+77710009998', 'KZ'],
  ])('tells by the number %s alone that it belongs to %s, whatever the default country', async (e164, country) => {
    for (const defaultCountry of [undefined, 'US', 'GB', 'CA', 'JE', 'RU', 'KZ'] as const) {
      expect(await parsePhoneNumber(e164, { ...everywhere, defaultCountry })).toEqual({
        status: 'valid',
        e164,
        country,
      })
    }
  })
})

describe('the regions allowed', () => {
  it('refuses a region that is not listed, also behind a shared calling code', async () => {
    const refused = { status: 'country-not-allowed' }
    expect(await parsePhoneNumber('+14165550123', { countries: ['US'] })).toEqual(refused)
    expect(await parsePhoneNumber('416 555 0123', { countries: ['US'], defaultCountry: 'US' })).toEqual(refused)
    expect(await parsePhoneNumber('+18762101234', { countries: ['US', 'CA'] })).toEqual(refused)
    expect(await parsePhoneNumber('+447797712345', { countries: ['GB'] })).toEqual(refused)
    expect(await parsePhoneNumber('+33612345678', { countries: [] })).toEqual(refused)
  })

  it('lets the listed ones through', async () => {
    expect(await parsePhoneNumber('+14165550123', { countries: ['US', 'CA'] })).toMatchObject({
      status: 'valid',
      country: 'CA',
    })
  })

  it('says of a number that cannot be texted that it is invalid, wherever it belongs', async () => {
    expect(await parsePhoneNumber('+449098790123', { countries: ['US'] })).toEqual(invalid)
  })
})

describe('numbers that get no text', () => {
  it.each([
    ['PREMIUM_RATE', '+19005551234'],
    ['PREMIUM_RATE', '+449098790123'],
    ['PREMIUM_RATE', '+33891123456'],
    ['SHARED_COST', '+491801234567'],
    ['TOLL_FREE', '+18005551234'],
    ['TOLL_FREE', '+448001111111'],
    ['UAN', '+443001234567'],
    ['UAN', '+445512345678'],
    ['PAGER', '+447640123456'],
    ['PAGER', '+491641234567'],
    ['PERSONAL_NUMBER', '+447012345678'],
    ['PERSONAL_NUMBER', '+4970012345678'],
    ['PERSONAL_NUMBER', '+15002345678'],
    ['VOICEMAIL', '+41860791234567'],
    ['VOIP', '+445612345678'],
    ['VOIP', '+33912345678'],
    ['FIXED_LINE', '+442079460958'],
    ['FIXED_LINE', '+4930123456'],
    ['FIXED_LINE', '+390612345678'],
    ['FIXED_LINE_OR_MOBILE', '+2908999'],
    ['TOLL_FREE', '+548001234567'],
    ['PREMIUM_RATE', '+546001234567'],
    ['TOLL_FREE', '+528001234567'],
  ])('refuses the type %s, such as %s, though the number is valid', async (type, number) => {
    expect(parsePhoneNumberFromString(number)?.isValid()).toBe(true)
    expect(parsePhoneNumberFromString(number)?.getType()).toBe(type)
    expect(await parsePhoneNumber(number, everywhere)).toEqual(invalid)
  })

  it.each([
    '+80012345678',
    '+80812345678',
    '+870301234567',
    '+878101234567890',
    '+881612345678',
    '+883510000000000',
    '+88812345678901',
    '+979123456789',
  ])('refuses %s, which is valid and of no country', async (number) => {
    expect(parsePhoneNumberFromString(number)?.isValid()).toBe(true)
    expect(await parsePhoneNumber(number, everywhere)).toEqual(invalid)
  })

  it.each([
    '+9991234567',
    '+1415555267',
    '+1415555267100',
    '+12345',
    '+541523456789',
    '+5218001234567',
    '+52115512345678',
  ])('refuses %s, which nobody has', async (number) => {
    expect(await parsePhoneNumber(number, everywhere)).toEqual(invalid)
  })
})

describe('numbers that take calls', () => {
  const call = { ...everywhere, channel: 'voice' } as const

  it.each([
    ['+14155552671', 'US'],
    ['+447400123456', 'GB'],
    ['+442079460958', 'GB'],
    ['+4930123456', 'DE'],
    ['+390612345678', 'IT'],
    ['+2908999', 'TA'],
    ['+541123456789', 'AR'],
    ['+5491123456789', 'AR'],
  ])('include %s, mobile or fixed', async (e164, country) => {
    expect(await parsePhoneNumber(e164, call)).toEqual({ status: 'valid', e164, country })
  })

  it.each(['+19005551234', '+448001111111', '+443001234567', '+447640123456', '+447012345678', '+445612345678'])(
    'do not include %s, which costs extra or belongs to no phone',
    async (number) => {
      expect(await parsePhoneNumber(number, call)).toEqual(invalid)
    },
  )

  it('obey the regions allowed', async () => {
    expect(await parsePhoneNumber('+442079460958', { ...call, countries: ['US'] })).toEqual({
      status: 'country-not-allowed',
    })
  })
})

describe('the smaller metadata', () => {
  it('refuse and allow what the full ones do, but for fixed lines of Argentina and Tristan da Cunha', async () => {
    const countries = metadata.countries as unknown as Record<string, readonly unknown[]>
    const patterns = Object.entries(countries).flatMap(([country, plan]) =>
      ((plan[11] ?? []) as readonly ([string] | 0)[]).map((type) => ({ country, code: String(plan[0]), type })),
    )
    let mobile = 0
    for (const { country, code, type } of patterns) {
      if (type === 0 || type[0] === '' || ['AR', 'TA', 'SH'].includes(country)) continue
      for (const national of fc.sample(fc.stringMatching(new RegExp(`^(?:${type[0]})$`)), { numRuns: 3, seed: 7 })) {
        const full = parsePhoneNumberFromString(`+${code}${national}`, { extract: false })
        const textable = full?.isValid() === true && ['MOBILE', 'FIXED_LINE_OR_MOBILE'].includes(full.getType() ?? '')
        mobile += textable ? 1 : 0
        expect(await parsePhoneNumber(`+${code}${national}`, everywhere)).toEqual(
          textable ? { status: 'valid', e164: full.number, country: full.country } : invalid,
        )
      }
    }
    expect(mobile).toBeGreaterThan(500)
  })

  it('can be loaded ahead, more than once', async () => {
    await expect(loadPhoneMetadata()).resolves.toBeUndefined()
    await expect(loadPhoneMetadata(['sms', 'voice'])).resolves.toBeUndefined()
  })
})

describe('an example number', () => {
  it('is in international form', async () => {
    expect(await exampleNumber('US')).toBe('+1 201 555 0123')
    expect(await exampleNumber('AR')).toBe('+54 9 11 2345 6789')
  })

  it('is one that can be read, in every region but the one without mobile numbers', async () => {
    for (const region of Object.keys(examples).filter(isCountryCode)) {
      const example = await exampleNumber(region)
      if (region === 'TA') expect(example).toBeNull()
      else expect(await parsePhoneNumber(example, everywhere)).toMatchObject({ country: sharedWith[region] ?? region })
    }
  })

  it.each(['XX', '__proto__', '', null, undefined, {}])('is null for %j', async (country) => {
    expect(await exampleNumber(country as CountryCode)).toBeNull()
  })
})

describe('hostile input', () => {
  const typed = [
    '+14155552671 ext 5',
    '+14155552671x5',
    '+14155552671#5',
    '+14155552671,,5',
    '+14155552671;ext=5',
    'tel:+14155552671',
    '+14155552671;phone-context=+44',
    '1-800-FLOWERS',
    '+1415555CALL',
    '*31#+14155552671',
    '+14155552671*1',
    '~4155552671',
    '+14155552671, +14155552672',
    '+1 415 555 2671 / 2672',
    '++14155552671',
    '+1+4155552671',
    '4155552671+',
    '+',
    '',
    ' ',
    '()',
    '911',
    '112',
    '+0014155552671',
    '+1415555२६७१',
    '+1415555²671',
    '+1415555①671',
    '+14155552671é',
    '+14155552671\u0000',
    `+14155552671${' '.repeat(60)}`,
    '9'.repeat(64),
    '9'.repeat(100_000),
    '__proto__',
    'constructor',
    '+__proto__',
  ]
  it.each(typed)('refuses %j', async (input) => {
    expect(await parsePhoneNumber(input, { ...everywhere, defaultCountry: 'US' })).toEqual(invalid)
  })

  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const values: [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 14155552671],
    ['a bigint', 14155552671n],
    ['a boolean', true],
    ['a symbol', Symbol('+14155552671')],
    ['an array', ['+14155552671']],
    ['a String object', Object('+14155552671')],
    ['an object that turns into a number', { toString: () => '+14155552671' }],
    ['a revoked proxy', revoked.proxy],
  ]
  it.each(values)('refuses %s', async (_what, input) => {
    expect(await parsePhoneNumber(input, { ...everywhere, defaultCountry: 'US' })).toEqual(invalid)
  })

  it('refuses a national form without a default country', async () => {
    expect(await parsePhoneNumber('415 555 2671', everywhere)).toEqual(invalid)
  })
})
