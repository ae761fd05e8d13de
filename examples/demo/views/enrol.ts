import type { Factor } from 'countersign'
import { labelOf } from '../factor-label.js'
import { html, type Html } from '../html.js'
import type { Page, Visit } from '../visit.js'
import { action, card, form, heading, narrow } from './parts.js'

export function chooseView(visit: Visit, replaces: Factor | null): Page {
  const { enrol } = visit.words
  const enabled = visit.member?.account.enabled === true
  const title =
    replaces !== null ? enrol.replaceTitle(labelOf(visit.words, replaces)) : enabled ? enrol.addTitle : enrol.title
  const lead = replaces === null ? enrol.lead : enrol.replaceLead
  return {
    title,
    body: narrow(
      html`${heading(title, lead)}
      ${card(html`${choiceForm(visit, enabled ? enrol.go : visit.words.site.setUp, replaces)}`)}
      ${visit.confined === null && html`<p><a href="/account">${visit.words.site.cancel}</a></p>`}`,
    ),
  }
}

/** The two ways to get a code, side by side, and below them the one that needs none. */
export function choiceForm(visit: Visit, submit: string, replaces: Factor | null = null): Html {
  const { enrol, passkey } = visit.words
  const chosen = visit.told?.typed?.['method'] ?? (replaces?.kind === 'totp' ? 'app' : (replaces?.kind ?? 'app'))
  const option = (value: string, label: string, hint: string, badge: string | null): Html =>
    html`<label class="choice">
      <input type="radio" name="method" value="${value}" ${value === chosen && html`checked`} />
      <span
        ><strong>${label}</strong> ${badge !== null && html`<em class="badge good">${badge}</em>`}<small
          >${hint}</small
        ></span
      >
    </label>`
  return form(
    visit,
    enrolPath('/enrol', replaces?.id ?? null),
    html` <fieldset class="choices">
        <legend>${enrol.moreSecure}</legend>
        ${option('sms', enrol.sms, enrol.smsHint, null)} ${option('app', enrol.app, enrol.appHint, enrol.recommended)}
      </fieldset>
      ${
        visit.passkeys &&
        html`<fieldset class="choices">
          <legend>${passkey.orWithoutCode}</legend>
          ${option('passkey', passkey.option, passkey.optionHint, null)}
        </fieldset>`
      }
      <button class="button">${submit}</button>`,
  )
}

/** A page of an enrolment, which keeps in its address what the new factor is to replace. */
export function enrolPath(page: string, replaces: string | null): string {
  return replaces === null ? page : `${page}?replaces=${encodeURIComponent(replaces)}`
}

/** The way out of a pending enrolment. */
export function cancelEnrolment(visit: Visit): Html {
  return action(visit, '/enrol/cancel', visit.words.site.cancel, 'link')
}
