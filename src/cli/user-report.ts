import { open, sealedUnder } from '../crypto/seal.js'
import type { KeyRing } from '../crypto/keyring.js'
import { TwoFactorError } from '../errors.js'
import type { ChallengePurpose } from '../interfaces/challenge.js'
import type { Factor, FactorKind, TrustedDevice } from '../interfaces/factors.js'
import { decodeRecord } from '../user/record-codec.js'
import {
  presentFactors,
  recoveryCodesRemaining,
  type ChallengeRecord,
  type GuessBudget,
  type UserRecord,
} from '../user/record.js'
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
      readonly reason: 'not-sealed' | 'unknown-key' | 'wrong-key-or-altered' | 'newer-release'
      readonly sealed: Sealed
    }
  | ({ readonly status: 'readable'; readonly sealed: Sealed } & RecordReport)

interface RecordReport {
  /** Whether sign-in asks for a second factor. */
  readonly enabled: boolean
  readonly factors: readonly Factor[]
  readonly enrolments: readonly {
    readonly kind: FactorKind
    readonly expired: boolean
    readonly expiresAt: number
    readonly wrongCodes: number
  }[]
  readonly challenges: readonly ChallengeReport[]
  readonly trustedDevices: readonly (TrustedDevice & { readonly expired: boolean })[]
  readonly recoveryCodesRemaining: number
  readonly codes: GuessReport
  readonly recoveryCodes: GuessReport
  readonly textsInPastHour: number
  readonly enrolmentRequired: boolean
}

interface ChallengeReport {
  readonly purpose: ChallengePurpose
  readonly state: ChallengeRecord['state'] | 'expired'
  /** Of the factor that was asked for; null when the user has it no more. */
  readonly factorKind: FactorKind | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly wrongCodes: number
  readonly textsSent: number
}

/** Wrong codes in a row. From `wrongCodesUntilSuspended` of the host's policy on, the account is suspended. */
interface GuessReport {
  readonly consecutiveWrong: number
  /** Until when codes are not compared; null when they are. */
  readonly lockedUntilAt: number | null
}

/** Looks into the value under a user's store key without ever repeating what must stay in there. */
export function reportUser(ring: KeyRing, storeKey: string, value: string | null, now: number): UserReport {
  if (value === null) return { status: 'none' }
  const keyId = sealedUnder(value)
  const sealed: Sealed = { keyId, current: keyId === ring.writeKeyId, bytes: Buffer.byteLength(value) }
  if (keyId === null) return { status: 'unreadable', reason: 'not-sealed', sealed }
  if (!ring.has(keyId)) return { status: 'unreadable', reason: 'unknown-key', sealed }
  const json = openOrNull(ring, storeKey, value)
  if (json === null) return { status: 'unreadable', reason: 'wrong-key-or-altered', sealed }
  const record = decodeRecord(json)
  if (record === null) return { status: 'unreadable', reason: 'newer-release', sealed }
  return { status: 'readable', sealed, ...reportRecord(record, now) }
}

function openOrNull(ring: KeyRing, storeKey: string, value: string): string | null {
  try {
    return open(ring, storeKey, value)
  } catch (error) {
    if (error instanceof TwoFactorError) return null
    throw error
  }
}

function reportRecord(record: UserRecord, now: number): RecordReport {
  return {
    enabled: record.factors.length > 0,
    factors: presentFactors(record),
    enrolments: record.enrolments.map(({ kind, expiresAt, wrongCodes }) => ({
      kind,
      expired: now >= expiresAt,
      expiresAt,
      wrongCodes,
    })),
    challenges: record.challenges.map((challenge) => reportChallenge(challenge, record, now)),
    trustedDevices: record.trustedDevices.map(({ id, name, trustedAt, expiresAt }) => ({
      id,
      name,
      trustedAt,
      expiresAt,
      expired: now >= expiresAt,
    })),
    recoveryCodesRemaining: recoveryCodesRemaining(record),
    codes: reportGuesses(record.guesses, now),
    recoveryCodes: reportGuesses(record.recoveryGuesses, now),
    textsInPastHour: withinHour(record.textedAt, now).length,
    enrolmentRequired: record.enrolmentRequired,
  }
}

function reportChallenge(
  { purpose, state, factorId, createdAt, expiresAt, wrongCodes, text }: ChallengeRecord,
  record: UserRecord,
  now: number,
): ChallengeReport {
  return {
    purpose,
    state: state === 'open' && now >= expiresAt ? 'expired' : state,
    factorKind: record.factors.find(({ id }) => id === factorId)?.kind ?? null,
    createdAt,
    expiresAt,
    wrongCodes,
    textsSent: text?.sends ?? 0,
  }
}

function reportGuesses({ consecutiveWrong, lockedUntilAt }: GuessBudget, now: number): GuessReport {
  return { consecutiveWrong, lockedUntilAt: now < lockedUntilAt ? lockedUntilAt : null }
}
