import { html, trusted } from '../html.js'
import type { PendingEnrolment } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { action, card, codeField, form, heading, narrow } from './parts.js'
import { cancelEnrolment } from './enrol.js'

const APPS = ['Google Authenticator', 'Microsoft Authenticator', 'Authy']

export interface AppPage {
  readonly pending: Extract<PendingEnrolment, { kind: 'totp' }>
  /** The barcode of the key URI, as SVG. */
  readonly barcode: string
  readonly error: string | null
  readonly status: number
}

export function appView(visit: Visit, { pending, barcode, error, status }: AppPage): Page {
  const { code, codes, enrol } = visit.words
  const secret = (pending.secret.match(/.{1,4}/g) ?? []).join(' ')
  return {
    status,
    title: enrol.appTitle,
    body: narrow(
      html`${heading(enrol.appTitle)}
      ${card(
        html`<ol class="steps">
          <li>
            <h2>${enrol.step1}</h2>
            <p>${enrol.step1Text}</p>
            <ul class="apps-list">
              ${APPS.map((app) => html`<li>${app}</li>`)}
            </ul>
          </li>
          <li>
            <h2>${enrol.step2}</h2>
            <p>${enrol.step2Text}</p>
            <div class="scan">
              <div class="barcode">${trusted(barcode)}</div>
              <div class="by-hand">
                <p id="secret-label">${enrol.secret}</p>
                <code class="secret" id="secret" aria-labelledby="secret-label">${secret}</code>
                <button type="button" class="button quiet" data-copy="secret" data-copied="${codes.copied}" hidden>
                  ${enrol.copySecret}
                </button>
                <p class="hint">${enrol.pretend}</p>
                ${action(visit, '/enrol/app/pretend', enrol.pretendScan)}
              </div>
            </div>
          </li>
          <li>
            <h2>${enrol.step3}</h2>
            ${form(
              visit,
              '/enrol/app',
              html` ${codeField(code.code, error, error !== null)}<button class="button">${enrol.confirm}</button>`,
            )}
          </li>
        </ol>`,
      )}
      ${cancelEnrolment(visit)}`,
    ),
  }
}
