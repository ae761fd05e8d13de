import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PasskeyCredential } from '../../src/interfaces/passkeys.js'
import { readAssertion } from '../../src/passkeys/response.js'
import type { SoftwarePasskeyAssertion, SoftwarePasskeyAttestation } from '../../src/testing/index.js'
import { hostileValues, nameOf } from '../support/hostile.js'
import {
  assertion,
  attestation,
  base64url,
  CHALLENGE,
  enrolled,
  fromBase64url,
  ORIGIN,
  passkey,
  RP_ID,
  verifier,
  withInner,
} from './ceremony.js'

const rejected = { status: 'rejected' }

/** A device whose signatures have one spelling only (RFC 8032, section 5.1.7). */
const device = passkey({ algorithm: 'EdDSA' })
let credential: PasskeyCredential
let attested: SoftwarePasskeyAttestation
let asserted: SoftwarePasskeyAssertion
beforeAll(async () => {
  credential = await enrolled(device)
  attested = await attestation(device)
  asserted = await assertion(device)
})

const checkAttestation = (response: unknown) => verifier.verifyAttestation({ challenge: CHALLENGE, response })
const checkAssertion = (response: unknown) => verifier.verifyAssertion({ challenge: CHALLENGE, response, credential })

/** Both checks of the same answer. */
async function expectRejected(response: unknown): Promise<void> {
  expect(await checkAttestation(response)).toEqual(rejected)
  expect(await checkAssertion(response)).toEqual(rejected)
}

/** Base64url of a text. */
const encoded = (text: string): string => base64url(Buffer.from(text))

describe('an answer that is nothing of the kind', () => {
  it.each(hostileValues.map((value) => [nameOf(value), value]))('%s is rejected', async (_, value) => {
    await expectRejected(value)
    for (const answer of [attested, asserted]) {
      for (const member of ['id', 'rawId', 'type', 'response']) await expectRejected({ ...answer, [member]: value })
      for (const member of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature']) {
        if (member in answer.response) await expectRejected(withInner(answer, { [member]: value }))
      }
    }
  })

  it('is rejected in place of the other kind', async () => {
    expect(await checkAttestation(asserted)).toEqual(rejected)
    expect(await checkAssertion(attested)).toEqual(rejected)
    expect(await checkAttestation(withInner(attested, asserted.response))).toEqual(rejected)
    expect(await checkAssertion(withInner(asserted, attested.response))).toEqual(rejected)
  })

  it('is rejected when its members cannot be read', async () => {
    const thrower = new Proxy(
      {},
      {
        get() {
          throw new Error('hostile')
        },
      },
    )
    await expectRejected(thrower)
    await expectRejected({ ...attested, response: thrower })
    await expectRejected({ ...asserted, response: thrower })
  })

  it('is rejected when its id is a lookalike string object', async () => {
    const id = new String(asserted.id)
    await expectRejected({ ...asserted, id, rawId: id })
  })

  it('gets nothing from the prototype that it brings along, and leaves no trace there', async () => {
    const inherited: unknown = JSON.parse(`{"__proto__":${JSON.stringify(asserted)}}`)
    await expectRejected(inherited)
    const clientDataJSON = encoded(
      `{"__proto__":{"type":"webauthn.get","challenge":"${CHALLENGE}","origin":"${ORIGIN}"}}`,
    )
    await expectRejected(withInner(asserted, { clientDataJSON }))
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { type?: string }).type).toBeUndefined()
  })

  it('may have no prototype at all', async () => {
    const bare = Object.assign(Object.create(null) as object, asserted)
    expect(await checkAssertion(bare)).toMatchObject({ status: 'verified' })
  })
})

describe('client data', () => {
  it.each([
    ['empty', ''],
    ['no JSON', 'type=webauthn.get'],
    ['cut off', '{"type":"webauthn.get","challenge":'],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', `[{"type":"webauthn.get","challenge":"${CHALLENGE}","origin":"${ORIGIN}"}]`],
    ['deep', '['.repeat(3000)],
    ['deep and whole', `${'[{"a":'.repeat(500)}1${'}]'.repeat(500)}`],
    ['with a NUL', '{"type":"webauthn.get\0"}'],
    ['no UTF-8', '\udcff'],
  ])('that is %s is rejected', async (_, text) => {
    for (const answer of [attested, asserted])
      await expectRejected(withInner(answer, { clientDataJSON: encoded(text) }))
  })
})

