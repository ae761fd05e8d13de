import { describe, expect, it } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { nameOf, notStrings } from '../support/hostile.js'
import { appWorld, begin } from '../support/people.js'

const malformed: readonly unknown[] = [
  undefined,
  null,
  '',
  '12345',
  '1234567',
  '12345a',
  'abcdef',
  '123456\0',
  '+12345',
  '1e5',
  '0x1234',
  '12.456',
  '½23456',
  '①23456',
  '一二三四五六',
  '1'.repeat(1e6),
  ['123456'],
  { toString: () => '123456' },
  ...notStrings,
]

describe('invariant 7: what is not exactly n digits is malformed, and costs no store call', () => {
  it.each(malformed.map((code) => ({ name: nameOf(code), code })))('for an app: $name', async ({ code }) => {
    const { world } = await appWorld()
    const { token } = await begin(world, 'ada')
    const calls = await world.storeCalls(async () => {
      expect(await world.twoFactor.challenge.verify({ token, code: code as never })).toEqual({
        status: 'rejected',
        reason: 'malformed-code',
        attemptsRemaining: null,
        retryAt: null,
      })
    })
    expect(calls).toBe(0)
    expect(world.heard('challenge-rejected')).toEqual([])
  })

  it('for a text, an enrolment and recovery codes too', async () => {
    const { world, token, textToken, pendingAppId: enrolmentId } = await makeFullAccount()
    const { challenge, enrolment } = world.twoFactor
    for (const code of malformed) {
      const calls = await world.storeCalls(async () => {
        for (const answer of [
          await challenge.verify({ token: textToken, code: code as never }),
          await enrolment.confirm({ userId: 'ada', enrolmentId, code: code as never }),
          await challenge.redeemRecoveryCode({ token, recoveryCode: code as never }),
        ])
          expect(answer).toMatchObject({ status: 'rejected', reason: 'malformed-code' })
      })
      expect(calls).toBe(0)
    }
  })

  it('for a recovery code of a length that none of the user has', async () => {
    const { world, token } = await makeFullAccount()
    for (const recoveryCode of ['0'.repeat(23), '0'.repeat(25), '0'.repeat(16), '0000-0000-0000-0000']) {
      const calls = await world.storeCalls(async () => {
        expect(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })).toMatchObject({
          reason: 'malformed-code',
        })
      })
      expect(calls).toBe(0)
    }
  })

  it.each([
    '  12 34-56 ',
    '123 456',
    '123\u2013456',
    '1\u00a02\u00a03\u00a04\u00a05\u00a06',
    '\u200e123456\u200f',
    '123\u200b456',
    '１２３４５６',
    '١٢٣٤٥٦',
    '123456\n',
  ])('but %j is a code: spaces, dashes and marks go, digits of any script are read', async (code) => {
    const { world } = await appWorld()
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'wrong-code' })
  })

  it('a right code is right in whatever script it is typed', async () => {
    for (const zero of ['\u0660', '\u06f0', '\u0966', '\uff10', '\u{1d7ce}']) {
      const { world, ada } = await appWorld()
      const { token } = await begin(world, 'ada')
      const code = Array.from(ada.code(), (digit) => String.fromCodePoint(zero.codePointAt(0)! + Number(digit)))
      expect(await world.twoFactor.challenge.verify({ token, code: code.join('') })).toMatchObject({
        status: 'approved',
      })
    }
  })
})
