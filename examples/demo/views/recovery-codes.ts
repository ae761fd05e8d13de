import { html } from '../html.js'
import type { Page, Visit } from '../visit.js'
import { action, card, heading, narrow } from './parts.js'

export function recoveryCodesView(visit: Visit, codes: readonly string[]): Page {
  const { codes: words } = visit.words
  return {
    title: words.title,
    body: narrow(
      html`${heading(words.title, words.lead)}
      ${card(
        html`<ol class="codes" id="codes">
            ${codes.map((code) => html`<li><code>${code}</code></li>`)}
          </ol>
          <div class="buttons">
            <button type="button" class="button quiet" data-copy="codes" data-copied="${words.copied}" hidden>
              ${words.copy}
            </button>
            <a class="button quiet" href="/recovery-codes/download" download>${words.download}</a>
            <button type="button" class="button quiet" data-print hidden>${words.print}</button>
          </div>`,
        'printed',
      )}
      ${action(visit, '/recovery-codes', words.done, 'button')}`,
    ),
  }
}
