import { describe, expect, it } from 'vitest'
import { authenticator } from '../../src/testing/index.js'
import { makeFullAccount } from '../support/full-account.js'
import { at, processes } from '../support/interleaving.js'
import { must, wrongCode } from '../support/outcome.js'
import { appWorld, begin, PHONE, phoneWorld, trustedBrowser } from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'

const seeds = [1, 2, 3, 4]
const userId = 'ada'

const count = (answers: readonly { readonly status: string }[], wanted: string): number =>
  answers.filter(({ status }) => status === wanted).length

describe('a race of begins', () => {
  it.each(seeds)('from one client sends one text, and every token is of one challenge (schedule %i)', async (seed) => {
    const { world, ada } = await phoneWorld()
    const input = { userId, clientAddress: '192.0.2.7' }
    const begun = await Promise.all(processes(world, 6, seed).map(({ challenge }) => challenge.begin(input)))
    expect(world.inbox.attempts).toBe(1)
    const tokens = begun.map((one) => must(one, 'challenged').token)
    const code = ada.code()
    const answers = []
    for (const token of tokens) answers.push(await world.twoFactor.challenge.verify({ token, code }))
    expect(answers.map(({ status }) => status)).toEqual(['approved', ...tokens.slice(1).map(() => 'rejected')])
  })

  it.each(seeds)('from many clients sends no more than the budgets allow (schedule %i)', async (seed) => {
    const { world } = await phoneWorld()
    await Promise.all(
      processes(world, 12, seed).map(({ challenge }, index) =>
        challenge.begin({ userId, clientAddress: `192.0.2.${index}` }),
      ),
    )
    expect(world.inbox.attempts).toBe(5)
  })

  it.each(seeds)('of enrolments by many users sends no more than the number allows (schedule %i)', async (seed) => {
    const world = makeWorld()
    const many = processes(world, 4, seed)
    const users = Array.from({ length: 12 }, (_, index) => `user ${index}`)
    await Promise.all(
      users.map((user, index) => at(many, index).enrolment.beginSms({ userId: user, phoneNumber: PHONE })),
    )
    expect(world.inbox.attempts).toBe(5)
  })

  it.each(seeds)('of enrolments by one user leaves one of a kind (schedule %i)', async (seed) => {
    const world = makeWorld()
    const begun = await Promise.all(
      processes(world, 5, seed).map(({ enrolment }) => enrolment.beginTotp({ userId, accountName: 'ada' })),
    )
    const ids = begun.map((one) => must(one, 'started').enrolmentId)
    const resumed = []
    for (const enrolmentId of ids) resumed.push(await world.twoFactor.enrolment.resume({ userId, enrolmentId }))
    expect(count(resumed, 'started')).toBe(1)
  })
})

describe('a race of texts', () => {
  it.each(seeds)('of resends sends one (schedule %i)', async (seed) => {
    const { world, textToken: token } = await makeFullAccount()
    const answers = await Promise.all(processes(world, 8, seed).map(({ challenge }) => challenge.resend({ token })))
    expect(count(answers, 'sent')).toBe(1)
    expect(world.inbox.attempts).toBe(1)
  })

  it.each(seeds)('of resends of an enrolment sends one (schedule %i)', async (seed) => {
    const { world, pendingPhoneId: enrolmentId } = await makeFullAccount()
    const answers = await Promise.all(
      processes(world, 8, seed).map(({ enrolment }) => enrolment.resend({ userId, enrolmentId })),
    )
    expect(count(answers, 'sent')).toBe(1)
    expect(world.inbox.attempts).toBe(1)
  })

  it.each(seeds)('of switches to a phone sends one (schedule %i)', async (seed) => {
    const { world, token, phoneFactorId: factorId } = await makeFullAccount()
    const answers = await Promise.all(
      processes(world, 8, seed).map(({ challenge }) => challenge.switchFactor({ token, factorId })),
    )
    expect(count(answers, 'challenged')).toBe(8)
    expect(world.inbox.attempts).toBe(1)
  })
})

