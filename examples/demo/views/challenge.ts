import type { Challenged, ChallengePurpose, Delivery, Factor, Locked, Suspended } from 'countersign'
import { labelOf } from '../factor-label.js'
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
      return shutView(visit, page, page.asked, visit.words.code.lockedTitle)
    case 'suspended':
      return shutView(visit, page, page.asked, visit.words.code.suspendedTitle)
    case 'pass-required':
      return recoveryView(visit, { ...page, error: null })
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
        ${
          asked.factor.kind !== 'passkey' &&
          form(
            visit,
            `${page.base}/code`,
            html`${codeField(code.code, page.error)}${trustBox(visit, page)}<button class="button">
                ${code.submit}
              </button>`,
          )
        }
        ${asked.delivery !== null && resendForm(visit, `${page.base}/resend`, asked.delivery, page.now)}`,
      )}
      ${otherWays(visit, page, asked)}`,
    ),
  }
}

/** Where to look for the code. */
function whereFrom(visit: Visit, { factor, delivery }: Challenged, now: number): Html {
  const { code } = visit.words
  const destination = factor.destination ?? ''
  switch (factor.kind) {
    case 'totp':
      return html`<p>${code.fromApp(factor.name ?? code.anyApp)}</p>`
    case 'passkey':
      return html`<p>${code.noPasskeys}</p>`
    case 'sms':
      return textedTo(visit, destination, delivery, now)
  }
}

/** What became of the text. */
function textedTo(visit: Visit, destination: string, delivery: Delivery | null, now: number): Html {
  const { code } = visit.words
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
  const { code, site } = visit.words
  const label = (factor: Factor): string => {
    switch (factor.kind) {
      case 'totp':
        return code.useApp(labelOf(visit.words, factor))
      case 'sms':
        return code.useText(factor.name ?? factor.destination ?? '')
      case 'passkey':
        return code.usePasskey(labelOf(visit.words, factor))
    }
  }
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
function shutView(visit: Visit, page: ChallengePage, asked: Locked | Suspended, title: string): Page {
  const retryAt = asked.status === 'locked' ? asked.retryAt : null
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
      ${asked.recoveryCodesRemaining > 0 ? recoveryForm(visit, page.base, visit.words.recovery.code, null) : html`<p>${code.noRecovery}</p>`}
      ${action(visit, `${page.base}/cancel`, again, 'link')}`,
    ),
  }
}

export interface RecoveryPage {
  readonly base: string
  readonly asked: Asked
  readonly error: string | null
  readonly status?: number
}

/** Asks for a recovery code, or for the access pass that somebody without a factor was issued. */
export function recoveryView(visit: Visit, { base, asked, error, status = 200 }: RecoveryPage): Page {
  const { recovery, site } = visit.words
  const forPass = asked.status === 'pass-required'
  const title = forPass ? recovery.passTitle : recovery.title
  const lead = forPass ? recovery.passLead : recovery.lead
  const form = recoveryForm(visit, base, forPass ? recovery.pass : recovery.code, error)
  const way = forPass
    ? action(visit, `${base}/cancel`, site.cancel, 'link')
    : html`<p><a href="${base}/code">${recovery.backToCode}</a></p>`
  return { status, title, body: narrow(html`${heading(title, lead)} ${form} ${way}`) }
}

function recoveryForm(visit: Visit, base: string, label: string, error: string | null): Html {
  const { recovery } = visit.words
  const field = {
    name: 'code',
    label,
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
