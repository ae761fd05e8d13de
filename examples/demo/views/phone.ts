import { html, type Html } from '../html.js'
import { formatTime } from '../language.js'
import type { Phone } from '../phone.js'
import type { Visit } from '../visit.js'

/** The pretend phone beside every page: one screen with texts and codes, another with e-mails. */
export function phonePanel(visit: Visit, phone: Phone): Html {
  const { words } = visit
  return html`<aside class="phone" id="phone" aria-labelledby="phone-title">
    <h2 id="phone-title">${words.phone.title}</h2>
    <p class="hint">${words.phone.about}</p>
    <div class="which" role="radiogroup" aria-labelledby="phone-title">
      <input type="radio" name="phone" id="phone-texts" checked />
      <input type="radio" name="phone" id="phone-mails" />
    </div>
    <div class="screen" id="phone-screen" tabindex="0" role="group" aria-labelledby="phone-title">
      ${phoneScreen(visit, phone)}
    </div>
    <p class="unseen" role="status" id="phone-arrived"></p>
  </aside>`
}

/** What is on its screens; also sent alone, for the script that keeps it fresh. */
export function phoneScreen({ words, locale }: Pick<Visit, 'words' | 'locale'>, phone: Phone): Html {
  const texts = phone.texts()
  const apps = phone.apps()
  const mails = phone.mails()
  const arrived = (what: string, at: number): Html => html`<small>${what} · ${formatTime(locale, at)}</small>`
  return html`<div class="tabs">
      <label for="phone-texts">${words.phone.texts}</label>
      <label for="phone-mails">${words.phone.mails(mails.length)}</label>
    </div>
    <div class="on-texts">
      ${
        apps.length > 0 &&
        html`<ul class="apps" aria-label="${words.phone.authenticator}">
          ${apps.map(({ label, code }) => html`<li><small>${label}</small><code>${code.slice(0, 3)} ${code.slice(3)}</code></li>`)}
        </ul>`
      }
      ${texts.length === 0 && html`<p class="none">${words.phone.empty}</p>`}
      <ol class="texts">
        ${texts.map(
          ({ to, text, at, channel }) =>
            html`<li ${channel === 'voice' && html`class="call"`}>
              ${arrived(channel === 'voice' ? words.phone.call(to) : words.phone.to(to), at)}
              <p>${channel === 'voice' ? words.phone.spoken(text) : text}</p>
            </li>`,
        )}
      </ol>
    </div>
    <div class="on-mails">
      ${mails.length === 0 && html`<p class="none">${words.phone.noMails}</p>`}
      <ol class="texts">
        ${mails.map(
          ({ to, subject, text, path, at }) =>
            html`<li>
              ${arrived(words.phone.to(to), at)}
              <p><strong>${subject}</strong><br />${text} <a href="${path}">${path}</a></p>
            </li>`,
        )}
      </ol>
    </div>`
}