describe('a race of changes', () => {
  it.each(seeds.slice(0, 2))('of regenerations leaves exactly one set that works (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const answers = await Promise.all(
      processes(world, 3, seed).map(({ recoveryCodes }) => recoveryCodes.regenerate({ userId, proof: ada.proof })),
    )
    const { token } = await begin(world, userId)
    const redeemed = []
    for (const answer of answers) {
      const [recoveryCode = ''] = must(answer, 'regenerated').recoveryCodes
      redeemed.push(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode }))
    }
    expect(count(redeemed, 'approved')).toBe(1)
  })

  it.each(seeds.slice(0, 2))('of access passes leaves exactly one that works (schedule %i)', async (seed) => {
    const { world } = await appWorld()
    const answers = await Promise.all(
      processes(world, 4, seed).map(({ admin }) => admin.issueAccessPass({ userId, actor: 'staff' })),
    )
    const redeemed = []
    for (const answer of answers) {
      const { token } = await begin(world, userId)
      const { pass: recoveryCode } = must(answer, 'issued')
      redeemed.push(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode }))
    }
    expect(count(redeemed, 'approved')).toBe(1)
  })

  it.each(seeds)('of imports of one secret makes one factor (schedule %i)', async (seed) => {
    const { world } = await appWorld()
    const secret = { encoding: 'ascii', value: 'a secret from elsewhere' } as const
    const imports = processes(world, 5, seed).map(({ admin }) => admin.importTotp({ userId, actor: 'script', secret }))
    const ids = (await Promise.all(imports)).map((answer) => must(answer, 'imported').factor.id)
    expect(new Set(ids).size).toBe(1)
    expect((await world.twoFactor.factors.list({ userId })).factors).toHaveLength(2)
  })

  it.each(seeds)('of imports beside a last place fills it once (schedule %i)', async (seed) => {
    const { world } = await appWorld()
    const importOne = (admin: (typeof world.twoFactor)['admin'], index: number) => {
      const secret = { encoding: 'raw', value: new Uint8Array(20).fill(index) } as const
      return admin.importTotp({ userId, actor: 'script', secret })
    }
    for (let each = 0; each < 8; each++) must(await importOne(world.twoFactor.admin, each), 'imported')
    const answers = await Promise.all(
      processes(world, 4, seed).map(({ admin }, index) => importOne(admin, 100 + index)),
    )
    expect([count(answers, 'imported'), count(answers, 'refused')]).toEqual([1, 3])
  })

  it.each(seeds)('of removals removes once, and leaves no proof behind (schedule %i)', async (seed) => {
    const { world, proof, phoneFactorId: factorId } = await makeFullAccount()
    const answers = await Promise.all(
      processes(world, 5, seed).map(({ factors }) => factors.remove({ userId, factorId, proof })),
    )
    expect(count(answers, 'removed')).toBe(1)
    expect(world.heard('factor-removed')).toHaveLength(1)
    expect(world.inbox.messages.filter(({ purpose }) => purpose === 'notice')).toHaveLength(1)
  })

  it.each(seeds)('of removals of the last two factors never forgets one (schedule %i)', async (seed) => {
    const { world, proof, phoneFactorId, appFactorId } = await makeFullAccount({ passkey: false })
    const [one, other] = processes(world, 2, seed)
    const answers = await Promise.all([
      one!.factors.remove({ userId, factorId: phoneFactorId, proof, required: true }),
      other!.factors.remove({ userId, factorId: appFactorId, proof, required: true }),
    ])
    expect(count(answers, 'removed')).toBe(1)
    expect((await world.twoFactor.factors.list({ userId })).factors).toHaveLength(1)
  })

  it.each(seeds)('of disablings tells of one (schedule %i)', async (seed) => {
    const { world, proof } = await makeFullAccount()
    const answers = await Promise.all(
      processes(world, 5, seed).map(({ account }) => account.disable({ userId, proof })),
    )
    expect(count(answers, 'disabled')).toBe(5)
    expect(world.heard('disabled')).toHaveLength(1)
  })

  it.each(seeds)('of acknowledgements tells of one (schedule %i)', async (seed) => {
    const { world } = await appWorld()
    await Promise.all(processes(world, 5, seed).map(({ recoveryCodes }) => recoveryCodes.acknowledge({ userId })))
    expect(world.heard('recovery-codes-acknowledged')).toHaveLength(1)
  })

  it.each(seeds)('of revocations of one device tells of one (schedule %i)', async (seed) => {
    const { world, deviceId } = await makeFullAccount()
    await Promise.all(
      processes(world, 5, seed).map(({ trustedDevices }) => trustedDevices.revoke({ userId, deviceId })),
    )
    expect(world.heard('device-revoked')).toHaveLength(1)
  })

  it.each(seeds)('of cancels tells of one (schedule %i)', async (seed) => {
    const { world, token } = await makeFullAccount()
    await Promise.all(processes(world, 5, seed).map(({ challenge }) => challenge.cancel({ token })))
    expect(world.heard('challenge-cancelled')).toHaveLength(1)
  })

  it.each(seeds)('of erasures tells of one (schedule %i)', async (seed) => {
    const { world } = await makeFullAccount()
    await Promise.all(processes(world, 5, seed).map(({ account }) => account.erase({ userId })))
    expect(world.heard('erased')).toHaveLength(1)
    expect([...(await contents(world.data)).keys()].filter((key) => key.startsWith('user:'))).toEqual([])
  })

  it.each(seeds)(
    'of first enrolments of two strangers to each other ends with one factor and one set of codes (schedule %i)',
    async (seed) => {
      const world = makeWorld()
      const { enrolment } = world.twoFactor
      const app = must(await enrolment.beginTotp({ userId, accountName: 'ada' }), 'started')
      const phone = must(await enrolment.beginSms({ userId, phoneNumber: PHONE }), 'started')
      const [one, other] = processes(world, 2, seed)
      const code = authenticator(app.uri).code(world.clock)
      const answers = await Promise.all([
        one!.enrolment.confirm({ userId, enrolmentId: app.enrolmentId, code }),
        other!.enrolment.confirm({ userId, enrolmentId: phone.enrolmentId, code: world.inbox.lastCode() }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual(['confirmed', 'rejected'])
      expect((await world.twoFactor.factors.list({ userId })).factors).toHaveLength(1)
    },
  )
})

describe('an approval under way', () => {
  it.each(seeds)('is none after its challenge was cancelled (schedule %i)', async (seed) => {
    const { world, token, appCode } = await makeFullAccount()
    const [one, other] = processes(world, 2, seed)
    const code = appCode()
    const [verified] = await Promise.all([one!.challenge.verify({ token, code }), other!.challenge.cancel({ token })])
    expect(world.heard('challenge-cancelled')).toHaveLength(verified.status === 'approved' ? 0 : 1)
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'settled' })
  })

  it.each(seeds)('trusts its device once, though it is asked to by many (schedule %i)', async (seed) => {
    const { world, token, appCode } = await makeFullAccount()
    const code = appCode()
    await Promise.all(
      processes(world, 5, seed).map(({ challenge }) =>
        challenge.verify({ token, code, trustDevice: { name: 'Firefox' } }),
      ),
    )
    expect((await world.twoFactor.trustedDevices.list({ userId })).devices).toHaveLength(2)
    expect(world.heard('device-trusted')).toHaveLength(1)
  })

  it.each(seeds)('by recovery code leaves no device trusted, whichever is first (schedule %i)', async (seed) => {
    const { world, token, textToken, appCode, recoveryCodes } = await makeFullAccount()
    const [one, other] = processes(world, 2, seed)
    const code = appCode()
    const [verified, redeemed] = await Promise.all([
      one!.challenge.verify({ token, code, trustDevice: { name: 'Firefox' } }),
      other!.challenge.redeemRecoveryCode({ token: textToken, recoveryCode: recoveryCodes[0] ?? '' }),
    ])
    expect([verified.status, redeemed.status]).toEqual(['approved', 'approved'])
    const { devices } = await world.twoFactor.trustedDevices.list({ userId })
    const trustedLast = world.events.findLastIndex(({ type }) => type === 'device-trusted')
    const revokedLast = world.events.findLastIndex(({ type }) => type === 'devices-revoked')
    expect(devices).toHaveLength(trustedLast > revokedLast ? 1 : 0)
  })
})

