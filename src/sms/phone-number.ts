import type { CountryCode } from './country-code.js'

const longestInput = 64

/** What people write between digits, invisible marks that pasting brings along included. */
const separators = /[\s\p{Cf}\p{Pd}()[\]./\u2212]/gu

/** The digits that keyboards type: ASCII, full-width, Arabic-Indic and its eastern form. */
const dialled = /^[+\uFF0B]?[0-9\uFF10-\uFF19\u0660-\u0669\u06F0-\u06F9]+$/

/** Everything else cannot receive a text, costs its caller extra, or proves no possession of a phone. */
const textable: ReadonlySet<unknown> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE'])

export interface ParsePhoneNumberOptions {
  /** Whose national form to read; without it only international form (`+…`) is read. */
  readonly defaultCountry?: CountryCode | undefined
  /** The regions that may receive texts. */
  readonly countries: readonly CountryCode[] | 'all'
}

export type ParsePhoneNumberResult =
  | { readonly status: 'valid'; readonly e164: string; readonly country: CountryCode }
  | { readonly status: 'invalid-phone-number' }
  | { readonly status: 'country-not-allowed' }

/**
 * Reads a phone number as typed. Every way of writing one number gives the same E.164, and its region follows from the
 * number alone, also where regions share a calling code. Loads the phone metadata on first use.
 *
 * @returns `valid`; `invalid-phone-number` for anything but a number that can receive texts on a phone (extensions,
 *   letters, fixed lines, voice over IP, pagers, special rates, non-geographic numbers); `country-not-allowed`.
 */
export async function parsePhoneNumber(
  input: unknown,
  options: ParsePhoneNumberOptions,
): Promise<ParsePhoneNumberResult> {
  const digits = dialledDigits(input)
  if (digits === null) return { status: 'invalid-phone-number' }
  const { parsePhoneNumberFromString: parse } = await import('libphonenumber-js/max')
  const { defaultCountry, countries } = options
  const number = parse(digits, defaultCountry === undefined ? { extract: false } : { defaultCountry, extract: false })
  if (number?.country === undefined || !number.isValid() || !textable.has(number.getType())) {
    return { status: 'invalid-phone-number' }
  }
  if (countries !== 'all' && !countries.includes(number.country)) return { status: 'country-not-allowed' }
  return { status: 'valid', e164: number.number, country: number.country }
}

/** The optional plus and the digits, or null when `input` holds anything that is neither dialled nor punctuation. */
function dialledDigits(input: unknown): string | null {
  if (typeof input !== 'string' || input.length > longestInput) return null
  const digits = input.replace(separators, '').replace('\uFF0B', '+')
  return dialled.test(digits) ? digits : null
}
