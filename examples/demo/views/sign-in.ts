import { html } from '../html.js'
import { DEMO_PASSWORD, SEEDED_PEOPLE } from '../people.js'
import type { Page, Visit } from '../visit.js'
import { alert, card, form, heading, narrow, textField } from './parts.js'

export interface SignInPage {
  readonly email: string
  readonly error: string | null
  readonly status?: number
}

export function signInView(visit: Visit, { email, error, status = 200 }: SignInPage): Page {
  const { signIn, site } = visit.words
  return {
    status,
    title: signIn.title,
    body: narrow(
      html` ${heading(signIn.title)}
        ${card(
          html`${alert(error)}${form(
            visit,
            '/sign-in',
            html`${textField({ name: 'email', label: signIn.email, type: 'email', autocomplete: 'username', value: email, autofocus: true })}
              ${textField({ name: 'password', label: signIn.password, type: 'password', autocomplete: 'current-password' })}
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
