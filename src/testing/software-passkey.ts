// A pretend authenticator needs what a real one has built in; no host's production code loads this.
// eslint-disable-next-line no-restricted-imports
import {
  createECDH,
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import type { PasskeyCreationOptions, PasskeyRequestOptions } from '../interfaces/passkeys.js'
import type { Random } from '../interfaces/random.js'

/** What kind of passkey it is. */
export interface SoftwarePasskeyOptions {
  /** The origin of the page that asks; `https://` and the RP id of the options unless said otherwise. */
  readonly origin?: string | undefined
  /** The RP id to sign for; that of the options unless said otherwise. */
  readonly rpId?: string | undefined
  /** `ES256` unless said otherwise. */
  readonly algorithm?: 'ES256' | 'EdDSA' | 'RS256' | undefined
  /** Whether it is synced between devices, and backed up, in place of being bound to one. */
  readonly synced?: boolean | undefined
  /** Whether it checks a PIN or a biometric each time. */
  readonly userVerifies?: boolean | undefined
  /** The counter before it is first used; null for one that counts nothing, as those that are synced do unless told otherwise. */
  readonly counter?: number | null | undefined
  /** How long its credential id is; 32 bytes unless said otherwise. */
  readonly credentialIdBytes?: number | undefined
  /** `internal` for one that is synced, else `usb`, unless said otherwise. */
  readonly transports?: readonly string[] | undefined
  /** Where its id and key come from; not the key of an `RS256` one, which is new every time. */
  readonly random?: Random | undefined
}

/** What one answer says otherwise than it should. */
export interface SoftwarePasskeyLie {
  /** Members of the client data, such as `{ origin: 'https://evil.example' }`; undefined leaves one out. */
  readonly clientData?: Readonly<Record<string, unknown>> | undefined
  /** The RP id signed for. */
  readonly rpId?: string | undefined
  /** False: nobody touched it. */
  readonly userPresent?: boolean | undefined
  readonly userVerified?: boolean | undefined
  /** Whether it may be backed up, and whether it is. */
  readonly synced?: boolean | undefined
  readonly backedUp?: boolean | undefined
  readonly counter?: number | undefined
  /** Any other change of the authenticator data, before it is signed. */
  readonly authenticatorData?: ((bytes: Uint8Array) => Uint8Array) | undefined
}

/** An answer to creation options, as a browser's `toJSON` writes it. */
export interface SoftwarePasskeyAttestation {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly clientExtensionResults: Readonly<Record<string, never>>
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports: readonly string[]
  }
}

/** An answer to request options, as a browser's `toJSON` writes it. */
export interface SoftwarePasskeyAssertion {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly clientExtensionResults: Readonly<Record<string, never>>
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle?: string
  }
}

/** A pretend browser with a pretend passkey, which holds one credential. */
export interface SoftwarePasskey {
  /** Its credential id, base64url. */
  readonly id: string
  /**
   * Answers creation options.
   * @throws DOMException as browsers do: `InvalidStateError` when the options exclude it, `NotSupportedError` when they take
   *   no key of its algorithm.
   */
  create(options: PasskeyCreationOptions, lie?: SoftwarePasskeyLie): SoftwarePasskeyAttestation
  /**
   * Answers request options.
   * @throws DOMException `NotAllowedError`, as browsers do, when the options do not allow it.
   */
  get(options: PasskeyRequestOptions, lie?: SoftwarePasskeyLie): SoftwarePasskeyAssertion
  /** A copy with the same key, id and counter, which goes on counting by itself. */
  clone(): SoftwarePasskey
}

/** A passkey for tests, without a browser: an honest one, unless an answer is told to lie. */
export function createSoftwarePasskey(options: SoftwarePasskeyOptions = {}): SoftwarePasskey {
  const { algorithm = 'ES256', credentialIdBytes = 32, random = systemRandom } = options
  const credential = { id: random.bytes(credentialIdBytes), ...KEYS[algorithm](random) }
  const { synced = false, counter = synced ? null : 0 } = options
  return device(options, credential, { counter, userHandle: undefined })
}

const systemRandom: Random = { bytes: (length) => randomBytes(length) }

interface Credential {
  readonly id: Uint8Array
  readonly privateKey: KeyObject
  readonly coseKey: Uint8Array
  readonly algorithm: number
  readonly hash: 'sha256' | null
}

interface DeviceState {
  counter: number | null
  userHandle: string | undefined
}

