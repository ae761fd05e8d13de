import { html } from '../html.js'
import { formatDate } from '../language.js'
import type { Person } from '../people.js'
import type { Page, Visit } from '../visit.js'
import { action, card, heading, narrow } from './parts.js'

export interface ShownCodes {
  readonly codes: readonly string[]
  readonly person: Person
  /** When they were made. */
  readonly issuedAt: number
}

export function recoveryCodesView(visit: Visit, { codes, person, issuedAt }: ShownCodes): Page {
  const { codes: words } = visit.words
  return {
    title: words.title,
    body: narrow(
      html`${heading(words.title, words.lead)}
      ${card(
        html`<header class="print-only">
            <h1>${words.file(person.name)}</h1>
            <p>${words.issued(formatDate(visit.locale, issuedAt))} ${words.fileNote}</p>
          </header>
          <ol class="codes" id="codes">
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
