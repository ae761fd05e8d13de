import { html, type Html, type Part } from '../html.js'
import type { Visit } from '../visit.js'
import { form } from './parts.js'

export interface PasskeyForm {
  readonly action: string
  /** What the browser is asked for: a new passkey, or an answer of one that exists. */
  readonly use: 'create' | 'get'
  /** What Countersign gave for `navigator.credentials`, as JSON. */
  readonly options: unknown
  readonly submit: string
  /** Fields that go along. */
  readonly fields?: Part
}

/** A button that asks the browser for a passkey. `passkey.js` shows it where the browser can, and posts the answer. */
export function passkeyForm(visit: Visit, { action, use, options, submit, fields }: PasskeyForm): Html {
  const { passkey } = visit.words
  const data = html`data-passkey="${use}" data-options="${JSON.stringify(options)}" data-nothing="${passkey.nothing}"
  data-exists="${passkey.exists}" data-elsewhere="${passkey.elsewhere(visit.origin)}"`
  return html`${form(
      visit,
      action,
      html`<input type="hidden" name="response" />${fields}
        <p class="message warning" data-unsupported>${passkey.unsupported}</p>
        <button class="button" hidden>${submit}</button>
        <p class="message warning" role="alert" data-outcome hidden></p>`,
      'stack',
      data,
    )}
    <script src="/public/passkey.js" defer></script>`
}