/** The options that a browser reads, as far as this one does. */
interface ReadOptions {
  readonly challenge: string
  readonly rp?: { readonly id: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
  readonly pubKeyCredParams?: readonly { readonly alg: number }[]
  readonly excludeCredentials?: readonly { readonly id: string }[]
  readonly allowCredentials?: readonly { readonly id: string }[]
}

function device(options: SoftwarePasskeyOptions, credential: Credential, start: DeviceState): SoftwarePasskey {
  const state = { ...start }
  const { synced = false, userVerifies = false, transports = [synced ? 'internal' : 'usb'] } = options
  const id = base64url(credential.id)
  const envelope = { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const

  function clientData(type: string, challenge: string, rpId: string, lie: SoftwarePasskeyLie): Uint8Array {
    const { origin = `https://${rpId}` } = options
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...lie.clientData }))
  }

  function authenticatorData(rpId: string, attested: Uint8Array | null, lie: SoftwarePasskeyLie): Uint8Array {
    if (state.counter !== null) state.counter++
    const { userPresent = true, userVerified = userVerifies, counter = state.counter ?? 0 } = lie
    const { synced: eligible = synced, backedUp = eligible } = lie
    const flags = flag(0, userPresent) | flag(2, userVerified) | flag(3, eligible) | flag(4, backedUp)
    const rest = Buffer.alloc(5)
    rest.writeUInt8(flags | flag(6, attested !== null))
    rest.writeUInt32BE(counter, 1)
    const bytes = joined(sha256(lie.rpId ?? options.rpId ?? rpId), rest, attested ?? '')
    return lie.authenticatorData?.(bytes) ?? bytes
  }

  return {
    id,
    create(given, lie = {}) {
      const { challenge, rp, user, pubKeyCredParams, excludeCredentials = [] } = given as ReadOptions
      if (pubKeyCredParams?.every(({ alg }) => alg !== credential.algorithm)) throw refusal('NotSupportedError')
      if (excludeCredentials.some((excluded) => excluded.id === id)) throw refusal('InvalidStateError')
      const rpId = rp?.id ?? ''
      state.userHandle = user?.id
      // 16 zeros: a make of authenticator that says nothing of itself.
      const attested = joined(Buffer.alloc(16), uint16(credential.id.length), credential.id, credential.coseKey)
      const authData = authenticatorData(rpId, attested, lie)
      return {
        ...envelope,
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge, rpId, lie)),
          attestationObject: base64url(noAttestation(authData)),
          transports,
        },
      }
    },
    get(given, lie = {}) {
      const { challenge, rpId = '', allowCredentials = [] } = given as ReadOptions
      if (!allowCredentials.some((allowed) => allowed.id === id)) throw refusal('NotAllowedError')
      const authData = authenticatorData(rpId, null, lie)
      const client = clientData('webauthn.get', challenge, rpId, lie)
      const signed = joined(authData, sha256(client))
      return {
        ...envelope,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(authData),
          signature: base64url(sign(credential.hash, signed, credential.privateKey)),
          // A passkey that is synced knows whose it is; a security key that was not asked to remember does not.
          ...(synced && state.userHandle !== undefined && { userHandle: state.userHandle }),
        },
      }
    },
    clone: () => device(options, credential, state),
  }
}

type Keys = Omit<Credential, 'id'>

/** How each algorithm makes its key, and writes the public one in COSE (RFC 9052, section 7; RFC 8230, section 4). */
const KEYS: Readonly<Record<'ES256' | 'EdDSA' | 'RS256', (random: Random) => Keys>> = {
  ES256(random) {
    const scalar = random.bytes(32)
    // Below the order of the curve, whatever the rest is.
    scalar[0] = (scalar[0] ?? 0) & 0x7f
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(scalar)
    const point = ecdh.getPublicKey()
    const [x, y] = [point.subarray(1, 33), point.subarray(33)]
    const jwk = { kty: 'EC', crv: 'P-256', d: base64url(scalar), x: base64url(x), y: base64url(y) }
    const coseKey = joined('a5010203262001215820', x, '225820', y)
    return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), coseKey, algorithm: -7, hash: 'sha256' }
  },
  EdDSA(random) {
    // PKCS #8 around the 32 bytes of the private key (RFC 8410, section 7).
    const key = joined('302e020100300506032b657004220420', random.bytes(32))
    const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
    const { x = '' } = privateKey.export({ format: 'jwk' })
    return { privateKey, coseKey: joined('a4010103272006215820', bytesOf(x)), algorithm: -8, hash: null }
  },
  RS256() {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { n = '' } = privateKey.export({ format: 'jwk' })
    const coseKey = joined('a401030339010020590100', bytesOf(n), '2143010001')
    return { privateKey, coseKey, algorithm: -257, hash: 'sha256' }
  },
}

/** The CBOR map of `fmt`, `attStmt` and `authData` that says there is no attestation (WebAuthn, sections 6.5.4 and 8.7). */
function noAttestation(authData: Uint8Array): Buffer {
  const { length } = authData
  const head = length < 256 ? Uint8Array.of(0x58, length) : joined('59', uint16(length))
  return joined('a363666d74646e6f6e656761747453746d74a0686175746844617461', head, authData)
}

/** Bytes, and bytes written in hex, one after the other. */
function joined(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)))
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff)
}

function flag(bit: number, set: boolean): number {
  return set ? 1 << bit : 0
}

function sha256(data: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest()
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64url')
}

function refusal(name: string): DOMException {
  return new DOMException('the software passkey does what a browser would do', name)
}
