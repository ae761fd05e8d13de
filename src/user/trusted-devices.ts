import type { ListedTrustedDevice, TrustedDevice } from '../interfaces/trusted-devices.js'
import { decided, unchanged, type Case, type Decision } from './decision.js'
import { isLive, type UserRecord } from './record.js'

const MAX_TRUSTED_DEVICES = 20
const DAY_MS = 86_400_000

/** The live device under `deviceId`, or null. */
export function findTrustedDevice(record: UserRecord, deviceId: string | null, now: number): TrustedDevice | null {
  return liveTrustedDevices(record, now).find(({ id }) => id === deviceId) ?? null
}

/** Every device that skips the challenge now, oldest first. */
export function liveTrustedDevices(record: UserRecord, now: number): readonly TrustedDevice[] {
  return record.trustedDevices.filter(({ trustedAt, expiresAt }) => isLive(trustedAt, expiresAt, now))
}

/** Every live device for a list; `deviceId` is the one in hand. */
export function listTrustedDevices(
  record: UserRecord,
  deviceId: string | null,
  now: number,
): readonly ListedTrustedDevice[] {
  return liveTrustedDevices(record, now).map((device) => ({ ...device, current: device.id === deviceId }))
}

/** Adds a device; beyond twenty, the oldest one is asked for a code again. */
export function trustDevice(record: UserRecord, device: TrustedDevice): UserRecord {
  return { ...record, trustedDevices: [...record.trustedDevices.slice(1 - MAX_TRUSTED_DEVICES), device] }
}

/** Notes that a device was used, to the day: most trusted sign-ins write nothing. */
export function useTrustedDevice(
  record: UserRecord,
  { id, trustedAt, lastUsedAt }: TrustedDevice,
  now: number,
): UserRecord {
  if (now < Math.max(trustedAt, lastUsedAt ?? 0) + DAY_MS) return record
  return {
    ...record,
    trustedDevices: record.trustedDevices.map((one) => (one.id === id ? { ...one, lastUsedAt: now } : one)),
  }
}

/** Ends the trust of one device. */
export function revokeTrustedDevice(at: Case, deviceId: string): Decision<{ readonly status: 'revoked' }> {
  const { record } = at
  const trustedDevices = record.trustedDevices.filter(({ id }) => id !== deviceId)
  if (trustedDevices.length === record.trustedDevices.length) return unchanged(at, { status: 'revoked' })
  return decided({ ...record, trustedDevices }, { status: 'revoked' }, [{ type: 'device-revoked', deviceId }])
}

/** Ends the trust of all devices. */
export function revokeTrustedDevices(at: Case): Decision<{ readonly status: 'revoked' }> {
  const { record } = at
  const count = record.trustedDevices.length
  if (count === 0) return unchanged(at, { status: 'revoked' })
  return decided({ ...record, trustedDevices: [] }, { status: 'revoked' }, [{ type: 'devices-revoked', count }])
}
