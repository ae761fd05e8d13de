import { decodeAttestationObject, isoCBOR } from '@simplewebauthn/server/helpers'
import { describe, expect, it } from 'vitest'
import {
  attestation,
  base64url,
  bytes,
  CHALLENGE,
  fromBase64url,
  ORIGIN,
  OTHER_CHALLENGE,
  passkey,
  strictVerifier,
  verifier,
  withInner,
} from './ceremony.js'

const check = (response: unknown, by = verifier) => by.verifyAttestation({ challenge: CHALLENGE, response })
const verified = expect.objectContaining({ status: 'verified' }) as unknown
const rejected = { status: 'rejected' }

/** Where the credential id's length stands in authenticator data: after RP id hash, flags, counter and AAGUID. */
const LENGTH_AT = 53

/** Authenticator data with another public key in it. */
const withKey = (key: Uint8Array) => ({
  authenticatorData: (data: Uint8Array) => {
    const keyAt = LENGTH_AT + 2 + new DataView(data.buffer, data.byteOffset).getUint16(LENGTH_AT)
    return Buffer.concat([data.subarray(0, keyAt), key])
  },
})

const noise = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes(length, 'noise'))
/** 65537. */
const F4 = Uint8Array.of(1, 0, 1)

type CoseEntry = [label: number, value: number | boolean | Uint8Array<ArrayBuffer>]
const cose = (...entries: CoseEntry[]): Uint8Array => isoCBOR.encode(new Map(entries))
const P256: CoseEntry[] = [
  [1, 2],
  [3, -7],
  [-1, 1],
  [-2, noise(32)],
  [-3, noise(32)],
]

describe('an honest attestation', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('of %s is verified', async (algorithm) => {
    const device = passkey({ algorithm })
    expect(await check(await attestation(device))).toEqual({
      status: 'verified',
      credential: {
        id: device.id,
        publicKey: expect.stringMatching(/^[A-Za-z0-9_-]{56,363}$/) as unknown,
        counter: 1,
        transports: ['usb'],
        synced: false,
        backedUp: false,
      },
      userVerified: false,
    })
  })

  it('says whether the passkey is synced and backed up, verified its user, counts, and how to reach it', async () => {
    const device = passkey({ synced: true, userVerifies: true, transports: ['hybrid', 'internal'] })
    expect(await check(await attestation(device))).toMatchObject({
      credential: { counter: 0, synced: true, backedUp: true, transports: ['hybrid', 'internal'] },
      userVerified: true,
    })
    expect(await check(await attestation(device, { backedUp: false, counter: 2 ** 32 - 1 }))).toMatchObject({
      credential: { counter: 4_294_967_295, synced: true, backedUp: false },
    })
  })

  it('is taken with every key that has the right form', async () => {
    for (const key of [
      cose(...P256),
      cose([1, 1], [3, -8], [-1, 6], [-2, noise(32)]),
      cose([1, 3], [3, -257], [-1, noise(256)], [-2, F4]),
    ]) {
      expect(await check(await attestation(passkey(), withKey(key)))).toMatchObject({
        credential: { publicKey: base64url(key) },
      })
    }
  })

  it('may come from any of the origins', async () => {
    expect(await check(await attestation(passkey({ origin: 'https://login.willow.example' })))).toEqual(verified)
  })

  it('may say more in its client data than is known today', async () => {
    const clientData = { extraData: 'fields may be added', tokenBinding: undefined, crossOrigin: undefined }
    expect(await check(await attestation(passkey(), { clientData }))).toEqual(verified)
  })

  it('may carry extension outputs that nobody asked for', async () => {
    const extension = isoCBOR.encode(new Map([['credProtect', 2]]))
    const authenticatorData = (data: Uint8Array) => Buffer.concat([withFlags(data, (flags) => flags | 0x80), extension])
    expect(await check(await attestation(passkey(), { authenticatorData }))).toEqual(verified)
  })

  it('keeps only transports that are known, once each', async () => {
    const transports = ['carrier-pigeon', 'usb', 'usb', 'nfc', 4, null, '__proto__', 'x'.repeat(100_000)]
    const response = withInner(await attestation(passkey()), { transports })
    expect(await check(response)).toMatchObject({ credential: { transports: ['usb', 'nfc'] } })
    for (const odd of [undefined, null, 'usb', {}, 7]) {
      const none = withInner(await attestation(passkey()), { transports: odd })
      expect(await check(none)).toMatchObject({ credential: { transports: [] } })
    }
  })
})

