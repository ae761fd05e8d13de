import { beforeAll, describe, expect, it } from 'vitest'
import type { PasskeyCredential } from '../../src/interfaces/passkeys.js'
import {
  assertion,
  base64url,
  bytes,
  CHALLENGE,
  enrolled,
  fromBase64url,
  ORIGIN,
  OTHER_CHALLENGE,
  passkey,
  strictVerifier,
  verifier,
  withInner,
} from './ceremony.js'

const rejected = { status: 'rejected' }
const verified = expect.objectContaining({ status: 'verified' }) as unknown

let credential: PasskeyCredential
beforeAll(async () => {
  credential = await enrolled(passkey())
})

const check = (response: unknown, by = verifier, of = credential) =>
  by.verifyAssertion({ challenge: CHALLENGE, response, credential: of })

/** `text` with one bit of its bytes turned. */
function bent(text: string, at = 0): string {
  const data = fromBase64url(text)
  data[at] = (data[at] ?? 0) ^ 1
  return base64url(data)
}

describe('an honest assertion', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('of %s is verified', async (algorithm) => {
    const device = passkey({ algorithm })
    const its = await enrolled(device)
    expect(await check(await assertion(device), verifier, its)).toEqual({
      status: 'verified',
      counter: 2,
      backedUp: false,
      userVerified: false,
    })
  })

  it('says whether a copy exists now, and whether the user was verified', async () => {
    const device = passkey({ synced: true, userVerifies: true })
    const its = await enrolled(device)
    const expected = { status: 'verified', counter: 0, backedUp: true, userVerified: true }
    expect(await check(await assertion(device), verifier, its)).toEqual(expected)
    expect(await check(await assertion(device, { backedUp: false, userVerified: false }), verifier, its)).toEqual({
      ...expected,
      backedUp: false,
      userVerified: false,
    })
  })

  it('may come from any of the origins', async () => {
    expect(await check(await assertion(passkey({ origin: 'https://login.willow.example' })))).toEqual(verified)
  })

  it('gives the counter that was signed, were it a lower one: comparing is the part of whoever keeps it', async () => {
    const kept = { ...credential, counter: 1000 }
    for (const counter of [0, 1, 999, 1000, 1001, 2 ** 32 - 1]) {
      expect(await check(await assertion(passkey(), { counter }), verifier, kept)).toMatchObject({ counter })
    }
  })

  it('need not say whose it is, and is not believed when it does', async () => {
    for (const userHandle of [undefined, null, '', base64url(bytes(32, 'somebody else')), 7]) {
      expect(await check(withInner(await assertion(passkey()), { userHandle }))).toEqual(verified)
    }
  })
})

