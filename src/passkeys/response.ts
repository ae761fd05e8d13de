/** A browser's answer to creation options, as far as it is read. Everything in it is a claim. */
export interface AttestationResponse {
  readonly id: string
  readonly clientDataJSON: string
  readonly attestationObject: Uint8Array<ArrayBuffer>
  readonly transports: readonly string[]
}

/** A browser's answer to request options, as far as it is read. Everything in it is a claim. */
export interface AssertionResponse {
  readonly id: string
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
}

/** How many base64url characters are decoded at all. What authenticators send stays far below. */
const MAX_ID = 1364
const MAX_CLIENT_DATA = 4096
const MAX_AUTHENTICATOR_DATA = 2048
const MAX_SIGNATURE = 1024
/** The attestation statement is not read, but a chain of certificates may come in it. */
const MAX_ATTESTATION_OBJECT = 16_384

/** The transports that are known (WebAuthn, section 5.8.4). They are hints, so others are left out. */
const TRANSPORTS = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal']

/** The parts of `RegistrationResponseJSON` that count, or null when it is not one. May throw, as its members may. */
export function readAttestation(response: unknown): AttestationResponse | null {
  const envelope = readEnvelope(response)
  if (envelope === null) return null
  const { id, clientDataJSON, inner } = envelope
  const { attestationObject, transports } = inner
  if (!isBase64url(attestationObject, MAX_ATTESTATION_OBJECT)) return null
  return {
    id,
    clientDataJSON,
    attestationObject: Uint8Array.from(Buffer.from(attestationObject, 'base64url')),
    transports: Array.isArray(transports) ? TRANSPORTS.filter((known) => transports.includes(known)) : [],
  }
}

/** The parts of `AuthenticationResponseJSON` that count, or null when it is not one. May throw, as its members may. */
export function readAssertion(response: unknown): AssertionResponse | null {
  const envelope = readEnvelope(response)
  if (envelope === null) return null
  const { id, clientDataJSON, inner } = envelope
  const { authenticatorData, signature } = inner
  if (!isBase64url(authenticatorData, MAX_AUTHENTICATOR_DATA) || !isBase64url(signature, MAX_SIGNATURE)) return null
  return { id, clientDataJSON, authenticatorData, signature }
}

interface Envelope {
  readonly id: string
  readonly clientDataJSON: string
  readonly inner: Members
}

function readEnvelope(response: unknown): Envelope | null {
  if (!isObject(response)) return null
  const { id, rawId, type, response: inner } = response
  if (!isBase64url(id, MAX_ID) || rawId !== id || type !== 'public-key' || !isObject(inner)) return null
  const { clientDataJSON } = inner
  if (!isBase64url(clientDataJSON, MAX_CLIENT_DATA) || !isOfThisPage(clientDataJSON)) return null
  return { id, clientDataJSON, inner }
}

/**
 * Whether the page itself asked, and not a frame in a page of somebody else's, where a person cannot see whom they approve
 * (WebAuthn, section 13.4.9). Type, challenge and origin are compared by @simplewebauthn/server, which reads the same text.
 */
function isOfThisPage(clientDataJSON: string): boolean {
  const text = Buffer.from(clientDataJSON, 'base64url').toString()
  const { crossOrigin = false, topOrigin } = JSON.parse(text) as Members
  return crossOrigin === false && topOrigin === undefined
}

/** Canonical and unpadded, so that every byte string has one spelling; bounded before anything is decoded. */
function isBase64url(value: unknown, maxLength: number): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= maxLength &&
    Buffer.from(value, 'base64url').toString('base64url') === value
  )
}

type Members = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null
}
