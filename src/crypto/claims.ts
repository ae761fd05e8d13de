import { sha256 } from '@noble/hashes/sha2.js'
import type { ChallengePurpose, ProofPurpose } from '../interfaces/challenge.js'
import type { Assurance, ProofMethod } from '../interfaces/factor.js'
import type { Random } from '../interfaces/random.js'
import { base64url, list, nullable, oneOf, parseJson, row, whole, type Field } from '../json-fields.js'
import { encodeBase64url, lengthPrefixed, ofThisRealm, readLengthPrefixed, utf8 } from './bytes.js'
import type { KeyRing } from './keyring.js'
import { signToken, verifyToken } from './token.js'

const DEVICE_ID_BYTES = 32
const CHALLENGE_ID_BYTES = 16
const RECORD_ID_BYTES = 12

/** What a challenge token says: all that there is of an open challenge. */
export interface ChallengeClaims {
  readonly id: string
  readonly userId: string
  readonly purpose: ChallengePurpose
  /** The factor asked for; null when there is none, and only an access pass is taken. */
  readonly factorId: string | null
  readonly bindingDigest: string | null
  readonly summary: string | null
  readonly epoch: number
  readonly begunAt: number
  readonly expiresAt: number
  /** The numbers of digits that a right code can have, so that a malformed one costs nothing. */
  readonly codeDigits: readonly number[]
  /** The same for recovery codes and access passes, in characters. */
  readonly recoveryLengths: readonly number[]
}

/** What a proof says. */
export interface ProofClaims {
  readonly method: ProofMethod
  readonly at: number
  readonly epoch: number
  readonly purpose: ProofPurpose
  readonly assurance: Assurance
}

/** A fresh 128-bit id, for a challenge. */
export function newChallengeId(random: Random): string {
  return encodeBase64url(random.bytes(CHALLENGE_ID_BYTES))
}

/** A fresh 96-bit id, for what is only found within one user's record. */
export function newRecordId(random: Random): string {
  return encodeBase64url(random.bytes(RECORD_ID_BYTES))
}

/** A fresh 256-bit id, for a trusted device's token. */
export function newDeviceTokenId(random: Random): Uint8Array {
  return random.bytes(DEVICE_ID_BYTES)
}

/** What a record calls the holder of a device token's id: 96 bits of its digest, so that a listing does not give the id away. */
export function deviceId(tokenId: Uint8Array): string {
  return encodeBase64url(sha256(ofThisRealm(tokenId)).subarray(0, RECORD_ID_BYTES))
}

/** Whether there is a summary. */
const summarised: Field<string | null> = {
  write: (summary) => (summary === null ? 0 : 1),
  read: (json) => (json === 0 ? null : json === 1 ? '' : undefined),
}

const challengeHead = row<Omit<ChallengeClaims, 'userId'>>({
  id: base64url,
  purpose: oneOf(['sign-in', 'step-up']),
  factorId: nullable(base64url),
  bindingDigest: nullable(base64url),
  epoch: whole,
  begunAt: whole,
  expiresAt: whole,
  codeDigits: list(whole),
  recoveryLengths: list(whole),
  summary: summarised,
})

/** Signs a challenge's claims. User id and summary stand beside the JSON, which could make six characters of one. */
export function signChallenge(ring: KeyRing, claims: ChallengeClaims): string {
  const json = JSON.stringify(challengeHead.write(claims))
  return signToken(ring, 'challenge', lengthPrefixed([json, claims.userId, claims.summary ?? '']), [])
}

/** What a challenge token of ours says, or null. */
export function verifyChallenge(ring: KeyRing, token: unknown): ChallengeClaims | null {
  const payload = verifyToken(ring, 'challenge', token, [])
  const [json, userId, summary] = payload === null ? [] : (readLengthPrefixed(payload) ?? [])
  if (json === undefined || userId === undefined || summary === undefined) return null
  const head = challengeHead.read(parseJson(json))
  if (head === undefined) return null
  return { userId, ...head, summary: head.summary === null ? null : summary }
}

/** The device token carries its id alone: the user is context, so it is bound to the account and says nothing of it. */
export function signDevice(ring: KeyRing, userId: string, tokenId: Uint8Array): string {
  return signToken(ring, 'device', tokenId, [userId])
}

/** The record's id of the device, or null. */
export function verifyDevice(ring: KeyRing, userId: string, token: unknown): string | null {
  const tokenId = verifyToken(ring, 'device', token, [userId])
  return tokenId === null ? null : deviceId(tokenId)
}

const proofClaims = row<ProofClaims>({
  method: oneOf(['totp', 'sms', 'passkey', 'recovery-code', 'access-pass']),
  at: whole,
  epoch: whole,
  purpose: oneOf(['sign-in', 'step-up', 'enrolment']),
  assurance: oneOf(['access-pass', 'recovery', 'second-factor', 'phishing-resistant']),
})

/** Signs a proof for one user and binding. */
export function signProof(ring: KeyRing, userId: string, binding: string | null, claims: ProofClaims): string {
  return signToken(ring, 'proof', utf8(JSON.stringify(proofClaims.write(claims))), proofContext(userId, binding))
}

/** What a proof for this user and binding says, or null. */
export function verifyProof(ring: KeyRing, userId: string, binding: string | null, token: unknown): ProofClaims | null {
  const payload = verifyToken(ring, 'proof', token, proofContext(userId, binding))
  return payload === null ? null : (proofClaims.read(parseJson(Buffer.from(payload).toString('utf8'))) ?? null)
}

function proofContext(userId: string, binding: string | null): readonly string[] {
  return binding === null ? [userId] : [userId, binding]
}

/**
 * What a passkey signs (32 bytes, base64url): derived from the challenge's or enrolment's id, so nothing is stored. The
 * oldest key makes it, so that a new key ends nothing that is open.
 */
export function passkeyChallenge(ring: KeyRing, userId: string, subjectId: string): string {
  return oldestMac(ring, ['challenge', userId, subjectId])
}

/** WebAuthn's user handle (base64url): it says nothing of the user. */
export function passkeyUserHandle(ring: KeyRing, userId: string): string {
  return oldestMac(ring, ['user handle', userId])
}

function oldestMac(ring: KeyRing, fields: readonly string[]): string {
  const mac = ring.mac(ring.oldestKeyId, 'passkey', fields)
  if (mac === null) throw new RangeError('the ring lacks its own oldest key')
  return encodeBase64url(mac)
}
