import type { Delivery, Factor } from 'countersign'
import { countryChoices } from '../countries.js'
import { html, type Html } from '../html.js'
import { notSentText } from '../outcomes.js'
import type { PendingEnrolment } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { alert, card, codeField, form, heading, narrow, textField } from './parts.js'
import { cancelEnrolment } from './enrol.js'
import { resendForm } from './resend.js'

export interface NumberPage {
  readonly replaces: Factor | null
  readonly country: string
  readonly number: string
  readonly error: string | null
  readonly status: number
}

export function numberView(visit: Visit, { replaces, country, number, error, status }: NumberPage): Page {
  const { enrol, site } = visit.words
  const texts = { label: enrol.number, value: number, hint: enrol.numberHint, error }
  const field = { name: 'number', type: 'tel', inputmode: 'tel', autocomplete: 'tel', ...texts } as const
  return {
    status,
    title: enrol.numberTitle,
    body: narrow(
      html`${heading(enrol.numberTitle, enrol.numberLead)}
        ${card(
          form(
            visit,
            numberPath(replaces?.id ?? null),
            html` <div class="field">
                <label for="country">${enrol.country}</label>
                <select id="country" name="country" autocomplete="country">
                  ${countryChoices(visit.locale, country).map(
                    ({ code, name, selected }) =>
                      html`<option value="${code}" ${selected && html`selected`}>${name}</option>`,
                  )}
                </select>
              </div>
              ${textField({ ...field, maxlength: 40, autofocus: true })}
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
  readonly error: string | null
  readonly notice: string | null
  readonly status: number
}

export function smsCodeView(visit: Visit, { pending, now, error, notice, status }: SmsCodePage): Page {
  const { enrol, code } = visit.words
  return {
    status,
    title: enrol.smsTitle,
    body: narrow(
      html`${heading(enrol.smsTitle)} ${notice !== null && html`<p class="notice" role="status">${notice}</p>`}
        ${card(
          html` ${whatBecameOf(visit, pending.destination, pending.delivery, now)}
          ${form(visit, '/enrol/text/code', html`${codeField(code.code, error)}<button class="button">${enrol.confirm}</button>`)}
          ${resendForm(visit, '/enrol/text/resend', pending.delivery, now)}`,
        )}
        <p><a href="${numberPath(pending.replaces)}">${enrol.changeNumber}</a></p>
        ${cancelEnrolment(visit)}`,
    ),
  }
}

function numberPath(replaces: string | null): string {
  return replaces === null ? '/enrol/text' : `/enrol/text?replaces=${encodeURIComponent(replaces)}`
}

function whatBecameOf(visit: Visit, destination: string, delivery: Delivery, now: number): Html {
  const { enrol } = visit.words
  switch (delivery.status) {
    case 'sent':
      return html`<p>${enrol.sentTo(delivery.destination)}</p>`
    case 'not-sent':
      return html`<p>${enrol.notSentTo(destination)}</p>
        ${alert(notSentText(visit, delivery, now))}`
  }
}
