import { html, type Html, type Part } from '../html.js'
import type { Told } from '../told.js'
import type { Visit } from '../visit.js'

/** A form that posts to this portal. */
export function form(visit: Visit, action: string, body: Part, className = 'stack', attributes: Part = null): Html {
  return html`<form method="post" action="${action}" class="${className}" novalidate ${attributes}>
    <input type="hidden" name="csrf" value="${visit.csrf}" />${body}
  </form>`
}

/** One button that posts. */
export function action(visit: Visit, to: string, label: string, className = 'button quiet', fields: Part = null): Html {
  return form(visit, to, html`${fields}<button class="${className}">${label}</button>`, 'inline')
}

export interface TextField {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'email' | 'password' | 'tel' | 'date'
  readonly autocomplete?: string
  readonly inputmode?: 'numeric' | 'tel' | 'email'
  readonly value?: string
  readonly hint?: string
  readonly error?: string | null
  readonly maxlength?: number
  readonly autofocus?: boolean
  readonly optional?: boolean
  readonly className?: string
  readonly attributes?: Part
  /** What stands below the input. */
  readonly below?: Part
}

/** A labelled input; hint and error are read out with it. What a form before it told of this field is shown here. */
export function textField(visit: Visit, field: TextField): Html {
  const { name, label, type = 'text', hint, className = '' } = field
  const error = field.error ?? (visit.told?.field === name ? visit.told.text : null)
  const described = [hint === undefined ? null : `${name}-hint`, error === null ? null : `${name}-error`].filter(
    (id) => id !== null,
  )
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      class="${className}"
      value="${visit.told?.typed?.[name] ?? field.value ?? ''}"
      ${attribute('autocomplete', field.autocomplete)}
      ${attribute('inputmode', field.inputmode)}
      ${attribute('maxlength', field.maxlength)}
      ${attribute('aria-describedby', described.length === 0 ? undefined : described.join(' '))}
      ${error !== null && html`aria-invalid="true"`}
      ${field.optional !== true && html`required`}
      ${field.autofocus === true && html`autofocus`}
      ${field.attributes}
    />
    ${error !== null && html`<p class="error" id="${name}-error" role="alert">${error}</p>`} ${field.below}
  </div>`
}

/**
 * The input for six digits, as phones and password managers like it. `code.js` submits it with the last digit; `texted`
 * says that the code is on its way as a text, so that a phone may take it from there.
 */
export function codeField(visit: Visit, { autofocus = true, texted = false } = {}): Html {
  const { code } = visit.words
  return html`${textField(visit, {
      name: 'code',
      label: code.code,
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
      maxlength: 16,
      autofocus,
      className: 'code',
      attributes: texted && html`data-texted`,
      below: html`<p class="hint" id="code-sent-along" data-sent-along hidden>${code.sentAlong}</p>`,
    })}
    <script src="/public/code.js" defer></script>`
}

/** A sentence that must be seen: its tone shows in colour, in a sign and in a word. */
export function message({ words }: Pick<Visit, 'words'>, tone: Told['tone'], text: string): Html {
  const role = tone === 'error' || tone === 'warning' ? 'alert' : 'status'
  return html`<p class="message ${tone}" role="${role}"><span class="tone">${words.tones[tone]}</span> ${text}</p>`
}

/** Whether two-factor authentication is on, in colour and in a word. */
export function stateBadge({ words }: Pick<Visit, 'words'>, on: boolean): Html {
  return html`<em class="badge ${on ? 'good' : 'warn'}">${on ? words.account.on : words.account.off}</em>`
}

/** A card that holds one matter. */
export function card(body: Part, className = ''): Html {
  return html`<section class="card ${className}">${body}</section>`
}

/** The heading of a page, with a sentence below. */
export function heading(title: string, lead: string | null = null): Html {
  return html`<header class="heading">
    <h1>${title}</h1>
    ${lead !== null && html`<p class="lead">${lead}</p>`}
  </header>`
}

/** Everything on a narrow page: one matter, in the middle. */
export function narrow(body: Part): Html {
  return html`<div class="narrow">${body}</div>`
}

function attribute(name: string, value: string | number | undefined): Html | null {
  return value === undefined ? null : html`${name}="${value}"`
}
