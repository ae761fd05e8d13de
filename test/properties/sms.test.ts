import fc from 'fast-check'
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' }
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import type { CountryCode } from '../../src/sms/country-code.js'
import { septets } from '../../src/sms/gsm7.js'
import { buildMessage, builtInMessage, type MessageRequest, type MessageTemplate } from '../../src/sms/message.js'
import { parsePhoneNumber } from '../../src/sms/phone-number.js'
import { languages } from '../../src/sms/texts.js'
import { findAnywhere, originBoundLines, parseWicg } from '../sms/origin-bound.js'

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
        fc.oneof(soup, fc.string({ unit: 'binary' }), fc.anything()),
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
  '€',
  '[',
  'ç',
  'é',
  '界',
  '🚀',
  '\ud800',
  '\u0301',
  'a',
)
const value = fc.oneof(
  fc.array(attack, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 100 }),
)

const code = fc.integer({ min: 0, max: 999_999 }).map((number) => String(number).padStart(6, '0'))
const purpose = fc.constantFrom('sign-in', 'step-up', 'enrolment')
const template = fc.constantFrom<MessageTemplate>(
  builtInMessage,
  ({ issuer, code: shown, binding }) => `Use ${shown ?? ''}\n${issuer.slice(0, 40)}\n${binding ?? ''}`,
  ({ issuer, code: shown, binding }) => `${binding ?? ''}${issuer.slice(0, 40)} ${shown ?? ''}`,
)

describe('text messages', () => {
  it('end in our line and hold no other that any reader would take, whatever issuer and binding are', () => {
    fc.assert(
      fc.property(
        fc.record({
          issuer: value.map((text) => text.slice(0, 30)),
          binding: fc.option(value),
          code,
          purpose,
          locale: fc.option(fc.constantFrom(...languages)),
        }),
        template,
        (given, written) => {
          const request: MessageRequest = { ...given, notice: null, minutes: 10 }
          const { text } = buildMessage(written, request, 'example.com')
          const ours = { host: 'example.com', code: given.code }
          expect(text.split('\n').at(-1)).toBe(`@example.com #${given.code}`)
          expect(parseWicg(text)).toEqual({ ...ours, embeddedHost: null })
          expect(originBoundLines(text)).toHaveLength(1)
          expect(findAnywhere(text)).toEqual([ours])
          expect(text.split('#')).toHaveLength(2)
          expect(septets(text)).toBeLessThanOrEqual(160)
          expect(text.slice(0, text.lastIndexOf('\n'))).toContain(given.code)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