describe('an assertion that is wrong in one thing is rejected (WebAuthn Level 3, section 7.2)', () => {
  it.each([
    ['type', { clientData: { type: 'webauthn.create' } }],
    ['type, left out', { clientData: { type: undefined } }],
    ['challenge', { clientData: { challenge: OTHER_CHALLENGE } }],
    ['challenge, left out', { clientData: { challenge: undefined } }],
    ['challenge, in a list', { clientData: { challenge: [CHALLENGE] } }],
    ['origin', { clientData: { origin: 'https://willow.example.evil.example' } }],
    ['origin, a subdomain that is not listed', { clientData: { origin: 'https://evil.willow.example' } }],
    ['origin, another port', { clientData: { origin: `${ORIGIN}:8443` } }],
    ['origin, not secure', { clientData: { origin: 'http://willow.example' } }],
    ['origin, left out', { clientData: { origin: undefined } }],
    ['crossOrigin', { clientData: { crossOrigin: true } }],
    ['topOrigin', { clientData: { crossOrigin: true, topOrigin: ORIGIN } }],
    ['topOrigin without crossOrigin', { clientData: { topOrigin: 'https://evil.example' } }],
    ['RP id', { rpId: 'evil.example' }],
    ['user presence', { userPresent: false }],
    ['backup state without eligibility', { synced: false, backedUp: true }],
    ['backup eligibility, which the credential was made without', { synced: true, backedUp: false }],
    ['bytes after the authenticator data', { authenticatorData: (data: Uint8Array) => Buffer.concat([data, data]) }],
    ['authenticator data cut off', { authenticatorData: (data: Uint8Array) => data.subarray(0, 36) }],
  ])('%s', async (_, lie) => {
    expect(await check(await assertion(passkey(), lie))).toEqual(rejected)
  })

  it('the challenge of another ceremony: an answer works once', async () => {
    const response = await assertion(passkey())
    expect(await verifier.verifyAssertion({ challenge: OTHER_CHALLENGE, response, credential })).toEqual(rejected)
  })

  it('no backup eligibility, which the credential was made with', async () => {
    const device = passkey({ synced: true })
    const its = await enrolled(device)
    expect(await check(await assertion(device, { synced: false }), verifier, its)).toEqual(rejected)
  })

  it('no user verification, where it is required', async () => {
    expect(await check(await assertion(passkey()), strictVerifier)).toEqual(rejected)
    expect(await check(await assertion(passkey(), { userVerified: true }), strictVerifier)).toEqual(verified)
  })

  it('another credential than the one it is checked against', async () => {
    const response = await assertion(passkey())
    const other = passkey({ algorithm: 'EdDSA' })
    expect(await check(response, verifier, { ...(await enrolled(other)), id: response.id })).toEqual(rejected)
    expect(await check(response, verifier, { ...credential, id: base64url(bytes(32, 'another id')) })).toEqual(rejected)
    const id = base64url(bytes(32, 'another id'))
    expect(await check({ ...response, id, rawId: id })).toEqual(rejected)
    expect(await check({ ...response, rawId: id })).toEqual(rejected)
    expect(await check({ ...response, type: 'password' })).toEqual(rejected)
  })

  it.each(['ES256', 'EdDSA', 'RS256'] as const)(
    '%s signature: bent, of other data, or of another key',
    async (algorithm) => {
      const device = passkey({ algorithm })
      const its = await enrolled(device)
      const response = await assertion(device)
      const { signature, authenticatorData, clientDataJSON } = response.response
      const last = fromBase64url(signature).length - 1
      const otherData = await assertion(device)
      for (const change of [
        { signature: bent(signature, last) },
        { signature: otherData.response.signature },
        // The last byte of the counter: that of a clone that would like to be ahead.
        { authenticatorData: bent(authenticatorData, 36) },
        // A blank is as good JSON as none.
        { clientDataJSON: base64url(Buffer.concat([fromBase64url(clientDataJSON), Buffer.from(' ')])) },
      ]) {
        expect(await check(withInner(response, change), verifier, its)).toEqual(rejected)
      }
      const impostor = await enrolled(passkey({ algorithm, random: { bytes: (length) => bytes(length, 'impostor') } }))
      expect(await check(response, verifier, { ...its, publicKey: impostor.publicKey })).toEqual(rejected)
      expect(await check(response, verifier, its)).toEqual(verified)
    },
  )

  it('a fallen counter that nobody signed is no news of a clone', async () => {
    const kept = { ...credential, counter: 1000 }
    const response = await assertion(passkey(), { counter: 1001 })
    const { authenticatorData } = response.response
    const fallen = withInner(response, { authenticatorData: bent(authenticatorData, 34) })
    expect(await check(fallen, verifier, kept)).toEqual(rejected)
  })
})

describe('a credential that cannot be used', () => {
  it.each(['', 'AAAA', 'not base64url!', base64url(bytes(77, 'noise'))])(
    'verifies nothing: key %j',
    async (publicKey) => {
      expect(await check(await assertion(passkey()), verifier, { ...credential, publicKey })).toEqual(rejected)
    },
  )
})

describe('a clone', () => {
  it('answers like the original, and counts by itself', async () => {
    const device = passkey()
    const its = await enrolled(device)
    const clone = device.clone()
    const counters = []
    for (const each of [device, device, clone, device, clone, clone]) {
      const result = await check(await assertion(each), verifier, its)
      counters.push(result.status === 'verified' ? result.counter : null)
    }
    expect(counters).toEqual([2, 3, 2, 4, 3, 4])
  })
})
