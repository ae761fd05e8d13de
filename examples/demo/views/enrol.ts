import type { Factor } from 'countersign'
import { labelOf } from '../factor-label.js'
import { html, type Html } from '../html.js'
import type { Page, Visit } from '../visit.js'
import { action, alert, card, form, heading, narrow } from './parts.js'

export interface ChoosePage {
  readonly replaces: Factor | null
  readonly error: string | null
  readonly status: number
}

export function chooseView(visit: Visit, { replaces, error, status }: ChoosePage): Page {
  const { enrol } = visit.words
  const enabled = visit.member?.account.enabled === true
  const title =
    replaces !== null ? enrol.replaceTitle(labelOf(visit.words, replaces)) : enabled ? enrol.addTitle : enrol.title
  const lead = replaces === null ? enrol.lead : enrol.replaceLead
  return {
    status,
    title,
    body: narrow(
      html`${heading(title, lead)}
      ${card(html`${alert(error)}${choiceForm(visit, enabled ? enrol.go : visit.words.site.setUp, replaces)}`)}
      ${visit.confined === null && html`<p><a href="/account">${visit.words.site.cancel}</a></p>`}`,
    ),
  }
}

/** The two ways to get a code, side by side. */
export function choiceForm(visit: Visit, submit: string, replaces: Factor | null = null): Html {
  const { enrol } = visit.words
  const option = (value: string, label: string, hint: string, badge: string | null): Html =>
    html`<label class="choice">
      <input
        type="radio"
        name="method"
        value="${value}"
        ${value === (replaces?.kind === 'sms' ? 'sms' : 'app') && html`checked`}
      />
      <span
        ><strong>${label}</strong> ${badge !== null && html`<em class="badge good">${badge}</em>`}<small
          >${hint}</small
        ></span
      >
    </label>`
  return form(
    visit,
    replaces === null ? '/enrol' : `/enrol?replaces=${encodeURIComponent(replaces.id)}`,
    html` <fieldset class="choices">
        <legend>${enrol.moreSecure}</legend>
        ${option('sms', enrol.sms, enrol.smsHint, null)} ${option('app', enrol.app, enrol.appHint, enrol.recommended)}
      </fieldset>
      <button class="button">${submit}</button>`,
  )
}

/** The way out of a pending enrolment. */
export function cancelEnrolment(visit: Visit): Html {
  return action(visit, '/enrol/cancel', visit.words.site.cancel, 'link')
}
