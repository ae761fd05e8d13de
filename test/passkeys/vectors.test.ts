import { describe, expect, it } from 'vitest'
import { passkeys } from '../../src/passkeys/index.js'
import { base64url } from './ceremony.js'

/**
 * Test vectors of Web Authentication Level 3, section 16 (W3C Candidate Recommendation Snapshot, 26 May 2026), where RP id and
 * origin are those of example.org. They come from other hands than the code and the software passkey.
 */
const verifier = passkeys({ rpId: 'example.org', origins: ['https://example.org'] })

const RP_ID_HASH = 'bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5'
const NO_STATEMENT = 'a363666d74646e6f6e656761747453746d74a068617574684461746158a4'

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')
const envelope = (id: string, response: object) => ({
  id,
  rawId: id,
  type: 'public-key',
  response,
  clientExtensionResults: {},
})

/** Client data as the vectors write it. */
function clientData(type: string, challenge: Buffer, crossOrigin: boolean, rest: object = {}): string {
  const members = { type, challenge: base64url(challenge), origin: 'https://example.org', crossOrigin, ...rest }
  return base64url(Buffer.from(JSON.stringify(members)))
}

const extra = (random: string) => ({
  extraData: `clientDataJSON may be extended with additional fields in the future, such as this: ${random}`,
})

interface Vector {
  readonly title: string
  readonly crossOrigin?: boolean
  readonly id: string
  readonly createChallenge: string
  readonly createRest?: object
  readonly attestationObject: string
  readonly getChallenge: string
  readonly getRest?: object
  readonly getFlags: string
  readonly signature: string
  /** The coordinates of the public key. */
  readonly x: string
  readonly y: string
}

const none: Vector = {
  title: 'ES256 credential with no attestation',
  id: 'f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4',
  createChallenge: '00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130',
  createRest: extra('BkQeDjdcTBrBiAiwJTLE5Q'),
  attestationObject: `${NO_STATEMENT}${RP_ID_HASH}59000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220`,
  getChallenge: '39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408',
  getFlags: '19',
  signature:
    '3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87',
  x: 'afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61',
  y: '930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220',
}

const crossOrigin: Vector = {
  title: 'ES256 credential with "crossOrigin": true in clientDataJSON',
  crossOrigin: true,
  id: '6e1050c0d2ca2f07c755cb2c66a74c64fa43065c18f938354d9915db2bd5ce57',
  createChallenge: '3be5aacd03537142472340ab5969f240f1d87716e20b6807ac230655fa4b3b49',
  createRest: extra('zZquEtDR9DWqpW5tBWTFug'),
  attestationObject: `${NO_STATEMENT}${RP_ID_HASH}4500000000883f4f6014f19c09d87aa38123be48d000206e1050c0d2ca2f07c755cb2c66a74c64fa43065c18f938354d9915db2bd5ce57a501020326200121582022200a473f90b11078851550d03b4e44a2279f8c4eca27b3153dedfe03e4e97d225820cbd0be95e746ad6f5a8191be11756e4c0420e72f65b466d39bc56b8b123a9c6e`,
  getChallenge: '876aa517ba83fdee65fcffdbca4c84eeae5d54f8041a1fc85c991e5bbb273137',
  getRest: extra('92pcTVD0Aby-q4dtmj6efg'),
  getFlags: '05',
  signature:
    '3046022100eb12fcf23b12764c0f122e22371fab92e283879fd798f38ee1841c951b6e40e7022100c76237ff9db77b3c56f30837cda6a09acfa2e915544e609c0733b1184036d1cf',
  x: '22200a473f90b11078851550d03b4e44a2279f8c4eca27b3153dedfe03e4e97d',
  y: 'cbd0be95e746ad6f5a8191be11756e4c0420e72f65b466d39bc56b8b123a9c6e',
}

