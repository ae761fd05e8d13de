import type { Factor } from 'countersign'
import type { CountryChoice } from '../countries.js'
import { html, type Html } from '../html.js'
import type { PendingEnrolment } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { action, card, codeField, form, heading, narrow, textField } from './parts.js'
import { callForm, deliveryText, isTexted, mayArrive, resendForm, timeLeft } from './delivery.js'
import { cancelEnrolment, enrolPath } from './enrol.js'

export interface NumberPage {
  readonly replaces: Factor | null
  readonly choices: readonly CountryChoice[]
  /** A number of the chosen country, to see what one looks like. */
  readonly example: string | null
}

export function numberView(visit: Visit, { replaces, choices, example }: NumberPage): Page {
  const { enrol, site } = visit.words
  const texts = { label: enrol.number, hint: enrol.numberHint(example) }
  const field = { name: 'number', type: 'tel', inputmode: 'tel', autocomplete: 'tel', ...texts } as const
  return {
    title: enrol.numberTitle,
    body: narrow(
      html`${heading(enrol.numberTitle, enrol.numberLead)}
        ${card(
          form(
            visit,
            enrolPath('/enrol/text', replaces?.id ?? null),
            html` <div class="field">
                <label for="country">${enrol.country}</label>
                <select id="country" name="country" autocomplete="country">
                  ${choices.map(
                    ({ code, name, selected }) =>
                      html`<option value="${code}" ${selected && html`selected`}>${name}</option>`,
                  )}
                </select>
              </div>
              ${textField(visit, { ...field, maxlength: 40, autofocus: true })}
              <button class="button">${enrol.send}</button>`,
          ),
        )}
        <p><a href="${visit.member?.account.enabled === true ? '/account' : '/enrol'}">${site.back}</a></p>`,
    ),
  }
}

export interface SmsCodePage {
  readonly pending: Extract<PendingEnrolment, { kind: 'sms' }>
  readonly now: number
}

export function smsCodeView(visit: Visit, { pending, now }: SmsCodePage): Page {
  const { enrol, code } = visit.words
  const { number, delivery } = pending
  const sent = delivery.status === 'sent'
  const title = sent ? enrol.smsTitle : code.notSentTitle
  return {
    title,
    body: narrow(
      html`${heading(title)}
      ${card(
        html`${!sent && html`<p>${enrol.notSentTo(number)}</p>`} ${deliveryText(visit, number, delivery, now)}
        ${sent && html`<p class="hint">${enrol.isItRight}</p>`} ${mayArrive(delivery) && codeForm(visit, pending, now)}
        ${resendForm(visit, '/enrol/text/resend', delivery, now)}`,
      )}
      ${otherWays(visit, pending, now)}`,
    ),
  }
}

function codeForm(visit: Visit, pending: SmsCodePage['pending'], now: number): Html {
  const field = codeField(visit, { texted: isTexted(pending.delivery) })
  const button = html`<button class="button">${visit.words.enrol.confirm}</button>`
  return html`${timeLeft(visit, pending, now)} ${form(visit, '/enrol/text/code', html`${field}${button}`)}`
}

/** For whoever gets no code on this number: a call, another number, an app. */
function otherWays(visit: Visit, { delivery, replaces }: SmsCodePage['pending'], now: number): Html {
  const { enrol } = visit.words
  const call = callForm(visit, '/enrol/text/resend', delivery, now)
  const app = html`<input type="hidden" name="method" value="app" />`
  return html`<section class="ways" aria-labelledby="ways">
    <h2 id="ways">${enrol.noCode}</h2>
    <ul>
      ${call !== null && html`<li>${call}</li>`}
      <li><a href="${enrolPath('/enrol/text', replaces)}">${enrol.changeNumber}</a></li>
      <li>${action(visit, enrolPath('/enrol', replaces), enrol.appInstead, 'link', app)}</li>
      <li>${cancelEnrolment(visit)}</li>
    </ul>
  </section>`
}