describe('an attestation that is wrong in one thing is rejected (WebAuthn Level 3, section 7.1)', () => {
  it.each([
    ['type', { clientData: { type: 'webauthn.get' } }],
    ['type, left out', { clientData: { type: undefined } }],
    ['challenge', { clientData: { challenge: OTHER_CHALLENGE } }],
    ['challenge, left out', { clientData: { challenge: undefined } }],
    ['challenge, in a list', { clientData: { challenge: [CHALLENGE] } }],
    ['challenge, padded', { clientData: { challenge: `${CHALLENGE}=` } }],
    ['origin', { clientData: { origin: 'https://willow.example.evil.example' } }],
    ['origin, a subdomain that is not listed', { clientData: { origin: 'https://evil.willow.example' } }],
    ['origin, another port', { clientData: { origin: `${ORIGIN}:8443` } }],
    ['origin, not secure', { clientData: { origin: 'http://willow.example' } }],
    ['origin, in a list', { clientData: { origin: [ORIGIN] } }],
    ['origin, left out', { clientData: { origin: undefined } }],
    ['crossOrigin', { clientData: { crossOrigin: true } }],
    ['crossOrigin, no boolean', { clientData: { crossOrigin: 'true' } }],
    ['topOrigin', { clientData: { crossOrigin: true, topOrigin: ORIGIN } }],
    ['topOrigin without crossOrigin', { clientData: { topOrigin: 'https://evil.example' } }],
    ['RP id', { rpId: 'evil.example' }],
    ['user presence', { userPresent: false }],
    ['backup state without eligibility', { synced: false, backedUp: true }],
    ['algorithm: ES384', withKey(cose([1, 2], [3, -35], [-1, 2], [-2, noise(48)], [-3, noise(48)]))],
    ['algorithm: PS256', withKey(cose([1, 3], [3, -37], [-1, noise(256)], [-2, F4]))],
    ['algorithm: RS1', withKey(cose([1, 3], [3, -65_535], [-1, noise(256)], [-2, F4]))],
    ['algorithm: none', withKey(cose([1, 2], [-1, 1], [-2, noise(32)], [-3, noise(32)]))],
    ['curve: P-384 for ES256', withKey(cose([1, 2], [3, -7], [-1, 2], [-2, noise(48)], [-3, noise(48)]))],
    ['curve: Ed448 for EdDSA', withKey(cose([1, 1], [3, -8], [-1, 7], [-2, noise(57)]))],
    ['point: compressed', withKey(cose([1, 2], [3, -7], [-1, 1], [-2, noise(32)], [-3, true]))],
    ['point: no y', withKey(cose([1, 2], [3, -7], [-1, 1], [-2, noise(32)]))],
    ['point: a short x', withKey(cose([1, 2], [3, -7], [-1, 1], [-2, noise(31)], [-3, noise(32)]))],
    ['key type: RSA for ES256', withKey(cose([1, 3], [3, -7], [-1, noise(256)], [-2, F4]))],
    ['modulus of 1024 bits', withKey(cose([1, 3], [3, -257], [-1, noise(128)], [-2, F4]))],
    ['modulus of 3072 bits', withKey(cose([1, 3], [3, -257], [-1, noise(384)], [-2, F4]))],
    ['exponent 1', withKey(cose([1, 3], [3, -257], [-1, noise(256)], [-2, Uint8Array.of(0, 0, 1)]))],
    ['key: another member', withKey(cose(...P256, [4, 2]))],
    ['key: cut off', withKey(cose(...P256).subarray(0, -1))],
    ['key: none', withKey(new Uint8Array(0))],
    ['key: no map', withKey(Uint8Array.of(1))],
    ['bytes after the key', { authenticatorData: (data: Uint8Array) => Buffer.concat([data, Uint8Array.of(0)]) }],
    [
      'no credential at all',
      { authenticatorData: (data: Uint8Array) => withFlags(data, (flags) => flags & ~0x40).subarray(0, 37) },
    ],
    [
      'extensions announced and missing',
      { authenticatorData: (data: Uint8Array) => withFlags(data, (flags) => flags | 0x80) },
    ],
    ['authenticator data cut off', { authenticatorData: (data: Uint8Array) => data.subarray(0, 36) }],
  ])('%s', async (_, lie) => {
    expect(await check(await attestation(passkey(), lie))).toEqual(rejected)
  })

  it('the challenge of another ceremony', async () => {
    const response = await attestation(passkey())
    expect(await verifier.verifyAttestation({ challenge: OTHER_CHALLENGE, response })).toEqual(rejected)
  })

  it('no user verification, where it is required', async () => {
    expect(await check(await attestation(passkey()), strictVerifier)).toEqual(rejected)
    expect(await check(await attestation(passkey({ userVerifies: true })), strictVerifier)).toEqual(verified)
  })

  it('another id than the one attested', async () => {
    const response = await attestation(passkey())
    const id = base64url(bytes(32, 'another id'))
    expect(await check({ ...response, id, rawId: id })).toEqual(rejected)
    expect(await check({ ...response, rawId: id })).toEqual(rejected)
    expect(await check({ ...response, type: 'password' })).toEqual(rejected)
  })
})

