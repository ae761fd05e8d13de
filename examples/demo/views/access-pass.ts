import { html } from '../html.js'
import { formatInstant } from '../language.js'
import type { Person } from '../people.js'
import type { KeptPass } from '../session.js'
import type { Page, Visit } from '../visit.js'
import { action, card, heading, narrow } from './parts.js'

/** An access pass just issued, until the owner says that it was handed over: it is never shown again. */
export function passView(visit: Visit, person: Person, { pass, expiresAt }: KeptPass): Page {
  const { team, codes } = visit.words
  const title = team.passIssued(person.name)
  return {
    title,
    body: narrow(
      html`${heading(title, team.passHandOver)}
      ${card(
        html`<p><code class="secret" id="pass">${pass}</code></p>
          <p>${team.passUntil(formatInstant(visit.locale, expiresAt))}</p>
          <div class="buttons">
            <button type="button" class="button quiet" data-copy="pass" data-copied="${codes.copied}" hidden>
              ${codes.copy}
            </button>
            <button type="button" class="button quiet" data-print hidden>${codes.print}</button>
          </div>`,
        'printed',
      )}
      ${action(visit, '/team/pass/done', team.passDone, 'button')}`,
    ),
  }
}
