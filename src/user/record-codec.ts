import type { ChallengePurpose } from '../interfaces/challenge.js'
import type {
  ChallengeRecord,
  EnrolmentRecord,
  FactorRecord,
  GuessBudget,
  RecoveryCodeSet,
  TextState,
  UserRecord,
} from './record.js'
import type { TrustedDevice } from '../interfaces/factors.js'

const VERSION = 1

/** A record's JSON: arrays instead of field names keep the fullest record within 8 KiB sealed. */
interface Wire {
  readonly v: number
  readonly e: number
  readonly f: readonly WireFactor[]
  readonly p: string | null
  readonly n: readonly WireEnrolment[]
  readonly c: readonly WireChallenge[]
  readonly d: readonly [string, string, number, number][]
  readonly r: readonly [string, number, readonly number[], ...string[]] | null
  readonly g: readonly [number, number]
  readonly h: readonly [number, number]
  readonly t: readonly number[]
  readonly m: boolean
}
type WireFactor =
  | readonly ['t', string, string | null, number, string, 1 | 256 | 512, number, number, number]
  | readonly ['s', string, string | null, number, string, string]
type WireText = readonly [number, number, number, string, string, number] | null
type WireEnrolment =
  | readonly ['t', string, string | null, string | null, number, number, number, string]
  | readonly ['s', string, string | null, string | null, number, number, number, string, string, WireText]
type WireChallenge = readonly [string, 0 | 1, 0 | 1 | 2, string, string | null, number, number, number, WireText]

const PURPOSES = ['sign-in', 'step-up'] as const satisfies readonly ChallengePurpose[]
const STATES = ['open', 'settled', 'exhausted'] as const

/** The JSON that gets sealed. */
export function encodeRecord(record: UserRecord): string {
  const wire: Wire = {
    v: VERSION,
    e: record.epoch,
    f: record.factors.map(encodeFactor),
    p: record.preferredFactorId,
    n: record.enrolments.map(encodeEnrolment),
    c: record.challenges.map(encodeChallenge),
    d: record.trustedDevices.map(({ id, name, trustedAt, expiresAt }) => [id, name, trustedAt, expiresAt]),
    r: record.recoveryCodes && encodeRecoveryCodes(record.recoveryCodes),
    g: encodeGuesses(record.guesses),
    h: encodeGuesses(record.recoveryGuesses),
    t: record.textedAt,
    m: record.enrolmentRequired,
  }
  return JSON.stringify(wire)
}

/** The record of a sealed JSON, or null when it was written by a newer release and must not be guessed at. */
export function decodeRecord(json: string): UserRecord | null {
  const wire = JSON.parse(json) as Wire
  if (wire.v !== VERSION) return null
  return {
    epoch: wire.e,
    factors: wire.f.map(decodeFactor),
    preferredFactorId: wire.p,
    enrolments: wire.n.map(decodeEnrolment),
    challenges: wire.c.map(decodeChallenge),
    trustedDevices: wire.d.map(([id, name, trustedAt, expiresAt]): TrustedDevice => ({
      id,
      name,
      trustedAt,
      expiresAt,
    })),
    recoveryCodes: wire.r && decodeRecoveryCodes(wire.r),
    guesses: decodeGuesses(wire.g),
    recoveryGuesses: decodeGuesses(wire.h),
    textedAt: wire.t,
    enrolmentRequired: wire.m,
  }
}

function encodeFactor(factor: FactorRecord): WireFactor {
  const { id, name, confirmedAt } = factor
  if (factor.kind === 'sms') return ['s', id, name, confirmedAt, factor.phoneNumber, factor.country]
  const algorithm = { 'SHA-1': 1, 'SHA-256': 256, 'SHA-512': 512 } as const
  return [
    't',
    id,
    name,
    confirmedAt,
    factor.secret,
    algorithm[factor.algorithm],
    factor.digits,
    factor.periodSeconds,
    factor.lastStep,
  ]
}

function decodeFactor(wire: WireFactor): FactorRecord {
  if (wire[0] === 's') {
    const [, id, name, confirmedAt, phoneNumber, country] = wire
    return { kind: 'sms', id, name, confirmedAt, phoneNumber, country }
  }
  const [, id, name, confirmedAt, secret, hashBits, digits, periodSeconds, lastStep] = wire
  return { kind: 'totp', id, name, confirmedAt, secret, algorithm: `SHA-${hashBits}`, digits, periodSeconds, lastStep }
}

function encodeText(text: TextState | null): WireText {
  return text && [text.sends, text.lastSentAt, text.generation, text.phoneNumber, text.keyId, text.codeSentAt]
}

function decodeText(wire: WireText): TextState | null {
  if (wire === null) return null
  const [sends, lastSentAt, generation, phoneNumber, keyId, codeSentAt] = wire
  return { sends, lastSentAt, generation, phoneNumber, keyId, codeSentAt }
}

function encodeEnrolment(enrolment: EnrolmentRecord): WireEnrolment {
  const { id, name, replaces, createdAt, expiresAt, wrongCodes } = enrolment
  if (enrolment.kind === 'totp') return ['t', id, name, replaces, createdAt, expiresAt, wrongCodes, enrolment.secret]
  const { phoneNumber, country, text } = enrolment
  return ['s', id, name, replaces, createdAt, expiresAt, wrongCodes, phoneNumber, country, encodeText(text)]
}

function decodeEnrolment(wire: WireEnrolment): EnrolmentRecord {
  const [, id, name, replaces, createdAt, expiresAt, wrongCodes] = wire
  const fields = { id, name, replaces, createdAt, expiresAt, wrongCodes }
  if (wire[0] === 't') return { kind: 'totp', ...fields, secret: wire[7] }
  return { kind: 'sms', ...fields, phoneNumber: wire[7], country: wire[8], text: decodeText(wire[9]) }
}

function encodeChallenge(challenge: ChallengeRecord): WireChallenge {
  const { id, factorId, binding, createdAt, expiresAt, wrongCodes, text } = challenge
  const purpose = challenge.purpose === 'sign-in' ? 0 : 1
  const state = challenge.state === 'open' ? 0 : challenge.state === 'settled' ? 1 : 2
  return [id, purpose, state, factorId, binding, createdAt, expiresAt, wrongCodes, encodeText(text)]
}

function decodeChallenge(wire: WireChallenge): ChallengeRecord {
  const [id, purpose, state, factorId, binding, createdAt, expiresAt, wrongCodes, text] = wire
  return {
    id,
    purpose: PURPOSES[purpose],
    state: STATES[state],
    factorId,
    binding,
    createdAt,
    expiresAt,
    wrongCodes,
    text: decodeText(text),
  }
}

function encodeRecoveryCodes({ salt, issuedAt, spent, hashes }: RecoveryCodeSet): NonNullable<Wire['r']> {
  return [salt, issuedAt, spent, ...hashes]
}

function decodeRecoveryCodes([salt, issuedAt, spent, ...hashes]: NonNullable<Wire['r']>): RecoveryCodeSet {
  return { salt, issuedAt, spent, hashes }
}

function encodeGuesses({ consecutiveWrong, lockedUntilAt }: GuessBudget): readonly [number, number] {
  return [consecutiveWrong, lockedUntilAt]
}

function decodeGuesses([consecutiveWrong, lockedUntilAt]: readonly [number, number]): GuessBudget {
  return { consecutiveWrong, lockedUntilAt }
}
