import type { NotSent, Refused, Rejected } from 'countersign'
import { formatWait } from './language.js'
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

/** The HTTP status that says the same. */
export function statusOf({ reason }: Rejected): number {
  return reason === 'locked' || reason === 'suspended' ? 429 : reason === 'busy' ? 503 : 422
}
