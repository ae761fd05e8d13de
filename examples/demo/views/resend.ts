import type { Delivery } from 'countersign'
import { html, type Html } from '../html.js'
import { formatWait } from '../language.js'
import type { Visit } from '../visit.js'
import { form } from './parts.js'

/**
 * The button that has the text sent again, with the wait before it. The wait is words for everyone; the script counts
 * it down and holds the button meanwhile. Without the script a press too early is answered with the wait that is left.
 */
export function resendForm(visit: Visit, action: string, delivery: Delivery, now: number): Html {
  const { code } = visit.words
  const from = delivery.status === 'sent' ? delivery.resendAt : delivery.retryAt
  const wait = from === null ? 0 : Math.max(0, Math.ceil((from - now) / 1000))
  if (from === null) return html``
  return form(
    visit,
    action,
    html`<button class="button quiet" data-wait-seconds="${wait}">${code.resend}</button>
      ${wait > 0 && html`<p class="hint" data-wait-text>${code.resendIn(formatWait(visit.locale, from, now))}</p>`}`,
    'resend',
  )
}
