import { describe, expect, it } from 'vitest'
import type { Approved } from '../../src/interfaces/challenge.js'
import type { Confirmed } from '../../src/interfaces/enrolment.js'
import type { Rejected } from '../../src/interfaces/refusal.js'
import { makeFullAccount } from '../support/full-account.js'
import { at, processes } from '../support/interleaving.js'
import { must, wrongCode } from '../support/outcome.js'
import { appWorld, begin, phoneWorld } from '../support/people.js'
import { makeWorld } from '../support/world.js'

const seeds = [1, 2, 3, 4, 5, 6]

/** What the answers gave away: `approved` and `already-used` say right, `wrong-code` says wrong, all else says nothing. */
function tally(answers: readonly (Approved | Confirmed | Rejected)[]) {
  const words = answers.map((answer) => (answer.status === 'rejected' ? answer.reason : 'right'))
  const count = (...wanted: readonly string[]): number => words.filter((word) => wanted.includes(word)).length
  return {
    right: count('right'),
    wrong: count('wrong-code'),
    compared: count('right', 'wrong-code', 'already-used'),
    words: [...new Set(words)].sort(),
  }
}

describe('invariant 1: any number of parallel guesses reveal at most the attempts that are left', () => {
  it.each(seeds)('in one process (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const [twoFactor] = processes(world, 1, seed)
    const { token } = await begin(world, 'ada')
    const code = ada.wrongCode()
    const answers = await Promise.all(Array.from({ length: 50 }, () => twoFactor!.challenge.verify({ token, code })))
    expect(tally(answers)).toEqual({ right: 0, wrong: 5, compared: 5, words: ['locked', 'wrong-code'] })
  })

  it.each(seeds)('in two processes, with the right code somewhere among them (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const both = processes(world, 2, seed)
    const { token } = await begin(world, 'ada')
    const [right, wrong] = [ada.code(), ada.wrongCode()]
    const codes = Array.from({ length: 50 }, (_, index) => (index === seed * 7 ? right : wrong))
    const answers = await Promise.all(codes.map((code, index) => at(both, index).challenge.verify({ token, code })))
    const { right: approvals, wrong: wrongs, compared } = tally(answers)
    expect(compared).toBeLessThanOrEqual(5)
    expect(approvals === 1 ? wrongs <= 4 : wrongs === 5 && approvals === 0).toBe(true)
  })

  it.each(seeds)('in fifty processes (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.wrongCode()
    const answers = await Promise.all(
      processes(world, 50, seed).map(({ challenge }) => challenge.verify({ token, code })),
    )
    const { compared, right } = tally(answers)
    expect(right).toBe(0)
    expect(compared).toBeGreaterThan(0)
    expect(compared).toBeLessThanOrEqual(5)
  })

  it.each([1, 2, 3, 4])('when %i were used up before', async (used) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.wrongCode()
    for (let tries = 0; tries < used; tries++) await world.twoFactor.challenge.verify({ token, code })
    const both = processes(world, 2, used)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => at(both, index).challenge.verify({ token, code })),
    )
    expect(tally(answers).compared).toBe(5 - used)
  })

  it.each(seeds)('spread over forty challenges, both purposes and five processes (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const tokens: string[] = []
    for (let index = 0; index < 40; index++)
      tokens.push((await begin(world, 'ada', { purpose: index % 2 === 0 ? 'sign-in' : 'step-up' })).token)
    const many = processes(world, 5, seed)
    const code = ada.wrongCode()
    const answers = await Promise.all(tokens.map((token, index) => at(many, index).challenge.verify({ token, code })))
    expect(tally(answers).compared).toBeLessThanOrEqual(5)
    expect(tally(answers).words).not.toContain('right')
  })

  it.each(seeds)('of a texted code (schedule %i)', async (seed) => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    const both = processes(world, 2, seed)
    const codes = Array.from({ length: 40 }, (_, index) =>
      String((Number(ada.code()) + 1 + index) % 1_000_000).padStart(6, '0'),
    )
    const answers = await Promise.all(codes.map((code, index) => at(both, index).challenge.verify({ token, code })))
    expect(tally(answers)).toMatchObject({ right: 0, compared: 5 })
  })

  it.each(seeds)('of several texts, each with five attempts of its own (schedule %i)', async (seed) => {
    const { world, ada } = await phoneWorld()
    const tokens: string[] = []
    for (let text = 0; text < 3; text++) tokens.push((await begin(world, 'ada')).token)
    const both = processes(world, 2, seed)
    const code = ada.wrongCode()
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => at(both, index).challenge.verify({ token: at(tokens, index), code })),
    )
    expect(tally(answers)).toMatchObject({ right: 0, compared: 5 })
  })

  it.each(seeds)('spread over a challenge and two enrolments (schedule %i)', async (seed) => {
    const { world, token, wrongAppCode, pendingAppId, pendingPhoneId, pendingPhoneCode } = await makeFullAccount()
    const both = processes(world, 2, seed)
    const guesses = [
      (index: number) => at(both, index).challenge.verify({ token, code: wrongAppCode() }),
      (index: number) =>
        at(both, index).enrolment.confirm({ userId: 'ada', enrolmentId: pendingAppId, code: '000000' }),
      (index: number) =>
        at(both, index).enrolment.confirm({
          userId: 'ada',
          enrolmentId: pendingPhoneId,
          code: wrongCode(pendingPhoneCode),
        }),
    ]
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => at(guesses, index)(index >> 1)))
    expect(tally(answers)).toMatchObject({ right: 0, compared: 5 })
  })

  it.each(seeds.slice(0, 2))(
    'of recovery codes that could be guessed, and typed codes beside them (schedule %i)',
    async (seed) => {
      const world = makeWorld()
      const { admin } = world.twoFactor
      const secret = { encoding: 'raw', value: new Uint8Array(20).fill(7) } as const
      const recoveryCodes = ['0123456789']
      must(await admin.importTotp({ userId: 'ada', actor: 'staff', secret, recoveryCodes }), 'imported')
      const { token } = await begin(world, 'ada')
      const both = processes(world, 2, seed)
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          index % 2 === 0
            ? at(both, index >> 1).challenge.redeemRecoveryCode({ token, recoveryCode: '0000000000' })
            : at(both, index >> 1).challenge.verify({ token, code: '000000' }),
        ),
      )
      expect(tally(answers)).toEqual({ right: 0, wrong: 5, compared: 5, words: ['locked', 'wrong-code'] })
    },
  )
})
