import { html } from '../html.js'
import type { Member, Page, Visit } from '../visit.js'
import { card, heading, stateBadge } from './parts.js'

const TIMES = ['09:00', '09:30', '10:15', '11:00']
const PATIENTS = ['M. Alvarez', 'T. Nguyen', 'S. Haddad', 'R. Lindqvist']

export function homeView(visit: Visit, { person, account }: Member): Page {
  const { home, account: words } = visit.words
  return {
    title: home.title,
    body: html`${heading(home.hello(person.name), home.lead)}
    ${card(
      html`<table>
        <thead>
          <tr>
            <th scope="col">${home.time}</th>
            <th scope="col">${home.patient}</th>
            <th scope="col">${home.reason}</th>
          </tr>
        </thead>
        <tbody>
          ${TIMES.map(
            (time, row) =>
              html`<tr>
                <td>${time}</td>
                <td>${PATIENTS[row]}</td>
                <td>${home.reasons[row]}</td>
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}
    ${card(
      html`<h2 class="with-badge">${words.twoFactor} ${stateBadge(visit, account.enabled)}</h2>
        <p>
          ${account.enabled ? home.on : home.off} <a href="/account">${account.enabled ? home.manage : home.turnOn}</a>
        </p>`,
    )}`,
  }
}
