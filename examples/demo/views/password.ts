import { html } from '../html.js'
import type { Page, Visit } from '../visit.js'
import { alert, card, form, heading, narrow, textField } from './parts.js'

export function passwordView(visit: Visit, error: string | null, status: number): Page {
  const { password, site } = visit.words
  const next = {
    name: 'next',
    label: password.next,
    type: 'password',
    autocomplete: 'new-password',
    hint: password.nextHint,
  } as const
  return {
    status,
    title: password.title,
    body: narrow(
      html`${heading(password.title, password.lead)}
        ${card(
          html`${alert(error)}${form(
            visit,
            '/password',
            html` ${textField({ name: 'current', label: password.current, type: 'password', autocomplete: 'current-password', autofocus: true })}
              ${textField(next)}
              ${textField({ name: 'repeat', label: password.repeat, type: 'password', autocomplete: 'new-password' })}
              <button class="button">${password.submit}</button>`,
          )}`,
        )}
        <p><a href="/account">${site.cancel}</a></p>`,
    ),
  }
}
