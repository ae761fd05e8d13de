import { html, type Html, type Part } from '../html.js'
import type { Visit } from '../visit.js'

/** A form that posts to this portal. */
export function form(visit: Visit, action: string, body: Part, className = 'stack'): Html {
  return html`<form method="post" action="${action}" class="${className}" novalidate>
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
}

/** A labelled input; hint and error are read out with it. */
export function textField(field: TextField): Html {
  const { name, label, type = 'text', hint, error = null, className = '' } = field
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
      value="${field.value ?? ''}"
      ${attribute('autocomplete', field.autocomplete)}
      ${attribute('inputmode', field.inputmode)}
      ${attribute('maxlength', field.maxlength)}
      ${attribute('aria-describedby', described.length === 0 ? undefined : described.join(' '))}
      ${error !== null && html`aria-invalid="true"`}
      ${field.optional !== true && html`required`}
      ${field.autofocus === true && html`autofocus`}
    />
    ${error !== null && html`<p class="error" id="${name}-error">${error}</p>`}
  </div>`
}

/** The input for six digits, as phones and password managers like it. */
export function codeField(label: string, error: string | null, autofocus = true): Html {
  return textField({
    name: 'code',
    label,
    error,
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    maxlength: 16,
    autofocus,
    className: 'code',
  })
}

/** What went wrong, or must be known, above a form. */
export function alert(text: string | null): Html | null {
  return text === null ? null : html`<p class="alert" role="alert">${text}</p>`
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
