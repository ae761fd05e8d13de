import { beforeAll, describe, expect, it, vi } from 'vitest'
import { passkeys } from '../../src/passkeys/index.js'
import { readAssertion, readAttestation } from '../../src/passkeys/response.js'
import type { SoftwarePasskeyAssertion, SoftwarePasskeyAttestation } from '../../src/testing/index.js'
import { assertion, attestation, CHALLENGE, ORIGIN, passkey, RP_ID, withInner } from './ceremony.js'

const nothing = [undefined, null, 'text', 5, true] as const
const noBase64url = ['', 'A', 'AA=', 'A A', 5, null, undefined, ['AAAA'], { length: 4 }] as const

let attested: SoftwarePasskeyAttestation
let asserted: SoftwarePasskeyAssertion
beforeAll(async () => {
  attested = await attestation(passkey())
  asserted = await assertion(passkey())
})

describe("a browser's answer", () => {
  it('is read as far as it counts', () => {
    expect(readAttestation(attested)).toMatchObject({ id: attested.id, transports: attested.response.transports })
    expect(readAssertion(asserted)).toEqual({
      id: asserted.id,
      clientDataJSON: asserted.response.clientDataJSON,
      authenticatorData: asserted.response.authenticatorData,
      signature: asserted.response.signature,
    })
  })

  it.each(nothing)('is none where it is %s', (response) => {
    expect([readAttestation(response), readAssertion(response)]).toEqual([null, null])
    expect(readAttestation({ ...attested, response })).toBeNull()
    expect(readAssertion({ ...asserted, response })).toBeNull()
  })

  it.each(noBase64url)('is none where something in it is %o in place of base64url', (value) => {
    expect(readAttestation({ ...attested, id: value, rawId: value })).toBeNull()
    expect(readAssertion({ ...asserted, id: value, rawId: value })).toBeNull()
    for (const member of ['clientDataJSON', 'attestationObject'])
      expect(readAttestation(withInner(attested, { [member]: value }))).toBeNull()
    for (const member of ['clientDataJSON', 'authenticatorData', 'signature'])
      expect(readAssertion(withInner(asserted, { [member]: value }))).toBeNull()
  })
})

describe('where the runtime has no crypto.subtle', () => {
  it('a passkey is neither enrolled nor accepted, and the reason is told', async () => {
    vi.stubGlobal('crypto', {})
    const verifier = passkeys({ rpId: RP_ID, origins: [ORIGIN] })
    const told = verifier.verifyAttestation({ challenge: CHALLENGE, response: attested })
    vi.unstubAllGlobals()
    await expect(told).rejects.toMatchObject({
      code: 'ERR_PASSKEYS_FAILED',
      message: expect.stringContaining('crypto.subtle') as string,
    })
  })
})
