import { describe, expect, it } from 'vitest'
import { at, processes } from '../support/interleaving.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, phoneWorld } from '../support/people.js'
import { makeScene } from '../support/scene.js'

const seeds = [1, 2, 3, 4, 5, 6]

const statuses = (answers: readonly { readonly status: string }[], wanted: string): number =>
  answers.filter(({ status }) => status === wanted).length

describe('2. one code, one approval', () => {
  it.each(seeds)('25 times at once, in one process (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const [twoFactor] = processes(world, 1, seed)
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    const answers = await Promise.all(Array.from({ length: 25 }, () => twoFactor!.challenge.verify({ token, code })))
    expect(statuses(answers, 'approved')).toBe(1)
  })

  it.each(seeds)('25 times at once, in 25 processes (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    const answers = await Promise.all(
      processes(world, 25, seed).map(({ challenge }) => challenge.verify({ token, code })),
    )
    expect(statuses(answers, 'approved')).toBe(1)
  })

  it.each(seeds)('across five challenges and both purposes (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const tokens: string[] = []
    for (const purpose of ['sign-in', 'step-up', 'sign-in', 'step-up', 'sign-in'] as const)
      tokens.push((await begin(world, 'ada', { purpose })).token)
    const many = processes(world, 5, seed)
    const code = ada.code()
    const answers = await Promise.all(tokens.map((token, index) => at(many, index).challenge.verify({ token, code })))
    expect(statuses(answers, 'approved')).toBe(1)
    for (const answer of answers.filter(({ status }) => status === 'rejected'))
      expect(answer).toMatchObject({ reason: 'already-used' })
  })

  it.each(seeds)('of a text: its challenge and no other (schedule %i)', async (seed) => {
    const { world, ada } = await phoneWorld()
    const first = await begin(world, 'ada')
    const code = ada.code()
    const second = await begin(world, 'ada')
    const both = processes(world, 2, seed)
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        at(both, index).challenge.verify({ token: (index % 3 === 0 ? second : first).token, code }),
      ),
    )
    expect(statuses(answers, 'approved')).toBe(1)
  })

  it.each(seeds)('enrolment included: one confirmation, and no sign-in by its code (schedule %i)', async (seed) => {
    const { world, pendingApp, pendingAppId: enrolmentId } = await makeScene()
    const code = pendingApp.code(world.clock)
    const many = processes(world, 8, seed)
    const answers = await Promise.all(
      many.map(({ enrolment }) => enrolment.confirm({ userId: 'ada', enrolmentId, code })),
    )
    expect(statuses(answers, 'confirmed')).toBe(1)
    expect((await world.twoFactor.factors.list({ userId: 'ada' })).factors).toHaveLength(3)
    const { token } = await begin(world, 'ada', { factorId: enrolmentId })
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({
      status: 'rejected',
      reason: 'already-used',
    })
  })

  it.each(seeds)('of a text that confirms an enrolment (schedule %i)', async (seed) => {
    const { world, pendingPhoneCode: code, pendingPhoneId: enrolmentId } = await makeScene()
    const many = processes(world, 8, seed)
    const answers = await Promise.all(
      many.map(({ enrolment }) => enrolment.confirm({ userId: 'ada', enrolmentId, code })),
    )
    expect(statuses(answers, 'confirmed')).toBe(1)
  })

  it.each(seeds.slice(0, 3))(
    'of a recovery code, across five challenges and five processes (schedule %i)',
    async (seed) => {
      const { world, ada } = await appWorld()
      const tokens: string[] = []
      for (let count = 0; count < 5; count++) tokens.push((await begin(world, 'ada')).token)
      const many = processes(world, 5, seed)
      const recoveryCode = ada.recoveryCodes[0] ?? ''
      const answers = await Promise.all(
        tokens.map((token, index) => at(many, index).challenge.redeemRecoveryCode({ token, recoveryCode })),
      )
      expect(statuses(answers, 'approved')).toBe(1)
      expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ recoveryCodesRemaining: 9 })
    },
  )

  it.each(seeds.slice(0, 3))('of one challenge, whether by code or by recovery code (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const both = processes(world, 2, seed)
    const code = ada.code()
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        index % 2 === 0
          ? at(both, index / 2).challenge.verify({ token, code })
          : at(both, index).challenge.redeemRecoveryCode({ token, recoveryCode: ada.recoveryCodes[index] ?? '' }),
      ),
    )
    expect(statuses(answers, 'approved')).toBe(1)
  })

  it('never twice in a row either, while its step lasts', async () => {
    const { world, ada } = await appWorld()
    const code = ada.code()
    for (const expected of ['approved', 'rejected', 'rejected']) {
      const { token } = await begin(world, 'ada')
      expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ status: expected })
    }
  })

  it('not even where two factors would show it: a phone number twice enrolled', async () => {
    const { world, ada } = await phoneWorld()
    const twin = await enrolSms(world, 'ada', '+14155550123', { proof: ada.proof })
    const first = await begin(world, 'ada', { factorId: ada.factor.id })
    const code = ada.code()
    const second = await begin(world, 'ada', { factorId: twin.factor.id })
    must(await world.twoFactor.challenge.verify({ token: first.token, code }), 'approved')
    expect(await world.twoFactor.challenge.verify({ token: second.token, code })).toMatchObject({ status: 'rejected' })
  })
})
