import type { ModelWorld } from './state.js'

export const STEP = 30_000
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** How far two clocks may be apart. What was issued further ahead of now than that is void until then. */
const APART = MINUTE / 2

export function stepAt({ now }: ModelWorld): number {
  return Math.floor(now / STEP)
}

/** Whether something still holds, and holds already: where a clock was set back, nothing of before does. */
export function holds({ now }: ModelWorld, issuedAt: number, expiresAt: number): boolean {
  return issuedAt - APART <= now && now < expiresAt
}
