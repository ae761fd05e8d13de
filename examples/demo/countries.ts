import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile'
import type { Locale } from './language.js'

/** Where texts may go. Countersign has no default: each country is a cost and a risk that the host takes on. */
export const COUNTRIES = ['US', 'CA', 'GB', 'IE', 'FR', 'BE', 'CH', 'LU', 'DE', 'AU', 'NZ'] as const

type Country = (typeof COUNTRIES)[number]

const DEFAULT_COUNTRY: Readonly<Record<Locale, string>> = { en: 'US', fr: 'FR' }

export interface CountryChoice {
  readonly code: Country
  readonly name: string
  readonly selected: boolean
}

/** The countries to choose from, by name in the reader's language; the likeliest is chosen. */
export function countryChoices(locale: Locale, chosen: string): readonly CountryChoice[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' })
  const selected = COUNTRIES.find((code) => code === chosen) ?? DEFAULT_COUNTRY[locale]
  return COUNTRIES.map((code) => ({ code, name: names.of(code) ?? code, selected: code === selected })).sort((a, b) =>
    a.name.localeCompare(b.name, locale),
  )
}

/** The country a form chose; undefined for anything that is not on the list. */
export function countryNamed(code: string): Country | undefined {
  return COUNTRIES.find((country) => country === code)
}

/** A number that Countersign took, as it is dialled from anywhere: `+1 415 555 0123` for `(415) 555-0123`. */
export function internationalNumber(typed: string, country: Country | undefined): string {
  const shown = typed.trim().slice(0, 40)
  return parsePhoneNumberFromString(shown, country)?.formatInternational() ?? shown
}
