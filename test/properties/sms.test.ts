import fc from 'fast-check'
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' }
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import { isTwoFactorError } from '../../src/errors.js'
import type { CountryCode } from '../../src/sms/country-code.js'
import { septets } from '../../src/sms/gsm7.js'
import { buildMessage, builtInMessage, type MessageRequest, type MessageTemplate } from '../../src/sms/message.js'
import { parsePhoneNumber } from '../../src/sms/phone-number.js'
import { segmentCount } from '../../src/sms/segments.js'
import { toUnlinkedTextValue } from '../../src/sms/text-value.js'
import { languages } from '../../src/sms/translations.js'
import { findAnywhere, originBoundLines, parseWicg } from '../sms/origin-bound.js'
import { anyCharacter } from '../support/any-character.js'

const region = fc.constantFrom(...(Object.keys(examples) as CountryCode[]))

/** Mobile-looking numbers: a region's example with some of its last digits changed. */
const candidate = fc.tuple(region, fc.nat({ max: 9999 })).map(([country, tail]) => {
  const example = examples[country]
  const digits = String(tail).padStart(4, '0')
  return { country, national: example.slice(0, -4) + digits }
})

const separator = fc.constantFrom('', '', ' ', '-', '.', '/', ' - ', '\u00a0', '\u202f', '\u2011', '\u200e', '(', ')')

