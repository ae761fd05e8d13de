import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { userKey, userKeyPrefix } from '../../src/services/context.js'

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((value) => value.isWellFormed())
const tricky = fc.oneof(
  text,
  fc.constantFrom('1', '01', 'a:b', 'a%3Ab', 'a', 'b', ':', '%', '%25', '__proto__', 'é', 'e\u0301'),
)

describe('the key of a user', () => {
  it('is one for every pair of namespace and id', () => {
    fc.assert(
      fc.property(tricky, tricky, tricky, tricky, (namespace, userId, otherNamespace, otherId) => {
        const same = namespace === otherNamespace && userId === otherId
        expect(userKey(namespace, userId) === userKey(otherNamespace, otherId)).toBe(same)
      }),
    )
  })

  it('begins with the prefix of its namespace and of no other', () => {
    fc.assert(
      fc.property(tricky, tricky, tricky, (namespace, other, userId) => {
        expect(userKey(namespace, userId).startsWith(userKeyPrefix(other))).toBe(namespace === other)
      }),
    )
  })

  it('is printable ASCII, so that every engine compares it exactly', () => {
    fc.assert(
      fc.property(tricky, tricky, (namespace, userId) => {
        expect(userKey(namespace, userId)).toMatch(/^[!-~]+$/)
      }),
    )
  })
})
