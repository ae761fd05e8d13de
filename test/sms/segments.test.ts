import { describe, expect, it } from 'vitest'
import { segmentCount } from '../../src/sms/segments.js'

describe('counting segments', () => {
  it.each([
    ['nothing', '', 1],
    ['160 of GSM-7', 'a'.repeat(160), 1],
    ['161 of GSM-7', 'a'.repeat(161), 2],
    ['306 of GSM-7', 'a'.repeat(306), 2],
    ['307 of GSM-7', 'a'.repeat(307), 3],
    ['459 of GSM-7', 'a'.repeat(459), 3],
    ['460 of GSM-7', 'a'.repeat(460), 4],
    ['80 extension characters', '€'.repeat(80), 1],
    ['81 extension characters', '€'.repeat(81), 2],
    ['70 of UCS-2', 'я'.repeat(70), 1],
    ['71 of UCS-2', 'я'.repeat(71), 2],
    ['134 of UCS-2', 'я'.repeat(134), 2],
    ['135 of UCS-2', 'я'.repeat(135), 3],
    ['201 of UCS-2', 'я'.repeat(201), 3],
    ['202 of UCS-2', 'я'.repeat(202), 4],
    ['one letter outside GSM-7 among 69 inside', 'a'.repeat(69) + 'ç', 1],
    ['one letter outside GSM-7 among 70 inside', 'a'.repeat(70) + 'ç', 2],
    ['133 euros after a letter outside GSM-7, one unit each', 'я' + '€'.repeat(133), 2],
    ['134 euros after a letter outside GSM-7', 'я' + '€'.repeat(134), 3],
    ['35 characters of two units', '🚀'.repeat(35), 1],
    ['36 characters of two units', '🚀'.repeat(36), 2],
  ])('%s', (_what, text, count) => {
    expect(segmentCount(text)).toBe(count)
  })

  it('splits no escape from its character: one that would straddle two segments begins the second', () => {
    // 152 septets and an escape fill the first; the euro moves on and one septet is lost.
    expect(segmentCount('a'.repeat(152) + '€' + 'a'.repeat(152))).toBe(3)
    expect(segmentCount('a'.repeat(152) + '€' + 'a'.repeat(151))).toBe(2)
    expect(segmentCount('a'.repeat(151) + '€' + 'a'.repeat(153))).toBe(2)
  })

  it('splits no surrogate pair', () => {
    expect(segmentCount('я'.repeat(66) + '🚀' + 'я'.repeat(66))).toBe(3)
    expect(segmentCount('я'.repeat(66) + '🚀' + 'я'.repeat(65))).toBe(2)
    expect(segmentCount('я'.repeat(65) + '🚀' + 'я'.repeat(67))).toBe(2)
  })
})