describe('sizes', () => {
  it('are bounded: an answer that would be right is rejected when it is longer than any real one', async () => {
    const padding = (length: number) => ({ clientData: { padding: 'x'.repeat(length) } })
    const longest = 3072 - fromBase64url(attested.response.clientDataJSON).length - '"padding":"",'.length
    expect(await checkAttestation(await attestation(device, padding(longest)))).toMatchObject({ status: 'verified' })
    expect(await checkAttestation(await attestation(device, padding(longest + 1)))).toEqual(rejected)
    expect(await checkAttestation(await attestation(device, padding(5_000_000)))).toEqual(rejected)
    expect(await checkAssertion(await assertion(device, padding(2000)))).toMatchObject({ status: 'verified' })
    expect(await checkAssertion(await assertion(device, padding(5_000_000)))).toEqual(rejected)

    const { attestationObject } = attested.response
    const trailing = (length: number) => {
      const longer = Buffer.concat([fromBase64url(attestationObject), Buffer.alloc(length)])
      return withInner(attested, { attestationObject: base64url(longer) })
    }
    const room = 12_288 - fromBase64url(attestationObject).length
    expect(await checkAttestation(trailing(room))).toMatchObject({ status: 'verified' })
    expect(await checkAttestation(trailing(room + 1))).toEqual(rejected)

    expect(await checkAttestation(trailing(10_000_000))).toEqual(rejected)
  })

  it('are bounded before anything is decoded', () => {
    const long = (length: number) => 'A'.repeat(length)
    expect(readAssertion(withInner(asserted, { signature: long(1024), authenticatorData: long(2048) }))).not.toBeNull()
    expect(readAssertion(withInner(asserted, { signature: long(1028) }))).toBeNull()
    expect(readAssertion(withInner(asserted, { authenticatorData: long(2052) }))).toBeNull()
    expect(readAssertion({ ...asserted, id: long(1364), rawId: long(1364) })).not.toBeNull()
    expect(readAssertion({ ...asserted, id: long(1368), rawId: long(1368) })).toBeNull()
  })
})

describe('base64url', () => {
  it('has one spelling: padding, other alphabets, blanks and loose bits are rejected', async () => {
    const respell = (text: string): readonly string[] => [
      `${text}=`,
      `${text}==`,
      ` ${text}`,
      `${text}\n`,
      `${text}.`,
      fromBase64url(text).toString('base64').replace(/=+$/, '').replace(/^/, '+').slice(1) + '+',
      `${text}A`,
    ]
    for (const member of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      for (const spelling of respell(asserted.response[member])) {
        expect(await checkAssertion(withInner(asserted, { [member]: spelling }))).toEqual(rejected)
      }
    }
    for (const member of ['clientDataJSON', 'attestationObject'] as const) {
      for (const spelling of respell(attested.response[member])) {
        expect(await checkAttestation(withInner(attested, { [member]: spelling }))).toEqual(rejected)
      }
    }
    for (const spelling of respell(asserted.id)) {
      expect(await checkAssertion({ ...asserted, id: spelling, rawId: spelling })).toEqual(rejected)
      expect(await checkAttestation({ ...attested, id: spelling, rawId: spelling })).toEqual(rejected)
    }
  })
})

describe('CBOR', () => {
  const repeated = (hex: string, times: number) => Buffer.from(hex.repeat(times), 'hex')
  it.each([
    ['lists within lists', repeated('81', 12_000)],
    ['maps within maps', repeated('a100', 6000)],
    ['tags within tags', repeated('c0', 12_000)],
    ['a list that says it is endless', repeated('9bffffffffffffffff', 1)],
    ['a map that says it has 4 billion members', repeated('baffffffff', 1)],
    ['bytes that say they are 18 exabytes', repeated('5bffffffffffffffff', 1)],
    ['an indefinite length', repeated('bf', 1)],
    ['a reserved length', repeated('bc', 1)],
    ['a member twice', Buffer.from('a363666d74646e6f6e6563666d74646e6f6e656861757468446174614100', 'hex')],
    ['no authData', Buffer.from('a263666d74646e6f6e656761747453746d74a0', 'hex')],
    ['authData that is a text', Buffer.from('a1686175746844617461617a', 'hex')],
    ['authData that is a number', Buffer.from('a168617574684461746107', 'hex')],
    ['authData that is a map', Buffer.from('a1686175746844617461a0', 'hex')],
    ['authData that is a list', Buffer.from('a168617574684461746180', 'hex')],
    ['authData that is null', Buffer.from('a1686175746844617461f6', 'hex')],
    ['a list', Buffer.from('80', 'hex')],
    ['a number', Buffer.from('07', 'hex')],
    ['null', Buffer.from('f6', 'hex')],
    ['nothing', Buffer.alloc(0)],
  ])('of %s is rejected', async (_, cbor) => {
    expect(await checkAttestation(withInner(attested, { attestationObject: base64url(cbor) }))).toEqual(rejected)
  })

  it('is rejected wherever it is cut off', async () => {
    for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
      const answer = await attestation(passkey({ algorithm }))
      const whole = fromBase64url(answer.response.attestationObject)
      for (let length = 0; length < whole.length; length++) {
        const attestationObject = base64url(whole.subarray(0, length))
        expect(await checkAttestation(withInner(answer, { attestationObject }))).toEqual(rejected)
      }
    }
  })

  it('of a credential id that is longer than what follows is rejected', async () => {
    const authenticatorData = (data: Uint8Array) => {
      data.set([0xff, 0xff], 53)
      return data
    }
    expect(await checkAttestation(await attestation(device, { authenticatorData }))).toEqual(rejected)
  })
})

