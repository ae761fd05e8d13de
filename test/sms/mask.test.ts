import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import { maskPhoneNumber } from '../../src/sms/mask.js'

describe('masking a phone number', () => {
  it('shows the last four digits and no more', () => {
    expect(maskPhoneNumber('+14155550123')).toBe('•••• 0123')
    expect(maskPhoneNumber('+4915123456789')).toBe('•••• 6789')
    expect(maskPhoneNumber('+6581234567')).toBe('•••• 4567')
  })

  it.each([
    ['+3546111234', '•••• 234'],
    ['+24740123', '•••• 23'],
    ['+29051234', '•••• 34'],
    ['+2908999', '•••• 99'],
    ['+683888', '•••• 8'],
  ])('shows at most half of a short one, such as %s', (e164, masked) => {
    expect(maskPhoneNumber(e164)).toBe(masked)
  })

  it('shows at most half of what follows the calling code, in every country and at every length', () => {
    for (const country of getCountries()) {
      const callingCode = getCountryCallingCode(country)
      for (let length = 1; length <= 15 - callingCode.length; length++) {
        const national = '123456789012345'.slice(0, length)
        const shown = maskPhoneNumber(`+${callingCode}${national}`).replace('•••• ', '')
        expect(shown).toHaveLength(Math.min(4, Math.floor(length / 2)))
        expect(national.endsWith(shown)).toBe(true)
      }
    }
  })

  it('gives every ordinary number the same length, so that the mask says nothing of the country', () => {
    expect(maskPhoneNumber('+6581234567')).toHaveLength(maskPhoneNumber('+4915123456789').length)
  })
})
