import { html, type Html } from '../html.js'
import { formatTime } from '../language.js'
import type { Phone } from '../phone.js'
import type { Visit } from '../visit.js'

/** The pretend phone beside every page. */
export function phonePanel(visit: Visit, phone: Phone): Html {
  const { words } = visit
  return html`<aside class="phone" id="phone" aria-labelledby="phone-title">
    <h2 id="phone-title">${words.phone.title}</h2>
    <p class="hint">${words.phone.about}</p>
    <div class="screen" id="phone-screen">${phoneScreen(visit, phone)}</div>
  </aside>`
}

/** What is on its screen; also sent alone, for the script that keeps it fresh. */
export function phoneScreen({ words, locale }: Pick<Visit, 'words' | 'locale'>, phone: Phone): Html {
  const texts = phone.texts()
  const apps = phone.apps()
  return html`${
      apps.length > 0 &&
      html`<ul class="apps" aria-label="${words.phone.authenticator}">
        ${apps.map(({ label, code }) => html`<li><small>${label}</small><code>${code.slice(0, 3)} ${code.slice(3)}</code></li>`)}
      </ul>`
    }
    ${texts.length === 0 && html`<p class="none">${words.phone.empty}</p>`}
    <ol class="texts">
      ${texts.map(
        ({ to, text, at }) =>
          html`<li>
            <small>${words.phone.to(to)} · ${formatTime(locale, at)}</small>
            <p>${text}</p>
          </li>`,
      )}
    </ol>`
}
