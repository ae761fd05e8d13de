import fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { TwoFactorError } from '../../src/errors.js'
import { readCode } from '../../src/otp/code.js'
import {
  decodeBase32,
  encodeBase32,
  formatKeyUri,
  generateHotp,
  generateTotp,
  parseKeyUri,
  totpStep,
  verifyTotp,
  type HmacAlgorithm,
  type ParsedKeyUri,
} from '../../src/otp/index.js'
import { isKeyUriName } from '../../src/otp/key-uri.js'
import { matchTotp } from '../../src/otp/totp.js'
import { anyCharacter } from '../support/any-character.js'

const nodeNames: Record<HmacAlgorithm, string> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' }
const characters = (of: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(of))
const key = fc.uint8Array({ minLength: 1, maxLength: 200 })
const algorithm = fc.constantFrom<HmacAlgorithm>('SHA-1', 'SHA-256', 'SHA-512')
const digits = fc.integer({ min: 6, max: 10 })
const periodSeconds = fc.integer({ min: 1, max: 120 })
const parameters = fc.record({ algorithm, digits, periodSeconds })
const at = fc.oneof(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), fc.double({ min: 0, max: 4e12, noNaN: true }))
const window = fc.integer({ min: 0, max: 2 })
const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.string({ unit: characters('aZ0 +%&=?#/@.;\'"<>\\é漢😀'), minLength: 1, maxLength: 20 }),
  )
  .filter(isKeyUriName)

/** A second transcription of RFC 4226, section 5.3, on the platform's HMAC and integers. */
function referenceHotp(secret: Uint8Array, counter: number, hash: HmacAlgorithm, length: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac(nodeNames[hash], secret).update(message).digest()
  const bits = mac.readUInt32BE(mac.readUInt8(mac.length - 1) & 15) & 0x7fffffff
  return String(BigInt(bits) % 10n ** BigInt(length)).padStart(length, '0')
}

describe('Base32', () => {
  it('gives back every byte string, however the text is written', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.constantFrom('', '', ' ', '-'), { minLength: 1, maxLength: 9 }),
        (bytes, marks) => {
          const text = encodeBase32(bytes)
          const sprinkled = Array.from(text, (digit, index) => digit + (marks[index % marks.length] ?? '')).join('')
          expect(text).toMatch(/^[A-Z2-7]*$/)
          for (const written of [
            text,
            text.toLowerCase(),
            sprinkled,
            text.padEnd(Math.ceil(text.length / 8) * 8, '='),
          ]) {
            expect(decodeBase32(written)).toEqual(bytes)
          }
        },
      ),
    )
  })

  it('decodes a text of the alphabet only if it is what those bytes encode to', () => {
    let decoded = 0
    fc.assert(
      fc.property(fc.string({ unit: characters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), maxLength: 24 }), (text) => {
        const bytes = outcome(() => decodeBase32(text))
        if (bytes === 'ERR_BASE32_INVALID') return
        decoded += 1
        expect(encodeBase32(bytes as Uint8Array)).toBe(text)
      }),
      { numRuns: 500 },
    )
    expect(decoded).toBeGreaterThan(0)
  })

  it('decodes every text of the alphabet when it may drop bits, to the bytes that all its whole octets spell', () => {
    fc.assert(
      fc.property(fc.string({ unit: characters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), maxLength: 40 }), (text) => {
        const bytes = decodeBase32(text, { leftoverBits: 'drop' })
        expect(bytes).toHaveLength(Math.floor((text.length * 5) / 8))
        const whole = Math.floor((bytes.length * 8) / 5)
        expect(encodeBase32(bytes).slice(0, whole)).toBe(text.slice(0, whole))
        const strict = outcome(() => decodeBase32(text))
        if (strict !== 'ERR_BASE32_INVALID') expect(bytes).toEqual(strict)
      }),
      { numRuns: 500 },
    )
  })
})

