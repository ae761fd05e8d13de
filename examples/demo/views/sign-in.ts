import { html } from '../html.js'
import { DEMO_PASSWORD, SEEDED_PEOPLE } from '../people.js'
import type { Page, Visit } from '../visit.js'
import { card, form, heading, narrow, textField } from './parts.js'

/** `to` is where its form goes: it keeps the page that was asked for. */
export function signInView(visit: Visit, to: string): Page {
  const { signIn, site } = visit.words
  return {
    title: signIn.title,
    body: narrow(
      html` ${heading(signIn.title)}
        ${card(
          html`${form(
            visit,
            to,
            html`${textField(visit, { name: 'email', label: signIn.email, type: 'email', autocomplete: 'username', autofocus: true })}
              ${textField(visit, { name: 'password', label: signIn.password, type: 'password', autocomplete: 'current-password' })}
              <button class="button">${signIn.submit}</button>`,
          )}`,
        )}
        <section class="try" aria-labelledby="try">
          <h2 id="try">${signIn.hint}</h2>
          <table>
            ${SEEDED_PEOPLE.map(({ name, role, email }) => {
              return html`<tr>
                <th scope="row">${name}</th>
                <td>${site.roles[role]}</td>
                <td><code>${email}</code></td>
              </tr>`
            })}
          </table>
          <p>${signIn.hintPassword} <code>${DEMO_PASSWORD}</code></p>
        </section>`,
    ),
  }
}
