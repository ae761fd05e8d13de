import { describe, expect, it } from 'vitest'
import { authenticator } from '../../src/testing/index.js'
import { at, processes } from '../support/interleaving.js'
import { must, wrongCode } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, PHONE, phoneWorld, trustedBrowser } from '../support/people.js'
import { makeScene } from '../support/scene.js'
import { makeWorld } from '../support/world.js'

const seeds = [1, 2, 3, 4]

describe('a race of', () => {
  it.each(seeds.slice(0, 1))('regenerations leaves exactly one set that works (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const answers = await Promise.all(
      processes(world, 3, seed).map(({ recoveryCodes }) =>
        recoveryCodes.regenerate({ userId: 'ada', proof: ada.proof }),
      ),
    )
    const { token } = await begin(world, 'ada')
    const redeemed = []
    for (const answer of answers) {
      const [recoveryCode = ''] = must(answer, 'regenerated').recoveryCodes
      redeemed.push((await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })).status)
    }
    expect(redeemed.filter((status) => status === 'approved')).toHaveLength(1)
  })

  it.each(seeds)('resends sends one text (schedule %i)', async (seed) => {
    const { world, textToken: token } = await makeScene()
    const answers = await Promise.all(processes(world, 8, seed).map(({ challenge }) => challenge.resend({ token })))
    expect(answers.filter(({ status }) => status === 'sent')).toHaveLength(1)
    expect(world.inbox.attempts).toBe(1)
  })

  it.each(seeds)('begins sends no more than the budgets allow (schedule %i)', async (seed) => {
    const { world } = await phoneWorld()
    await Promise.all(processes(world, 12, seed).map(({ challenge }) => challenge.begin({ userId: 'ada' })))
    expect(world.inbox.attempts).toBeLessThanOrEqual(5)
    expect(world.inbox.attempts).toBeGreaterThan(0)
  })

  it.each(seeds)('enrolments by many users sends no more than the number allows (schedule %i)', async (seed) => {
    const world = makeWorld()
    const many = processes(world, 4, seed)
    const users = Array.from({ length: 12 }, (_, index) => `user ${index}`)
    await Promise.all(users.map((userId, index) => at(many, index).enrolment.beginSms({ userId, phoneNumber: PHONE })))
    expect(world.inbox.attempts).toBe(5)
  })

  it.each(seeds)('imports of one secret makes one factor (schedule %i)', async (seed) => {
    const { world } = await appWorld()
    const secret = { encoding: 'ascii', value: 'a secret from elsewhere' } as const
    const imports = processes(world, 5, seed).map(({ admin }) =>
      admin.importTotp({ userId: 'ada', actor: 'script', secret }),
    )
    const ids = (await Promise.all(imports)).map((answer) => must(answer, 'imported').factor.id)
    expect(new Set(ids).size).toBe(1)
    expect((await world.twoFactor.factors.list({ userId: 'ada' })).factors).toHaveLength(2)
  })

  it.each(seeds)('removals removes once and leaves no proof behind (schedule %i)', async (seed) => {
    const { world, proof, phoneFactorId: factorId } = await makeScene()
    const answers = await Promise.all(
      processes(world, 5, seed).map(({ factors }) => factors.remove({ userId: 'ada', factorId, proof })),
    )
    expect(answers.filter(({ status }) => status === 'removed')).toHaveLength(1)
    expect(world.heard('factor-removed')).toHaveLength(1)
    expect(world.inbox.messages.filter(({ purpose }) => purpose === 'notice')).toHaveLength(1)
  })

  it.each(seeds)(
    'first enrolments of two strangers to each other ends with one factor and one set of codes (schedule %i)',
    async (seed) => {
      const world = makeWorld()
      const { enrolment } = world.twoFactor
      const app = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }), 'started')
      const phone = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
      const [one, other] = processes(world, 2, seed)
      const answers = await Promise.all([
        one!.enrolment.confirm({
          userId: 'ada',
          enrolmentId: app.enrolmentId,
          code: authenticator(app.uri).code(world.clock),
        }),
        other!.enrolment.confirm({ userId: 'ada', enrolmentId: phone.enrolmentId, code: world.inbox.lastCode() }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual(['confirmed', 'rejected'])
      expect((await world.twoFactor.factors.list({ userId: 'ada' })).factors).toHaveLength(1)
    },
  )
})

describe('a revocation that has been answered', () => {
  it.each(seeds)('outlives every sign-in that was under way (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const [one, other] = processes(world, 2, seed)
    const code = ada.code()
    const [verified] = await Promise.all([
      one!.challenge.verify({ token, code, trustDevice: { name: 'Firefox' } }),
      other!.account.passwordChanged({ userId: 'ada' }),
    ])
    const { devices } = await world.twoFactor.trustedDevices.list({ userId: 'ada' })
    expect(devices).toEqual([])
    if (verified.status === 'approved') {
      expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof: verified.proof })).toEqual({
        status: 'invalid',
      })
    }
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'revoked' })
  })

  it.each(seeds)('is not undone by a write that began before it (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const many = processes(world, 6, seed)
    const others = many
      .slice(1)
      .map((twoFactor, index) =>
        index % 2 === 0
          ? twoFactor.challenge.begin({ userId: 'ada' })
          : twoFactor.factors.rename({ userId: 'ada', factorId: ada.factor.id, name: `${index}` }),
      )
    await Promise.all([many[0]!.trustedDevices.revokeAll({ userId: 'ada' }), ...others])
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({
      status: 'challenged',
    })
  })

  it.each(seeds)('of the account beats a guess: no approval after it (schedule %i)', async (seed) => {
    const { world, token, appCode, wrongAppCode } = await makeScene()
    const many = processes(world, 4, seed)
    const guesses = [wrongAppCode(), appCode(), wrongCode(appCode())]
    const [reset, ...answers] = await Promise.all([
      many[0]!.admin.reset({ userId: 'ada', actor: 'staff' }),
      ...guesses.map((code, index) => at(many, index + 1).challenge.verify({ token, code })),
    ])
    expect(reset).toEqual({ status: 'reset' })
    expect(answers.filter(({ status }) => status === 'approved').length).toBeLessThanOrEqual(1)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toEqual({ status: 'not-required' })
  })
})

describe('a process alone', () => {
  it('never races itself: a hundred operations at once need no second try', async () => {
    const { world } = await appWorld()
    await enrolTotp(world, 'bob')
    world.store.reset()
    await Promise.all(Array.from({ length: 100 }, () => world.twoFactor.challenge.begin({ userId: 'ada' })))
    expect(world.store.calls).toHaveLength(200)
  })
})
