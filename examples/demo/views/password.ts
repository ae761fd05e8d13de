import { html } from '../html.js'
import type { Page, Visit } from '../visit.js'
import { card, form, heading, narrow, textField } from './parts.js'

export function passwordView(visit: Visit): Page {
  const { password, site } = visit.words
  const next = {
    name: 'next',
    label: password.next,
    type: 'password',
    autocomplete: 'new-password',
    hint: password.nextHint,
  } as const
  return {
    title: password.title,
    body: narrow(
      html`${heading(password.title, password.lead)}
        ${card(
          html`${form(
            visit,
            '/password',
            html` ${textField(visit, { name: 'current', label: password.current, type: 'password', autocomplete: 'current-password', autofocus: true })}
              ${textField(visit, next)}
              ${textField(visit, { name: 'repeat', label: password.repeat, type: 'password', autocomplete: 'new-password' })}
              <button class="button">${password.submit}</button>`,
          )}`,
        )}
        <p><a href="/account">${site.cancel}</a></p>`,
    ),
  }
}
