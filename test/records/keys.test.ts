import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budgetKey, keyPrefix, namespaceOf, regionKey, userKey } from '../../src/records/keys.js'
import { anyCharacter } from '../support/any-character.js'

const text = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 12 })
const long = fc.tuple(fc.integer({ min: 250, max: 1024 }), text).map(([length, end]) => 'a'.repeat(length - 12) + end)
const tricky = fc.oneof(
  text,
  long,
  fc.constantFrom('1', '01', 'a:b', 'a%3Ab', 'a', 'b', ':', '%', '%25', '#', '__proto__', 'é', 'e\u0301', '💚'),
)
const namespaces = fc.oneof(text, fc.constantFrom('default', 'a:b', 'a%3Ab', 'user:x', '%'))
const digest = 'abcdefghijklmnopqrstuvwx'

describe('the key of a user', () => {
  it('reads as namespace and id', () => {
    expect(userKey('default', 'ada')).toBe('user:default:ada')
    expect(userKey('a:b', 'ü b')).toBe('user:a%3Ab:%C3%BC%20b')
  })

  it('is one for every pair of namespace and id', () => {
    fc.assert(
      fc.property(namespaces, tricky, namespaces, tricky, (namespace, userId, otherNamespace, otherId) => {
        const same = namespace === otherNamespace && userId === otherId
        expect(userKey(namespace, userId) === userKey(otherNamespace, otherId)).toBe(same)
      }),
    )
  })

  it('is printable ASCII, so that every engine compares it exactly', () => {
    fc.assert(
      fc.property(namespaces, tricky, (namespace, userId) => {
        expect(userKey(namespace, userId)).toMatch(/^[!-~]+$/)
      }),
    )
  })

  it('holds an id of up to 255 bytes as it is, and digests a longer one', () => {
    expect(userKey('default', 'a'.repeat(255))).toBe(`user:default:${'a'.repeat(255)}`)
    expect(userKey('default', 'é'.repeat(127))).toBe(`user:default:${'%C3%A9'.repeat(127)}`)
    const [one, other] = ['a'.repeat(256), `${'a'.repeat(255)}b`].map((userId) => userKey('default', userId))
    for (const key of [one, other, userKey('default', 'é'.repeat(128))])
      expect(key).toMatch(/^user:default:#[A-Za-z0-9_-]{43}$/)
    expect(one).not.toBe(other)
  })

  it('digests by SHA-256 over a domain of its own', () => {
    const userId = 'a'.repeat(300)
    const field = (value: string): Buffer => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(Buffer.byteLength(value))
      return Buffer.concat([length, Buffer.from(value)])
    }
    const expected = createHash('sha256').update(field('countersign user id')).update(field(userId)).digest('base64url')
    expect(userKey('default', userId)).toBe(`user:default:#${expected}`)
  })

  it('of a digest is no key of an id that reads like one', () => {
    const key = userKey('default', 'a'.repeat(300))
    expect(userKey('default', key.slice('user:default:'.length))).not.toBe(key)
  })

  it('is never longer than the engines hold', () => {
    const longest = userKey('ü'.repeat(32), '\u0080'.repeat(127))
    expect(longest.length).toBeLessThanOrEqual(1000)
  })
})

describe('every key', () => {
  const keys = (namespace: string, userId: string): readonly string[] => [
    userKey(namespace, userId),
    budgetKey(namespace, digest),
    regionKey(namespace, 'US'),
  ]

  it('begins with the prefix of its kind and namespace, and of no other', () => {
    fc.assert(
      fc.property(namespaces, namespaces, tricky, (namespace, other, userId) => {
        const prefixes = (['user', 'budget', 'region'] as const).map((kind) => keyPrefix(kind, other))
        for (const [index, key] of keys(namespace, userId).entries()) {
          expect(prefixes.map((prefix) => key.startsWith(prefix))).toEqual(
            [0, 1, 2].map((kind) => kind === index && namespace === other),
          )
        }
      }),
    )
  })

  it('says its namespace', () => {
    fc.assert(
      fc.property(namespaces, tricky, (namespace, userId) => {
        for (const key of keys(namespace, userId)) expect(namespaceOf(key)).toBe(namespace)
      }),
    )
  })

  it('has the shape that stores have held since release 0.1.0', () => {
    expect(keys('default', 'ada')).toEqual(['user:default:ada', `texts:default:${digest}`, 'region:default:US'])
  })

  it.each([
    '',
    'user',
    'user:',
    'user:default',
    'user:default:',
    'user::ada',
    'users:default:ada',
    'User:default:ada',
    'budget:default:ada',
    '__proto__:default:ada',
    'user:%:ada',
    'user:%ff:ada',
    ' user:default:ada',
    'store-contract:1:2',
  ])('is not %j', (key) => {
    expect(namespaceOf(key)).toBeNull()
  })
})
