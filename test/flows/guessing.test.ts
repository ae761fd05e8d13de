import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, pass, PHONE, typeWrongCodes } from '../support/people.js'
import { START } from '../support/world.js'

const MINUTE = 60_000

describe('guessing', () => {
  it('locks for a minute at five wrong codes, and doubles with each further five, a day at most', async () => {
    const { world, ada } = await appWorld()
    const lockMinutes: number[] = []
    for (let locks = 0; locks < 14; locks++) {
      await typeWrongCodes(world, ada, 5)
      const { lockedUntilAt } = await world.twoFactor.account.status({ userId: 'ada' })
      lockMinutes.push(((lockedUntilAt ?? 0) - world.clock.now()) / MINUTE)
    }
    expect(lockMinutes).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440])
    expect(world.heard('locked')).toHaveLength(14)
  })

  it('suspends at a hundred wrong codes in a row, and waiting does not help', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 99)
    expect(world.heard('suspended')).toEqual([])
    await typeWrongCodes(world, ada, 1)
    expect(world.heard('suspended')).toMatchObject([{ userId: 'ada', at: world.clock.now() }])
    world.clock.advanceSeconds(10 * 365 * 86_400)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'suspended' })
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      suspended: true,
      lockedUntilAt: null,
    })
  })

  it('counts over challenges, purposes and factors', async () => {
    const { world, ada } = await appWorld()
    const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    const { challenge } = world.twoFactor
    const signIn = await begin(world, 'ada')
    const stepUp = await begin(world, 'ada', { purpose: 'step-up' })
    const texted = await begin(world, 'ada', { factorId: phone.factor.id })
    const answers = [
      await challenge.verify({ token: signIn.token, code: ada.wrongCode() }),
      await challenge.verify({ token: stepUp.token, code: ada.wrongCode() }),
      await challenge.verify({ token: texted.token, code: phone.wrongCode() }),
      await challenge.verify({ token: signIn.token, code: ada.wrongCode() }),
      await challenge.verify({ token: stepUp.token, code: ada.wrongCode() }),
    ]
    expect(answers.map((answer) => must(answer, 'rejected').attemptsRemaining)).toEqual([4, 3, 2, 1, 0])
    expect(answers.at(-1)).toMatchObject({ reason: 'wrong-code', retryAt: START + MINUTE })
    for (const { token } of [signIn, stepUp, texted]) {
      expect(await challenge.verify({ token, code: phone.code() })).toMatchObject({
        reason: 'locked',
        retryAt: START + MINUTE,
      })
    }
  })

  it('while locked, compares and counts nothing', async () => {
    const { world, ada } = await appWorld()
    const { challenge, account } = world.twoFactor
    await typeWrongCodes(world, ada, 5)
    const { token } = must(await challenge.begin({ userId: 'ada' }), 'locked')
    for (let tries = 0; tries < 10; tries++) {
      expect(await challenge.verify({ token, code: ada.wrongCode() })).toMatchObject({
        reason: 'locked',
        attemptsRemaining: 0,
      })
    }
    expect(await account.status({ userId: 'ada' })).toMatchObject({ lockedUntilAt: START + MINUTE })
    world.clock.set(START + MINUTE)
    expect(await challenge.verify({ token, code: ada.wrongCode() })).toMatchObject({
      reason: 'wrong-code',
      attemptsRemaining: 4,
    })
  })

  it('while locked, does not burn the right code', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    await typeWrongCodes(world, ada, 5)
    const { token } = must(await challenge.begin({ userId: 'ada' }), 'locked')
    world.clock.set(START + MINUTE - 1)
    const code = ada.app.code(world.clock)
    expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'locked' })
    world.clock.set(START + MINUTE)
    must(await challenge.verify({ token, code }), 'approved')
  })

  it('is not reset by waiting', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 4)
    world.clock.advanceSeconds(365 * 86_400)
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })).toMatchObject({
      attemptsRemaining: 0,
    })
    expect(world.heard('locked')).toHaveLength(1)
  })

  it('is reset by success: the next lock is a minute again', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 12)
    await pass(world, ada)
    await typeWrongCodes(world, ada, 5)
    expect(world.heard('locked').at(-1)?.retryAt).toBe(world.clock.now() + MINUTE)
  })

  it.each([
    ['a change of password', 'passwordChanged'],
    ['another challenge', 'begin'],
    ['a wrong recovery code', 'redeem'],
    ['a device revoked', 'revokeAll'],
    ['a cancelled challenge', 'cancel'],
  ] as const)('is not reset by %s', async (_what, how) => {
    const { world, ada } = await appWorld()
    const { account, challenge, trustedDevices } = world.twoFactor
    await typeWrongCodes(world, ada, 4)
    const ways = {
      passwordChanged: () => account.passwordChanged({ userId: 'ada' }),
      begin: () => challenge.begin({ userId: 'ada' }),
      revokeAll: () => trustedDevices.revokeAll({ userId: 'ada' }),
      cancel: async () => challenge.cancel(await begin(world, 'ada')),
      redeem: async () => {
        const { token } = await begin(world, 'ada')
        return challenge.redeemRecoveryCode({ token, recoveryCode: '0000-0000-0000-0000-0000-0000' })
      },
    }
    await ways[how]()
    const { token } = await begin(world, 'ada')
    expect(await challenge.verify({ token, code: ada.wrongCode() })).toMatchObject({
      attemptsRemaining: 0,
      retryAt: START + MINUTE,
    })
  })

  it('does not stop the right code after four wrong ones', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    for (let tries = 0; tries < 4; tries++) await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
  })

  it('locks nobody else', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 5)
    expect(await world.twoFactor.account.status({ userId: 'Ada' })).toMatchObject({ lockedUntilAt: null })
    expect(await world.twoFactor.challenge.begin({ userId: 'Ada' })).toEqual({ status: 'not-required' })
  })

  it('has the numbers of the policy', async () => {
    const policy = {
      wrongCodesPerLock: 3,
      firstLockSeconds: 10,
      longestLockSeconds: 60,
      wrongCodesUntilSuspended: 13,
    }
    const { world, ada } = await appWorld({ policy })
    const { challenge, account } = world.twoFactor
    const locks: number[] = []
    for (let wrong = 0; wrong < 12; wrong++) {
      const { token } = await begin(world, 'ada')
      await challenge.verify({ token, code: ada.wrongCode() })
      const { lockedUntilAt } = await account.status({ userId: 'ada' })
      if (lockedUntilAt === null) continue
      locks.push((lockedUntilAt - world.clock.now()) / 1000)
      world.clock.set(lockedUntilAt)
    }
    expect(locks).toEqual([10, 20, 40, 60])
    const { token } = await begin(world, 'ada')
    expect(await challenge.verify({ token, code: ada.wrongCode() })).toMatchObject({
      reason: 'wrong-code',
      attemptsRemaining: 0,
      retryAt: null,
    })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ suspended: true })
  })
})

