import type { PhoneNumber } from 'libphonenumber-js/mobile'
import type { SmsChannel } from '../interfaces/sms-sender.js'
import { isCountryCode, type CountryCode } from './country-code.js'

const longestInput = 64

/** What people write between digits, invisible marks that pasting brings along included. */
const separators = /[\s\p{Cf}\p{Pd}()[\]./\u2212]/gu

/** The digits that keyboards type: ASCII, full-width, Arabic-Indic and its eastern form. */
const dialled = /^[+\uFF0B]?[0-9\uFF10-\uFF19\u0660-\u0669\u06F0-\u06F9]+$/

/** Numbers of every other type reach no phone of one person, cost their caller extra, or prove no possession of a phone. */
const reachable: Readonly<Record<SmsChannel, ReadonlySet<unknown>>> = {
  sms: new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']),
  voice: new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE', 'FIXED_LINE']),
}

/** How people still write mobile numbers though nobody abroad can dial them so: by calling code, what they mean. */
const meant: ReadonlyMap<string, (national: string) => string> = new Map([
  // Mexico has done without 1, 01, 044 and 045 since 2019.
  ['52', (national) => national.replace(/^(?:0?1|04[45])(?=\d{10}$)/, '')],
  // An Argentine mobile number has a 9 before its area code abroad, and a 15 behind it at home. People write neither, or both.
  ['54', (national) => (national.length === 10 ? `9${national}` : national.replace(/^9(?=\d{12}$)/, ''))],
])

export interface ParsePhoneNumberOptions {
  /** Whose national form to read; without it only international form (`+…`) is read. */
  readonly defaultCountry?: CountryCode | undefined
  /** The regions that may receive messages. */
  readonly countries: readonly CountryCode[] | 'all'
  /** What the number is to receive; `sms` unless said otherwise. `voice` admits fixed lines too. */
  readonly channel?: SmsChannel | undefined
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
  const { defaultCountry, countries, channel = 'sms' } = options
  const digits = dialledDigits(input)
  if (digits === null) return { status: 'invalid-phone-number' }
  const { parsePhoneNumberFromString: parse } = await metadata[channel]()
  const typed = parse(digits, defaultCountry === undefined ? { extract: false } : { defaultCountry, extract: false })
  const number = isReachable(typed, channel) ? typed : asMeant(typed, parse)
  if (!isReachable(number, channel)) return { status: 'invalid-phone-number' }
  if (countries !== 'all' && !countries.includes(number.country)) return { status: 'country-not-allowed' }
  return { status: 'valid', e164: number.number, country: number.country }
}

/**
 * An example of a mobile number of `country` in international form, such as `+1 201 555 0123`, to show beside a field; or
 * null when no number of that region receives texts.
 */
export async function exampleNumber(country: CountryCode): Promise<string | null> {
  const [{ getExampleNumber }, { default: examples }] = await Promise.all([
    metadata.sms(),
    import('libphonenumber-js/mobile/examples'),
  ])
  const number = isCountryCode(country) ? getExampleNumber(country, examples) : undefined
  return isReachable(number, 'sms') ? number.formatInternational() : null
}

/**
 * Loads what `parsePhoneNumber` needs, so that no request has to wait for it. Called again, it costs nothing.
 *
 * @param channels - Text messages need a fraction of what calls need.
 */
export async function loadPhoneMetadata(channels: readonly SmsChannel[] = ['sms']): Promise<void> {
  await Promise.all(channels.map((channel) => metadata[channel]()))
}

/** The smallest metadata that tell a number which can be reached from one that cannot. */
const metadata = {
  sms: () => import('libphonenumber-js/mobile'),
  voice: () => import('libphonenumber-js/max'),
} satisfies Record<SmsChannel, unknown>

/** The number that people mean by one that cannot be dialled, or undefined. */
function asMeant(
  typed: PhoneNumber | undefined,
  parse: (text: string) => PhoneNumber | undefined,
): PhoneNumber | undefined {
  const rewrite = meant.get(typed?.countryCallingCode ?? '')
  return typed && rewrite && parse(`+${typed.countryCallingCode}${rewrite(typed.nationalNumber)}`)
}

function isReachable(
  number: PhoneNumber | undefined,
  channel: SmsChannel,
): number is PhoneNumber & { readonly country: CountryCode } {
  return number?.country !== undefined && number.isValid() && reachable[channel].has(number.getType())
}

/** The optional plus and the digits, or null when `input` holds anything that is neither dialled nor punctuation. */
function dialledDigits(input: unknown): string | null {
  if (typeof input !== 'string' || input.length > longestInput) return null
  const digits = input.replace(separators, '').replace('\uFF0B', '+')
  return dialled.test(digits) ? digits : null
}
