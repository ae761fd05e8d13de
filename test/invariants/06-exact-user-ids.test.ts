import { describe, expect, it } from 'vitest'
import { expectCode } from '../support/outcome.js'
import { enrolTotp, pass } from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'

const ids = [
  '1',
  '01',
  ' 1',
  '1 ',
  '__proto__',
  'constructor',
  'toString',
  'a:b',
  'a%3Ab',
  'A:B',
  '\u00e9',
  'e\u0301',
  'user:default:1',
  '#x',
  '💚',
  '\0',
  '"'.repeat(255),
  '\0'.repeat(255),
  'a'.repeat(255),
  'a'.repeat(256),
  'a'.repeat(1024),
  `${'a'.repeat(1023)}b`,
  'é'.repeat(512),
]

const named = (userId: string): string => JSON.stringify(userId.length > 24 ? `${userId.slice(0, 24)}…` : userId)

describe('invariant 6: a user id is opaque and exact', () => {
  it.each(ids.map((userId) => ({ name: `${named(userId)} (${userId.length})`, userId })))(
    '$name signs in as itself and as nobody else',
    async ({ userId }) => {
      const world = makeWorld()
      const person = await enrolTotp(world, userId)
      const { account } = world.twoFactor
      for (const other of ids) expect((await account.status({ userId: other })).enabled).toBe(other === userId)
      const approved = await pass(world, person)
      expect(approved.userId).toBe(userId)
      expect((await account.status({ userId })).userId).toBe(userId)
      expect(world.heard('challenge-approved')[0]?.userId).toBe(userId)
    },
  )

  it('is stored under plain ASCII that no other id has', async () => {
    const world = makeWorld()
    for (const userId of ids) await enrolTotp(world, userId)
    const keys = [...(await contents(world.data)).keys()]
    expect(keys).toHaveLength(ids.length)
    for (const key of keys) expect(key).toMatch(/^user:default:[!-~]+$/)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['1025 bytes', 'a'.repeat(1025)],
    ['513 letters of two bytes', 'é'.repeat(513)],
    ['half a surrogate pair', 'a\ud800'],
    ['a number', 1],
    ['a list', ['1']],
  ])('is refused, not guessed at, where it is %s', async (_what, userId) => {
    const { twoFactor } = makeWorld()
    await expectCode(twoFactor.challenge.begin({ userId: userId as never }), 'ERR_USER_ID_INVALID')
    await expectCode(twoFactor.account.status({ userId: userId as never }), 'ERR_USER_ID_INVALID')
  })
})