const topOrigin: Vector = {
  title: 'ES256 credential with "topOrigin" in clientDataJSON',
  crossOrigin: true,
  id: 'b8ad59b996047ab18e2ceb57206c362da57458793481f4a8ebf101c7ca7cc0f1',
  createChallenge: '4e1f4c6198699e33c14f192153f49d7e0e8e3577d5ac416c5f3adc92a41f27e5',
  createRest: { topOrigin: 'https://example.com' },
  attestationObject: `${NO_STATEMENT}${RP_ID_HASH}410000000097586fd09799a76401c200455099ef2a0020b8ad59b996047ab18e2ceb57206c362da57458793481f4a8ebf101c7ca7cc0f1a5010203262001215820a1c47c1d82da4ebe82cd72207102b380670701993bc35398ae2e5726427fe01d22582086c1080d82987028c7f54ecb1b01185de243b359294a0ed210cd47480f0adc88`,
  getChallenge: 'd54a5c8ca4b62a8e3bb321e3b2bc73856f85a10150db2939ac195739eb1ea066',
  getRest: { topOrigin: 'https://example.com', ...extra('UiFoJMVRQHDAFWFi4vxUpQ') },
  getFlags: '05',
  signature:
    '3045022100b5a70c81780d5fcc9a4f2ae9caae99058f8accaf58b91fb59329646c28ac6ffc022012e101c165db3c8e9957f0c54dd6ca9b56bc3bd2f280bd2faa6c1d02c6e5c171',
  x: 'a1c47c1d82da4ebe82cd72207102b380670701993bc35398ae2e5726427fe01d',
  y: '86c1080d82987028c7f54ecb1b01185de243b359294a0ed210cd47480f0adc88',
}

function create({ id, crossOrigin = false, createChallenge, createRest, attestationObject }: Vector) {
  const challenge = bytesOf(createChallenge)
  const clientDataJSON = clientData('webauthn.create', challenge, crossOrigin, createRest)
  const response = { clientDataJSON, attestationObject: base64url(bytesOf(attestationObject)) }
  return verifier.verifyAttestation({
    challenge: base64url(challenge),
    response: envelope(base64url(bytesOf(id)), response),
  })
}

function get({ id, crossOrigin = false, getChallenge, getRest, getFlags, signature, x, y }: Vector) {
  const challenge = bytesOf(getChallenge)
  const response = {
    clientDataJSON: clientData('webauthn.get', challenge, crossOrigin, getRest),
    authenticatorData: base64url(bytesOf(`${RP_ID_HASH}${getFlags}00000000`)),
    signature: base64url(bytesOf(signature)),
  }
  const credential = {
    id: base64url(bytesOf(id)),
    publicKey: base64url(bytesOf(`a5010203262001215820${x}225820${y}`)),
    counter: 0,
    transports: [],
    synced: getFlags === '19',
    backedUp: false,
  }
  return verifier.verifyAssertion({
    challenge: base64url(challenge),
    response: envelope(credential.id, response),
    credential,
  })
}

describe("the standard's own test vectors", () => {
  it(`${none.title}: verified, both times`, async () => {
    expect(await create(none)).toEqual({
      status: 'verified',
      credential: {
        id: base64url(bytesOf(none.id)),
        publicKey: base64url(bytesOf(`a5010203262001215820${none.x}225820${none.y}`)),
        counter: 0,
        transports: [],
        synced: true,
        backedUp: true,
      },
      userVerified: false,
    })
    expect(await get(none)).toEqual({ status: 'verified', counter: 0, backedUp: true, userVerified: false })
  })

  it.each([crossOrigin, topOrigin])('$title: rejected, both times, for its frame alone', async (vector) => {
    expect(await create(vector)).toEqual({ status: 'rejected' })
    expect(await get(vector)).toEqual({ status: 'rejected' })
    const inTopPage = { ...vector, crossOrigin: false, createRest: {} }
    expect(await create(inTopPage)).toMatchObject({ status: 'verified' })
  })

  it('ES256 credential with self attestation: verified, the statement unread', async () => {
    const vector: Vector = {
      ...none,
      id: '455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58c',
      createChallenge: '7869c2b772d4b58eba9378cf8f29e26cf935aa77df0da89fa99c0bdc0a76f7e5',
      createRest: extra('U9hTXvKE2URkMnb_0xYHVg'),
      attestationObject: `a363666d74667061636b65646761747453746d74a263616c67266373696758483046022100ae045923ded832b844cae4d5fc864277c0dc114ad713e271af0f0d371bd3ac540221009077a088ed51a673951ad3ba2673d5029bab65b64f4ea67b234321f86fcfac5d68617574684461746158a4${RP_ID_HASH}5d00000000df850e09db6afbdfab51697791506cfc0020455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58ca5010203262001215820eb151c8176b225cc651559fecf07af450fd85802046656b34c18f6cf193843c5225820927b8aa427a2be1b8834d233a2d34f61f13bfd44119c325d5896e183fee484f2`,
    }
    expect(await create(vector)).toMatchObject({
      status: 'verified',
      credential: { synced: true, backedUp: true },
      userVerified: true,
    })
  })
})
