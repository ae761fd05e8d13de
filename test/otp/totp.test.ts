import { describe, expect, it } from 'vitest'
import { generateHotp, generateTotp, totpStep, verifyTotp, type HmacAlgorithm } from '../../src/otp/index.js'
import { matchTotp } from '../../src/otp/totp.js'
import { rfc4226Key } from '../vectors/rfc4226.js'
import { rfc6238Keys, rfc6238Vectors } from '../vectors/rfc6238.js'
import { expectError, smuggle, strangeNumbers, strangeValues } from './hostile.js'

const algorithms = Object.keys(rfc6238Keys) as HmacAlgorithm[]
const cases = rfc6238Vectors.flatMap((vector) =>
  algorithms.map((algorithm) => ({ ...vector, algorithm, code: vector.codes[algorithm] })),
)
const key = rfc4226Key
const at = 1_700_000_010_000
const now = totpStep(at)
const codeAt = (step: number): string => generateHotp(key, step)

/** Steps of this key whose codes are the same: one apart, and two apart. Found by trying all. */
const twins = { earlier: 910_737, later: 910_738, code: '911617' }
const cousins = { earlier: 153_567, later: 153_569, code: '468457' }

describe('totpStep', () => {
  it.each(rfc6238Vectors)('puts second $second into step $step (RFC 6238, appendix B)', ({ second, step }) => {
    expect(totpStep(second * 1000)).toBe(step)
    expect(totpStep(second * 1000, 30)).toBe(step)
  })

  it('starts a step on the millisecond, fractions included', () => {
    expect([0, 0.5, 29_999, 29_999.999, 30_000, 30_000.001].map((instant) => totpStep(instant))).toEqual([
      0, 0, 0, 0, 1, 1,
    ])
    expect([0, 6_999, 7_000].map((instant) => totpStep(instant, 7))).toEqual([0, 0, 1])
    expect(totpStep(Number.MAX_SAFE_INTEGER, 1)).toBe(Math.floor(Number.MAX_SAFE_INTEGER / 1000))
    expect(totpStep(2 ** 32 * 30_000)).toBe(2 ** 32)
  })

  it('refuses instants before 1970, after 2^53 - 1 ms, and no instants at all', () => {
    for (const instant of [undefined, ...strangeNumbers, new Date(0), -0.001, 1e300]) {
      if (instant !== 1.5) expectError('ERR_AT_INVALID', () => totpStep(smuggle(instant)))
    }
  })

  it('refuses periods that are not 1 to 120 whole seconds', () => {
    for (const period of [...strangeNumbers, 0, 121])
      expectError('ERR_PERIOD_SECONDS_INVALID', () => totpStep(0, smuggle(period)))
  })
})

describe('generateTotp', () => {
  it.each(cases)(
    'gives $code at second $second with $algorithm (RFC 6238, appendix B)',
    ({ second, algorithm, code }) => {
      expect(generateTotp(rfc6238Keys[algorithm], { at: second * 1000, algorithm, digits: 8 })).toBe(code)
      expect(generateTotp(rfc6238Keys[algorithm], { at: second * 1000 + 999.9, algorithm, digits: 8 })).toBe(code)
    },
  )

  it('is 6 digits of SHA-1 every 30 seconds unless said otherwise', () => {
    expect(generateTotp(key, { at: 59_000 })).toBe('287082')
    expect(generateTotp(key, { at: 60_000 })).toBe('359152')
    expect(generateTotp(key, { at: 59_000, periodSeconds: 60 })).toBe('755224')
    expect(generateTotp(key, { at: 59_000, digits: 10 })).toBe('1094287082')
  })

  it('refuses what it cannot use', () => {
    for (const options of [undefined, null, 59_000, 'now'])
      expectError('ERR_INPUT_INVALID', () => generateTotp(key, smuggle(options)))
    expectError('ERR_AT_INVALID', () => generateTotp(key, smuggle({})))
    expectError('ERR_KEY_INVALID', () => generateTotp(smuggle('secret'), { at }), 'secret')
    expectError('ERR_DIGITS_INVALID', () => generateTotp(key, { at, digits: 5 }))
    expectError('ERR_ALGORITHM_INVALID', () => generateTotp(key, { at, algorithm: smuggle('SHA1') }))
    expectError('ERR_PERIOD_SECONDS_INVALID', () => generateTotp(key, { at, periodSeconds: 0 }))
  })
})

