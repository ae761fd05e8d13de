import { expect } from 'vitest'
import type { ChallengeClaims } from '../../src/crypto/claims.js'
import type { EventBody } from '../../src/interfaces/events.js'
import type { PasskeyCredential } from '../../src/interfaces/passkeys.js'
import type { Policy, PolicyOverrides } from '../../src/interfaces/policy.js'
import type { TrustedDevice } from '../../src/interfaces/trusted-devices.js'
import { resolveOptions } from '../../src/options.js'
import type { Code } from '../../src/otp/code.js'
import { memoryStore } from '../../src/stores/memory.js'
import {
  isNeed,
  type Answer,
  type Case,
  type Deciding,
  type Decision,
  type Effect,
  type Fact,
  type Need,
  type NeedName,
  type Permit,
} from '../../src/user/decision.js'
import type { Compare, Given } from '../../src/user/kinds/kind.js'
import type { ProofFact } from '../../src/user/proof.js'
import {
  emptyRecord,
  type ChallengeText,
  type ClosedChallenge,
  type EnrolmentRecord,
  type GuessBudget,
  type PasskeyFactor,
  type RecoveryCodeSet,
  type SmsFactor,
  type TextState,
  type TotpFactor,
  type UserRecord,
} from '../../src/user/record.js'
import type { NewRecoveryCodes } from '../../src/user/recovery-codes.js'

/** Noon, at the start of a TOTP step, an hour and a region's hour. */
export const NOW = Date.UTC(2026, 0, 15, 12)
export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** The policy that a host has which chose nothing, but for what is said. */
export function policyWith(policy: PolicyOverrides = {}): Policy {
  const keys = [{ id: 'k1', secret: new Uint8Array(32) }]
  return resolveOptions({ issuer: 'Acme', keys, store: memoryStore(), policy }).policy
}

export const policy = policyWith()

/** The record of somebody about whom only this is known. */
export function recordWith(change: Partial<UserRecord> = {}): UserRecord {
  return { ...emptyRecord(7), ...change }
}

/** What a decision is made about: this record, at noon. */
export function caseOf(change: Partial<UserRecord> = {}, circumstances: Partial<Omit<Case, 'record'>> = {}): Case {
  return { record: recordWith(change), stored: true, userId: 'ada', now: NOW, policy, ...circumstances }
}

export const PHONE_NUMBER = '+14155550123'
export const MASKED = '•••• 0123'

/** An authenticator app, confirmed a day ago. */
export function appFactor(change: Partial<TotpFactor> = {}): TotpFactor {
  return {
    kind: 'totp',
    id: 'app',
    name: 'My app',
    confirmedAt: NOW - DAY,
    lastUsedAt: null,
    secret: 'c2VjcmV0',
    algorithm: 'SHA-1',
    digits: 6,
    periodSeconds: 30,
    lastStep: -1,
    ...change,
  }
}

/** A phone number, confirmed a day ago. */
export function phoneFactor(change: Partial<SmsFactor> = {}): SmsFactor {
  return {
    kind: 'sms',
    id: 'phone',
    name: 'My phone',
    confirmedAt: NOW - DAY,
    lastUsedAt: null,
    phoneNumber: PHONE_NUMBER,
    country: 'US',
    channel: 'sms',
    ...change,
  }
}

export const CREDENTIAL: PasskeyCredential = {
  id: 'credential',
  publicKey: 'cHVibGlj',
  counter: 5,
  transports: ['internal', 'hybrid'],
  synced: true,
  backedUp: false,
}

/** A passkey, confirmed a day ago. */
export function passkeyFactor(change: Partial<PasskeyFactor> = {}): PasskeyFactor {
  return {
    kind: 'passkey',
    id: 'key',
    name: 'My key',
    confirmedAt: NOW - DAY,
    lastUsedAt: null,
    credential: CREDENTIAL,
    ...change,
  }
}

/** The state of a text that went out a minute ago. */
export function textState(change: Partial<TextState> = {}): TextState {
  return {
    sends: 1,
    lastSentAt: NOW - MINUTE,
    generation: 1,
    phoneNumber: PHONE_NUMBER,
    keyId: 'k1',
    codeSentAt: NOW - MINUTE,
    ...change,
  }
}

/** The text of the challenge of `claimsOf`, which went out when that was begun. */
export function challengeText(change: Partial<ChallengeText> = {}): ChallengeText {
  return {
    ...textState(),
    challengeId: 'challenge',
    begunAt: NOW - MINUTE,
    expiresAt: NOW + 9 * MINUTE,
    wrongCodes: 0,
    joinKey: null,
    ...change,
  }
}

const pending = {
  name: 'Pending',
  replaces: null,
  createdAt: NOW - MINUTE,
  expiresAt: NOW + 9 * MINUTE,
  wrongCodes: 0,
} as const

/** An authenticator app that is being enrolled. */
export function pendingApp(change: Partial<EnrolmentRecord<'totp'>> = {}): EnrolmentRecord<'totp'> {
  return { kind: 'totp', id: 'new-app', ...pending, secret: 'bmV3', accountName: 'ada', issuer: null, ...change }
}

/** A phone number that is being enrolled, and was texted. */
export function pendingPhone(change: Partial<EnrolmentRecord<'sms'>> = {}): EnrolmentRecord<'sms'> {
  const phone = { phoneNumber: '+447400123456', country: 'GB', channel: 'sms' } as const
  const text = textState({ phoneNumber: '+447400123456' })
  return { kind: 'sms', id: 'new-phone', ...pending, ...phone, text, ...change }
}

