import { sha256 } from '@noble/hashes/sha2.js'
import type { ProofMethod } from '../interfaces/factors.js'
import type { Random } from '../interfaces/random.js'
import { decodeBase64url, encodeBase64url, utf8 } from './bytes.js'
import type { KeyRing } from './keyring.js'
import { signToken, verifyToken } from './token.js'

const ID_BYTES = 32
const RECORD_ID_BYTES = 12

/** What a challenge token says. The digits are those of the code it waits for, so that a malformed one costs nothing. */
export interface ChallengeClaims {
  readonly tokenId: Uint8Array
  readonly userId: string
  readonly epoch: number
  readonly expiresAt: number
  readonly codeDigits: number
}

/** What a proof says. */
export interface ProofClaims {
  readonly method: ProofMethod
  readonly at: number
  readonly epoch: number
}

/** A fresh 256-bit id, for a token. */
export function newTokenId(random: Random): Uint8Array {
  return random.bytes(ID_BYTES)
}

/** What a record calls the holder of a token's id: 96 bits of its digest, so that a listing does not give the id away. */
export function recordId(tokenId: Uint8Array): string {
  return encodeBase64url(sha256(tokenId).subarray(0, RECORD_ID_BYTES))
}

/** A fresh 96-bit id for what is only found within one user's record. */
export function newRecordId(random: Random): string {
  return encodeBase64url(random.bytes(RECORD_ID_BYTES))
}

export function signChallenge(ring: KeyRing, claims: ChallengeClaims): string {
  const { tokenId, userId, epoch, expiresAt, codeDigits } = claims
  const fields = [encodeBase64url(tokenId), userId, epoch, expiresAt, codeDigits]
  return signToken(ring, 'challenge', utf8(JSON.stringify(fields)), [])
}

/** What a challenge token of ours says, and what the record calls the challenge; or null. */
export function verifyChallenge(
  ring: KeyRing,
  token: unknown,
): (ChallengeClaims & { readonly challengeId: string }) | null {
  const payload = verifyToken(ring, 'challenge', token, [])
  if (payload === null) return null
  const [id, userId, epoch, expiresAt, codeDigits] = parse(payload) as [string, string, number, number, number]
  const tokenId = decodeBase64url(id)
  if (tokenId === null) return null
  return { tokenId, challengeId: recordId(tokenId), userId, epoch, expiresAt, codeDigits }
}

/** The device token carries its id alone: the user is context, so it is bound to the account and says nothing of it. */
export function signDevice(ring: KeyRing, userId: string, tokenId: Uint8Array): string {
  return signToken(ring, 'device', tokenId, [userId])
}

/** The record's id of the device, or null. */
export function verifyDevice(ring: KeyRing, userId: string, token: unknown): string | null {
  const tokenId = verifyToken(ring, 'device', token, [userId])
  return tokenId === null ? null : recordId(tokenId)
}

export function signProof(
  ring: KeyRing,
  tokenId: Uint8Array,
  userId: string,
  binding: string | null,
  claims: ProofClaims,
): string {
  const payload = utf8(JSON.stringify([encodeBase64url(tokenId), claims.method, claims.at, claims.epoch]))
  return signToken(ring, 'proof', payload, proofContext(userId, binding))
}

export function verifyProof(ring: KeyRing, userId: string, binding: string | null, token: unknown): ProofClaims | null {
  const payload = verifyToken(ring, 'proof', token, proofContext(userId, binding))
  if (payload === null) return null
  const [, method, at, epoch] = parse(payload) as [string, ProofMethod, number, number]
  return { method, at, epoch }
}

function proofContext(userId: string, binding: string | null): readonly string[] {
  return binding === null ? [userId] : [userId, binding]
}

/** Only ever called on what our own MAC covers. */
function parse(payload: Uint8Array): unknown {
  return JSON.parse(Buffer.from(payload).toString('utf8'))
}
