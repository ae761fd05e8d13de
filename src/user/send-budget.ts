import type { Policy } from '../interfaces/policy.js'

const TEN_MINUTES_MS = 600_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The texts that one phone number or one client address was granted, as instants. Shared by all users. */
export interface SendBudget {
  readonly grantedAt: readonly number[]
}

/** Whose budget it is. Confirmed numbers and numbers being enrolled are counted apart, so no stranger uses up a victim's. */
export type SendBudgetKind = 'confirmed' | 'enrolment' | 'address'

/** Decides whether one more text fits, and records it if so; otherwise says from when it would. */
export function grantText(
  budget: SendBudget,
  kind: SendBudgetKind,
  now: number,
  policy: Policy,
): { readonly next: SendBudget; readonly retryAt: number | null } {
  const retries = limits(kind, policy).map(([most, windowMs]) => retryWithin(budget, most, windowMs, now))
  const retryAt = Math.max(...retries)
  if (retryAt > now) return { next: budget, retryAt }
  const kept = Math.max(...limits(kind, policy).map(([most]) => most))
  return { next: { grantedAt: [...budget.grantedAt, now].slice(-kept) }, retryAt: null }
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
