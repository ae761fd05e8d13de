import type { Factor } from 'countersign'
import { labelOf } from '../factor-label.js'
import { html, type Html } from '../html.js'
import { formatDate } from '../language.js'
import type { Page, Visit } from '../visit.js'
import { card, form, heading, narrow, textField } from './parts.js'

/** The confirmed factors, each with what can be done to it. */
export function factorList(visit: Visit, factors: readonly Factor[]): Html {
  const { account } = visit.words
  return html`<h3 class="quiet-heading">${account.factors}</h3>
    <ul class="rows">
      ${factors.map((factor) => factorRow(visit, factor, factors.length > 1))}
    </ul>
    <p><a class="button quiet" href="/enrol">${account.add}</a></p>`
}

function factorRow(visit: Visit, factor: Factor, several: boolean): Html {
  const { account, team } = visit.words
  const label = labelOf(visit.words, factor)
  const base = `/account/factors/${encodeURIComponent(factor.id)}`
  const link = (to: string, text: string): Html => html`<a href="${to}" aria-label="${text}: ${label}">${text}</a>`
  const kind = factor.name === null ? null : (factor.destination ?? team.methods[factor.kind])
  const { lastUsed, synced, oneDevice } = visit.words.passkey
  const facts = [
    kind,
    factor.synced !== null && (factor.synced ? synced : oneDevice),
    account.addedOn(formatDate(visit.locale, factor.confirmedAt)),
    factor.lastUsedAt !== null && lastUsed(formatDate(visit.locale, factor.lastUsedAt)),
  ].filter((fact) => typeof fact === 'string')
  return html`<li>
    <div>
      <strong>${label}</strong> ${several && factor.preferred && html`<em class="badge good">${account.preferred}</em>`}
      <small>${facts.join(' · ')}</small>
    </div>
    <div class="links">
      ${!factor.preferred && link(`${base}/prefer`, account.prefer)} ${link(`${base}/rename`, account.rename)}
      ${link(`/enrol?replaces=${encodeURIComponent(factor.id)}`, account.replace)}
      ${link(`${base}/remove`, account.remove)}
    </div>
  </li>`
}

export function renameView(visit: Visit, factor: Factor): Page {
  const { factor: words, site } = visit.words
  const texts = { label: words.name, hint: words.nameHint, value: factor.name ?? '' }
  return {
    title: words.renameTitle,
    body: narrow(
      html`${heading(words.renameTitle, labelOf(visit.words, factor))}
        ${card(
          form(
            visit,
            `/account/factors/${encodeURIComponent(factor.id)}/rename`,
            html` ${textField(visit, { name: 'name', ...texts, maxlength: 40, optional: true, autofocus: true })}
              <button class="button">${words.save}</button>`,
          ),
        )}
        <p><a href="/account">${site.cancel}</a></p>`,
    ),
  }
}

export interface ConfirmPage {
  readonly to: string
  readonly title: string
  readonly lead: readonly (string | false)[]
  readonly submit: string
  readonly danger?: boolean
  readonly back?: string
}

/** A question before something that is hard to take back. */
export function confirmView(
  visit: Visit,
  { to, title, lead, submit, danger = false, back = '/account' }: ConfirmPage,
): Page {
  return {
    title,
    body: narrow(
      html`${heading(title)}
        ${card(
          html`${lead.map((text) => text !== false && html`<p>${text}</p>`)}
          ${form(visit, to, html`<button class="button ${danger && 'danger'}">${submit}</button>`)}`,
        )}
        <p><a href="${back}">${visit.words.site.cancel}</a></p>`,
    ),
  }
}