describe('a revocation that has been answered', () => {
  it.each(seeds)('outlives every sign-in that was under way (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, userId)
    const [one, other] = processes(world, 2, seed)
    const code = ada.code()
    const [verified] = await Promise.all([
      one!.challenge.verify({ token, code, trustDevice: { name: 'Firefox' } }),
      other!.account.passwordChanged({ userId }),
    ])
    const { devices } = await world.twoFactor.trustedDevices.list({ userId })
    expect(devices).toEqual([])
    if (verified.status === 'approved') {
      expect(await world.twoFactor.challenge.checkProof({ userId, proof: verified.proof })).toEqual({
        status: 'invalid',
      })
    }
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'revoked' })
  })

  it.each(seeds)('is not undone by a write that began before it (schedule %i)', async (seed) => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const many = processes(world, 6, seed)
    const factorId = ada.factor.id
    const others = many
      .slice(1)
      .map(({ challenge, factors }, index) =>
        index % 2 === 0 ? challenge.begin({ userId }) : factors.rename({ userId, factorId, name: `${index}` }),
      )
    await Promise.all([many[0]!.trustedDevices.revokeAll({ userId }), ...others])
    expect(await world.twoFactor.challenge.begin({ userId, trustedDeviceToken })).toMatchObject({
      status: 'challenged',
    })
  })

  it.each(seeds)('of the account beats a guess: no approval after it (schedule %i)', async (seed) => {
    const { world, token, appCode, wrongAppCode } = await makeFullAccount()
    const many = processes(world, 4, seed)
    const guesses = [wrongAppCode(), appCode(), wrongCode(appCode())]
    const [reset, ...answers] = await Promise.all([
      many[0]!.admin.reset({ userId, actor: 'staff' }),
      ...guesses.map((code, index) => at(many, index + 1).challenge.verify({ token, code })),
    ])
    expect(reset).toEqual({ status: 'reset' })
    expect(count(answers, 'approved')).toBeLessThanOrEqual(1)
    expect(await world.twoFactor.challenge.begin({ userId })).toEqual({ status: 'not-required' })
  })

  it.each(seeds)('of a factor ends what is enrolled in its place (schedule %i)', async (seed) => {
    const { world, proof, appFactorId, phoneFactorId: factorId } = await makeFullAccount()
    const { enrolment } = world.twoFactor
    const input = { userId, accountName: 'ada', proof, replaces: appFactorId }
    const { enrolmentId, uri } = must(await enrolment.beginTotp(input), 'started')
    const [one, other] = processes(world, 2, seed)
    const code = authenticator(uri).code(world.clock)
    const [confirmed, removed] = await Promise.all([
      one!.enrolment.confirm({ userId, enrolmentId, code }),
      other!.admin.removeFactor({ userId, actor: 'staff', factorId }),
    ])
    expect(removed.status).toBe('removed')
    const ids = (await world.twoFactor.factors.list({ userId })).factors.map(({ id }) => id)
    expect(ids.includes(enrolmentId)).toBe(confirmed.status === 'confirmed')
    expect(ids.includes(appFactorId)).toBe(confirmed.status !== 'confirmed')
  })
})

describe('a process alone', () => {
  it('never races itself: a hundred operations at once need no second try', async () => {
    const { world } = await appWorld()
    const factorId = (await world.twoFactor.factors.list({ userId })).factors[0]!.id
    world.store.reset()
    const { factors } = world.twoFactor
    await Promise.all(Array.from({ length: 100 }, (_, index) => factors.rename({ userId, factorId, name: `${index}` })))
    expect(world.store.calls).toHaveLength(200)
  })
})
