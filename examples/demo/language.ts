import type { Request } from 'express'
import type { Cookies } from './cookies.js'
import { english, type Words } from './words/english.js'
import { french } from './words/french.js'

export const LANGUAGE_COOKIE = 'willow-language'
export const LANGUAGES = [
  { locale: 'en', name: 'English' },
  { locale: 'fr', name: 'Français' },
] as const

export type Locale = (typeof LANGUAGES)[number]['locale']

const WORDS: Readonly<Record<Locale, Words>> = { en: english, fr: french }

/** The locale of this name, or null: the answer for whatever a form or a cookie may say. */
export function localeNamed(name: string | undefined): Locale | null {
  return LANGUAGES.find(({ locale }) => locale === name)?.locale ?? null
}

/** The language chosen in the footer, else the one the browser asks for. */
export function localeOf(request: Request, cookies: Cookies): Locale {
  const wished = request.acceptsLanguages(LANGUAGES.map(({ locale }) => locale))
  return (
    localeNamed(cookies.read(request, LANGUAGE_COOKIE)) ?? localeNamed(wished === false ? undefined : wished) ?? 'en'
  )
}

export function wordsOf(locale: Locale): Words {
  return WORDS[locale]
}

/** Such as "in 40 seconds" or "in 3 minutes", rounded up. */
export function formatWait(locale: Locale, untilAt: number, now: number): string {
  const seconds = Math.max(1, Math.ceil((untilAt - now) / 1000))
  const format = new Intl.RelativeTimeFormat(locale)
  if (seconds <= 90) return format.format(seconds, 'second')
  if (seconds <= 90 * 60) return format.format(Math.ceil(seconds / 60), 'minute')
  return format.format(Math.ceil(seconds / 3600), 'hour')
}

/** Such as "40 seconds" or "3 minutes", to the nearest. */
export function formatSpan(locale: Locale, ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  const [value, unit] = seconds <= 90 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
}

export function formatDate(locale: Locale, at: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(at)
}

export function formatInstant(locale: Locale, at: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

export function formatTime(locale: Locale, at: number): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at)
}
