import type { Challenged, ChallengePurpose, Factor, Locked, Suspended } from 'countersign'
import { labelOf } from '../factor-label.js'
import { html, type Html } from '../html.js'
import type { Asked } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { countdown } from './countdown.js'
import { callForm, deliveryText, isTexted, mayArrive, resendForm, timeLeft } from './delivery.js'
import { action, card, codeField, form, heading, message, narrow, textField } from './parts.js'
import { passkeyForm } from './passkey.js'

export interface ChallengePage {
  /** Where its forms go: `/sign-in` or `/step-up`. */
  readonly base: string
  readonly purpose: ChallengePurpose
  readonly asked: Asked
  readonly now: number
  /** What this computer would be called, where trusting it is offered. */
  readonly computer: string | null
}

/** Asks for what the challenge asks for. */
export function challengeView(visit: Visit, page: ChallengePage): Page {
  switch (page.asked.status) {
    case 'challenged':
      return codeView(visit, page, page.asked)
    case 'locked':
    case 'suspended':
      return shutView(visit, page, page.asked)
    case 'pass-required':
      return recoveryView(visit, page)
  }
}

function codeView(visit: Visit, page: ChallengePage, asked: Challenged): Page {
  const { code, passkey } = visit.words
  const notSent = asked.delivery?.status === 'not-sent'
  const signInTitle = asked.passkey === null ? code.signInTitle : passkey.signInTitle
  const title = notSent ? code.notSentTitle : page.purpose === 'sign-in' ? signInTitle : code.stepUpTitle
  return {
    title,
    body: narrow(
      html` ${heading(title, page.purpose === 'step-up' ? code.stepUpLead : null)}
      ${card(
        html`${whereFrom(visit, asked, page.now)} ${mayArrive(asked.delivery) && answerForm(visit, page, asked)}
        ${asked.delivery !== null && resendForm(visit, `${page.base}/resend`, asked.delivery, page.now)}`,
      )}
      ${otherWays(visit, page, asked)}`,
    ),
  }
}

/** Takes the code, or asks the browser for the passkey; and says how long there is. */
function answerForm(visit: Visit, page: ChallengePage, asked: Challenged): Html {
  const { code, passkey } = visit.words
  const action = `${page.base}/code`
  const trust = trustBox(visit, page)
  const button = html`<button class="button">${code.submit}</button>`
  return html`${timeLeft(visit, asked, page.now)}
  ${
    asked.passkey === null
      ? form(visit, action, html`${trust}${codeField(visit, { texted: isTexted(asked.delivery) })}${button}`)
      : passkeyForm(visit, { action, use: 'get', options: asked.passkey, submit: passkey.use, fields: trust })
  }`
}

/** Where to look for the code. */
function whereFrom(visit: Visit, { factor, delivery }: Challenged, now: number): Html {
  const { code, passkey } = visit.words
  const destination = factor.destination ?? ''
  switch (factor.kind) {
    case 'totp':
      return html`<p>${code.fromApp(factor.name ?? code.anyApp)}</p>
        ${nextCode(visit, factor, now)}`
    case 'passkey':
      return html`<p>${passkey.signInText}</p>`
    case 'sms':
      return delivery === null
        ? html`<p>${code.textFor(destination)}</p>`
        : deliveryText(visit, destination, delivery, now)
  }
}

const PERIOD_MS = 30_000

/** An app's code that was used just now is used up: says when the next one appears, so that no attempt is spent on it. */
function nextCode(visit: Visit, { lastUsedAt }: Factor, now: number): Html | null {
  if (lastUsedAt === null) return null
  const untilAt = (Math.floor(lastUsedAt / PERIOD_MS) + 1) * PERIOD_MS
  return countdown(visit, { untilAt, now, running: visit.words.code.waitForNext })
}

/** Before the code, which is submitted with its last digit. */
function trustBox(visit: Visit, { computer }: ChallengePage): Html | null {
  const { code } = visit.words
  const trust = visit.told?.typed?.['trust'] === 'yes'
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

/** Every way that is left to somebody who cannot give what is asked for. */
function otherWays(visit: Visit, { base, purpose, now }: ChallengePage, asked: Challenged): Html {
  const { code, site } = visit.words
  const label = (factor: Factor): string => {
    switch (factor.kind) {
      case 'totp':
        return code.useApp(labelOf(visit.words, factor))
      case 'sms':
        return code.useText(factor.name ?? factor.destination ?? '')
      case 'passkey':
        return visit.words.passkey.useInstead
    }
  }
  const left = asked.recoveryCodesRemaining
  // Any passkey answers where one is asked for, so they are one way together.
  const others = asked.factors.filter(({ id, kind }, index, factors) =>
    kind === 'passkey'
      ? asked.passkey === null && index === factors.findIndex((other) => other.kind === kind)
      : id !== asked.factor.id,
  )
  const call = asked.delivery === null ? null : callForm(visit, `${base}/resend`, asked.delivery, now)
  return html`<section class="ways" aria-labelledby="ways">
    <h2 id="ways">${purpose === 'sign-in' ? code.otherWays : code.otherWaysStepUp}</h2>
    <ul>
      ${call !== null && html`<li>${call}</li>`}
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
      <li><a href="${base}/recovery-code">${left > 0 ? code.useRecovery(left) : code.usePass}</a></li>
      <li>${code.askOwner}</li>
      <li>${action(visit, `${base}/cancel`, site.cancel, 'link')}</li>
    </ul>
  </section>`
}

/** No typed code is compared: only a recovery code or an access pass leads on. */
function shutView(visit: Visit, { base, purpose, now }: ChallengePage, asked: Locked | Suspended): Page {
  const { code, recovery, rejected, site } = visit.words
  const title = asked.status === 'locked' ? code.lockedTitle : code.suspendedTitle
  const left = asked.recoveryCodesRemaining
  return {
    title,
    body: narrow(
      html`${heading(title)}
        ${message(visit, 'error', asked.status === 'locked' ? code.lockedText : rejected.suspended())}
        ${asked.status === 'locked' && countdown(visit, { untilAt: asked.retryAt, now, running: code.opensIn, over: code.openAgain })}
        ${recoveryForm(visit, base, left > 0 ? recovery.code : recovery.pass)}
        <p>${left > 0 ? code.askOwner : code.noRecovery}</p>
        ${action(visit, `${base}/cancel`, purpose === 'sign-in' ? code.startAgain : site.cancel, 'link')}`,
    ),
  }
}

export interface RecoveryPage {
  readonly base: string
  readonly asked: Asked
}

/** Asks for a recovery code, or for the access pass that somebody without a factor was issued. */
export function recoveryView(visit: Visit, { base, asked }: RecoveryPage): Page {
  const { code, recovery, site } = visit.words
  const forPass = asked.status === 'pass-required'
  const title = forPass ? recovery.passTitle : recovery.title
  const lead = forPass ? recovery.passLead : recovery.lead
  const form = recoveryForm(visit, base, forPass ? recovery.pass : recovery.code)
  const way = forPass
    ? action(visit, `${base}/cancel`, site.cancel, 'link')
    : html`<p>${code.askOwner}</p>
        <p><a href="${base}/code">${recovery.backToCode}</a></p>`
  return { title, body: narrow(html`${heading(title, lead)} ${form} ${way}`) }
}

function recoveryForm(visit: Visit, base: string, label: string): Html {
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
      html`${textField(visit, field)}
        <p class="hint">${recovery.revokes}</p>
        <button class="button">${recovery.submit}</button>`,
    ),
  )
}
