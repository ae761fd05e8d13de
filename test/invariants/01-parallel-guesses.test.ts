import { describe, expect, it } from 'vitest'
import type { Approved, Rejected } from '../../src/interfaces/challenge.js'
import { at, processes } from '../support/interleaving.js'
import { wrongCode } from '../support/outcome.js'
import { appWorld, begin, phoneWorld } from '../support/people.js'
import { makeScene } from '../support/scene.js'

const seeds = [1, 2, 3, 4, 5, 6]

/** What the answers gave away: `approved` and `already-used` say right, `wrong-code` says wrong, all else says nothing. */
function tally(answers: readonly (Approved | Rejected | { readonly status: 'confirmed' })[]) {
  const words = answers.map((answer) => (answer.status === 'rejected' ? answer.reason : 'right'))
  const count = (...wanted: readonly string[]): number => words.filter((word) => wanted.includes(word)).length
  return {
    right: count('right'),
    wrong: count('wrong-code'),
    compared: count('right', 'wrong-code', 'already-used'),
    others: [...new Set(words)].sort(),
  }
}

describe('1. N parallel guesses reveal at most the attempts left', () => {
  it.each(seeds)('in one process (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const [twoFactor] = processes(world, 1, seed)
    const { token } = await begin(world, 'ada')
    const code = ada.wrongCode()
    const answers = await Promise.all(Array.from({ length: 50 }, () => twoFactor!.challenge.verify({ token, code })))
    expect(tally(answers)).toMatchObject({ wrong: 5, compared: 5, others: ['exhausted', 'wrong-code'] })
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

  it.each(seeds)('spread over five challenges, purposes and processes (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const tokens: string[] = []
    for (const purpose of ['sign-in', 'step-up', 'sign-in', 'step-up', 'sign-in'] as const)
      tokens.push((await begin(world, 'ada', { purpose })).token)
    const many = processes(world, 5, seed)
    const code = ada.wrongCode()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        at(many, index * 3).challenge.verify({ token: at(tokens, index), code }),
      ),
    )
    expect(tally(answers).compared).toBeLessThanOrEqual(5)
    expect(tally(answers).others).not.toContain('right')
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

  it.each(seeds)('spread over a challenge and two enrolments (schedule %i)', async (seed) => {
    const { world, token, wrongAppCode, pendingAppId, pendingPhoneId, pendingPhoneCode } = await makeScene()
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

  it.each(seeds.slice(0, 2))('of a recovery code, in a budget of their own (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const both = processes(world, 2, seed)
    const redeem = (index: number) =>
      at(both, index).challenge.redeemRecoveryCode({ token, recoveryCode: '0000-0000-0000-0000' })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => redeem(index)))
    expect(tally(answers)).toMatchObject({ right: 0, compared: 5, others: ['locked', 'wrong-code'] })
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toMatchObject({ status: 'approved' })
  })
})
