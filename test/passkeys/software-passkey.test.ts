import { describe, expect, it } from 'vitest'
import { createSoftwarePasskey, seededRandom } from '../../src/testing/index.js'
import { assertion, attestation, CHALLENGE, enrolled, passkey, verifier } from './ceremony.js'

const challenge = CHALLENGE
const allowing = (id: string) => ({ rpId: 'example.com', challenge, allowCredentials: [{ id }] })
const creation = { rp: { id: 'example.com' }, user: { id: 'AAAA' }, challenge, pubKeyCredParams: [{ alg: -7 }] }

describe('a software passkey', () => {
  it.each(['ES256', 'EdDSA'] as const)('of %s is the same for the same seed', async (algorithm) => {
    const make = (seed: number) =>
      createSoftwarePasskey({ algorithm, random: seededRandom(seed), origin: 'https://willow.example' })
    expect(await enrolled(make(1))).toEqual(await enrolled(make(1)))
    expect((await enrolled(make(2))).publicKey).not.toBe((await enrolled(make(1))).publicKey)
    expect(make(1).id).not.toBe(make(2).id)
  })

  it.each(['ES256', 'EdDSA', 'RS256'] as const)('of %s is new every time without a seed', (algorithm) => {
    expect(createSoftwarePasskey({ algorithm }).id).not.toBe(createSoftwarePasskey({ algorithm }).id)
  })

  it('answers from the site that asks, unless it is told where the page is', () => {
    const device = createSoftwarePasskey()
    const { response } = device.create(creation)
    expect(JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString())).toEqual({
      type: 'webauthn.create',
      challenge,
      origin: 'https://example.com',
      crossOrigin: false,
    })
  })

  it('refuses what browsers refuse', () => {
    const device = createSoftwarePasskey({ algorithm: 'EdDSA' })
    const named = (name: string): unknown => expect.objectContaining({ name })
    expect(() => device.create(creation)).toThrow(named('NotSupportedError'))
    const options = { ...creation, pubKeyCredParams: [{ alg: -8 }], excludeCredentials: [{ id: device.id }] }
    expect(() => device.create(options)).toThrow(named('InvalidStateError'))
    expect(() => device.get(allowing('AAAA'))).toThrow(named('NotAllowedError'))
    expect(() => device.get({ rpId: 'example.com', challenge })).toThrow(named('NotAllowedError'))
  })

  it('signs for another RP id when it is told to, and is rejected', async () => {
    const response = await attestation(passkey({ rpId: 'evil.example' }))
    expect(await verifier.verifyAttestation({ challenge, response })).toEqual({ status: 'rejected' })
  })

  it('counts from where it is told, or not at all', async () => {
    const counts = async (options: Parameters<typeof passkey>[0]) => {
      const device = passkey(options)
      const credential = await enrolled(device)
      const result = await verifier.verifyAssertion({ challenge, response: await assertion(device), credential })
      return [credential.counter, result.status === 'verified' && result.counter]
    }
    expect(await counts({})).toEqual([1, 2])
    expect(await counts({ counter: 40 })).toEqual([41, 42])
    expect(await counts({ counter: null })).toEqual([0, 0])
    expect(await counts({ synced: true })).toEqual([0, 0])
    expect(await counts({ synced: true, counter: 7 })).toEqual([8, 9])
  })

  it('remembers whose it is only when it is synced', () => {
    for (const synced of [true, false]) {
      const device = createSoftwarePasskey({ synced })
      expect(device.get(allowing(device.id)).response.userHandle).toBeUndefined()
      device.create(creation)
      expect(device.get(allowing(device.id)).response.userHandle).toBe(synced ? 'AAAA' : undefined)
      expect(device.clone().get(allowing(device.id)).response.userHandle).toBe(synced ? 'AAAA' : undefined)
    }
  })

  it('has a credential id of the length asked for', () => {
    for (const credentialIdBytes of [1, 16, 32, 352]) {
      expect(createSoftwarePasskey({ credentialIdBytes }).id).toHaveLength(Math.ceil((credentialIdBytes * 4) / 3))
    }
  })

  it('makes what it says up before it signs, so that only the lie is wrong', async () => {
    const device = passkey()
    const credential = await enrolled(device)
    const authenticatorData = (data: Uint8Array) => Buffer.concat([data.subarray(0, 33), Uint8Array.of(0, 0, 1, 0)])
    const response = await assertion(device, { authenticatorData })
    expect(await verifier.verifyAssertion({ challenge, response, credential })).toMatchObject({ counter: 256 })
  })
})