describe('verifyTotp', () => {
  it.each(cases)(
    'accepts $code at second $second with $algorithm (RFC 6238, appendix B)',
    ({ second, step, algorithm, code }) => {
      const options = { at: second * 1000, algorithm, digits: 8 }
      expect(verifyTotp(rfc6238Keys[algorithm], code, options)).toEqual({ status: 'valid', step })
      expect(verifyTotp(rfc6238Keys[algorithm], code, { ...options, digits: 6 })).toEqual({ status: 'invalid' })
    },
  )

  it('accepts the code 000000 where it is the right one', () => {
    expect(verifyTotp(key, '000000', { at: 10_484_850_000 })).toEqual({ status: 'valid', step: 349_495 })
    expect(verifyTotp(key, '', { at: 10_484_850_000 })).toEqual({ status: 'invalid' })
  })

  it('accepts exactly the steps of its window', () => {
    for (const window of [0, 1, 2]) {
      const accepted = [-3, -2, -1, 0, 1, 2, 3].filter(
        (offset) => verifyTotp(key, codeAt(now + offset), { at, window }).status === 'valid',
      )
      expect(accepted).toEqual([-2, -1, 0, 1, 2].filter((offset) => Math.abs(offset) <= window))
    }
    expect(verifyTotp(key, codeAt(now - 2), { at })).toEqual({ status: 'invalid' })
    expect(verifyTotp(key, codeAt(now - 1), { at })).toEqual({ status: 'valid', step: now - 1 })
    expect(verifyTotp(key, codeAt(now + 1), { at })).toEqual({ status: 'valid', step: now + 1 })
  })

  it('has no steps before the first', () => {
    expect(verifyTotp(key, '755224', { at: 0 })).toEqual({ status: 'valid', step: 0 })
    expect(verifyTotp(key, '287082', { at: 0, window: 2 })).toEqual({ status: 'valid', step: 1 })
    expect(verifyTotp(key, '969429', { at: 0, window: 2 })).toEqual({ status: 'invalid' })
    expect(matchTotp(key, '755224', { at: 30_000, window: 2 })).toEqual([0])
    // The codes of 2^64 - 1 and 2^64 - 2, which is what -1 and -2 are to an 8-byte counter.
    for (const code of ['094451', '488204'])
      expect(verifyTotp(key, code, { at: 0, window: 2 })).toEqual({ status: 'invalid' })
  })

  it('goes on beyond 32 bits', () => {
    expect(verifyTotp(key, '999456', { at: 2 ** 32 * 1000, periodSeconds: 1, window: 0 })).toEqual({
      status: 'valid',
      step: 2 ** 32,
    })
    expect(verifyTotp(key, '108930', { at: 2 ** 32 * 30_000 })).toEqual({ status: 'valid', step: 2 ** 32 + 1 })
    expect(verifyTotp(key, codeAt(9_007_199_254_740), { at: Number.MAX_SAFE_INTEGER, periodSeconds: 1 }).status).toBe(
      'valid',
    )
  })

  it('refuses the last accepted step and every one before it', () => {
    expect(verifyTotp(key, codeAt(now), { at, afterStep: null })).toEqual({ status: 'valid', step: now })
    expect(verifyTotp(key, codeAt(now), { at, afterStep: now - 1 })).toEqual({ status: 'valid', step: now })
    expect(verifyTotp(key, codeAt(now), { at, afterStep: now })).toEqual({ status: 'invalid' })
    expect(verifyTotp(key, codeAt(now - 1), { at, afterStep: now })).toEqual({ status: 'invalid' })
    expect(verifyTotp(key, codeAt(now + 1), { at, afterStep: now })).toEqual({ status: 'valid', step: now + 1 })
    expect(verifyTotp(key, codeAt(now), { at, afterStep: Number.MAX_SAFE_INTEGER })).toEqual({ status: 'invalid' })
    expect(verifyTotp(key, '755224', { at: 0, afterStep: 0 })).toEqual({ status: 'invalid' })
  })

  it('burns the later of two steps that share a code, so that it cannot come again', () => {
    const during = { at: twins.earlier * 30_000 }
    expect(verifyTotp(key, twins.code, during)).toEqual({ status: 'valid', step: twins.later })
    expect(verifyTotp(key, twins.code, { ...during, afterStep: twins.later })).toEqual({ status: 'invalid' })
    expect(verifyTotp(key, twins.code, { at: twins.later * 30_000, afterStep: twins.later })).toEqual({
      status: 'invalid',
    })
  })

  it('refuses a code that was right for a burnt step and is right again', () => {
    const before = { at: (cousins.earlier - 1) * 30_000 }
    expect(verifyTotp(key, cousins.code, before)).toEqual({ status: 'valid', step: cousins.earlier })
    expect(verifyTotp(key, cousins.code, { at: (cousins.earlier + 1) * 30_000, afterStep: cousins.earlier })).toEqual({
      status: 'invalid',
    })
    expect(verifyTotp(key, cousins.code, { at: cousins.later * 30_000, afterStep: cousins.earlier })).toEqual({
      status: 'valid',
      step: cousins.later,
    })
  })

  it('refuses wrong and malformed codes as a value', () => {
    const right = codeAt(now)
    const wrong = String((Number(right) + 1) % 1e6).padStart(6, '0')
    for (const code of [
      wrong,
      `${right}0`,
      right.slice(1),
      `1${right.slice(1)}x`,
      '',
      ...strangeValues,
      Number(right),
      [right],
      { toString: () => right },
    ]) {
      expect(verifyTotp(key, smuggle(code), { at, window: 0 })).toEqual({ status: 'invalid' })
    }
    for (const code of [
      `${right.slice(0, 3)} ${right.slice(3)}`,
      ` ${right}\n`,
      `${right.slice(0, 3)}-${right.slice(3)}`,
    ]) {
      expect(verifyTotp(key, code, { at })).toEqual({ status: 'valid', step: now })
    }
  })

  it('does not take a ten-digit code for another that is 2^32 more', () => {
    const right = generateHotp(key, 7, { digits: 10 })
    const options = { at: 7 * 30_000, digits: 10 }
    expect(verifyTotp(key, right, options).status).toBe('valid')
    expect(verifyTotp(key, String(Number(right) + 2 ** 32).padStart(10, '0'), options)).toEqual({ status: 'invalid' })
    expect(verifyTotp(key, '9999999999', options)).toEqual({ status: 'invalid' })
  })

  it('refuses what a developer got wrong, whatever the code', () => {
    for (const code of ['287082', 'x']) {
      for (const options of [undefined, null, 59_000])
        expectError('ERR_INPUT_INVALID', () => verifyTotp(key, code, smuggle(options)))
      for (const bad of [undefined, ...strangeNumbers]) {
        if (bad !== 1.5) expectError('ERR_AT_INVALID', () => verifyTotp(key, code, { at: smuggle(bad) }), code)
      }
      for (const window of [...strangeNumbers, 3])
        expectError('ERR_WINDOW_INVALID', () => verifyTotp(key, code, { at, window: smuggle(window) }))
      for (const step of strangeNumbers.slice(1))
        expectError('ERR_AFTER_STEP_INVALID', () => verifyTotp(key, code, { at, afterStep: smuggle(step) }))
      for (const bad of [...strangeValues, new Uint8Array(0), new Uint8Array(1025)]) {
        expectError('ERR_KEY_INVALID', () => verifyTotp(smuggle(bad), code, { at }))
      }
      expectError('ERR_DIGITS_INVALID', () => verifyTotp(key, code, { at, digits: 11 }))
      expectError('ERR_ALGORITHM_INVALID', () => verifyTotp(key, code, { at, algorithm: smuggle('__proto__') }))
      expectError('ERR_PERIOD_SECONDS_INVALID', () => verifyTotp(key, code, { at, periodSeconds: 121 }))
    }
  })
})

describe('matchTotp', () => {
  it('computes the whole window: a match ends nothing', () => {
    for (const at of [twins.earlier, twins.later].map((step) => step * 30_000)) {
      expect(matchTotp(key, twins.code, { at })).toEqual([twins.earlier, twins.later])
    }
    expect(matchTotp(key, cousins.code, { at: (cousins.earlier + 1) * 30_000 })).toEqual([
      cousins.earlier,
      cousins.later,
    ])
    for (const step of [cousins.earlier, cousins.later]) {
      expect(matchTotp(key, cousins.code, { at: step * 30_000, window: 2 })).toEqual([cousins.earlier, cousins.later])
    }
  })

  it('gives used steps too, and none for a wrong or malformed code', () => {
    expect(matchTotp(key, codeAt(now - 1), { at })).toContain(now - 1)
    expect(matchTotp(key, codeAt(now + 5), { at })).toEqual([])
    expect(matchTotp(key, 'x', { at })).toEqual([])
    expect(matchTotp(key, undefined, { at })).toEqual([])
  })
})
