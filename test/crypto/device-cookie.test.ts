import { describe, expect, it } from 'vitest'
import { newDeviceTokenId, signDevice, verifyDevice } from '../../src/crypto/claims.js'
import { deviceCookieName, findDevice, joinDeviceTokens } from '../../src/crypto/device-cookie.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { seededRandom } from '../../src/testing/index.js'
import { hostileValues, nameOf } from '../support/hostile.js'

const ring = createKeyRing([{ id: 'k1', secret: new Uint8Array(32).fill(1) }], 'default')
const random = seededRandom('cookies')
const tokenOf = (userId: string): string => signDevice(ring, userId, newDeviceTokenId(random))

describe("the name of a device's cookie", () => {
  it('is one for each user of each namespace, in letters and digits', () => {
    const names = [deviceCookieName('default', 'ada'), deviceCookieName('default', 'bob'), deviceCookieName('b', 'ada')]
    for (const name of names) expect(name).toMatch(/^trusted[0-9a-f]{24}$/)
    expect(new Set(names).size).toBe(3)
  })
})

describe('a cookie of several people', () => {
  it('has the new token in front, and the others in their order', () => {
    const [ada, bob, cyd] = ['ada', 'bob', 'cyd'].map(tokenOf) as [string, string, string]
    expect(joinDeviceTokens(ring, 'cyd', cyd, `${ada}~${bob}`)).toBe(`${cyd}~${ada}~${bob}`)
    expect(findDevice(ring, 'bob', `${cyd}~${ada}~${bob}`)).toBe(verifyDevice(ring, 'bob', bob))
  })

  it('holds one token a person, the newest', () => {
    const [old, newer, bob] = ['ada', 'ada', 'bob'].map(tokenOf) as [string, string, string]
    expect(joinDeviceTokens(ring, 'ada', newer, `${bob}~${old}`)).toBe(`${newer}~${bob}`)
  })

  it('holds sixteen at most, and loses the oldest', () => {
    const people = Array.from({ length: 17 }, (_, index) => `user${index}`)
    const tokens = people.map(tokenOf)
    const joined = people.reduce((cookie, userId, index) => {
      return joinDeviceTokens(ring, userId, tokens[index] ?? '', cookie)
    }, '')
    expect(joined.split('~')).toEqual(tokens.slice(1).reverse())
    expect(findDevice(ring, 'user0', joined)).toBeNull()
  })

  it('keeps nothing that a token is only a part of', () => {
    const [ada, bob] = ['ada', 'bob'].map(tokenOf) as [string, string]
    expect(joinDeviceTokens(ring, 'ada', ada, `x${bob}~${bob}x~${bob}`)).toBe(`${ada}~${bob}`)
  })

  it.each(hostileValues.map((value) => ({ name: nameOf(value), value })))(
    'begins anew where it was $name',
    ({ value }) => {
      const token = tokenOf('ada')
      expect(joinDeviceTokens(ring, 'ada', token, value)).toBe(token)
      expect(findDevice(ring, 'ada', value)).toBeNull()
    },
  )
})
