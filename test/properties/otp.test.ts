import fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { TwoFactorError } from '../../src/errors.js'
import { normaliseCode } from '../../src/otp/code.js'
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
} from '../../src/otp/index.js'
import { isKeyUriName } from '../../src/otp/key-uri.js'
import { matchTotp } from '../../src/otp/totp.js'

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
  it('is read alike with spaces and dashes anywhere, and nothing else ever becomes a code', () => {
    const mark = fc.constantFrom('', ' ', '-', '\u00a0', '\u2013', '\t')
    fc.assert(
      fc.property(fc.nat({ max: 999_999 }), fc.array(mark, { minLength: 7, maxLength: 7 }), (number, marks) => {
        const code = String(number).padStart(6, '0')
        expect(normaliseCode(marks.map((sign, index) => sign + code.charAt(index)).join(''), 6)).toBe(code)
      }),
    )
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.anything()), digits, (typed, length) => {
        const code = normaliseCode(typed, length)
        if (code !== null) expect(code).toMatch(new RegExp(`^[0-9]{${length}}$`))
      }),
    )
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
          expect(parseKeyUri(uri)).toEqual({ issuer, accountName, secret, ...options })
          expect(uri).toMatch(/^otpauth:\/\/totp\/[!-~]+$/)
          expect(new URL(uri).searchParams.get('issuer')).toBe(issuer)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('that was tampered with is read or refused, never anything else, and what was read can be written again', () => {
    const uri = formatKeyUri({ issuer: 'Example', accountName: 'alice', secret: new Uint8Array(10) })
    let read = 0
    fc.assert(
      fc.property(
        fc.nat({ max: uri.length }),
        fc.nat({ max: 4 }),
        fc.string({ unit: characters('%:/?#&=+ aA1\n\0é'), maxLength: 4 }),
        (place, cut, put) => {
          const result = outcome(() => parseKeyUri(uri.slice(0, place) + put + uri.slice(place + cut)))
          if (result === 'ERR_KEY_URI_INVALID') return
          read += 1
          const parsed = result as ReturnType<typeof parseKeyUri>
          expect(parseKeyUri(formatKeyUri(parsed))).toEqual(parsed)
        },
      ),
      { numRuns: 2000 },
    )
    expect(read).toBeGreaterThan(0)
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
