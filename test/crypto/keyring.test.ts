import { createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { lengthPrefixed } from '../../src/crypto/bytes.js'
import { createKeyRing, type KeyPurpose } from '../../src/crypto/keyring.js'

const one = { id: 'k1', secret: new Uint8Array(32).fill(1) }
const two = { id: 'k2', secret: new Uint8Array(32).fill(2) }
const purposes: readonly KeyPurpose[] = ['seal', 'sms-code', 'challenge', 'device', 'proof', 'passkey', 'send-budget']

describe('a key ring', () => {
  it('gives HMAC-SHA-256 under an HKDF-SHA-256 subkey, as node:crypto has them', () => {
    const ring = createKeyRing([one], 'tenant')
    for (const purpose of purposes) {
      const subkey = hkdfSync(
        'sha256',
        one.secret,
        new Uint8Array(),
        lengthPrefixed(['countersign', purpose, 'tenant']),
        32,
      )
      const expected = createHmac('sha256', Buffer.from(subkey))
        .update(lengthPrefixed(['a', 'b']))
        .digest()
      expect(Buffer.from(ring.mac('k1', purpose, ['a', 'b']) ?? [])).toEqual(expected)
    }
  })

  it("separates keys, purposes and namespaces: no MAC is another's", () => {
    const macs = new Set<string>()
    for (const namespace of ['a', 'b', 'ab', '']) {
      const ring = createKeyRing([one, two], namespace)
      for (const keyId of ['k1', 'k2'])
        for (const purpose of purposes) macs.add(Buffer.from(ring.mac(keyId, purpose, ['x']) ?? []).toString('hex'))
    }
    expect(macs.size).toBe(4 * 2 * purposes.length)
  })

  it('writes with the first key and reads with all', () => {
    const ring = createKeyRing([two, one], 'default')
    expect(ring.writeKeyId).toBe('k2')
    expect([ring.keyIds, ring.oldestKeyId]).toEqual([['k2', 'k1'], 'k1'])
    expect(ring.mac('k1', 'seal', ['x'])).toEqual(createKeyRing([one], 'default').mac('k1', 'seal', ['x']))
  })

  it('has no MAC under a key that it lacks', () => {
    const ring = createKeyRing([one], 'default')
    for (const keyId of ['k2', '', 'toString', '__proto__']) expect(ring.mac(keyId, 'seal', ['x'])).toBeNull()
  })

  it('gives the same MAC again, and another for other fields', () => {
    const ring = createKeyRing([one], 'default')
    const first = ring.mac('k1', 'proof', ['a', 'b'])
    expect(ring.mac('k1', 'proof', ['ab'])).not.toEqual(first)
    expect(ring.mac('k1', 'proof', ['a', 'b', ''])).not.toEqual(first)
    expect(ring.mac('k1', 'proof', ['a', 'b'])).toEqual(first)
  })
})
