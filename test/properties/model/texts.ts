import { TEXTS_PER_ADDRESS, TEXTS_PER_PERSON, type Model, type ModelText } from './state.js'
import { countInRegion, regionShutUntil } from './regions.js'
import { DAY, holds, HOUR, MINUTE } from './time.js'

export type Delivery =
  | { readonly status: 'sent'; readonly sentAt: number; readonly resendAt: number | null; readonly expiresAt: number }
  | { readonly status: 'not-sent'; readonly reason: string; readonly retryAt: number | null }

/** Nothing is texted: the region is shut to enrolments. */
export interface RegionShut {
  readonly status: 'region-shut'
  readonly retryAt: number
}

/** What a code is texted for: a challenge or an enrolment. */
export interface Subject {
  readonly binding?: string | null
  readonly summary?: string | null
  readonly text: ModelText
  readonly expiresAt: number
}

/** Where a code is texted, and at whose request as far as the application told. */
export interface Recipient {
  readonly to: string
  readonly budget: 'confirmed' | 'enrolment'
  readonly clientAddress: string | null
}

const WAITS = [30_000, 60_000, 120_000, 300_000]

/** The networks that client addresses belong to: an IPv6 address counts by its /64, a mapped IPv4 address as IPv4. */
export const NETWORKS: Readonly<Record<string, string>> = {
  '192.0.2.1': '192.0.2.1',
  '::ffff:192.0.2.1': '192.0.2.1',
  '2001:db8::7': '2001:db8::/64',
  '2001:db8::8': '2001:db8::/64',
}

/**
 * Asks for a text: five a challenge with growing waits, some an hour for the person, five in ten minutes and twenty a day for
 * the number, whoever has it, and some an hour for the client's network; and none to enrol while the region is shut. All are looked at before any is charged, and all
 * are charged before the provider is asked.
 */
export function text(model: Model, subject: Subject, recipient: Recipient): Delivery | RegionShut {
  const { world } = model
  const { now } = world
  const state = subject.text
  if (state.sends === 5) return notSent('budget-spent', null)
  const resendAt = nextTextAt(state)
  if (resendAt !== null && now < resendAt) return notSent('too-soon', resendAt)
  const mine = model.texts.filter((at) => at > now - HOUR)
  if (mine.length >= TEXTS_PER_PERSON) return notSent('budget-spent', (mine[0] ?? 0) + HOUR)
  const isEnrolment = recipient.budget === 'enrolment'
  const shutUntil = isEnrolment ? regionShutUntil(world, recipient.to) : null
  if (shutUntil !== null) return { status: 'region-shut', retryAt: shutUntil }
  const budgets = budgetsOf(recipient)
  const retryAt = Math.max(
    ...budgets.flatMap(({ name, limits }) => limits.map(([most, within]) => freeAt(model, name, most, within))),
  )
  if (retryAt > now) return notSent('budget-spent', retryAt)

  model.texts.push(now)
  if (isEnrolment) countInRegion(world, recipient.to, 'sent')
  for (const { name } of budgets) world.grants.set(name, [...granted(model, name).filter((at) => at > now - DAY), now])
  state.sends++
  state.lastSentAt = now
  const again = hasLife(model, subject) && state.to === recipient.to
  if (!again) Object.assign(state, { codeSentAt: now, to: recipient.to, arrived: false })
  world.handedOver++
  if (world.refusing !== null)
    return notSent(world.refusing, world.refusing === 'delivery-failed' ? nextTextAt(state) : null)
  state.arrived = true
  return standing(subject)
}

function notSent(reason: string, retryAt: number | null): Delivery {
  return { status: 'not-sent', reason, retryAt }
}

function budgetsOf({ to, budget, clientAddress }: Recipient) {
  const number = {
    name: `${budget} ${to}`,
    limits: [
      [5, 10 * MINUTE],
      [20, DAY],
    ],
  } as const
  if (clientAddress === null) return [number]
  return [number, { name: NETWORKS[clientAddress] ?? '', limits: [[TEXTS_PER_ADDRESS, HOUR]] }] as const
}

function granted({ world }: Model, name: string): readonly number[] {
  return world.grants.get(name) ?? []
}

function freeAt(model: Model, name: string, most: number, within: number): number {
  const oldest = granted(model, name).at(-most)
  return oldest === undefined ? 0 : oldest + within
}

function nextTextAt({ sends, lastSentAt }: ModelText): number | null {
  const wait = WAITS[sends - 1]
  return wait === undefined ? null : lastSentAt + wait
}

/** What is known of the text that is out. */
export function standing(subject: Subject): Delivery {
  const { text } = subject
  return { status: 'sent', sentAt: text.lastSentAt, resendAt: nextTextAt(text), expiresAt: codeExpiresAt(subject) }
}

/** Whether a begin repeated now is the same form once more: the first text is out, and the second not due. */
export function isFirst(model: Model, { text }: Subject, to: string): boolean {
  return text.to === to && text.sends === 1 && holds(model.world, text.lastSentAt, text.lastSentAt + 30_000)
}

/** A code is sent again while a person has a minute to type it, or for as long as its challenge lives. */
function hasLife(model: Model, subject: Subject): boolean {
  const ends = codeExpiresAt(subject)
  return codeLives(model, subject) && (ends - model.world.now >= MINUTE || ends === subject.expiresAt)
}

function codeExpiresAt({ text, expiresAt }: Subject): number {
  return Math.min((text.codeSentAt ?? 0) + 5 * MINUTE, expiresAt)
}

/** Whether there is a code that is compared. */
export function codeLives(model: Model, subject: Subject): boolean {
  const { codeSentAt } = subject.text
  return codeSentAt !== null && holds(model.world, codeSentAt, codeExpiresAt(subject))
}
