import { describe, expect, it } from 'vitest'
import { isAttestation } from '../../src/shell/passkey-answers.js'

const credential = { id: 'AAAA', publicKey: 'BBBB', counter: 0, transports: ['usb'], synced: false, backedUp: false }
const verified = { status: 'verified', credential, userVerified: true }

describe('what a verifier says of a new passkey', () => {
  it('is an answer when it is a rejection, or a credential that a record can keep', () => {
    expect(isAttestation({ status: 'rejected' })).toBe(true)
    expect(isAttestation(verified)).toBe(true)
  })

  it.each([
    [{ ...verified, status: 'fine' }],
    [{ ...verified, userVerified: undefined }],
    [{ ...verified, credential: null }],
    [{ ...verified, credential: undefined }],
    [{ ...verified, credential: 'AAAA' }],
    [{ ...verified, credential: { ...credential, id: 'A A' } }],
    [{ ...verified, credential: { ...credential, publicKey: null } }],
    [{ ...verified, credential: { ...credential, transports: 'usb' } }],
    [{ ...verified, credential: { ...credential, counter: -1 } }],
    [{ ...verified, credential: { ...credential, synced: 1 } }],
    [{ ...verified, credential: { ...credential, backedUp: null } }],
  ])('is none when it is %o', (answer) => {
    expect(isAttestation(answer)).toBe(false)
  })
})
