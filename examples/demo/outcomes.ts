import type { NotSent, Refused, Rejected, Sent } from 'countersign'
import { formatWait } from './language.js'
import type { Told } from './told.js'
import type { Visit } from './visit.js'

const waitOf = ({ locale }: Visit, retryAt: number | null, now: number): string | null =>
  retryAt === null || retryAt <= now ? null : formatWait(locale, retryAt, now)

/** What to tell someone whose code was not accepted. */
export function rejectedText(visit: Visit, { reason, attemptsRemaining, retryAt }: Rejected, now: number): string {
  return visit.words.rejected[reason]({ attempts: attemptsRemaining, wait: waitOf(visit, retryAt, now) })
}

/** What to tell someone whose wish was refused. */
export function refusedText(visit: Visit, { reason, retryAt }: Refused, now: number): string {
  return visit.words.refused[reason]({ attempts: 0, wait: waitOf(visit, retryAt, now) })
}

/** What to tell someone whose text was not sent. */
export function notSentText(visit: Visit, { reason, retryAt }: NotSent, now: number): string {
  return visit.words.notSent[reason]({ attempts: 0, wait: waitOf(visit, retryAt, now) })
}

/** The same as the next page tells it: to have asked too early is no failure. */
export function notSentTold(visit: Visit, notSent: NotSent, now: number): Told {
  return { tone: notSent.reason === 'too-soon' ? 'notice' : 'error', text: notSentText(visit, notSent, now) }
}

/** What to tell someone who asked for the code again. */
export function resentText({ words }: Visit, { channel }: Sent): string {
  return channel === 'voice' ? words.code.calling : words.code.resent
}

/** Whether a challenge or an enrolment is over, so that people have to start again. */
export function isOver({ reason, attemptsRemaining }: Rejected): boolean {
  switch (reason) {
    case 'expired':
    case 'wrong-code':
    case 'already-used':
      return attemptsRemaining === 0
    case 'exhausted':
    case 'revoked':
    case 'settled':
    case 'unknown-challenge':
    case 'unknown-enrolment':
      return true
    case 'malformed-code':
    case 'wrong-response':
    case 'assurance-too-low':
    case 'too-many-factors':
    case 'locked':
    case 'suspended':
    case 'unknown-factor':
    case 'busy':
      return false
  }
}
