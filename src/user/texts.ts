import type { NotSent } from '../interfaces/delivery.js'
import type { Policy } from '../interfaces/policy.js'
import type { TextState } from './record.js'
import { isLive } from './record.js'

/** The waits after the first, second, third and fourth text of a challenge or enrolment; the fifth is the last. */
const RESEND_WAITS_SECONDS = [30, 60, 120, 300] as const
const HOUR_MS = 3_600_000

/** A text that may be sent as far as this user's record can tell, and what the record becomes if it is. */
export interface PlannedText {
  readonly status: 'send'
  readonly text: TextState
  readonly textedAt: readonly number[]
}

/** A text that this user's record does not allow; `limit` names the user's own budget when that is why. */
export interface UnplannedText extends NotSent {
  readonly limit: 'user' | null
}

/** Of what the plan is made. */
export interface TextRequest {
  readonly text: TextState | null
  readonly textedAt: readonly number[]
  readonly phoneNumber: string
  /** The key that a new code would be derived under. */
  readonly keyId: string
  readonly hasKey: (keyId: string) => boolean
}

/** Decides whether a text goes out, and with which code: the same one while it lives, then the next. */
export function planText(request: TextRequest, now: number, policy: Policy): PlannedText | UnplannedText {
  const { text, phoneNumber, keyId } = request
  const resendAt = text === null ? now : nextTextAt(text)
  if (resendAt === null) return { status: 'not-sent', reason: 'budget-spent', retryAt: null, limit: null }
  if (now < resendAt) return { status: 'not-sent', reason: 'too-soon', retryAt: resendAt, limit: null }
  const textedAt = withinHour(request.textedAt, now)
  const oldest = textedAt[0]
  if (oldest !== undefined && textedAt.length >= policy.textsPerUserHour) {
    return { status: 'not-sent', reason: 'budget-spent', retryAt: oldest + HOUR_MS, limit: 'user' }
  }
  const sends = (text?.sends ?? 0) + 1
  const same =
    text !== null &&
    text.phoneNumber === phoneNumber &&
    request.hasKey(text.keyId) &&
    isCodeLive(text, Infinity, now, policy)
  const next = same
    ? { ...text, sends, lastSentAt: now }
    : { sends, lastSentAt: now, generation: (text?.generation ?? 0) + 1, phoneNumber, keyId, codeSentAt: now }
  return { status: 'send', text: next, textedAt: [...textedAt, now] }
}

/** From when the next text may be asked for, or null when the last one is out. */
export function nextTextAt(text: TextState): number | null {
  const wait = RESEND_WAITS_SECONDS[text.sends - 1]
  return wait === undefined ? null : text.lastSentAt + wait * 1000
}

/** When the code that is out stops working: minutes after its first send, and never after what it is for. */
export function codeExpiresAt(text: TextState, subjectExpiresAt: number, policy: Policy): number {
  return Math.min(text.codeSentAt + policy.smsCodeLifetimeSeconds * 1000, subjectExpiresAt)
}

/** Whether there is a code to compare with. */
export function isCodeLive(text: TextState, subjectExpiresAt: number, now: number, policy: Policy): boolean {
  return isLive(text.codeSentAt, codeExpiresAt(text, subjectExpiresAt, policy), now)
}

/** The instants of the past hour; those in the future too, so that a clock set back frees nothing. */
export function withinHour(instants: readonly number[], now: number): readonly number[] {
  return instants.filter((at) => at > now - HOUR_MS)
}
