import type { AccountStatus, Activity, TrustedDevice } from 'countersign'
import { describeActivity } from '../activity.js'
import { html, type Html } from '../html.js'
import { formatDate, formatInstant } from '../language.js'
import type { Page, Visit } from '../visit.js'
import { factorList } from './account-factors.js'
import { choiceForm } from './enrol.js'
import { action, card, heading } from './parts.js'

export interface AccountPage {
  readonly account: AccountStatus
  /** What happened to it, newest first. */
  readonly activity: readonly Activity[]
  readonly required: boolean
}

const ACTIVITIES_SHOWN = 15

export function accountView(visit: Visit, page: AccountPage): Page {
  const { account: words } = visit.words
  const { account, required } = page
  return {
    title: words.title,
    body: html`${heading(words.title)}
    ${card(
      html`<h2 class="with-badge">
          ${words.twoFactor}
          <em class="badge ${account.enabled ? 'good' : ''}">${account.enabled ? words.on : words.off}</em>
        </h2>
        ${
          account.enabled
            ? factorList(visit, account.factors)
            : html`<p>${words.offLead}</p>
                ${choiceForm(visit, visit.words.site.setUp)}`
        }`,
    )}
    ${account.enabled && card(recoveryCodes(visit, account))}
    ${account.enabled && card(computers(visit, account.trustedDevices))}
    ${card(
      html`<h2>${words.password}</h2>
        <p><a class="button quiet" href="/password">${words.changePassword}</a></p>`,
    )}
    ${card(activityList(visit, page))}
    ${
      account.enabled &&
      card(
        html`<h2>${words.turnOffTitle}</h2>
          ${
            required
              ? html`<p>${words.requiredNote}</p>`
              : html`<p>${words.turnOffLead}</p>
                  <p><a class="button quiet danger" href="/account/disable">${words.turnOff}</a></p>`
          }`,
      )
    }`,
  }
}

function recoveryCodes({ words }: Visit, { recoveryCodesRemaining }: AccountStatus): Html {
  return html`<h2>${words.account.recoveryCodes}</h2>
    <p>${words.account.codesLeft(recoveryCodesRemaining)}</p>
    <p><a class="button quiet" href="/account/recovery-codes">${words.account.regenerate}</a></p>`
}

function computers(visit: Visit, devices: readonly TrustedDevice[]): Html {
  const { account } = visit.words
  if (devices.length === 0)
    return html`<h2>${account.computers}</h2>
      <p>${account.noComputers}</p>`
  return html`<h2>${account.computers}</h2>
    <ul class="rows">
      ${devices.map(
        ({ id, name, trustedAt, expiresAt }) =>
          html`<li>
            <div>
              <strong>${name}</strong>
              <small
                >${account.trustedUntil(formatDate(visit.locale, trustedAt), formatDate(visit.locale, expiresAt))}</small
              >
            </div>
            ${action(visit, `/account/computers/${encodeURIComponent(id)}/revoke`, account.revoke)}
          </li>`,
      )}
    </ul>
    ${devices.length > 1 && action(visit, '/account/computers/revoke-all', account.revokeAll)}`
}

function activityList(visit: Visit, { account: status, activity }: AccountPage): Html {
  const { account } = visit.words
  const lines = activity.flatMap((one) => {
    const text = describeActivity(one, visit.words, status)
    const from = one.clientNetwork === null ? null : html` <small>${account.from(one.clientNetwork)}</small>`
    const at = formatInstant(visit.locale, one.at)
    return text === null ? [] : [html`<li><span>${text}${from}</span><time>${at}</time></li>`]
  })
  return html`<h2>${account.activity}</h2>
    ${
      lines.length === 0
        ? html`<p>${account.noActivity}</p>`
        : html`<ol class="activity">
            ${lines.slice(0, ACTIVITIES_SHOWN)}
          </ol>`
    }`
}