describe('HOTP', () => {
  it('is what the platform says, for every key, counter, algorithm and length', () => {
    fc.assert(
      fc.property(key, fc.oneof(fc.nat(), fc.maxSafeNat()), algorithm, digits, (secret, counter, hash, length) => {
        expect(generateHotp(secret, counter, { algorithm: hash, digits: length })).toBe(
          referenceHotp(secret, counter, hash, length),
        )
      }),
      { numRuns: 500 },
    )
  })
})

describe('TOTP', () => {
  it('is HOTP of the step', () => {
    fc.assert(
      fc.property(key, at, parameters, (secret, instant, options) => {
        const step = totpStep(instant, options.periodSeconds)
        expect(step * options.periodSeconds * 1000).toBeLessThanOrEqual(instant)
        expect((step + 1) * options.periodSeconds * 1000).toBeGreaterThan(instant)
        expect(generateTotp(secret, { at: instant, ...options })).toBe(
          referenceHotp(secret, step, options.algorithm, options.digits),
        )
      }),
    )
  })

  it('matches exactly the steps of the window whose code it is', () => {
    fc.assert(
      fc.property(
        key,
        at,
        window,
        parameters,
        fc.integer({ min: -3, max: 3 }),
        (secret, instant, width, options, offset) => {
          const current = totpStep(instant, options.periodSeconds)
          const code = referenceHotp(secret, Math.max(0, current + offset), options.algorithm, options.digits)
          const steps = Array.from({ length: 2 * width + 1 }, (_, index) => current - width + index).filter(
            (step) => step >= 0,
          )
          const expected = steps.filter(
            (step) => referenceHotp(secret, step, options.algorithm, options.digits) === code,
          )
          expect(matchTotp(secret, code, { at: instant, window: width, ...options })).toEqual(expected)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('accepts no code twice, whenever it is tried again', () => {
    const tries = fc.array(fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: -2, max: 2 })), {
      minLength: 1,
      maxLength: 25,
    })
    fc.assert(
      fc.property(key, window, tries, (secret, width, attempts) => {
        let afterStep: number | null = null
        const accepted: string[] = []
        for (const [instant, offset] of attempts.toSorted(([a], [b]) => a - b)) {
          const code = generateHotp(secret, Math.max(0, totpStep(instant) + offset), { digits: 8 })
          const result = verifyTotp(secret, code, { at: instant, window: width, digits: 8, afterStep })
          if (result.status === 'invalid') continue
          if (afterStep !== null) expect(result.step).toBeGreaterThan(afterStep)
          afterStep = result.step
          accepted.push(code)
          expect(verifyTotp(secret, code, { at: instant, window: width, digits: 8, afterStep })).toEqual({
            status: 'invalid',
          })
        }
        expect(new Set(accepted).size).toBe(accepted.length)
      }),
    )
  })
})

describe('a code as typed', () => {
  const marks = [
    ' ',
    '-',
    '\u00a0',
    '\u3000',
    '\u2013',
    '\u30fc',
    '\t',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u200f',
    '\u2067',
    '\u2069',
  ]
  const mark = fc.constantFrom('', '', ...marks)
  const zero = fc.constantFrom(...Array.from('0０٠۰०০๐𝟎𝟬𞥐'))

  it('is read alike in any script, with marks anywhere', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 999_999 }),
        fc.array(mark, { minLength: 7, maxLength: 7 }),
        fc.array(zero, { minLength: 6, maxLength: 6 }),
        (number, separators, zeros) => {
          const code = String(number).padStart(6, '0')
          const digit = (place: number): string =>
            String.fromCodePoint((zeros[place]?.codePointAt(0) ?? 0) + Number(code.charAt(place)))
          const typed = separators.map((sign, place) => sign + (place < 6 ? digit(place) : '')).join('')
          expect(readCode(typed, [6])).toBe(code)
        },
      ),
    )
  })

  it('is ASCII digits of a length asked for, whatever was typed, and reads as itself', () => {
    let read = 0
    const typing = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 80 }),
      fc.string({ unit: fc.oneof(mark, zero, characters('123456789')), maxLength: 20 }),
      fc.anything(),
    )
    fc.assert(
      fc.property(typing, fc.uniqueArray(digits, { maxLength: 3 }), (typed, lengths) => {
        const code = readCode(typed, lengths)
        if (code === null) return
        read += 1
        expect(code).toMatch(/^[0-9]+$/)
        expect(lengths).toContain(code.length)
        expect(readCode(code, lengths)).toBe(code)
      }),
      { numRuns: 1000 },
    )
    expect(read).toBeGreaterThan(0)
  })
})