describe('a lock that a wrong clock wrote', () => {
  const LONGEST = 86_400_000

  /** Ada, locked by a clock that said the year 2100 and is right again. */
  async function lockedInTheFuture() {
    const { world, ada } = await appWorld()
    world.clock.set(Date.UTC(2100, 0, 1))
    await typeWrongCodes(world, ada, 5)
    world.clock.set(START)
    return { world, ada }
  }

  it('never reads as longer than the longest there is', async () => {
    const { world } = await lockedInTheFuture()
    const { account, challenge, enrolment } = world.twoFactor
    const retryAt = START + LONGEST
    expect(await account.status({ userId: 'ada' })).toMatchObject({ lockedUntilAt: retryAt })
    expect(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada' })).toMatchObject({
      reason: 'locked',
      retryAt,
    })
    expect(await challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'locked', retryAt })
  })

  it('is cut by the first begin that meets it, so that it ends when it said', async () => {
    const { world, ada } = await lockedInTheFuture()
    must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'locked')
    world.clock.set(START + LONGEST - 1)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({ retryAt: START + LONGEST })
    world.clock.set(START + LONGEST)
    await pass(world, ada)
  })

  it('is cut by the first code that meets it, too', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    world.clock.set(Date.UTC(2100, 0, 1))
    await typeWrongCodes(world, ada, 5)
    world.clock.set(START)
    expect(await world.twoFactor.challenge.verify({ token, code: '123456' })).toMatchObject({
      reason: 'locked',
      retryAt: START + LONGEST,
    })
    world.clock.set(START + LONGEST)
    await pass(world, ada)
  })

  it('lets a recovery code in at once', async () => {
    const { world, ada } = await lockedInTheFuture()
    const { token } = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'locked')
    const recoveryCode = ada.recoveryCodes[0] ?? ''
    must(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
  })
})
