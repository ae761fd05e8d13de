import type { Request } from 'express'
import { browserName, browserVersion } from './browser-name.js'
import type { Locale } from './language.js'
import { placeName, placeOf } from './place.js'
import type { Portal } from './portal.js'

/** What a trusted computer is called, and what tells it from another of that name. */
export function trustedComputer(
  { placeHeader }: Pick<Portal, 'placeHeader'>,
  request: Request,
  locale: Locale,
): { readonly name: string; readonly details: string } {
  const userAgent = request.get('user-agent')
  const place = placeOf(request, placeHeader)
  const details = [browserVersion(userAgent), place === null ? null : placeName(locale, place)]
  return { name: browserName(userAgent), details: details.filter((each) => each !== null).join(' · ') }
}
