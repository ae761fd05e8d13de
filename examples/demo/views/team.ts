import type { AccountStatus } from 'countersign'
import { html, type Html } from '../html.js'
import { formatDate, formatInstant, formatWait } from '../language.js'
import type { Person } from '../people.js'
import type { RuleChange } from '../state.js'
import type { Page, Visit } from '../visit.js'
import { action, card, form, heading, textField } from './parts.js'

export interface NamedRuleChange extends RuleChange {
  readonly name: string
}

export interface TeamPage {
  readonly team: readonly { readonly person: Person; readonly account: AccountStatus }[]
  readonly self: Person
  readonly requiredFrom: number | null
  /** Who changed the rule, newest first. */
  readonly changes: readonly NamedRuleChange[]
  readonly now: number
}

export function teamView(visit: Visit, page: TeamPage): Page {
  const { team: words, site } = visit.words
  const off = page.team.filter(({ account }) => !account.enabled)
  const names = off.map(({ person }) => person.name).join(', ')
  const columns = [words.name, words.role, words.state, words.actions]
  return {
    title: words.title,
    body: html`${heading(words.title, words.lead)}
    ${card(
      html` <p>
          ${off.length === 0 ? words.everyoneOn : html`${words.notOn(off.length, page.team.length)} <strong>${names}</strong>. ${words.weakest}`}
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
  return html`<em class="badge ${account.enabled ? 'good' : 'warn'}">${account.enabled ? kinds : team.off}</em>
    ${suspended && html`<em class="badge bad">${team.suspended}</em>`}
    ${
      account.accessPass !== null &&
      html`<em class="badge">${team.passOut(formatDate(locale, account.accessPass.expiresAt))}</em>`
    }
    ${locked && html`<em class="badge bad">${team.locked(formatWait(locale, lockedUntilAt, now))}</em>`}`
}

function actionsFor(visit: Visit, person: Person, account: AccountStatus): Html {
  const { team } = visit.words
  const link = (verb: string, label: string): Html =>
    html`<a href="/team/${person.id}/${verb}" aria-label="${label}: ${person.name}">${label}</a>`
  const shut = account.suspended || account.lockedUntilAt !== null
  return html`${!account.enabled && action(visit, `/team/${person.id}/remind`, team.remind, 'link')}
  ${link('pass', team.pass)} ${account.enabled && link('reset', team.reset)} ${shut && link('unlock', team.unlock)}`
}

function requireForm(visit: Visit, { requiredFrom, changes, now }: TeamPage): Html {
  const { team } = visit.words
  const pending = requiredFrom !== null && requiredFrom > now
  const date = { name: 'from', type: 'date', value: pending ? dateValue(requiredFrom) : '', optional: true } as const
  const ticked = requiredFrom !== null || visit.told?.typed?.['require'] === 'yes'
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
          <input type="checkbox" id="require" name="require" value="yes" ${ticked && html`checked`} />
          <label for="require">${team.requireBox}</label>
        </div>
        ${textField(visit, { ...date, label: team.from, hint: team.fromHint })}
        <button class="button">${team.save}</button>`,
    )}
    ${
      changes.length > 0 &&
      html`<h3 class="quiet-heading">${team.changes}</h3>
        <ol class="activity">
          ${changes.map(({ name, at, from }) => {
            const what = from === null ? team.changedOff(name) : team.changedOn(name, formatDate(visit.locale, from))
            return html`<li><span>${what}</span><time>${formatInstant(visit.locale, at)}</time></li>`
          })}
        </ol>`
    }`
}

/** As a date field holds it, in this server's time zone. */
function dateValue(at: number): string {
  const date = new Date(at)
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}
