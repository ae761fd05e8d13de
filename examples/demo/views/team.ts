import type { AccountStatus } from 'countersign'
import { html, type Html } from '../html.js'
import { formatDate, formatWait } from '../language.js'
import type { Person } from '../people.js'
import type { Page, Visit } from '../visit.js'
import { card, form, heading, textField } from './parts.js'

export interface TeamPage {
  readonly team: readonly { readonly person: Person; readonly account: AccountStatus }[]
  readonly self: Person
  readonly requiredFrom: number | null
  readonly now: number
  readonly error: string | null
}

export function teamView(visit: Visit, page: TeamPage): Page {
  const { team: words, site } = visit.words
  const off = page.team.filter(({ account }) => !account.enabled)
  const names = off.map(({ person }) => person.name).join(', ')
  const columns = [words.name, words.role, words.state, words.actions]
  return {
    status: page.error === null ? 200 : 422,
    title: words.title,
    body: html`${heading(words.title, words.lead)}
    ${card(
      html` <p>
          ${off.length === 0 ? words.everyoneOn : html`${words.notOn(off.length, page.team.length)} <strong>${names}</strong>`}
        </p>
        <table class="team">
          <thead>
            <tr>
              ${columns.map((column) => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${page.team.map(
              ({ person, account }) =>
                html`<tr>
                  <th scope="row">
                    ${person.name} ${person.id === page.self.id && html`<small>(${words.you})</small>`}
                  </th>
                  <td data-label="${words.role}">${site.roles[person.role]}</td>
                  <td data-label="${words.state}">${stateOf(visit, account, page.now)}</td>
                  <td><div class="links">${person.id !== page.self.id && actionsFor(visit, person, account)}</div></td>
                </tr>`,
            )}
          </tbody>
        </table>`,
    )}
    ${card(requireForm(visit, page))}`,
  }
}

function stateOf({ words, locale }: Visit, account: AccountStatus, now: number): Html {
  const { team } = words
  const { lockedUntilAt, suspended, factors } = account
  const locked = !suspended && lockedUntilAt !== null && lockedUntilAt > now
  const kinds = [...new Set(factors.map(({ kind }) => team.methods[kind]))].join(', ')
  return html`<em class="badge ${account.enabled && 'good'}">${account.enabled ? kinds : team.off}</em>
    ${suspended && html`<em class="badge bad">${team.suspended}</em>`}
    ${locked && html`<em class="badge bad">${team.locked(formatWait(locale, lockedUntilAt, now))}</em>`}`
}

function actionsFor({ words: { team } }: Visit, person: Person, account: AccountStatus): Html {
  const link = (verb: string, label: string): Html =>
    html`<a href="/team/${person.id}/${verb}" aria-label="${label}: ${person.name}">${label}</a>`
  const shut = account.suspended || account.lockedUntilAt !== null
  return html`${account.enabled && link('reset', team.reset)} ${shut && link('unlock', team.unlock)}`
}

function requireForm(visit: Visit, { requiredFrom, now, error }: TeamPage): Html {
  const { team } = visit.words
  const pending = requiredFrom !== null && requiredFrom > now
  const date = { name: 'from', type: 'date', value: pending ? dateValue(requiredFrom) : '', optional: true } as const
  const state =
    requiredFrom === null
      ? team.notRequired
      : pending
        ? team.requiredFrom(formatDate(visit.locale, requiredFrom))
        : team.requiredNow
  return html`<h2>${team.require}</h2>
    <p>${team.requireLead}</p>
    <p><strong>${state}</strong></p>
    ${form(
      visit,
      '/team',
      html` <div class="check">
          <input type="checkbox" id="require" name="require" value="yes" ${requiredFrom !== null && html`checked`} />
          <label for="require">${team.requireBox}</label>
        </div>
        ${textField({ ...date, label: team.from, hint: team.fromHint, error })}
        <button class="button">${team.save}</button>`,
    )}`
}

/** As a date field holds it, in this server's time zone. */
function dateValue(at: number): string {
  const date = new Date(at)
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}
