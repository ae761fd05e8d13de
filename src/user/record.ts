import type { Activity } from '../interfaces/activity.js'
import type { FactorKind } from '../interfaces/factor.js'
import type { SmsChannel } from '../interfaces/sms-sender.js'
import type { PasskeyCredential } from '../interfaces/passkeys.js'
import type { TrustedDevice } from '../interfaces/trusted-devices.js'

/** All that is known of a user. One value, replaced as a whole by one compare-and-swap. */
export interface UserRecord {
  /** Challenges, proofs and devices signed under another epoch are void. */
  readonly epoch: number
  readonly factors: readonly FactorRecord[]
  readonly preferredFactorId: string | null
  readonly enrolments: readonly EnrolmentRecord[]
  /** The texts of open challenges that are out. */
  readonly texts: readonly ChallengeText[]
  /** The challenges that take no proof any more, though their tokens have not expired. */
  readonly closedChallenges: readonly ClosedChallenge[]
  /** The last challenge that the lists above forgot: every one no later in order counts as settled. Zeros when none was. */
  readonly settledThrough: ChallengeOrder
  readonly trustedDevices: readonly TrustedDevice[]
  readonly recoveryCodes: RecoveryCodeSet | null
  readonly accessPass: AccessPass | null
  /** Wrong codes over every factor, challenge, enrolment and purpose. */
  readonly guesses: GuessBudget
  /** When texts were sent in the past hour. */
  readonly textedAt: readonly number[]
  /** Set when somebody got in without the factor they were asked for, until a new factor is confirmed. */
  readonly enrolmentRequired: boolean
  /** The last security events, oldest first. */
  readonly activity: readonly Activity[]
}

interface FactorFields {
  /** The id of the enrolment that it was confirmed by, so a confirmation repeated is known as such. */
  readonly id: string
  readonly name: string | null
  readonly confirmedAt: number
  readonly lastUsedAt: number | null
}

/** What an authenticator app and a server share. */
export interface TotpSecret {
  /** Base64url: shorter and quicker to read than the Base32 that people see. */
  readonly secret: string
  readonly algorithm: 'SHA-1' | 'SHA-256' | 'SHA-512'
  readonly digits: number
  readonly periodSeconds: number
}

/** Where texts go. */
export interface Recipient {
  /** E.164. */
  readonly phoneNumber: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** How codes reach it: `voice` for a number that takes no texts. */
  readonly channel: SmsChannel
}

/** An authenticator app. */
export interface TotpFactor extends FactorFields, TotpSecret {
  readonly kind: 'totp'
  /** The last step burnt; only later ones are accepted. */
  readonly lastStep: number
}

/** A phone number. */
export interface SmsFactor extends FactorFields, Recipient {
  readonly kind: 'sms'
}

/** A passkey or security key. */
export interface PasskeyFactor extends FactorFields {
  readonly kind: 'passkey'
  readonly credential: PasskeyCredential
}

interface FactorTable {
  readonly totp: TotpFactor
  readonly sms: SmsFactor
  readonly passkey: PasskeyFactor
}

/** A confirmed factor of one kind, or of any. */
export type FactorRecord<Kind extends FactorKind = FactorKind> = { readonly [K in Kind]: FactorTable[K] }[Kind]

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

/** A challenge's place in the order of a user's challenges: by when it counts as begun, and then by when it expires. */
export interface ChallengeOrder {
  readonly begunAt: number
  readonly expiresAt: number
}

/** The texts of a challenge, from the first send until the challenge expires. */
export interface ChallengeText extends TextState, ChallengeOrder {
  readonly challengeId: string
  readonly wrongCodes: number
  /** Stands for who began the challenge and what for, so that a begin repeated at once joins it; null when none may. */
  readonly joinKey: string | null
}

interface EnrolmentFields {
  readonly id: string
  readonly name: string | null
  readonly replaces: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly wrongCodes: number
}

