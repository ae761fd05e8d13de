import { describe, expect, it } from 'vitest'
import { maskPhoneNumber } from '../../src/sms/mask.js'

describe('masking a phone number', () => {
  it('shows the last four digits and no more', () => {
    expect(maskPhoneNumber('+14155550123')).toBe('•••• 0123')
    expect(maskPhoneNumber('+4915123456789')).toBe('•••• 6789')
  })

  it('gives every number the same length, so that the mask says nothing of the country', () => {
    expect(maskPhoneNumber('+24740123')).toHaveLength(maskPhoneNumber('+4915123456789').length)
  })
})