describe('a key URI', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(
        name,
        name,
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        parameters,
        (issuer, accountName, secret, options) => {
          const uri = formatKeyUri({ issuer, accountName, secret, ...options })
          expect(parseKeyUri(uri)).toEqual({ issuer, accountName, secret, ...options, changes: [] })
          expect(uri).toMatch(/^otpauth:\/\/totp\/[!-~]+$/)
          expect(new URL(uri).searchParams.get('issuer')).toBe(issuer)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('that was tampered with is read or refused, never anything else, and what was read can be written again', () => {
    const uri = formatKeyUri({ issuer: 'Example', accountName: 'alice', secret: new Uint8Array(10) })
    let written = 0
    fc.assert(
      fc.property(
        fc.nat({ max: uri.length }),
        fc.nat({ max: 4 }),
        fc.string({ unit: characters('%:/?#&=+ aA1\n\0é'), maxLength: 4 }),
        (place, cut, put) => {
          const result = outcome(() => parseKeyUri(uri.slice(0, place) + put + uri.slice(place + cut)))
          if (result === 'ERR_KEY_URI_INVALID') return
          const { changes, ...parsed } = result as ParsedKeyUri
          expect(new Set(changes).size).toBe(changes.length)
          expect(changes.includes('issuer-missing')).toBe(parsed.issuer === '')
          expect(changes.includes('colon-in-name')).toBe(`${parsed.issuer}${parsed.accountName}`.includes(':'))
          if (!isKeyUriName(parsed.issuer) || !isKeyUriName(parsed.accountName)) return
          written += 1
          expect(parseKeyUri(formatKeyUri(parsed))).toEqual({ ...parsed, changes: [] })
        },
      ),
      { numRuns: 2000 },
    )
    expect(written).toBeGreaterThan(0)
  })

  it('of another issuer is read alike, however its parts are spelled', () => {
    const spelling = fc.record({
      form: fc.boolean(),
      bare: fc.boolean(),
      upper: fc.boolean(),
      separator: fc.constantFrom(':', '%3A', ':%20', '%3a'),
      algorithm: fc.constantFrom('SHA1', 'sha1', 'SHA-1', 'HmacSHA1', 'hmac-sha-1', ''),
      after: fc.constantFrom('', '\n', '\r\n', ' ', '&', '&x', '&x=1&x=2'),
      repeated: fc.boolean(),
    })
    fc.assert(
      fc.property(
        name,
        name,
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        spelling,
        (issuer, account, secret, how) => {
          const plain = how.bare && /^[^\s%:/?#&=+]*$/u.test(`${issuer}${account}`)
          const encode = (text: string): string => (plain ? text : encodeURIComponent(text))
          const query = {
            ...(how.repeated ? { Secret: 'MZXW6YTB' } : {}),
            secret: encodeBase32(secret),
            issuer: how.form ? new URLSearchParams({ _: issuer }).toString().slice(2) : encode(issuer),
            algorithm: how.algorithm,
          }
          const parameters = Object.entries(query).map(
            ([parameter, value]) => `${how.upper ? parameter.toUpperCase() : parameter}=${value}`,
          )
          const uri = `otpauth://totp/${encode(issuer)}${how.separator}${encode(account)}?${parameters.join('&')}${how.after}`
          expect(parseKeyUri(uri)).toMatchObject({ issuer, accountName: account, secret, algorithm: 'SHA-1' })
        },
      ),
      { numRuns: 500 },
    )
  })
})

/** What `run` returns, or the code of the TwoFactorError it throws. */
function outcome(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    if (error instanceof TwoFactorError) return error.code
    throw error
  }
}
