import type { NotSent } from '../interfaces/delivery.js'
import type { Policy } from '../interfaces/policy.js'
import type { Case } from './decision.js'
import { isLive, type ChallengeText, type TextState, type UserRecord } from './record.js'
import { isAfter, settledThrough } from './standing.js'

/** The waits after the first, second, third and fourth text of a challenge or enrolment; the fifth is the last. */
const RESEND_WAITS_SECONDS = [30, 60, 120, 300] as const
const HOUR_MS = 3_600_000
/** A code is sent again only while a person has this long to type it. */
const LEAST_LIFE_MS = 60_000

/** The texts of an open challenge, or null. */
export function textOf({ texts }: UserRecord, challengeId: string): ChallengeText | null {
  return texts.find((text) => text.challengeId === challengeId) ?? null
}

/** The record with the texts of one challenge changed, or added. */
export function withText(record: UserRecord, text: ChallengeText): UserRecord {
  const known = textOf(record, text.challengeId) !== null
  if (!known) return { ...record, texts: [...record.texts, text] }
  return { ...record, texts: record.texts.map((one) => (one.challengeId === text.challengeId ? text : one)) }
}

/** The text of a challenge to this number that a begin under `joinKey` joins: its first one, within the wait for the second. */
export function joinableText(
  { record, now, policy }: Case,
  joinKey: string | null,
  phoneNumber: string,
): ChallengeText | null {
  if (joinKey === null) return null
  const through = settledThrough(record, now)
  const joinable = ({ sends, wrongCodes, lastSentAt, ...text }: ChallengeText): boolean =>
    text.joinKey === joinKey &&
    text.phoneNumber === phoneNumber &&
    sends === 1 &&
    wrongCodes === 0 &&
    isAfter(text, through) &&
    now < lastSentAt + RESEND_WAITS_SECONDS[0] * 1000
  return record.texts.find((text) => joinable(text) && isCodeLive(text, text.expiresAt, now, policy)) ?? null
}

/** A text that may be sent as far as this user's record can tell, and what the record says of it once it is. */
export interface PlannedText {
  readonly status: 'send'
  readonly state: TextState
  readonly textedAt: readonly number[]
}

/** A text that this user's record does not allow; `limit` names the user's own budget when that is why. */
export interface UnplannedText extends NotSent {
  readonly limit: 'user' | null
}

/** What a text is planned from. */
export interface TextPlan {
  /** What went out before, for the same challenge or enrolment. */
  readonly text: TextState | null
  readonly phoneNumber: string
  /** The keys of the ring: a new code is derived under the first. */
  readonly keyIds: readonly [string, ...string[]]
  /** When the challenge or enrolment ends. */
  readonly expiresAt: number
}

/** Decides whether a text goes out, and with which code: the same one while it has enough life left, then the next. */
export function planText({ record, now, policy }: Case, plan: TextPlan): PlannedText | UnplannedText {
  const { text, phoneNumber, keyIds, expiresAt } = plan
  const resendAt = text === null ? now : nextTextAt(text)
  if (resendAt === null) return { status: 'not-sent', reason: 'budget-spent', retryAt: null, limit: null }
  if (now < resendAt) return { status: 'not-sent', reason: 'too-soon', retryAt: resendAt, limit: null }
  const textedAt = withinHour(record.textedAt, now)
  const oldest = textedAt[0]
  if (oldest !== undefined && textedAt.length >= policy.textsPerUserHour) {
    return { status: 'not-sent', reason: 'budget-spent', retryAt: oldest + HOUR_MS, limit: 'user' }
  }
  const sends = (text?.sends ?? 0) + 1
  const again =
    text !== null &&
    text.phoneNumber === phoneNumber &&
    keyIds.includes(text.keyId) &&
    hasLife(text, expiresAt, now, policy)
  const state = again
    ? { ...text, sends, lastSentAt: now }
    : {
        sends,
        lastSentAt: now,
        generation: (text?.generation ?? 0) + 1,
        phoneNumber,
        keyId: keyIds[0],
        codeSentAt: now,
      }
  return { status: 'send', state, textedAt: [...textedAt, now] }
}

function hasLife(text: TextState, subjectExpiresAt: number, now: number, policy: Policy): boolean {
  // What ends with its challenge gets no longer by being another code.
  const ends = codeExpiresAt(text, subjectExpiresAt, policy)
  return isCodeLive(text, subjectExpiresAt, now, policy) && (ends - now >= LEAST_LIFE_MS || ends === subjectExpiresAt)
}

/** From when the next text may be asked for, or null when the last one is out. */
export function nextTextAt(text: TextState): number | null {
  const wait = RESEND_WAITS_SECONDS[text.sends - 1]
  return wait === undefined ? null : text.lastSentAt + wait * 1000
}

/** When the code that is out stops working: counted from its first send, and never after what it is for. */
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
