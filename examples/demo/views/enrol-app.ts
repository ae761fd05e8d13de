import { html, type Html, trusted } from '../html.js'
import type { PendingEnrolment } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { AUTHENTICATOR_APPS } from './authenticator-apps.js'
import { timeLeft } from './delivery.js'
import { action, card, codeField, form, heading, narrow } from './parts.js'
import { cancelEnrolment } from './enrol.js'

export interface AppPage {
  readonly pending: Extract<PendingEnrolment, { kind: 'totp' }>
  /** The barcode of the key URI, as SVG. */
  readonly barcode: string
  readonly now: number
}

export function appView(visit: Visit, { pending, barcode, now }: AppPage): Page {
  const { codes, enrol } = visit.words
  const secret = (pending.secret.match(/.{1,4}/g) ?? []).join(' ')
  return {
    title: enrol.appTitle,
    body: narrow(
      html`${heading(enrol.appTitle)}
      ${card(
        html`<ol class="steps">
          <li>
            <h2>${enrol.step1}</h2>
            <p>${enrol.step1Text}</p>
            <ul class="apps-list">
              ${AUTHENTICATOR_APPS.map(
                ({ name, appStore, googlePlay }) =>
                  html`<li>
                    <span>${name}</span>
                    ${store(appStore, 'App Store', name)} ${store(googlePlay, 'Google Play', name)}
                  </li>`,
              )}
            </ul>
          </li>
          <li>
            <h2>${enrol.step2}</h2>
            <p class="open-app">
              <span>${enrol.sameDevice}</span> <a class="button quiet" href="${pending.uri}">${enrol.openApp}</a>
            </p>
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
            ${timeLeft(visit, { expiresAt: pending.expiresAt, delivery: null }, now)}
            ${form(
              visit,
              '/enrol/app',
              html` ${codeField(visit, { autofocus: visit.told?.field === 'code' })}<button class="button">
                  ${enrol.confirm}
                </button>`,
            )}
          </li>
        </ol>`,
      )}
      ${cancelEnrolment(visit)}`,
    ),
  }
}

function store(href: string, label: string, app: string): Html {
  return html`<a href="${href}" rel="noreferrer" aria-label="${app}, ${label}">${label}</a>`
}
