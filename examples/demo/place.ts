import type { Request } from 'express'
import type { Locale } from './language.js'

const LONGEST = 40

/**
 * Where a visitor is, as the proxy in front of the portal says in `header`: a country's two letters or a name. Null when
 * no header was named: anybody could send one.
 */
export function placeOf(request: Request, header: string | null): string | null {
  const place = header === null ? '' : (request.get(header) ?? '').trim().slice(0, LONGEST)
  // What such proxies say when they do not know, and of anonymous networks.
  return ['', 'XX', 'T1'].includes(place) ? null : place
}

/** Such as "France" for "FR"; anything else is a name already. */
export function placeName(locale: Locale, place: string): string {
  if (!/^[A-Z]{2}$/.test(place)) return place
  return new Intl.DisplayNames(locale, { type: 'region' }).of(place) ?? place
}
