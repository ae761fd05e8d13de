import { parseJson, row, whole } from '../json-fields.js'
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

const counts = row<RegionSignal>({
  hour: whole,
  sent: whole,
  verified: whole,
  sentBefore: whole,
  verifiedBefore: whole,
})

/** The signal with one more text, or one more that was answered. */
export function countInRegion(signal: RegionSignal, field: 'sent' | 'verified', now: number): RegionSignal {
  const current = regionAt(signal, now)
  return { ...current, [field]: current[field] + 1 }
}

/** The JSON that gets sealed. */
export function encodeRegion(signal: RegionSignal): string {
  return JSON.stringify({ v: 1, c: counts.write(signal) })
}

/** The signal of a sealed JSON, or null when it is none. */
export function decodeRegion(json: string): RegionSignal | null {
  const wire = parseJson(json)
  if (typeof wire !== 'object' || wire === null || !('v' in wire) || wire.v !== 1) return null
  return counts.read('c' in wire ? wire.c : undefined) ?? null
}
