import { open, sealedUnder } from '../crypto/seal.js'
import type { KeyRing } from '../crypto/keyring.js'
import { isTwoFactorError } from '../errors.js'
import type { Activity } from '../interfaces/activity.js'
import type { Factor, FactorKind } from '../interfaces/factor.js'
import type { TrustedDevice } from '../interfaces/trusted-devices.js'
import { maskPhoneNumber } from '../sms/mask.js'
import { decodeRecord } from '../user/codec.js'
import { kindOf } from '../user/kinds/index.js'
import { presentFactors } from '../user/presenting.js'
import { recoveryCodesRemaining, type ClosedChallenge, type UserRecord } from '../user/record.js'
import { withinHour } from '../user/texts.js'

/** How a user's value is stored. */
interface Sealed {
  /** The id of the key that seals it; null when it is not a sealed value. */
  readonly keyId: string | null
  /** Whether that is the key that writes. */
  readonly current: boolean
  readonly bytes: number
}

/** What may be said of a user's record: no secret, hash, code, token, binding or full phone number. Instants are epoch ms. */
export type UserReport =
  | { readonly status: 'none' }
  | {
      readonly status: 'unreadable'
      readonly reason: 'not-sealed' | 'unknown-key' | 'wrong-key-or-altered' | 'unknown-form'
      readonly sealed: Sealed
    }
  | ({ readonly status: 'readable'; readonly sealed: Sealed } & RecordReport)

interface RecordReport {
  /** Whether sign-in asks for a second factor. */
  readonly enabled: boolean
  /** Whether a new factor must be enrolled before anything else. */
  readonly enrolmentRequired: boolean
  readonly factors: readonly Factor[]
  readonly enrolments: readonly EnrolmentReport[]
  readonly texts: readonly TextReport[]
  readonly closedChallenges: readonly Omit<ClosedChallenge, 'id'>[]
  /** Every challenge begun no later than this counts as settled; null when only the closed ones do. */
  readonly settledThroughAt: number | null
  readonly trustedDevices: readonly (TrustedDevice & { readonly expired: boolean })[]
  readonly recoveryCodesRemaining: number
  readonly recoveryCodes: RecoveryCodesReport | null
  readonly accessPass: AccessPassReport | null
  readonly codes: GuessReport
  readonly textsInPastHour: number
  /** The last security events, newest first. */
  readonly activity: readonly Activity[]
}

/** A pending enrolment. */
interface EnrolmentReport {
  readonly kind: FactorKind
  /** The masked phone number; null for kinds that send no text. */
  readonly destination: string | null
  readonly expired: boolean
  readonly expiresAt: number
  readonly wrongCodes: number
}

/** The texts of a challenge that are out. What else there is of an open challenge lives in its token. */
interface TextReport {
  readonly destination: string
  readonly expired: boolean
  readonly begunAt: number
  /** When the challenge ends; its code may end sooner. */
  readonly expiresAt: number
  readonly wrongCodes: number
  readonly textsSent: number
}

/** The set of recovery codes. */
interface RecoveryCodesReport {
  readonly issuedAt: number
  /** Whether the host has said that the person kept them. */
  readonly acknowledged: boolean
  /** Whether they count as guesses: codes of fewer than 112 bits, from an import or release 0.1.0. */
  readonly counted: boolean
}

/** The access pass. */
interface AccessPassReport {
  readonly issuedAt: number
  readonly expiresAt: number
  readonly used: boolean
  readonly expired: boolean
}

/** Wrong codes in a row. From `wrongCodesUntilSuspended` of the host's policy on, typed codes are suspended. */
interface GuessReport {
  readonly consecutiveWrong: number
  /** Until when typed codes are not compared; null when they are. The host's policy may cut it. */
  readonly lockedUntilAt: number | null
}

/** Looks into the value under a user's store key without ever repeating what must stay in there. */
export function reportUser(ring: KeyRing, storeKey: string, value: string | null, now: number): UserReport {
  if (value === null) return { status: 'none' }
  const keyId = sealedUnder(value)
  const sealed: Sealed = { keyId, current: keyId === ring.writeKeyId, bytes: Buffer.byteLength(value) }
  if (keyId === null) return { status: 'unreadable', reason: 'not-sealed', sealed }
  if (!ring.keyIds.includes(keyId)) return { status: 'unreadable', reason: 'unknown-key', sealed }
  const json = openOrNull(ring, storeKey, value)
  if (json === null) return { status: 'unreadable', reason: 'wrong-key-or-altered', sealed }
  const record = decodeRecord(json)
  if (record === null) return { status: 'unreadable', reason: 'unknown-form', sealed }
  return { status: 'readable', sealed, ...reportRecord(record, now) }
}

function openOrNull(ring: KeyRing, storeKey: string, value: string): string | null {
  try {
    return open(ring, storeKey, value)
  } catch (error) {
    if (isTwoFactorError(error)) return null
    throw error
  }
}

function reportRecord(record: UserRecord, now: number): RecordReport {
  const { factors, enrolments, texts, closedChallenges, trustedDevices, recoveryCodes, accessPass } = record
  const { consecutiveWrong, lockedUntilAt } = record.guesses
  return {
    enabled: factors.length > 0,
    enrolmentRequired: record.enrolmentRequired,
    factors: presentFactors(record),
    enrolments: enrolments.map((enrolment) => {
      const { kind, expiresAt, wrongCodes } = enrolment
      const recipient = kindOf(enrolment).recipient(enrolment)
      const destination = recipient === null ? null : maskPhoneNumber(recipient.phoneNumber)
      return { kind, destination, expired: now >= expiresAt, expiresAt, wrongCodes }
    }),
    texts: texts.map(({ phoneNumber, begunAt, expiresAt, wrongCodes, sends }) => {
      const destination = maskPhoneNumber(phoneNumber)
      return { destination, expired: now >= expiresAt, begunAt, expiresAt, wrongCodes, textsSent: sends }
    }),
    closedChallenges: closedChallenges.map(({ state, begunAt, expiresAt }) => ({ state, begunAt, expiresAt })),
    settledThroughAt: record.settledThrough.begunAt || null,
    trustedDevices: trustedDevices.map((device) => ({ ...device, expired: now >= device.expiresAt })),
    recoveryCodesRemaining: recoveryCodesRemaining(record),
    recoveryCodes: recoveryCodes && {
      issuedAt: recoveryCodes.issuedAt,
      acknowledged: recoveryCodes.acknowledged,
      counted: recoveryCodes.hash === 'scrypt',
    },
    accessPass: accessPass && {
      issuedAt: accessPass.issuedAt,
      expiresAt: accessPass.expiresAt,
      used: accessPass.used,
      expired: now >= accessPass.expiresAt,
    },
    codes: { consecutiveWrong, lockedUntilAt: now < lockedUntilAt ? lockedUntilAt : null },
    textsInPastHour: withinHour(record.textedAt, now).length,
    activity: record.activity.toReversed(),
  }
}
