import { html, type Html } from '../html.js'
import { formatDate, LANGUAGES } from '../language.js'
import type { Phone } from '../phone.js'
import type { Visit } from '../visit.js'
import { action, form, message } from './parts.js'
import { phonePanel } from './phone.js'

export interface Layout {
  readonly visit: Visit
  readonly title: string
  readonly body: Html
  readonly requiredFrom: number | null
  readonly phone: Phone
  readonly now: number
}

export function layout(page: Layout): Html {
  const { visit, title, body, phone } = page
  const { words, locale, told } = visit
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${told?.tone === 'error' && `${words.tones.error} `}${title} · ${words.site.name}</title>
        <link rel="icon" href="/public/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/public/style.css" />
        <script src="/public/demo.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#page">${words.site.skip}</a>
        <header class="top">
          <a class="brand" href="/"
            ><img src="/public/favicon.svg" alt="" width="28" height="28" />
            <span><strong>${words.site.name}</strong><small>${words.site.tagline}</small></span></a
          >
          <a class="to-phone" href="#phone">${words.phone.show}</a>
          ${navigation(visit)}
        </header>
        <div class="columns">
          <main id="page" tabindex="-1">
            ${banner(page)} ${told !== null && told.field === undefined && message(visit, told.tone, told.text)} ${body}
          </main>
          ${phonePanel(visit, phone)}
        </div>
        <footer class="bottom">
          <p>${words.site.demo}</p>
          ${languages(visit)}
        </footer>
      </body>
    </html>`
}

function navigation(visit: Visit): Html | null {
  const { member, confined, words, path } = visit
  if (member === null) return null
  const link = (to: string, label: string): Html =>
    html`<a href="${to}" ${path.split('?')[0] === to && html`aria-current="page"`}>${label}</a>`
  return html`<nav class="menu" aria-label="${words.site.name}">
    ${confined === null && link('/', words.site.home)}
    <details class="more">
      <summary>${confined === null ? words.site.more : member.person.name}</summary>
      <div class="sheet">
        <p class="who">
          <small>${words.site.signedInAs}</small> ${member.person.name}
          <small>${words.site.roles[member.person.role]}</small>
        </p>
        ${confined === null && link('/account', words.site.account)}
        ${confined === null && member.person.role === 'owner' && link('/team', words.site.team)}
        ${action(visit, '/sign-out', words.site.signOut, 'link')}
      </div>
    </details>
  </nav>`
}

function banner({ visit, requiredFrom, now }: Layout): Html | null {
  const { confined, member, words, locale } = visit
  if (confined === 'required') return html`<p class="banner">${words.jailBanner}</p>`
  if (confined === 'recovered') return html`<p class="banner">${words.recoveredBanner}</p>`
  if (member === null || member.account.enabled || requiredFrom === null || requiredFrom <= now) return null
  return html`<p class="banner">
    ${words.graceBanner(formatDate(locale, requiredFrom))} <a href="/enrol">${words.site.setUp}</a>
  </p>`
}

function languages(visit: Visit): Html {
  return form(
    visit,
    '/language',
    html`<input type="hidden" name="back" value="${visit.path}" /> ${LANGUAGES.map(({ locale, name }) => {
        const current = locale === visit.locale && html`aria-current="true"`
        return html`<button class="link" name="locale" value="${locale}" lang="${locale}" ${current}>${name}</button>`
      })}`,
    'languages',
  )
}
