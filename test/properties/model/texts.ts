import { DAY, HOUR, MINUTE, type Model, type ModelChallenge } from './state.js'

export type Delivery =
  | { readonly status: 'sent'; readonly sentAt: number; readonly resendAt: number | null; readonly expiresAt: number }
  | { readonly status: 'not-sent'; readonly reason: string; readonly retryAt: number | null }

const WAITS = [30_000, 60_000, 120_000, 300_000]

/** Asks for a text: five a challenge with growing waits, ten an hour for Ada, five in ten minutes and twenty a day for her number. */
export function text(model: Model, challenge: ModelChallenge): Delivery {
  const { now } = model
  if (challenge.sends === 5) return { status: 'not-sent', reason: 'budget-spent', retryAt: null }
  const wait = WAITS[challenge.sends - 1]
  if (wait !== undefined && now < challenge.lastSentAt + wait)
    return { status: 'not-sent', reason: 'too-soon', retryAt: challenge.lastSentAt + wait }
  const mine = model.texts.filter((at) => at > now - HOUR)
  if (mine.length >= 10) return { status: 'not-sent', reason: 'budget-spent', retryAt: (mine[0] ?? 0) + HOUR }
  const retryAt = Math.max(freeAt(model.numberTexts, 5, 10 * MINUTE), freeAt(model.numberTexts, 20, DAY))
  if (retryAt > now) return { status: 'not-sent', reason: 'budget-spent', retryAt }

  model.texts.push(now)
  model.numberTexts.push(now)
  challenge.sends++
  challenge.lastSentAt = now
  if (!hasLife(model, challenge)) challenge.codeSentAt = now
  return standing(challenge)
}

/** What is known of the text that is out. */
export function standing(challenge: ModelChallenge): Delivery {
  const { lastSentAt: sentAt, sends } = challenge
  const next = WAITS[sends - 1]
  const resendAt = next === undefined ? null : sentAt + next
  return { status: 'sent', sentAt, resendAt, expiresAt: codeExpiresAt(challenge) }
}

/** A code is sent again while a person has a minute to type it, or for as long as its challenge lives. */
function hasLife(model: Model, challenge: ModelChallenge): boolean {
  const ends = codeExpiresAt(challenge)
  return codeLives(model, challenge) && (ends - model.now >= MINUTE || ends === challenge.expiresAt)
}

function freeAt(sent: readonly number[], most: number, within: number): number {
  const oldest = sent.at(-most)
  return oldest === undefined ? 0 : oldest + within
}

function codeExpiresAt({ codeSentAt, expiresAt }: ModelChallenge): number {
  return Math.min((codeSentAt ?? 0) + 5 * MINUTE, expiresAt)
}

/** Whether there is a code that a person could have. */
export function codeLives(model: Model, challenge: ModelChallenge): boolean {
  return challenge.codeSentAt !== null && model.now < codeExpiresAt(challenge)
}
