import type { Challenged, ChallengePurpose, Factor } from 'countersign'
import { html, type Html } from '../html.js'
import { formatWait } from '../language.js'
import { notSentText } from '../outcomes.js'
import type { Asked } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { action, alert, card, codeField, form, heading, narrow, textField } from './parts.js'
import { resendForm } from './resend.js'

export interface ChallengePage {
  /** Where its forms go: `/sign-in` or `/step-up`. */
  readonly base: string
  readonly purpose: ChallengePurpose
  readonly asked: Asked
  readonly now: number
  /** What this computer would be called, where trusting it is offered. */
  readonly computer: string | null
  /** Whether its box was ticked before the code turned out wrong. */
  readonly trust?: boolean
  readonly error: string | null
  readonly notice?: string | null
  readonly status?: number
}

/** Asks for what the challenge asks for. */
export function challengeView(visit: Visit, page: ChallengePage): Page {
  switch (page.asked.status) {
    case 'challenged':
      return codeView(visit, page, page.asked)
    case 'locked':
      return shutView(visit, page, visit.words.code.lockedTitle, page.asked.retryAt)
    case 'suspended':
      return shutView(visit, page, visit.words.code.suspendedTitle, null)
  }
}

function codeView(visit: Visit, page: ChallengePage, asked: Challenged): Page {
  const { code } = visit.words
  const title = page.purpose === 'sign-in' ? code.signInTitle : code.stepUpTitle
  return {
    status: page.status ?? 200,
    title,
    body: narrow(
      html` ${heading(title, page.purpose === 'step-up' ? code.stepUpLead : null)}
      ${typeof page.notice === 'string' && html`<p class="notice" role="status">${page.notice}</p>`}
      ${card(
        html` ${whereFrom(visit, asked, page.now)}
        ${form(
          visit,
          `${page.base}/code`,
          html`${codeField(code.code, page.error)}${trustBox(visit, page)}<button class="button">
              ${code.submit}
            </button>`,
        )}
        ${asked.delivery !== null && resendForm(visit, `${page.base}/resend`, asked.delivery, page.now)}`,
      )}
      ${otherWays(visit, page, asked)}`,
    ),
  }
}

/** Where to look for the code. */
function whereFrom(visit: Visit, { factor, delivery }: Challenged, now: number): Html {
  const { code } = visit.words
  if (factor.kind === 'totp') return html`<p>${code.fromApp(factor.name ?? code.anyApp)}</p>`
  const destination = factor.destination ?? ''
  if (delivery === null) return html`<p>${code.textFor(destination)}</p>`
  switch (delivery.status) {
    case 'sent':
      return html`<p>${code.texted(delivery.destination)}</p>`
    case 'not-sent':
      return html`<p>${code.textFor(destination)}</p>
        ${alert(notSentText(visit, delivery, now))}`
  }
}

function trustBox(visit: Visit, { computer, trust = false }: ChallengePage): Html | null {
  const { code } = visit.words
  if (computer === null) return null
  return html`<div class="check">
    <input
      type="checkbox"
      id="trust"
      name="trust"
      value="yes"
      aria-describedby="trust-hint"
      ${trust && html`checked`}
    />
    <label for="trust">${code.trust}</label>
    <p class="hint" id="trust-hint">${code.trustHint(computer)}</p>
  </div>`
}

function otherWays(visit: Visit, { base }: ChallengePage, asked: Challenged): Html {
  const { code, factor: words, site } = visit.words
  const label = ({ kind, name, destination }: Factor): string =>
    kind === 'totp' ? code.useApp(words.label(kind, name, destination)) : code.useText(name ?? destination ?? '')
  const left = asked.recoveryCodesRemaining
  const others = asked.factors.filter(({ id }) => id !== asked.factor.id)
  return html`<section class="ways" aria-labelledby="ways">
    <h2 id="ways">${code.otherWays}</h2>
    <ul>
      ${others.map(
        (factor) =>
          html`<li>
            ${action(
              visit,
              `${base}/switch`,
              label(factor),
              'link',
              html`<input type="hidden" name="factor" value="${factor.id}" />`,
            )}
          </li>`,
      )}
      ${left > 0 && html`<li><a href="${base}/recovery-code">${code.useRecovery(left)}</a></li>`}
      <li>${action(visit, `${base}/cancel`, site.cancel, 'link')}</li>
    </ul>
  </section>`
}

/** No code is compared: only a recovery code leads on. */
function shutView(visit: Visit, page: ChallengePage, title: string, retryAt: number | null): Page {
  const { code, rejected, site } = visit.words
  const again = page.purpose === 'sign-in' ? code.startAgain : site.cancel
  const text =
    retryAt === null
      ? rejected.suspended()
      : retryAt <= page.now
        ? code.openAgain
        : rejected.locked({ attempts: 0, wait: formatWait(visit.locale, retryAt, page.now) })
  return {
    status: page.status ?? 200,
    title,
    body: narrow(
      html`${heading(title)}${alert(text)}
      ${page.asked.recoveryCodesRemaining > 0 ? recoveryForm(visit, page.base, null) : html`<p>${code.noRecovery}</p>`}
      ${action(visit, `${page.base}/cancel`, again, 'link')}`,
    ),
  }
}

export interface RecoveryPage {
  readonly base: string
  readonly error: string | null
  readonly status?: number
}

export function recoveryView(visit: Visit, { base, error, status = 200 }: RecoveryPage): Page {
  const { recovery } = visit.words
  return {
    status,
    title: recovery.title,
    body: narrow(
      html`${heading(recovery.title, recovery.lead)} ${recoveryForm(visit, base, error)}
        <p><a href="${base}/code">${recovery.backToCode}</a></p>`,
    ),
  }
}

function recoveryForm(visit: Visit, base: string, error: string | null): Html {
  const { recovery } = visit.words
  const field = {
    name: 'code',
    label: recovery.code,
    autocomplete: 'off',
    maxlength: 60,
    autofocus: true,
    className: 'recovery',
  }
  return card(
    form(
      visit,
      `${base}/recovery-code`,
      html`${textField({ ...field, error })}
        <p class="hint">${recovery.revokes}</p>
        <button class="button">${recovery.submit}</button>`,
    ),
  )
}
