import { FRESH_GUESSES, raiseEpoch, type Decision, type UserRecord } from './record.js'
import { revokeTrustedDevices } from './trusted-devices.js'

/** After a change of password, only the factors and the recovery codes go on as before. */
export function passwordChanged(record: UserRecord, userId: string, now: number): Decision<void> {
  const revoked = revokeTrustedDevices(record, userId, now)
  return {
    next: raiseEpoch(record),
    outcome: undefined,
    events: [{ type: 'password-changed', userId, at: now }, ...revoked.events],
  }
}

/** The record without any factor: the epoch voids what was issued, and the guesses stay counted. */
export function withoutFactors(record: UserRecord): UserRecord {
  return { ...raiseEpoch(record), factors: [], preferredFactorId: null, recoveryCodes: null }
}

/** Two-factor authentication switched off by its user. */
export function switchOff(record: UserRecord, userId: string, now: number): Decision<void> {
  if (record.factors.length === 0) return { next: withoutEnrolments(record), outcome: undefined, events: [] }
  const revoked = revokeTrustedDevices(record, userId, now)
  return {
    next: withoutFactors(record),
    outcome: undefined,
    events: [{ type: 'disabled', userId, at: now }, ...revoked.events],
  }
}

function withoutEnrolments(record: UserRecord): UserRecord {
  return record.enrolments.length === 0 ? record : { ...record, enrolments: [] }
}

/** A fresh start that staff gave to somebody who had lost every factor. */
export function reset(record: UserRecord, userId: string, actor: string, now: number): Decision<void> {
  const revoked = revokeTrustedDevices(record, userId, now)
  return {
    next: {
      ...withoutFactors(record),
      guesses: FRESH_GUESSES,
      recoveryGuesses: FRESH_GUESSES,
      enrolmentRequired: false,
    },
    outcome: undefined,
    events: [{ type: 'reset', userId, at: now, actor }, ...revoked.events],
  }
}

/** A lock or a suspension, lifted by staff. */
export function unlock(record: UserRecord, userId: string, actor: string, now: number): Decision<void> {
  return {
    next: { ...record, guesses: FRESH_GUESSES, recoveryGuesses: FRESH_GUESSES },
    outcome: undefined,
    events: [{ type: 'unlocked', userId, at: now, actor }],
  }
}