/** Authenticator data with other flags. */
function withFlags(data: Uint8Array, change: (flags: number) => number): Uint8Array {
  data[32] = change(data[32] ?? 0)
  return data
}

describe('the statement of an attestation that nobody asked for', () => {
  const nonsense = Uint8Array.from(Buffer.from('nonsense'))
  it.each([
    ['packed, by the key itself, with a wrong signature', 'packed', { alg: -7, sig: nonsense }],
    ['packed, with something that is no certificate', 'packed', { alg: -7, sig: nonsense, x5c: [nonsense] }],
    ['of a format that does not exist', 'mystery', {}],
    ['of no attestation, and yet not empty', 'none', { a: 1 }],
  ])('is not read: %s', async (_, fmt, statement) => {
    const response = await attestation(passkey())
    const plain = decodeAttestationObject(Uint8Array.from(fromBase64url(response.response.attestationObject)))
    const attestationObject = isoCBOR.encode(
      new Map<string, Parameters<typeof isoCBOR.encode>[0]>([
        ['fmt', fmt],
        ['attStmt', new Map(Object.entries(statement))],
        ['authData', plain.get('authData')],
      ]),
    )
    const answer = await check(withInner(response, { attestationObject: base64url(attestationObject) }))
    expect(answer).toEqual(await check(response))
    expect(answer).toEqual(verified)
  })
})

describe('the size of a credential', () => {
  it.each([
    ['ES256', 77],
    ['EdDSA', 42],
    ['RS256', 272],
  ] as const)('may be 448 bytes of id and %s key together, and no more', async (algorithm, keyBytes) => {
    const fitting = 448 - keyBytes
    for (const credentialIdBytes of [1, 16, fitting]) {
      expect(await check(await attestation(passkey({ algorithm, credentialIdBytes })))).toEqual(verified)
    }
    for (const credentialIdBytes of [fitting + 1, 1023, 1024, 10_000]) {
      expect(await check(await attestation(passkey({ algorithm, credentialIdBytes })))).toEqual(rejected)
    }
  })

  it('has room for the longest ids known, of 352 bytes', async () => {
    const result = await check(await attestation(passkey({ credentialIdBytes: 352 })))
    expect(result).toEqual(verified)
  })
})
