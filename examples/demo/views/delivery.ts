import type { Delivery } from 'countersign'
import { html, type Html } from '../html.js'
import { notSentText } from '../outcomes.js'
import type { Visit } from '../visit.js'
import { countdown } from './countdown.js'
import { form, message } from './parts.js'

/** What became of the code that goes to a phone. */
export function deliveryText(visit: Visit, destination: string, delivery: Delivery, now: number): Html {
  const { code } = visit.words
  if (delivery.status === 'not-sent') return message(visit, 'error', notSentText(visit, delivery, now))
  return html`<p>${delivery.channel === 'voice' ? code.called(destination) : code.texted(destination)}</p>`
}

/** How long there is for a challenge or an enrolment; or for the code that was sent, where that runs out sooner. */
export function timeLeft(
  visit: Visit,
  { expiresAt, delivery }: { readonly expiresAt: number; readonly delivery: Delivery | null },
  now: number,
): Html {
  const { code, rejected } = visit.words
  if (delivery?.status === 'sent' && delivery.expiresAt < expiresAt) {
    const { codeEnds: running, codeLasts: still, codeOver: over } = code
    return countdown(visit, { untilAt: delivery.expiresAt, now, running, still, over })
  }
  const { timeEnds: running, timeLasts: still } = code
  const over = rejected.expired({ attempts: null, wait: null })
  return countdown(visit, { untilAt: expiresAt, now, running, still, over })
}

/**
 * The button that has the text sent again, with the wait before it. The wait is words for everyone; the script counts
 * it down and holds the button meanwhile. Without the script a press too early is answered with the wait that is left.
 */
export function resendForm(visit: Visit, action: string, delivery: Delivery, now: number): Html {
  const { code } = visit.words
  const from = nextAt(delivery)
  if (from === null) return html``
  return form(
    visit,
    action,
    html`<input type="hidden" name="channel" value="sms" />
      <button class="button quiet" data-wait-seconds="${secondsTo(from, now)}">
        ${isCalled(delivery) ? code.textInstead : code.resend}
      </button>
      ${countdown(visit, { untilAt: from, now, running: code.resendIn })}`,
    'resend',
  )
}

/** A call that reads the same code aloud, for whoever was texted before: null where one would not be made. */
export function callForm(visit: Visit, action: string, delivery: Delivery, now: number): Html | null {
  const { code } = visit.words
  // A number that takes no texts may well take calls.
  const from = delivery.status === 'not-sent' && delivery.reason === 'unreachable' ? now : nextAt(delivery)
  if (from === null) return null
  return form(
    visit,
    action,
    html`<input type="hidden" name="channel" value="voice" />
      <button class="link" data-wait-seconds="${secondsTo(from, now)}">
        ${isCalled(delivery) ? code.callAgain : code.callInstead}
      </button>`,
    'inline',
  )
}

/** Whether a code may be on its way: where the text was not even tried, there is none to be typed. */
export function mayArrive(delivery: Delivery | null): boolean {
  if (delivery?.status !== 'not-sent') return true
  return !['unreachable', 'opted-out', 'screened'].includes(delivery.reason)
}

/** Whether a text with the code is on its way. */
export function isTexted(delivery: Delivery | null): boolean {
  return delivery?.status === 'sent' && delivery.channel === 'sms'
}

function isCalled(delivery: Delivery): boolean {
  return delivery.status === 'sent' && delivery.channel === 'voice'
}

function nextAt(delivery: Delivery): number | null {
  return delivery.status === 'sent' ? delivery.resendAt : delivery.retryAt
}

function secondsTo(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1000))
}
