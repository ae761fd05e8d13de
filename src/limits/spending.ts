import { parseJson, row, whole } from '../json-fields.js'

const HOUR_MS = 3_600_000
const LEAST_PER_SHARD = 50
const MOST_SHARDS = 64

/** The texts of one shard of a namespace in one clock hour. */
export interface Spending {
  readonly hour: number
  readonly sent: number
}

export const NOTHING_SPENT: Spending = { hour: 0, sent: 0 }

/** How a namespace's cap is split, so that no record is written by every text: into how many shards, and how much each may send. */
export function shardsOf(textsPerHour: number): { readonly shards: number; readonly perShard: number } {
  const shards = Math.min(MOST_SHARDS, Math.max(1, Math.floor(textsPerHour / LEAST_PER_SHARD)))
  return { shards, perShard: Math.floor(textsPerHour / shards) }
}

/** The shard as of `now`. One of a later hour stays, so that setting a clock back frees nothing. */
export function spendingAt(spending: Spending, now: number): Spending {
  const hour = Math.floor(now / HOUR_MS)
  return hour > spending.hour ? { hour, sent: 0 } : spending
}

/** The shard with one more text; null when its share of the hour is spent. */
export function spend(spending: Spending, perShard: number, now: number): Spending | null {
  const current = spendingAt(spending, now)
  return current.sent < perShard ? { ...current, sent: current.sent + 1 } : null
}

/** When the shard's share is whole again, and nothing in it counts any more. */
export function spendingEndsAt({ hour }: Spending, now: number): number {
  return (Math.max(hour, Math.floor(now / HOUR_MS)) + 1) * HOUR_MS
}

const counts = row<Spending>({ hour: whole, sent: whole })

/** The JSON that gets sealed. */
export function encodeSpending(spending: Spending): string {
  return JSON.stringify({ v: 1, s: counts.write(spending) })
}

/** The shard of a sealed JSON, or null when it is none. */
export function decodeSpending(json: string): Spending | null {
  const wire = parseJson(json)
  if (typeof wire !== 'object' || wire === null || !('v' in wire) || wire.v !== 1) return null
  return counts.read('s' in wire ? wire.s : undefined) ?? null
}
