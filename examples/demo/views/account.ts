import type { AccountStatus, Activity, ListedTrustedDevice } from 'countersign'
import { describeActivity } from '../activity.js'
import { html, type Html } from '../html.js'
import { formatInstant } from '../language.js'
import type { Session } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { computerList, sessionList } from './account-browsers.js'
import { factorList } from './account-factors.js'
import { choiceForm } from './enrol.js'
import { action, card, heading, message, stateBadge } from './parts.js'

export interface AccountPage {
  readonly account: AccountStatus
  /** What happened to it, newest first. */
  readonly activity: readonly Activity[]
  readonly devices: readonly ListedTrustedDevice[]
  readonly sessions: readonly Session[]
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
      html`<h2 class="with-badge">${words.twoFactor} ${stateBadge(visit, account.enabled)}</h2>
        ${
          account.enabled
            ? html`${account.singleWay && message(visit, 'warning', words.singleWay)}
              ${factorList(visit, account.factors)}`
            : html`<p>${words.offLead}</p>
                ${choiceForm(visit, visit.words.site.setUp)}`
        }`,
    )}
    ${account.enabled && card(recoveryCodes(visit, account))}
    ${account.enabled && card(computerList(visit, page.devices))} ${card(sessionList(visit, page.sessions))}
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

/** Asks again, until the person says that they kept them: a session may have ended before it could show them. */
function recoveryCodes(visit: Visit, { recoveryCodesRemaining, acknowledged }: AccountStatus): Html {
  const { words, member } = visit
  const shown = (member?.session.recoveryCodes ?? null) !== null
  return html`<h2>${words.account.recoveryCodes}</h2>
    ${!acknowledged && message(visit, 'warning', shown ? words.account.unkept : words.account.unkeptGone)}
    <p>${words.account.codesLeft(recoveryCodesRemaining)}</p>
    <div class="buttons">
      ${shown && html`<a class="button" href="/recovery-codes">${words.account.seeCodes}</a>`}
      ${!acknowledged && !shown && action(visit, '/recovery-codes', words.codes.done)}
      <a class="button quiet" href="/account/recovery-codes">${words.account.regenerate}</a>
    </div>`
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
