import type { Activity, ActivityType } from '../interfaces/activity.js'
import type { EventBody } from '../interfaces/events.js'
import type { UserRecord } from './record.js'

const MAX_ACTIVITIES = 20

/** The events that an account remembers, by the number that its record keeps for each: never changed, only added to. */
export const ACTIVITY_TYPES = [
  'factor-added',
  'factor-replaced',
  'factor-removed',
  'factor-imported',
  'factor-preferred',
  'challenge-approved',
  'locked',
  'suspended',
  'unlocked',
  'recovery-codes-issued',
  'recovery-code-redeemed',
  'access-pass-issued',
  'access-pass-redeemed',
  'device-trusted',
  'device-revoked',
  'devices-revoked',
  'password-changed',
  'disabled',
  'reset',
] as const satisfies readonly ActivityType[]

/**
 * The record with what it remembers of these events. Locks that follow each other are one entry, so that somebody who only
 * guesses cannot push out what the owner should see.
 */
export function remember(
  record: UserRecord,
  events: readonly EventBody[],
  now: number,
  clientNetwork: string | null,
): UserRecord {
  const remembered = events.flatMap((event) => activityOf(event, now, clientNetwork))
  if (remembered.length === 0) return record
  const activity = remembered.reduce<readonly Activity[]>((list, one) => {
    const repeats = one.type === 'locked' && list.at(-1)?.type === 'locked'
    return [...(repeats ? list.slice(0, -1) : list), one]
  }, record.activity)
  return { ...record, activity: activity.slice(-MAX_ACTIVITIES) }
}

function activityOf(event: EventBody, at: number, clientNetwork: string | null): readonly Activity[] {
  const type = ACTIVITY_TYPES.find((one) => one === event.type)
  if (type === undefined) return []
  const factorId = 'factorId' in event ? event.factorId : null
  const deviceId = 'deviceId' in event ? event.deviceId : null
  return [{ type, at, factorId, deviceId, clientNetwork }]
}
