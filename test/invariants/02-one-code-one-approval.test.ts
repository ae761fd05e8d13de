import { describe, expect, it } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { at, processes } from '../support/interleaving.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, passByPasskey, passkeyWorld, phoneWorld } from '../support/people.js'

const seeds = [1, 2, 3, 4, 5, 6]

const count = (answers: readonly { readonly status: string }[], wanted: string): number =>
  answers.filter(({ status }) => status === wanted).length

describe('invariant 2: one code gives one approval', () => {
  it.each(seeds)('25 times at once, in one process (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const [twoFactor] = processes(world, 1, seed)
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    const answers = await Promise.all(Array.from({ length: 25 }, () => twoFactor!.challenge.verify({ token, code })))
    expect(count(answers, 'approved')).toBe(1)
  })

  it.each(seeds)('25 times at once, in 25 processes (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    const answers = await Promise.all(
      processes(world, 25, seed).map(({ challenge }) => challenge.verify({ token, code })),
    )
    expect(count(answers, 'approved')).toBe(1)
  })

  it.each(seeds)('across twelve challenges and both purposes (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const tokens: string[] = []
    for (let index = 0; index < 12; index++)
      tokens.push((await begin(world, 'ada', { purpose: index % 2 === 0 ? 'sign-in' : 'step-up' })).token)
    const many = processes(world, 5, seed)
    const code = ada.code()
    const answers = await Promise.all(tokens.map((token, index) => at(many, index).challenge.verify({ token, code })))
    expect(count(answers, 'approved')).toBe(1)
    const reasons = new Set(answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : [])))
    for (const reason of reasons) expect(['already-used', 'locked', 'busy']).toContain(reason)
  })

  it.each(seeds)('of a text: for its challenge and no other (schedule %i)', async (seed) => {
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
    expect(count(answers, 'approved')).toBe(1)
  })

  it.each(seeds)('of a text that two tokens share, because a form was submitted twice (schedule %i)', async (seed) => {
    const { world, ada } = await phoneWorld()
    const tokens: string[] = []
    for (let submits = 0; submits < 3; submits++)
      tokens.push((await begin(world, 'ada', { clientAddress: '192.0.2.7' })).token)
    expect(world.inbox.attempts).toBe(1)
    const many = processes(world, 3, seed)
    const code = ada.code()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => at(many, index).challenge.verify({ token: at(tokens, index), code })),
    )
    expect(count(answers, 'approved')).toBe(1)
  })

  it.each(seeds)('enrolment included: one confirmation, and no sign-in by its code (schedule %i)', async (seed) => {
    const { world, pendingApp, pendingAppId: enrolmentId } = await makeFullAccount()
    const code = pendingApp.code(world.clock)
    const many = processes(world, 8, seed)
    const answers = await Promise.all(
      many.map(({ enrolment }) => enrolment.confirm({ userId: 'ada', enrolmentId, code })),
    )
    expect(count(answers, 'confirmed')).toBe(1)
    expect((await world.twoFactor.factors.list({ userId: 'ada' })).factors).toHaveLength(4)
    const { token } = await begin(world, 'ada', { factorId: enrolmentId })
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({
      status: 'rejected',
      reason: 'already-used',
    })
  })

  it.each(seeds)('of a text that confirms an enrolment (schedule %i)', async (seed) => {
    const { world, pendingPhoneCode: code, pendingPhoneId: enrolmentId } = await makeFullAccount()
    const many = processes(world, 8, seed)
    const answers = await Promise.all(
      many.map(({ enrolment }) => enrolment.confirm({ userId: 'ada', enrolmentId, code })),
    )
    expect(count(answers, 'confirmed')).toBe(1)
  })

  it.each(seeds)("of a passkey's response, in eight processes (schedule %i)", async (seed) => {
    const { world, ada } = await passkeyWorld()
    const { token, passkey } = await begin(world, 'ada')
    const response = ada.passkey.get(passkey)
    const answers = await Promise.all(
      processes(world, 8, seed).map(({ challenge }) => challenge.verify({ token, response })),
    )
    expect(count(answers, 'approved')).toBe(1)
  })

  it.each(seeds)("of a passkey's answer that confirms an enrolment (schedule %i)", async (seed) => {
    const {
      world,
      pendingPasskeyId: enrolmentId,
      pendingPasskeyResponse: response,
    } = await makeFullAccount({
      pending: 'passkey',
    })
    const answers = await Promise.all(
      processes(world, 8, seed).map(({ enrolment }) => enrolment.confirm({ userId: 'ada', enrolmentId, response })),
    )
    expect(count(answers, 'confirmed')).toBe(1)
  })

  it('of a synced passkey, which counts nothing: no replay finds a way back, however many sign-ins follow', async () => {
    const { world, ada } = await passkeyWorld({ passkey: { synced: true } })
    const { challenge } = world.twoFactor
    const replays: { readonly token: string; readonly response: unknown }[] = []
    for (let signIns = 0; signIns < 40; signIns++) {
      const { token, passkey } = await begin(world, 'ada')
      const response = ada.passkey.get(passkey)
      replays.push({ token, response })
      must(await challenge.verify({ token, response }), 'approved')
      if (signIns % 3 === 0) await challenge.cancel({ token: (await begin(world, 'ada')).token })
      for (const replay of replays)
        expect(await challenge.verify(replay)).toMatchObject({ status: 'rejected', reason: 'settled' })
    }
  })

  it('of a synced passkey: not of challenges begun together and settled in any order either', async () => {
    const { world, ada } = await passkeyWorld({ passkey: { synced: true } })
    const { challenge } = world.twoFactor
    const begun: { readonly token: string; readonly response: unknown }[] = []
    for (let each = 0; each < 25; each++) {
      const { token, passkey } = await begin(world, 'ada')
      begun.push({ token, response: ada.passkey.get(passkey) })
      if (each % 5 === 4) world.clock.advance(1)
    }
    let approvals = 0
    for (const { token, response } of begun.toReversed())
      if ((await challenge.verify({ token, response })).status === 'approved') approvals++
    expect(approvals).toBeGreaterThanOrEqual(10)
    for (const { token, response } of begun)
      expect(await challenge.verify({ token, response })).toMatchObject({ status: 'rejected', reason: 'settled' })
    expect((await passByPasskey(world, ada)).status).toBe('approved')
  })

  it.each(seeds.slice(0, 3))(
    'of a recovery code, across five challenges and five processes (schedule %i)',
    async (seed) => {
      const { world, ada } = await appWorld()
      const tokens: string[] = []
      for (let each = 0; each < 5; each++) tokens.push((await begin(world, 'ada')).token)
      const many = processes(world, 5, seed)
      const recoveryCode = ada.recoveryCodes[0] ?? ''
      const answers = await Promise.all(
        tokens.map((token, index) => at(many, index).challenge.redeemRecoveryCode({ token, recoveryCode })),
      )
      expect(count(answers, 'approved')).toBe(1)
      expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ recoveryCodesRemaining: 9 })
    },
  )

  it.each(seeds.slice(0, 3))(
    'of an access pass, across five challenges and five processes (schedule %i)',
    async (seed) => {
      const { world, accessPass: recoveryCode } = await makeFullAccount()
      const tokens: string[] = []
      for (let each = 0; each < 5; each++) tokens.push((await begin(world, 'ada')).token)
      const many = processes(world, 5, seed)
      const answers = await Promise.all(
        tokens.map((token, index) => at(many, index).challenge.redeemRecoveryCode({ token, recoveryCode })),
      )
      expect(count(answers, 'approved')).toBe(1)
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
    expect(count(answers, 'approved')).toBe(1)
  })

  it('never twice in a row either, while its step lasts', async () => {
    const { world, ada } = await appWorld()
    const code = ada.code()
    for (const expected of ['approved', 'rejected', 'rejected']) {
      const { token } = await begin(world, 'ada')
      expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ status: expected })
    }
  })

  it('not even where two factors would show it: a phone number enrolled twice', async () => {
    const { world, ada } = await phoneWorld()
    const twin = await enrolSms(world, 'ada', '+14155550123', { proof: ada.proof })
    const first = await begin(world, 'ada', { factorId: ada.factor.id })
    const code = ada.code()
    const second = await begin(world, 'ada', { factorId: twin.factor.id })
    must(await world.twoFactor.challenge.verify({ token: first.token, code }), 'approved')
    expect(await world.twoFactor.challenge.verify({ token: second.token, code })).toMatchObject({ status: 'rejected' })
  })

  it('nor through another factor of the same challenge: a switch keeps what was settled', async () => {
    const { world, token, phoneFactorId: factorId, appCode, passkeyFactorId } = await makeFullAccount()
    const { challenge } = world.twoFactor
    const byText = must(await challenge.switchFactor({ token, factorId }), 'challenged')
    const byPasskey = must(await challenge.switchFactor({ token, factorId: passkeyFactorId }), 'challenged')
    const code = world.inbox.lastCode()
    must(await challenge.verify({ token, code: appCode() }), 'approved')
    expect(await challenge.verify({ token: byText.token, code })).toMatchObject({ reason: 'settled' })
    expect(await challenge.verify({ token: byPasskey.token, response: { id: 'x' } })).toMatchObject({
      reason: 'settled',
    })
    expect(await challenge.switchFactor({ token, factorId })).toMatchObject({ reason: 'settled' })
  })
})
