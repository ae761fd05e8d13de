import type { Policy } from '../interfaces/policy.js'

const HOUR_MS = 3_600_000

/** Enrolment texts to one region, and how many of their codes came back, in this hour and the one before. */
export interface RegionSignal {
  readonly hour: number
  readonly sent: number
  readonly verified: number
  readonly sentBefore: number
  readonly verifiedBefore: number
}

export const EMPTY_REGION_SIGNAL: RegionSignal = { hour: 0, sent: 0, verified: 0, sentBefore: 0, verifiedBefore: 0 }

/** The signal as of `now`: hours gone by make room. */
export function regionAt(signal: RegionSignal, now: number): RegionSignal {
  const hour = Math.floor(now / HOUR_MS)
  if (hour <= signal.hour) return signal
  const before = hour === signal.hour + 1 ? signal : EMPTY_REGION_SIGNAL
  return { hour, sent: 0, verified: 0, sentBefore: before.sent, verifiedBefore: before.verified }
}

/**
 * Whether enrolment texts to the region are shut: many were sent and hardly any code came back, which is what pumping
 * traffic to premium routes looks like. Confirmed users are never asked. It opens again as the hours pass.
 */
export function regionShutUntil(signal: RegionSignal, now: number, policy: Policy): number | null {
  if (!isShut(signal, now, policy)) return null
  const nextHour = (regionAt(signal, now).hour + 1) * HOUR_MS
  return isShut(signal, nextHour, policy) ? nextHour + HOUR_MS : nextHour
}

function isShut(signal: RegionSignal, at: number, policy: Policy): boolean {
  const { sent, verified, sentBefore, verifiedBefore } = regionAt(signal, at)
  const texts = sent + sentBefore
  const unverified = texts - verified - verifiedBefore
  return texts >= policy.regionMinimumTexts && unverified / texts >= policy.regionUnverifiedShare
}

/** When nothing in the signal counts any more. */
export function regionExpiresAt(signal: RegionSignal, now: number): number {
  return (Math.max(signal.hour, Math.floor(now / HOUR_MS)) + 2) * HOUR_MS
}
