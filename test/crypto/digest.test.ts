import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lengthPrefixed } from '../../src/crypto/bytes.js'
import { deviceCookieName } from '../../src/crypto/device-cookie.js'
import { bindingDigest, joinKey, longUserId } from '../../src/crypto/digest.js'
import { anyCharacter } from '../support/any-character.js'

const text = fc.string({ unit: anyCharacter, maxLength: 40 })
const binding = fc.option(text)
const sha256 = (...fields: readonly string[]): Buffer => createHash('sha256').update(lengthPrefixed(fields)).digest()

describe('the digest of a binding', () => {
  it('is SHA-256 over a domain of its own, and nothing for nothing', () => {
    expect(bindingDigest('EUR 10 to Bob')).toBe(sha256('countersign binding', 'EUR 10 to Bob').toString('base64url'))
    expect(bindingDigest(null)).toBeNull()
  })

  it('is another for another binding, and as long for every one', () => {
    fc.assert(
      fc.property(binding, binding, (one, other) => {
        expect(bindingDigest(one) === bindingDigest(other)).toBe(one === other)
        if (one !== null) expect(bindingDigest(one)).toMatch(/^[A-Za-z0-9_-]{43}$/)
      }),
    )
  })
})

describe('the key by which a begin joins another', () => {
  it('is 96 bits, which say nothing of the address', () => {
    const digest = sha256('countersign join', '192.0.2.7', 'sign-in', '-', '', '-', '').subarray(0, 12)
    expect(joinKey('192.0.2.7', 'sign-in', null, null)).toBe(digest.toString('base64url'))
  })

  it('is one for the same address, purpose, binding and summary alone', () => {
    const asked = fc.tuple(text, fc.constantFrom('sign-in', 'step-up'), binding, binding)
    fc.assert(
      fc.property(asked, asked, (one, other) => {
        expect(joinKey(...one) === joinKey(...other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
  })

  it('tells nothing from an empty text, and fields apart whose texts run together', () => {
    const keys = [
      joinKey('a', 'step-up', null, null),
      joinKey('a', 'sign-in', null, null),
      joinKey('a', 'step-up', '', null),
      joinKey('a', 'step-up', null, ''),
      joinKey('a', 'step-up', 'b', null),
      joinKey('a', 'step-up', null, 'b'),
      joinKey('ab', 'step-up', null, null),
      joinKey('a', 'step-up', '-', ''),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('the digest of a long user id', () => {
  it('is SHA-256 over a domain of its own, of the exact id', () => {
    const userId = 'é'.repeat(400)
    expect(longUserId(userId)).toBe(sha256('countersign user id', userId).toString('base64url'))
    expect(longUserId(userId.normalize('NFD'))).not.toBe(longUserId(userId))
    expect(longUserId('x')).not.toBe(bindingDigest('x'))
  })
})

describe('the name of a device cookie', () => {
  it('tells users and namespaces apart, also where their texts run together', () => {
    const names = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['', 'abc'],
      ['abc', ''],
    ].map(([namespace = '', userId = '']) => deviceCookieName(namespace, userId))
    expect(new Set(names).size).toBe(4)
    for (const name of names) expect(name).toMatch(/^trusted[0-9a-f]{24}$/)
  })

  it('stays as it is: browsers keep it for as long as they are trusted', () => {
    const digest = sha256('countersign device cookie', 'default', 'ada').subarray(0, 12)
    expect(deviceCookieName('default', 'ada')).toBe(`trusted${digest.toString('hex')}`)
  })
})
