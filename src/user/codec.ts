import type { Activity } from '../interfaces/activity.js'
import type { FactorKind } from '../interfaces/factor.js'
import type { PasskeyCredential } from '../interfaces/passkeys.js'
import type { TrustedDevice } from '../interfaces/trusted-devices.js'
import { ACTIVITY_TYPES } from './activity.js'
import { readVersion1 } from './codec-v1.js'
import {
  base64url,
  flag,
  kinds,
  list,
  name,
  nullable,
  oneOf,
  parseJson,
  row,
  step,
  text,
  whole,
} from '../json-fields.js'
import type {
  AccessPass,
  ChallengeOrder,
  ChallengeText,
  ClosedChallenge,
  EnrolmentRecord,
  FactorRecord,
  GuessBudget,
  RecoveryCodeSet,
  TextState,
  UserRecord,
} from './record.js'

const VERSION = 2

const factorFields = { id: base64url, name: nullable(name), confirmedAt: whole, lastUsedAt: nullable(whole) }
const recipientFields = { phoneNumber: name, country: name, channel: oneOf(['sms', 'voice']) }
const textFields = {
  sends: whole,
  lastSentAt: whole,
  generation: whole,
  phoneNumber: name,
  keyId: name,
  codeSentAt: whole,
}
const challengeOrder = { begunAt: whole, expiresAt: whole }

const credential = row<PasskeyCredential>({
  id: base64url,
  publicKey: base64url,
  counter: whole,
  transports: list(name),
  synced: flag,
  backedUp: flag,
})

const factor = kinds<FactorRecord>({
  totp: {
    letter: 't',
    fields: row({
      ...factorFields,
      secret: base64url,
      algorithm: oneOf(['SHA-1', 'SHA-256', 'SHA-512']),
      digits: whole,
      periodSeconds: whole,
      lastStep: step,
    }),
  },
  sms: { letter: 's', fields: row({ ...factorFields, ...recipientFields }) },
  passkey: { letter: 'p', fields: row({ ...factorFields, credential }) },
} satisfies Readonly<Record<FactorKind, unknown>>)

const enrolmentFields = {
  id: base64url,
  name: nullable(name),
  replaces: nullable(base64url),
  createdAt: whole,
  expiresAt: whole,
  wrongCodes: whole,
}

const enrolment = kinds<EnrolmentRecord>({
  totp: {
    letter: 't',
    fields: row({ ...enrolmentFields, secret: base64url, accountName: text, issuer: nullable(name) }),
  },
  sms: {
    letter: 's',
    fields: row({ ...enrolmentFields, ...recipientFields, text: nullable(row<TextState>(textFields)) }),
  },
  passkey: { letter: 'p', fields: row({ ...enrolmentFields, accountName: name }) },
})

const record = row<UserRecord>({
  epoch: whole,
  factors: list(factor),
  preferredFactorId: nullable(base64url),
  enrolments: list(enrolment),
  texts: list(
    row<ChallengeText>({
      ...textFields,
      challengeId: base64url,
      ...challengeOrder,
      wrongCodes: whole,
      joinKey: nullable(base64url),
    }),
  ),
  closedChallenges: list(
    row<ClosedChallenge>({ id: base64url, state: oneOf(['settled', 'cancelled']), ...challengeOrder }),
  ),
  settledThrough: row<ChallengeOrder>(challengeOrder),
  trustedDevices: list(
    row<TrustedDevice>({
      id: base64url,
      name: text,
      details: nullable(name),
      trustedAt: whole,
      lastUsedAt: nullable(whole),
      expiresAt: whole,
    }),
  ),
  recoveryCodes: nullable(
    row<RecoveryCodeSet>({
      hash: oneOf(['sha-256', 'scrypt']),
      salt: base64url,
      hashes: list(base64url),
      spent: list(whole),
      lengths: list(whole),
      issuedAt: whole,
      acknowledged: flag,
    }),
  ),
  accessPass: nullable(
    row<AccessPass>({ salt: base64url, hash: base64url, issuedAt: whole, expiresAt: whole, used: flag }),
  ),
  guesses: row<GuessBudget>({ consecutiveWrong: whole, lockedUntilAt: whole }),
  textedAt: list(whole),
  enrolmentRequired: flag,
  activity: list(
    row<Activity>({
      type: oneOf(ACTIVITY_TYPES),
      at: whole,
      factorId: nullable(base64url),
      deviceId: nullable(base64url),
      clientNetwork: nullable(name),
    }),
  ),
})

/** How each version is read. A version that is not here was written by a newer release and must not be guessed at. */
const READERS: ReadonlyMap<unknown, (wire: object) => UserRecord | undefined> = new Map([
  [1, readVersion1],
  [VERSION, (wire: object) => record.read('r' in wire ? wire.r : undefined)],
])

/** The JSON that gets sealed. */
export function encodeRecord(value: UserRecord): string {
  return JSON.stringify({ v: VERSION, r: record.write(value) })
}

/** The record of a sealed JSON, or null when it is none, or one of a newer release. Every field is checked. */
export function decodeRecord(json: string): UserRecord | null {
  const wire = parseJson(json)
  if (typeof wire !== 'object' || wire === null || !('v' in wire)) return null
  return READERS.get(wire.v)?.(wire) ?? null
}

/** The bytes that a factor takes in a record. */
export function factorBytes(value: FactorRecord): number {
  return Buffer.byteLength(JSON.stringify(factor.write(value)))
}