/** A passkey that is being enrolled. */
export function pendingPasskey(change: Partial<EnrolmentRecord<'passkey'>> = {}): EnrolmentRecord<'passkey'> {
  return { kind: 'passkey', id: 'new-key', ...pending, accountName: 'ada', ...change }
}

/** A device that has been trusted since an hour ago. */
export function deviceNamed(id: string, change: Partial<TrustedDevice> = {}): TrustedDevice {
  const trusted = { trustedAt: NOW - HOUR, lastUsedAt: null, expiresAt: NOW - HOUR + 30 * DAY }
  return { id, name: `Browser ${id}`, details: null, ...trusted, ...change }
}

/** A challenge that was approved a minute after it was begun. */
export function closedChallenge(id: string, change: Partial<ClosedChallenge> = {}): ClosedChallenge {
  return { id, state: 'settled', begunAt: NOW - MINUTE, expiresAt: NOW + 9 * MINUTE, ...change }
}

/** Three issued recovery codes, none of them used. Hashing puts `sha256:` in front, and slow hashing `scrypt:`. */
export function codeSet(change: Partial<RecoveryCodeSet> = {}): RecoveryCodeSet {
  return {
    hash: 'sha-256',
    salt: 'salt',
    hashes: ['sha256:salt:ONE', 'sha256:salt:TWO', 'sha256:salt:THREE'],
    spent: [],
    lengths: [24],
    issuedAt: NOW - DAY,
    acknowledged: false,
    ...change,
  }
}

export const hashCode = (code: string, salt: string): string => `sha256:${salt}:${code}`
export const equalTexts = (one: string, other: string): boolean => one === other

/** A set just made. */
export const NEW_CODES: NewRecoveryCodes = {
  codes: ['NEW-1', 'NEW-2'],
  set: { hash: 'sha-256', salt: 'new-salt', hashes: ['h1', 'h2'], lengths: [24] },
}

/** What a record keeps of `NEW_CODES` from now on. */
export const ISSUED_CODES: RecoveryCodeSet = { ...NEW_CODES.set, spent: [], issuedAt: NOW, acknowledged: false }

/** The claims of a sign-in challenge by app that was begun a minute ago. */
export function claimsOf(change: Partial<ChallengeClaims> = {}): ChallengeClaims {
  return {
    id: 'challenge',
    userId: 'ada',
    purpose: 'sign-in',
    factorId: 'app',
    bindingDigest: null,
    summary: null,
    epoch: 7,
    begunAt: NOW - MINUTE,
    expiresAt: NOW + 9 * MINUTE,
    codeDigits: [6],
    recoveryLengths: [24],
    ...change,
  }
}

export const LOCK_ENDS = NOW + MINUTE
export const LOCKED: GuessBudget = { consecutiveWrong: 5, lockedUntilAt: LOCK_ENDS }
export const SUSPENDED: GuessBudget = { consecutiveWrong: 100, lockedUntilAt: NOW - MINUTE }

export const NO_PROOF: ProofFact = { status: 'absent' }
export const FORGED_PROOF: ProofFact = { status: 'forged' }

/** A proof by app, earned by signing in just now. */
export const FRESH_PROOF: ProofFact = {
  status: 'signed',
  claims: { method: 'totp', at: NOW, epoch: 7, purpose: 'sign-in', assurance: 'second-factor' },
}

/** A typed code, and nothing else. */
export function typed(code: string | null): Given {
  return { code: code as Code | null, credentialId: null }
}

/** A passkey's response, and nothing else. */
export function responded(credentialId: string): Given {
  return { code: null, credentialId }
}

/** Comparisons by table: codes lead to the steps they are of, and one code is the one that was texted. */
export function comparing(steps: Readonly<Record<string, readonly number[]>> = {}, texted = ''): Compare {
  return { totp: (_secret, code) => steps[code] ?? [], text: (_subject, _state, code) => code === texted }
}

export const GRANTED: Permit = { verdict: 'granted', retryAt: null, exceeded: [], enforced: true }

/** The need, which the decision must have, met by `answer`. */
export function met<Name extends NeedName>(decision: object, name: Name, answer: Answer<Name>): Fact {
  const need = needOf(decision)
  expect(need.need).toBe(name)
  return { ...need, answer } as Fact
}

/** The need that the decision must have. */
export function needOf(decision: object): Need {
  if (!isNeed(decision)) throw new Error('the decision needs nothing')
  return decision
}

/** The decision, which must need nothing more. */
export function made<Outcome>(decision: Deciding<Outcome>): Decision<Outcome> {
  if (isNeed(decision)) throw new Error(`the decision needs ${decision.need} first`)
  return decision
}

/** Expects a decision whole: what changes in the record, the outcome, every event and every effect. */
export function expectDecided(
  decision: Deciding<unknown>,
  at: Case,
  expected: {
    readonly next?: Partial<UserRecord>
    readonly outcome: unknown
    readonly events?: readonly EventBody[]
    readonly effects?: readonly Effect[]
  },
): void {
  const { next, outcome, events = [], effects = [] } = expected
  expect(made(decision)).toStrictEqual({ next: { ...at.record, ...next }, outcome, events, effects })
  if (next === undefined) expect(made(decision).next).toBe(at.record)
}

/** What a rejection is whole. */
export function rejection(reason: string, attemptsRemaining: number | null = 0, retryAt: number | null = null): object {
  return { status: 'rejected', reason, attemptsRemaining, retryAt }
}

/** What a refusal is whole. */
export function refusal(reason: string, retryAt: number | null = null): object {
  return { status: 'refused', reason, retryAt }
}
