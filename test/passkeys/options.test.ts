import { describe, expect, it } from 'vitest'
import { passkeys } from '../../src/passkeys/index.js'
import { base64url, bytes, CHALLENGE, passkey, RP_ID, verifier } from './ceremony.js'

const origins = [`https://${RP_ID}`]
const userHandle = base64url(bytes(32, 'ada'))
const creation = {
  challenge: CHALLENGE,
  issuer: 'Willow',
  accountName: 'ada',
  userHandle,
  exclude: [],
  timeoutMs: 300_000,
}

describe('creation options', () => {
  it('ask for a key of three algorithms, no attestation, no discoverable credential and no PIN', async () => {
    expect(await verifier.creationOptions(creation)).toEqual({
      rp: { id: RP_ID, name: 'Willow' },
      user: { id: userHandle, name: 'ada', displayName: 'ada' },
      challenge: CHALLENGE,
      pubKeyCredParams: [
        { type: 'public-key', alg: -8 },
        { type: 'public-key', alg: -7 },
        { type: 'public-key', alg: -257 },
      ],
      timeout: 300_000,
      excludeCredentials: [],
      authenticatorSelection: {
        residentKey: 'discouraged',
        requireResidentKey: false,
        userVerification: 'discouraged',
      },
      attestation: 'none',
    })
  })

  it('exclude the passkeys that there are, and make a passkey refuse to be enrolled twice', async () => {
    const { id } = passkey()
    const exclude = [
      { id, transports: ['usb', 'nfc'] },
      { id: 'AAAA', transports: [] },
    ]
    const options = await verifier.creationOptions({ ...creation, exclude })
    expect(options['excludeCredentials']).toEqual([
      { type: 'public-key', id, transports: ['usb', 'nfc'] },
      { type: 'public-key', id: 'AAAA' },
    ])
    expect(() => passkey().create(options)).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
  })
})

describe('request options', () => {
  it('allow the passkeys given, and no other answers', async () => {
    const { id } = passkey()
    const allow = [{ id: 'AAAA', transports: ['internal'] }]
    const options = await verifier.requestOptions({ challenge: CHALLENGE, allow, timeoutMs: 60_000 })
    expect(options).toEqual({
      rpId: RP_ID,
      challenge: CHALLENGE,
      timeout: 60_000,
      allowCredentials: [{ type: 'public-key', id: 'AAAA', transports: ['internal'] }],
      userVerification: 'discouraged',
    })
    expect(id).not.toBe('AAAA')
    expect(() => passkey().get(options)).toThrow(expect.objectContaining({ name: 'NotAllowedError' }))
  })
})

describe('both', () => {
  it.each(['required', 'preferred', 'discouraged'] as const)(
    'say that verification is %s',
    async (userVerification) => {
      const configured = passkeys({ rpId: RP_ID, origins, userVerification })
      expect(await configured.creationOptions(creation)).toMatchObject({ authenticatorSelection: { userVerification } })
      const request = { challenge: CHALLENGE, allow: [], timeoutMs: 1 }
      expect(await configured.requestOptions(request)).toMatchObject({ userVerification })
    },
  )

  it('are JSON', async () => {
    const request = { challenge: CHALLENGE, allow: [{ id: 'AAAA', transports: [] }], timeoutMs: 1 }
    for (const options of [await verifier.creationOptions(creation), await verifier.requestOptions(request)]) {
      expect(JSON.parse(JSON.stringify(options))).toStrictEqual(options)
    }
  })

  it('do not change with the lists that were given', async () => {
    const listed = [...origins]
    const configured = passkeys({ rpId: RP_ID, origins: listed })
    listed[0] = 'https://evil.example'
    const evil = passkey({ origin: 'https://evil.example' })
    const response = evil.create(await configured.creationOptions(creation))
    expect(await configured.verifyAttestation({ challenge: CHALLENGE, response })).toEqual({ status: 'rejected' })
  })
})
