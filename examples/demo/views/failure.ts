import { html, type Html } from '../html.js'
import type { Locale } from '../language.js'
import type { Page } from '../visit.js'
import type { Words } from '../words/english.js'
import { heading, narrow } from './parts.js'

export type Failure = 'notFound' | 'forbidden' | 'form' | 'tooLarge' | 'broken'

export function failureView(words: Words, failure: Failure, status: number): Page {
  return {
    status,
    title: words.failure[failure],
    body: narrow(
      html`${heading(words.failure[failure], words.failure[`${failure}Text`])}
        <p><a href="/">${words.site.back}</a></p>`,
    ),
  }
}

/** A page that asks for nothing: not who is visiting, not what they were told. For when even that may be what failed. */
export function bareLayout(locale: Locale, { title, body }: Page): Html {
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/public/style.css" />
      </head>
      <body>
        <div class="columns"><main>${body}</main></div>
      </body>
    </html>`
}