describe('phone numbers', () => {
  it('give one E.164 and one region, however they are written', async () => {
    let valid = 0
    await fc.assert(
      fc.asyncProperty(
        candidate,
        fc.array(separator, { minLength: 20, maxLength: 20 }),
        region,
        async (number, marks, elsewhere) => {
          const read = await parsePhoneNumber(number.national, { countries: 'all', defaultCountry: number.country })
          if (read.status !== 'valid') return
          valid += 1
          const known = parsePhoneNumberFromString(read.e164)
          const sprinkled = Array.from(read.e164, (digit, index) => digit + (marks[index] ?? '')).join('')
          const forms = [sprinkled, known?.formatInternational() ?? '', `00${read.e164.slice(1)}`, read.e164]
          for (const form of [forms[0], forms[1], forms[3]]) {
            expect(await parsePhoneNumber(form, { countries: 'all', defaultCountry: elsewhere })).toEqual(read)
          }
          expect(await parsePhoneNumber(forms[2], { countries: 'all', defaultCountry: 'DE' })).toEqual(read)
          const home = known?.country
          expect(await parsePhoneNumber(known?.formatNational(), { countries: 'all', defaultCountry: home })).toEqual(
            read,
          )
        },
      ),
      { numRuns: 400 },
    )
    expect(valid).toBeGreaterThan(200)
  })

  it('never throw, and let only E.164 of an allowed region through', async () => {
    const soup = fc.string({ unit: fc.constantFrom(...Array.from('+0123456789 ()-.#*x;,aé٣３\u200e\n')) })
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(soup, fc.string({ unit: anyCharacter }), fc.anything()),
        region,
        region,
        async (input, home, allowed) => {
          const read = await parsePhoneNumber(input, { countries: [allowed], defaultCountry: home })
          if (read.status === 'valid') {
            expect(read.e164).toMatch(/^\+[1-9][0-9]{6,14}$/)
            expect(read.country).toBe(allowed)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

const attack = fc.constantFrom(
  '@',
  '#',
  '%',
  '\n',
  '\r',
  '\r\n',
  '\u2028',
  '\u0085',
  ' ',
  '\u00a0',
  '\t',
  '"',
  '＠',
  '＃',
  '﹫',
  '﹟',
  '\u200b',
  '\u202e',
  '\u001b',
  'evil.example',
  '@evil.example #111111',
  '482913',
  '#482913',
  '111111',
  '...',
  '.',
  '。',
  '．',
  '․',
  'com',
  '192.0.2.1',
  '192.0',
  'http:',
  'tel:',
  '：',
  '//',
  '\u200d',
  '€',
  '₹',
  '[',
  'ç',
  'é',
  '界',
  'я',
  '½',
  '🚀',
  '\ud800',
  '\u0301',
  'a',
)
const value = fc.oneof(
  fc.array(attack, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: anyCharacter, maxLength: 100 }),
)

const code = fc.integer({ min: 0, max: 999_999 }).map((number) => String(number).padStart(6, '0'))
const purpose = fc.constantFrom('sign-in', 'step-up', 'enrolment')
const alphabet = fc.constantFrom('gsm-7', 'unicode')
const template = fc.constantFrom<MessageTemplate>(
  builtInMessage,
  ({ issuer, code: shown, summary }) => `Use ${shown ?? ''}\n${issuer}\n${summary ?? ''}`,
  ({ issuer, code: shown, summary }) => `${summary ?? ''}${issuer} ${shown ?? ''}`,
)

/** What phones make links of: a dot within a word, an address, a scheme, a handle. */
const links =
  /[.\u3002\uFF0E\uFF61\u2024\uFE52]\p{Cf}*\p{L}|\b(?:(?:25[0-5]|2[0-4]\d|1\d\d|\d{1,2})\.){3}\d|\p{L}:\S|\/\/|(?<![\p{L}\p{N}])@|#/u

describe('text messages', () => {
  it('end in our line and hold no other that any reader would take, whatever issuer and summary are', () => {
    let built = 0
    fc.assert(
      fc.property(
        fc.record({
          issuer: fc.oneof(
            fc.constant('Acme'),
            value.map((text) => text.slice(0, 30)),
          ),
          summary: fc.option(value),
          code,
          purpose,
          locale: fc.option(fc.constantFrom(...languages)),
        }),
        template,
        alphabet,
        (given, written, letters) => {
          const request: MessageRequest = { ...given, channel: 'sms', notice: null, minutes: 10 }
          const text = textOrRefusal(written, request, letters)
          if (text === null) return
          built += 1
          const ours = { host: 'example.com', code: given.code }
          expect(text.split('\n').at(-1)).toBe(`@example.com #${given.code}`)
          expect(parseWicg(text)).toEqual({ ...ours, embeddedHost: null })
          expect(originBoundLines(text)).toHaveLength(1)
          expect(findAnywhere(text)).toEqual([ours])
          expect(text.split('#')).toHaveLength(2)
          expect(segmentCount(text)).toBeLessThanOrEqual(3)
          if (letters === 'gsm-7') expect(septets(text)).not.toBeNull()
          expect(text.slice(0, text.lastIndexOf('\n'))).toContain(given.code)
          if (given.purpose === 'step-up' && given.summary !== null) {
            expect(text).toContain(toUnlinkedTextValue(given.summary, letters))
          }
        },
      ),
      { numRuns: 3000 },
    )
    expect(built).toBeGreaterThan(1000)
  })

  it('make no link of a summary, and lose no letter or digit of it', () => {
    const plain = fc.array(fc.constantFrom('EUR', '1,234.56', 'Bob', 'é', 'Σ', 'ß', ' ', '.', ':', '@', '/', '-', '€'))
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          plain.map((parts) => parts.join('')),
        ),
        alphabet,
        (summary, letters) => {
          const shown = toUnlinkedTextValue(summary, letters)
          expect(shown).not.toMatch(links)
          expect(toUnlinkedTextValue(shown, letters)).toBe(shown)
          if (letters === 'unicode') expect(wordsOf(shown)).toBe(wordsOf(summary))
        },
      ),
      { numRuns: 3000 },
    )
  })
})

/** The letters and digits of a text, in their ordinary form; superscripts and the like are what they are. */
function wordsOf(text: string): string {
  return Array.from(text.normalize('NFC'), (part) => (/\p{No}/u.test(part) ? part : part.normalize('NFKD')))
    .join('')
    .replace(/[^\p{L}\p{N}]|\p{DI}/gu, '')
}

/** A message, or null when it was refused for what it was to show, and for nothing else. */
function textOrRefusal(written: MessageTemplate, request: MessageRequest, letters: 'gsm-7' | 'unicode'): string | null {
  try {
    return buildMessage(written, request, { originHost: 'example.com', alphabet: letters, segments: 3 }).text
  } catch (error) {
    if (!isTwoFactorError(error)) throw error
    expect(['ERR_SUMMARY_INVALID', 'ERR_ISSUER_INVALID']).toContain(error.code)
    if (error.code === 'ERR_SUMMARY_INVALID')
      expect(request).toMatchObject({ purpose: 'step-up', summary: expect.any(String) as unknown })
    return null
  }
}