describe('answers with something changed', () => {
  const json = fc.anything({ withDate: true, withMap: true, withTypedArray: true, withBigInt: true })
  const deviceOf = (algorithm: 'ES256' | 'EdDSA' | 'RS256') => passkey({ algorithm })

  /** Turns some bits of some of the bytes of a base64url text. */
  const turns = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 })
  function turned(text: string, changes: readonly (readonly [number, number])[]): string {
    const data = fromBase64url(text)
    for (const [place, bits] of changes) {
      const at = place % data.length
      data[at] = (data[at] ?? 0) ^ bits
    }
    return base64url(data)
  }

  it('are never verified as an assertion, whatever is done to what is signed', async () => {
    const members = fc.constantFrom('clientDataJSON' as const, 'authenticatorData' as const, 'signature' as const)
    await fc.assert(
      fc.asyncProperty(members, turns, async (member, changes) => {
        const text = turned(asserted.response[member], changes)
        fc.pre(text !== asserted.response[member])
        expect(await checkAssertion(withInner(asserted, { [member]: text }))).toEqual(rejected)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['ES256', 'RS256'] as const)('are never verified as an assertion of %s either', async (algorithm) => {
    const its = await enrolled(deviceOf(algorithm))
    const answer = await assertion(deviceOf(algorithm))
    const members = fc.constantFrom('clientDataJSON' as const, 'authenticatorData' as const)
    await fc.assert(
      fc.asyncProperty(members, turns, async (member, changes) => {
        const text = turned(answer.response[member], changes)
        fc.pre(text !== answer.response[member])
        const response = withInner(answer, { [member]: text })
        expect(await verifier.verifyAssertion({ challenge: CHALLENGE, response, credential: its })).toEqual(rejected)
      }),
    )
  })

  it('are never verified with other values in place of members, and never throw', async () => {
    const outer = fc.constantFrom('id', 'rawId', 'type', 'response')
    const inner = fc.constantFrom('clientDataJSON', 'authenticatorData', 'signature', 'attestationObject')
    await fc.assert(
      fc.asyncProperty(fc.boolean(), outer, inner, json, async (whole, outside, inside, value) => {
        for (const answer of [attested, asserted]) {
          if (!whole && !(inside in answer.response)) continue
          await expectRejected(whole ? { ...answer, [outside]: value } : withInner(answer, { [inside]: value }))
        }
        await expectRejected(value)
      }),
      { numRuns: 300 },
    )
  })

  it('are verified as an attestation only for this challenge, origin and site, and with a usable key', async () => {
    // No attestation is asked for, so nothing signs one: what its browser says of id, key and counter is what there is.
    const members = fc.constantFrom('clientDataJSON' as const, 'attestationObject' as const)
    await fc.assert(
      fc.asyncProperty(members, turns, async (member, changes) => {
        const text = turned(attested.response[member], changes)
        const answer = await checkAttestation(withInner(attested, { [member]: text }))
        if (answer.status === 'rejected') return
        const said = JSON.parse(
          fromBase64url(member === 'clientDataJSON' ? text : attested.response.clientDataJSON).toString(),
        ) as object
        expect(said).toMatchObject({ type: 'webauthn.create', challenge: CHALLENGE, origin: ORIGIN })
        expect(said).not.toHaveProperty('topOrigin')
        expect(answer.credential.id).toBe(device.id)
        expect(fromBase64url(answer.credential.publicKey)).toHaveLength(42)
      }),
      { numRuns: 500 },
    )
  })

  it('are rejected in answer to request options of another site', async () => {
    const options = { rpId: 'evil.example', challenge: CHALLENGE, allowCredentials: [{ id: device.id }] }
    expect(await checkAssertion(device.get(options))).toEqual(rejected)
    expect(await checkAssertion(device.get({ ...options, rpId: RP_ID }))).toMatchObject({ status: 'verified' })
  })
})
