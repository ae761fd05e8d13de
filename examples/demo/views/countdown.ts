import { html, type Html } from '../html.js'
import { formatSpan, formatWait } from '../language.js'
import type { Visit } from '../visit.js'

export interface Countdown {
  readonly untilAt: number
  readonly now: number
  /** The sentence with the wait in it, such as "in 40 seconds". */
  readonly running: (wait: string) => string
  /** What is said without a script, where the other sentence would soon be untrue; it is given a span, such as "5 minutes". */
  readonly still?: (span: string) => string
  /** What is said from then on; nothing when left out. */
  readonly over?: string
}

/** A sentence about a moment ahead. The script counts it down; without the script it is true of when the page was opened. */
export function countdown({ locale }: Pick<Visit, 'locale'>, { untilAt, now, running, still, over }: Countdown): Html {
  const seconds = Math.max(0, Math.ceil((untilAt - now) / 1000))
  if (seconds === 0) return over === undefined ? html`` : html`<p class="hint">${over}</p>`
  const wait = formatWait(locale, untilAt, now)
  const [before, after] = running(wait).split(wait)
  return html`<div class="hint" data-countdown="${seconds}">
    ${still !== undefined && html`<p data-still>${still(formatSpan(locale, untilAt - now))}</p>`}
    <p data-running ${still !== undefined && html`hidden`}>${before}<span data-wait>${wait}</span>${after}</p>
    ${over !== undefined && html`<p role="status" data-over hidden>${over}</p>`}
  </div>`
}
