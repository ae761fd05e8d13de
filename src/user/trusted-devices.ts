import type { TrustedDevice } from '../interfaces/factors.js'
import { isLive, unchanged, type Decision, type UserRecord } from './record.js'

const MAX_TRUSTED_DEVICES = 20

/** The live device under `deviceId`, or null. */
export function findTrustedDevice(record: UserRecord, deviceId: string | null, now: number): TrustedDevice | null {
  return liveTrustedDevices(record, now).find(({ id }) => id === deviceId) ?? null
}

/** Every device that skips the challenge now, oldest first. */
export function liveTrustedDevices(record: UserRecord, now: number): readonly TrustedDevice[] {
  return record.trustedDevices.filter(({ trustedAt, expiresAt }) => isLive(trustedAt, expiresAt, now))
}

/** Adds a device; beyond twenty, the oldest one is asked for a code again. */
export function trustDevice(record: UserRecord, device: TrustedDevice): UserRecord {
  return { ...record, trustedDevices: [...record.trustedDevices.slice(1 - MAX_TRUSTED_DEVICES), device] }
}

/** Ends the trust of one device. */
export function revokeTrustedDevice(record: UserRecord, userId: string, deviceId: string, now: number): Decision<void> {
  const trustedDevices = record.trustedDevices.filter(({ id }) => id !== deviceId)
  if (trustedDevices.length === record.trustedDevices.length) return unchanged(record, undefined)
  return {
    next: { ...record, trustedDevices },
    outcome: undefined,
    events: [{ type: 'device-revoked', userId, at: now, deviceId }],
  }
}

/** Ends the trust of all devices. */
export function revokeTrustedDevices(record: UserRecord, userId: string, now: number): Decision<void> {
  const count = record.trustedDevices.length
  if (count === 0) return unchanged(record, undefined)
  return {
    next: { ...record, trustedDevices: [] },
    outcome: undefined,
    events: [{ type: 'devices-revoked', userId, at: now, count }],
  }
}
