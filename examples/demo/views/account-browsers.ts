import type { ListedTrustedDevice } from 'countersign'
import { html, type Html } from '../html.js'
import { formatDate, formatInstant } from '../language.js'
import { placeName } from '../place.js'
import type { Session } from '../session.js'
import type { Visit } from '../visit.js'
import { action } from './parts.js'

/** The browsers that are signed in now. */
export function sessionList(visit: Visit, sessions: readonly Session[]): Html {
  const { locale, words, member } = visit
  const { account } = words
  return html`<h2>${account.sessions}</h2>
    <ul class="rows">
      ${sessions.map((session) => {
        const { browser, place, startedAt, seenAt } = session
        const facts = [
          place === null ? null : placeName(locale, place),
          account.signedInAt(formatInstant(locale, startedAt)),
          account.seenAt(formatInstant(locale, seenAt)),
        ]
        return html`<li>${described(visit, browser, session === member?.session, facts)}</li>`
      })}
    </ul>
    ${sessions.length > 1 && action(visit, '/account/sessions/end-others', account.endOthers)}`
}

/** The browsers that skip the challenge. */
export function computerList(visit: Visit, devices: readonly ListedTrustedDevice[]): Html {
  const { locale, words } = visit
  const { account } = words
  if (devices.length === 0)
    return html`<h2>${account.computers}</h2>
      <p>${account.noComputers}</p>`
  return html`<h2>${account.computers}</h2>
    <ul class="rows">
      ${devices.map(({ id, name, details, current, trustedAt, lastUsedAt, expiresAt }) => {
        const facts = [
          details,
          account.trustedUntil(formatDate(locale, trustedAt), formatDate(locale, expiresAt)),
          lastUsedAt === null ? null : words.passkey.lastUsed(formatDate(locale, lastUsedAt)),
        ]
        return html`<li>
          ${described(visit, name, current, facts)}
          ${action(visit, `/account/computers/${encodeURIComponent(id)}/revoke`, account.revoke)}
        </li>`
      })}
    </ul>
    ${devices.length > 1 && action(visit, '/account/computers/revoke-all', account.revokeAll)}`
}

function described({ words }: Visit, name: string, current: boolean, facts: readonly (string | null)[]): Html {
  return html`<div>
    <strong>${name}</strong> ${current && html`<em class="badge good">${words.account.thisBrowser}</em>`}
    <small>${facts.filter((fact) => fact !== null).join(' · ')}</small>
  </div>`
}
