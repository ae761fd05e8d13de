import type { ModelRegion, ModelWorld, RegionCounts } from './state.js'
import { HOUR } from './time.js'

/** From so many enrolment texts on it is looked at how many of their codes came back. */
export const REGION_MINIMUM = 5
const TOO_MANY_UNVERIFIED = 0.8

/** Counts an enrolment text, or that its code came back, in the hour that it is; or that it was, where the clock was ahead. */
export function countInRegion(world: ModelWorld, phoneNumber: string, what: 'sent' | 'verified'): void {
  const region = regionOf(world, phoneNumber)
  const hour = hourOf(world, region)
  const counts = region.get(hour) ?? { sent: 0, verified: 0 }
  region.set(hour, { ...counts, [what]: counts[what] + 1 })
}

/**
 * Until when a region gets no enrolment text; null while it does. This hour counts and the one before, so it opens when the
 * hours that shut it are two hours old.
 */
export function regionShutUntil(world: ModelWorld, phoneNumber: string): number | null {
  const region = regionOf(world, phoneNumber)
  const hour = hourOf(world, region)
  if (!isShut(region, [hour, hour - 1])) return null
  return (hour + (isShut(region, [hour]) ? 2 : 1)) * HOUR
}

function isShut(region: ModelRegion, hours: readonly number[]): boolean {
  const counts = hours.flatMap((hour) => region.get(hour) ?? [])
  const sent = counts.reduce((sum, each) => sum + each.sent, 0)
  const verified = counts.reduce((sum, each) => sum + each.verified, 0)
  return sent >= REGION_MINIMUM && (sent - verified) / sent >= TOO_MANY_UNVERIFIED
}

function hourOf({ now }: ModelWorld, region: ModelRegion): number {
  return Math.max(Math.floor(now / HOUR), ...region.keys())
}

function regionOf({ regions }: ModelWorld, phoneNumber: string): ModelRegion {
  const name = phoneNumber.startsWith('+1') ? 'US' : 'GB'
  const region = regions.get(name) ?? new Map<number, RegionCounts>()
  regions.set(name, region)
  return region
}
