import { list, parseJson, whole } from '../json-fields.js'
import type { Policy } from '../interfaces/policy.js'

const TEN_MINUTES_MS = 600_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The texts that one phone number or one client network was granted, as instants. Shared by all users. */
export interface SendBudget {
  readonly grantedAt: readonly number[]
}

/** Whose budget it is. Confirmed numbers and numbers being enrolled are counted apart, so no stranger uses up a victim's. */
export type SendBudgetKind = 'confirmed' | 'enrolment' | 'address'

/** From when one more text fits; null when it fits now. */
export function nextGrantAt(budget: SendBudget, kind: SendBudgetKind, now: number, policy: Policy): number | null {
  const retryAt = Math.max(...limits(kind, policy).map(([most, windowMs]) => retryWithin(budget, most, windowMs, now)))
  return retryAt > now ? retryAt : null
}

/** The budget with one more text charged to it. */
export function chargeText({ grantedAt }: SendBudget, kind: SendBudgetKind, now: number, policy: Policy): SendBudget {
  const kept = Math.max(...limits(kind, policy).map(([most]) => most))
  return { grantedAt: [...grantedAt, now].slice(-kept) }
}

function limits(kind: SendBudgetKind, policy: Policy): readonly (readonly [number, number])[] {
  if (kind === 'address') return [[policy.textsPerAddressHour, HOUR_MS]]
  return [
    [policy.textsPerNumberTenMinutes, TEN_MINUTES_MS],
    [policy.textsPerNumberDay, DAY_MS],
  ]
}

/** When the oldest of the last `most` grants leaves the window. Grants in the future count, so setting a clock back frees none. */
function retryWithin({ grantedAt }: SendBudget, most: number, windowMs: number, now: number): number {
  const oldest = grantedAt.at(-most)
  return oldest === undefined ? now : Math.max(now, oldest + windowMs)
}

/** The budget without the grants that no limit counts any more. */
export function pruneSendBudget({ grantedAt }: SendBudget, now: number): SendBudget {
  return { grantedAt: grantedAt.filter((at) => at > now - DAY_MS) }
}

/** When nothing in the budget counts any more. */
export function sendBudgetExpiresAt({ grantedAt }: SendBudget, now: number): number {
  return Math.max(now, ...grantedAt) + DAY_MS
}

const instants = list(whole)

/** The JSON that gets sealed. */
export function encodeSendBudget({ grantedAt }: SendBudget): string {
  return JSON.stringify({ v: 1, t: grantedAt })
}

/** The budget of a sealed JSON, or null when it is none. */
export function decodeSendBudget(json: string): SendBudget | null {
  const wire = parseJson(json)
  if (typeof wire !== 'object' || wire === null || !('v' in wire) || wire.v !== 1) return null
  const grantedAt = instants.read('t' in wire ? wire.t : undefined)
  return grantedAt === undefined ? null : { grantedAt }
}