interface EnrolmentTable {
  readonly totp: EnrolmentFields & {
    readonly kind: 'totp'
    readonly secret: string
    /** What the app shows, kept so that the barcode can be shown again. */
    readonly accountName: string
    readonly issuer: string | null
  }
  readonly sms: EnrolmentFields & Recipient & { readonly kind: 'sms'; readonly text: TextState | null }
  readonly passkey: EnrolmentFields & { readonly kind: 'passkey'; readonly accountName: string }
}

/** A pending enrolment of one kind, or of any. */
export type EnrolmentRecord<Kind extends FactorKind = FactorKind> = { readonly [K in Kind]: EnrolmentTable[K] }[Kind]

/** A challenge that was approved, or cancelled. */
export interface ClosedChallenge extends ChallengeOrder {
  readonly id: string
  readonly state: 'settled' | 'cancelled'
}

/** How codes are hashed: 112 random bits or more need no slow hash, fewer do and are counted as guesses. */
export type RecoveryHash = 'sha-256' | 'scrypt'

/** A set of recovery codes. */
export interface RecoveryCodeSet {
  readonly hash: RecoveryHash
  readonly salt: string
  readonly hashes: readonly string[]
  /** Which of them were redeemed, by index. */
  readonly spent: readonly number[]
  /** The lengths that its codes have. */
  readonly lengths: readonly number[]
  readonly issuedAt: number
  /** Whether the host has said that the person kept them. */
  readonly acknowledged: boolean
}

/** One short-lived code that staff issued; hashed like a recovery code. */
export interface AccessPass {
  readonly salt: string
  readonly hash: string
  readonly issuedAt: number
  readonly expiresAt: number
  /** Whether it was redeemed; its owner must then still prove that to enrol. */
  readonly used: boolean
}

/** Wrong codes in a row. */
export interface GuessBudget {
  readonly consecutiveWrong: number
  /** Codes are not compared before this instant; 0 when never locked. */
  readonly lockedUntilAt: number
}

export const FRESH_GUESSES: GuessBudget = { consecutiveWrong: 0, lockedUntilAt: 0 }

/** Before every challenge. */
const FIRST_IN_ORDER: ChallengeOrder = { begunAt: 0, expiresAt: 0 }

/** The record of somebody never seen before. Its epoch starts at random, so that none repeats after an erasure. */
export function emptyRecord(epoch: number): UserRecord {
  return {
    epoch,
    factors: [],
    preferredFactorId: null,
    enrolments: [],
    texts: [],
    closedChallenges: [],
    settledThrough: FIRST_IN_ORDER,
    trustedDevices: [],
    recoveryCodes: null,
    accessPass: null,
    guesses: FRESH_GUESSES,
    textedAt: [],
    enrolmentRequired: false,
    activity: [],
  }
}

/** Ends every challenge, proof and trusted device issued so far, and drops what is being enrolled. */
export function raiseEpoch(record: UserRecord): UserRecord {
  const { epoch } = record
  return {
    ...record,
    epoch: epoch + 1,
    texts: [],
    closedChallenges: [],
    settledThrough: FIRST_IN_ORDER,
    trustedDevices: [],
    enrolments: [],
  }
}

/** Two processes' clocks may differ by this much before something counts as issued in the future, and so as dead. */
const CLOCK_SKEW_MS = 30_000

/** Whether `now` lies between issue and expiry. A clock that ran backwards finds nothing alive. */
export function isLive(issuedAt: number, expiresAt: number, now: number): boolean {
  return now >= issuedAt - CLOCK_SKEW_MS && now < expiresAt
}

/** The record with one of its factors changed. */
export function withFactor(record: UserRecord, factor: FactorRecord): UserRecord {
  return { ...record, factors: record.factors.map((one) => (one.id === factor.id ? factor : one)) }
}

/** How many recovery codes are left. */
export function recoveryCodesRemaining({ recoveryCodes }: UserRecord): number {
  return recoveryCodes === null ? 0 : recoveryCodes.hashes.length - recoveryCodes.spent.length
}
