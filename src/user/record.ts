import type { ChallengePurpose } from '../interfaces/challenge.js'
import type { Factor, TrustedDevice } from '../interfaces/factors.js'
import type { TwoFactorEvent } from '../interfaces/events.js'
import { maskPhoneNumber } from '../sms/mask.js'

/** All that is known of a user. One value, replaced as a whole by one compare-and-swap. */
export interface UserRecord {
  /** Challenges and proofs signed under another epoch are void. */
  readonly epoch: number
  readonly factors: readonly FactorRecord[]
  readonly preferredFactorId: string | null
  readonly enrolments: readonly EnrolmentRecord[]
  readonly challenges: readonly ChallengeRecord[]
  readonly trustedDevices: readonly TrustedDevice[]
  readonly recoveryCodes: RecoveryCodeSet | null
  /** Wrong codes over every factor, challenge, enrolment and purpose. */
  readonly guesses: GuessBudget
  readonly recoveryGuesses: GuessBudget
  /** When texts were sent in the past hour. */
  readonly textedAt: readonly number[]
  /** Set when a suspended account was recovered, until a factor is enrolled anew. */
  readonly enrolmentRequired: boolean
}

interface FactorFields {
  /** The id of the enrolment that it was confirmed by, so a confirmation repeated is known as such. */
  readonly id: string
  readonly name: string | null
  readonly confirmedAt: number
}

export interface TotpParameters {
  /** Base64url: shorter and quicker to read than the Base32 that people see. */
  readonly secret: string
  readonly algorithm: 'SHA-1' | 'SHA-256' | 'SHA-512'
  readonly digits: number
  readonly periodSeconds: number
}

export interface TotpFactor extends FactorFields, TotpParameters {
  readonly kind: 'totp'
  /** The last step burnt; only later ones are accepted. */
  readonly lastStep: number
}

export interface SmsFactor extends FactorFields {
  readonly kind: 'sms'
  /** E.164. */
  readonly phoneNumber: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

export type FactorRecord = TotpFactor | SmsFactor

/** The texts of one challenge or enrolment. */
export interface TextState {
  readonly sends: number
  readonly lastSentAt: number
  /** The code that is out there: which, to whom, under which key, and since when. */
  readonly generation: number
  readonly phoneNumber: string
  readonly keyId: string
  readonly codeSentAt: number
}

interface EnrolmentFields {
  readonly id: string
  readonly name: string | null
  readonly replaces: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly wrongCodes: number
}

export type EnrolmentRecord =
  | (EnrolmentFields & { readonly kind: 'totp'; readonly secret: string })
  | (EnrolmentFields & {
      readonly kind: 'sms'
      readonly phoneNumber: string
      readonly country: string
      readonly text: TextState | null
    })

export interface ChallengeRecord {
  readonly id: string
  readonly purpose: ChallengePurpose
  readonly state: 'open' | 'settled' | 'exhausted'
  readonly factorId: string
  readonly binding: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly wrongCodes: number
  readonly text: TextState | null
}

export interface RecoveryCodeSet {
  readonly salt: string
  readonly hashes: readonly string[]
  /** Which of them were redeemed, by index. */
  readonly spent: readonly number[]
  readonly issuedAt: number
}

export interface GuessBudget {
  readonly consecutiveWrong: number
  /** Codes are not compared before this instant; 0 when never locked. */
  readonly lockedUntilAt: number
}

/** What came of looking at a record: what it becomes (itself when nothing changes), the answer, and what to tell the host. */
export interface Decision<Outcome> {
  readonly next: UserRecord
  readonly outcome: Outcome
  readonly events: readonly TwoFactorEvent[]
}

/** The decision to leave everything as it is. */
export function unchanged<Outcome>(record: UserRecord, outcome: Outcome): Decision<Outcome> {
  return { next: record, outcome, events: [] }
}

export const FRESH_GUESSES: GuessBudget = { consecutiveWrong: 0, lockedUntilAt: 0 }

/** The record of somebody never seen before. Its epoch starts at random, so that none repeats after an erasure. */
export function emptyRecord(epoch: number): UserRecord {
  return {
    epoch,
    factors: [],
    preferredFactorId: null,
    enrolments: [],
    challenges: [],
    trustedDevices: [],
    recoveryCodes: null,
    guesses: FRESH_GUESSES,
    recoveryGuesses: FRESH_GUESSES,
    textedAt: [],
    enrolmentRequired: false,
  }
}

/** Ends every challenge, proof and trusted device issued so far, and drops what is being enrolled. */
export function raiseEpoch(record: UserRecord): UserRecord {
  return { ...record, epoch: record.epoch + 1, challenges: [], trustedDevices: [], enrolments: [] }
}

/** Two processes' clocks may differ by this much before something counts as issued in the future, and so as dead. */
const CLOCK_SKEW_MS = 30_000

/** Whether `now` lies between issue and expiry. A clock that ran backwards finds nothing alive. */
export function isLive(issuedAt: number, expiresAt: number, now: number): boolean {
  return now >= issuedAt - CLOCK_SKEW_MS && now < expiresAt
}

/** The factor that sign-in asks for first: the preferred one, else an authenticator app, else the oldest. */
export function firstFactor(record: UserRecord): FactorRecord | null {
  const { factors, preferredFactorId } = record
  return (
    factors.find(({ id }) => id === preferredFactorId) ??
    factors.find(({ kind }) => kind === 'totp') ??
    factors[0] ??
    null
  )
}

/** The factor as the public sees it. */
export function presentFactor(record: UserRecord, factor: FactorRecord): Factor {
  const { id, kind, name, confirmedAt } = factor
  const destination = kind === 'sms' ? maskPhoneNumber(factor.phoneNumber) : null
  return {
    id,
    kind,
    name,
    destination,
    confirmedAt,
    preferred: firstFactor(record)?.id === id,
    restricted: kind === 'sms',
  }
}

export function presentFactors(record: UserRecord): readonly Factor[] {
  return record.factors.map((factor) => presentFactor(record, factor))
}

/** How many recovery codes are left. */
export function recoveryCodesRemaining(record: UserRecord): number {
  const { recoveryCodes } = record
  return recoveryCodes === null ? 0 : recoveryCodes.hashes.length - recoveryCodes.spent.length
}
