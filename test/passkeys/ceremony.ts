import type { PasskeyCredential, PasskeyVerifier } from '../../src/interfaces/passkeys.js'
import { passkeys } from '../../src/passkeys/index.js'
import {
  createSoftwarePasskey,
  seededRandom,
  type SoftwarePasskey,
  type SoftwarePasskeyLie,
  type SoftwarePasskeyOptions,
} from '../../src/testing/index.js'

export const RP_ID = 'willow.example'
export const ORIGIN = 'https://willow.example'

export const bytes = (length: number, seed: number | string): Buffer => Buffer.from(seededRandom(seed).bytes(length))
export const base64url = (data: Uint8Array): string => Buffer.from(data).toString('base64url')
export const fromBase64url = (text: string): Buffer => Buffer.from(text, 'base64url')

export const CHALLENGE = base64url(bytes(32, 'challenge'))
export const OTHER_CHALLENGE = base64url(bytes(32, 'another challenge'))

export const verifier = passkeys({ rpId: RP_ID, origins: [ORIGIN, 'https://login.willow.example'] })
export const strictVerifier = passkeys({ rpId: RP_ID, origins: [ORIGIN], userVerification: 'required' })

/** A passkey whose id and key are the same every time. */
export const passkey = (options: SoftwarePasskeyOptions = {}): SoftwarePasskey =>
  createSoftwarePasskey({ origin: ORIGIN, random: seededRandom(1), ...options })

/** What a passkey answers to fresh creation options. */
export async function attestation(device: SoftwarePasskey, lie: SoftwarePasskeyLie = {}) {
  const options = await verifier.creationOptions({
    challenge: CHALLENGE,
    issuer: 'Willow Street Clinic',
    accountName: 'ada@willow.example',
    userHandle: base64url(bytes(32, 'ada')),
    exclude: [],
    timeoutMs: 60_000,
  })
  return device.create(options, lie)
}

/** What a passkey answers to fresh request options that allow it. */
export async function assertion(device: SoftwarePasskey, lie: SoftwarePasskeyLie = {}) {
  const allow = [{ id: device.id, transports: [] }]
  return device.get(await verifier.requestOptions({ challenge: CHALLENGE, allow, timeoutMs: 60_000 }), lie)
}

/** The credential of a passkey that was enrolled honestly. */
export async function enrolled(device: SoftwarePasskey, by: PasskeyVerifier = verifier): Promise<PasskeyCredential> {
  const result = await by.verifyAttestation({ challenge: CHALLENGE, response: await attestation(device) })
  if (result.status !== 'verified') throw new Error('an honest attestation was rejected')
  return result.credential
}

/** A copy of `response` with other members inside. */
export function withInner<Response extends { readonly response: object }>(response: Response, change: object) {
  return { ...response, response: { ...response.response, ...change } }
}
