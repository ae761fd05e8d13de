import type { PasskeyAssertion, PasskeyAttestation, PasskeyCreationOptions } from '../interfaces/passkeys.js'
import { base64url, list, name, whole } from '../json-fields.js'

const transports = list(name)

/** Whether these are options for a browser. */
export function areOptions(answer: object): answer is PasskeyCreationOptions {
  return 'challenge' in answer && typeof answer.challenge === 'string'
}

/** Whether this says what a response to request options is worth: anything else must not pass for an approval. */
export function isAssertion(answer: object): answer is PasskeyAssertion {
  const { status, counter, backedUp, userVerified } = answer as Readonly<Record<string, unknown>>
  return status === 'rejected' || (status === 'verified' && isCount(counter) && areFlags(backedUp, userVerified))
}

/** Whether this says what an answer to creation options is worth, with a credential that a record can keep. */
export function isAttestation(answer: object): answer is PasskeyAttestation {
  const { status, credential, userVerified } = answer as Readonly<Record<string, unknown>>
  return status === 'rejected' || (status === 'verified' && isCredential(credential) && areFlags(userVerified))
}

function isCredential(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const credential = value as Readonly<Record<string, unknown>>
  return (
    base64url.read(credential['id']) !== undefined &&
    base64url.read(credential['publicKey']) !== undefined &&
    transports.read(credential['transports']) !== undefined &&
    isCount(credential['counter']) &&
    areFlags(credential['synced'], credential['backedUp'])
  )
}

function isCount(value: unknown): boolean {
  return whole.read(value) !== undefined
}

function areFlags(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'boolean')
}
