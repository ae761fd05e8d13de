import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, pass, proofOf, trustedBrowser, typeWrongCodes } from '../support/people.js'
import { START, type World } from '../support/world.js'

const WRONG = '0000-0000-0000-0000'

async function redeem(world: World, recoveryCode: string) {
  const begun = await world.twoFactor.challenge.begin({ userId: 'ada' })
  if (!('token' in begun)) throw new Error(`no token with ${begun.status}`)
  return world.twoFactor.challenge.redeemRecoveryCode({ token: begun.token, recoveryCode })
}

describe('a recovery code', () => {
  it('approves once, in place of a code', async () => {
    const { world, ada } = await appWorld()
    const [first = ''] = ada.recoveryCodes
    const approved = must(await redeem(world, first), 'approved')
    expect(approved).toEqual({
      status: 'approved',
      userId: 'ada',
      purpose: 'sign-in',
      factor: null,
      method: 'recovery-code',
      amr: ['mfa'],
      assurance: 'recovery',
      at: START,
      proof: approved.proof,
      trustedDevice: null,
      recoveryCodesRemaining: 9,
      enrolmentRequired: false,
    })
    expect(world.events.map(({ type }) => type)).toEqual([
      'challenge-begun',
      'challenge-approved',
      'recovery-code-redeemed',
    ])
    expect(world.heard('recovery-code-redeemed')).toMatchObject([{ remaining: 9 }])
    expect(await redeem(world, first)).toMatchObject({
      status: 'rejected',
      reason: 'already-used',
      attemptsRemaining: 4,
    })
    must(await redeem(world, ada.recoveryCodes[1] ?? ''), 'approved')
  })

  it.each([
    ['lower case', (code: string) => code.toLowerCase()],
    ['no dashes', (code: string) => code.replaceAll('-', '')],
    ['spaces', (code: string) => ` ${code.replaceAll('-', ' ')}\n`],
    ['long dashes', (code: string) => code.replaceAll('-', '—')],
    ['O for 0, I and L for 1', (code: string) => code.replaceAll('0', 'O').replace('1', 'I').replaceAll('1', 'l')],
  ])('is forgiven %s', async (_what, retype) => {
    const { world, ada } = await appWorld()
    const lookAlike = ada.recoveryCodes.find((code) => code.includes('0') && code.includes('1')) ?? ''
    must(await redeem(world, retype(lookAlike)), 'approved')
  })

  it.each([
    '',
    'ABCD',
    '0000-0000-0000-000',
    '0000-0000-0000-00000',
    '0000-0000-0000-000U',
    '0000-0000-0000-000١',
    '123456',
    '0'.repeat(500),
  ])('is malformed as %j, uncounted', async (code) => {
    const { world } = await appWorld()
    expect(await redeem(world, code)).toEqual({
      status: 'rejected',
      reason: 'malformed-code',
      attemptsRemaining: null,
      retryAt: null,
    })
  })

  it('revokes every trusted device, settles its own challenge and keeps the others', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const [mine, other] = [await begin(world, 'ada'), await begin(world, 'ada')]
    must(
      await challenge.redeemRecoveryCode({ token: mine.token, recoveryCode: ada.recoveryCodes[0] ?? '' }),
      'approved',
    )
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await challenge.verify({ token: mine.token, code: ada.code() })).toMatchObject({ reason: 'settled' })
    must(await challenge.verify({ token: other.token, code: ada.code() }), 'approved')
    expect(world.heard('devices-revoked')).toMatchObject([{ count: 1 }])
  })

  it('keeps a pending enrolment', async () => {
    const { world, ada } = await appWorld()
    const { enrolment } = world.twoFactor
    const { enrolmentId } = must(
      await enrolment.beginSms({ userId: 'ada', phoneNumber: '+14155550123', proof: ada.proof }),
      'started',
    )
    must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, code: world.inbox.lastCode() }), 'confirmed')
  })

  it('never trusts a device', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const input = { token, recoveryCode: ada.recoveryCodes[0] ?? '', trustDevice: { name: 'Firefox' } }
    expect(must(await world.twoFactor.challenge.redeemRecoveryCode(input), 'approved').trustedDevice).toBeNull()
    expect(await world.twoFactor.trustedDevices.list({ userId: 'ada' })).toMatchObject({ devices: [] })
  })

  it('warns when three are left and when none is', async () => {
    const { world, ada } = await appWorld()
    for (const code of ada.recoveryCodes) must(await redeem(world, code), 'approved')
    expect(world.heard('recovery-codes-low')).toMatchObject([{ remaining: 3 }])
    expect(world.heard('recovery-codes-exhausted')).toHaveLength(1)
    expect(world.heard('recovery-code-redeemed').map(({ remaining }) => remaining)).toEqual([
      9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    ])
    expect(await begin(world, 'ada')).toMatchObject({ recoveryCodesRemaining: 0 })
  })

  it('gives a proof, so that a lost phone can be replaced', async () => {
    const { world, ada } = await appWorld()
    const { proof } = must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof })).toMatchObject({
      status: 'valid',
      method: 'recovery-code',
    })
    await enrolTotp(world, 'ada', { proof, replaces: ada.factor.id })
  })

  it('must be given with the binding of its challenge', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada', { binding: 'visit 7' })
    const recoveryCode = ada.recoveryCodes[0] ?? ''
    expect(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })).toMatchObject({
      reason: 'unknown-challenge',
    })
    must(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode, binding: 'visit 7' }), 'approved')
  })

  it('of somebody else is wrong', async () => {
    const { world } = await appWorld()
    const bob = await enrolTotp(world, 'bob')
    expect(await redeem(world, bob.recoveryCodes[0] ?? '')).toMatchObject({ reason: 'wrong-code' })
  })
})

describe('the budget of recovery codes', () => {
  it('is their own: wrong ones lock recovery codes, not codes', async () => {
    const { world, ada } = await appWorld()
    const left: (number | null)[] = []
    for (let tries = 0; tries < 5; tries++) left.push(must(await redeem(world, WRONG), 'rejected').attemptsRemaining)
    expect(left).toEqual([4, 3, 2, 1, 0])
    expect(await redeem(world, ada.recoveryCodes[0] ?? '')).toEqual({
      status: 'rejected',
      reason: 'locked',
      attemptsRemaining: 0,
      retryAt: START + 60_000,
    })
    expect(world.heard('locked')).toMatchObject([{ budget: 'recovery-codes', retryAt: START + 60_000 }])
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ lockedUntilAt: null })
    await pass(world, ada)
    world.clock.advanceSeconds(60)
    must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')
  })

  it('is not spent by wrong codes: a recovery code lifts their lock', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 5)
    must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ lockedUntilAt: null })
    await pass(world, ada)
  })

  it('never suspends', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10, longestLockSeconds: 60 } })
    for (let tries = 0; tries < 30; tries++) {
      if (tries % 5 === 0) world.clock.advanceSeconds(60)
      expect(await redeem(world, WRONG)).toMatchObject({ reason: 'wrong-code' })
    }
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ suspended: false })
    world.clock.advanceSeconds(60)
    must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')
  })

  it('does not exhaust the challenge: codes go on being compared', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    for (let tries = 0; tries < 7; tries++) await challenge.redeemRecoveryCode({ token, recoveryCode: WRONG })
    must(await challenge.verify({ token, code: ada.code() }), 'approved')
  })
})

describe('recovering a suspended account', () => {
  it('lifts the suspension, and asks for a new enrolment until there was one', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    const { account } = world.twoFactor
    await typeWrongCodes(world, ada, 10)
    const { proof, enrolmentRequired } = must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')
    expect(enrolmentRequired).toBe(true)
    expect(await account.status({ userId: 'ada' })).toMatchObject({ suspended: false, enrolmentRequired: true })
    expect(await pass(world, ada)).toMatchObject({ enrolmentRequired: true })
    await enrolTotp(world, 'ada', { proof, replaces: ada.factor.id })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ enrolmentRequired: false })
  })
})

describe('regenerating recovery codes', () => {
  it('replaces the whole set', async () => {
    const { world, ada } = await appWorld()
    const { recoveryCodes } = world.twoFactor
    must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')
    const { recoveryCodes: fresh } = must(
      await recoveryCodes.regenerate({ userId: 'ada', proof: ada.proof }),
      'regenerated',
    )
    expect(new Set([...fresh, ...ada.recoveryCodes]).size).toBe(20)
    expect(await redeem(world, ada.recoveryCodes[1] ?? '')).toMatchObject({ reason: 'wrong-code' })
    expect(must(await redeem(world, fresh[0] ?? ''), 'approved').recoveryCodesRemaining).toBe(9)
    expect(world.heard('recovery-codes-issued')).toHaveLength(1)
  })

  it('wants a fresh proof, for its binding', async () => {
    const { world, ada } = await appWorld()
    const { recoveryCodes } = world.twoFactor
    const proof = await proofOf(world, ada, 'visit 7')
    for (const [given, reason] of [
      ['', 'proof-required'],
      ['nonsense', 'proof-invalid'],
      [proof, 'proof-invalid'],
    ] as const) {
      expect(await recoveryCodes.regenerate({ userId: 'ada', proof: given })).toEqual({
        status: 'refused',
        reason,
        retryAt: null,
      })
    }
    must(await recoveryCodes.regenerate({ userId: 'ada', proof, binding: 'visit 7' }), 'regenerated')
  })

  it('is refused without a factor: there is nothing to recover', async () => {
    const { world, ada } = await appWorld()
    expect(await world.twoFactor.recoveryCodes.regenerate({ userId: 'bob', proof: ada.proof })).toMatchObject({
      reason: 'unknown-factor',
    })
  })

  it('keeps trusted devices and open challenges', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const { token } = await begin(world, 'ada')
    must(await world.twoFactor.recoveryCodes.regenerate({ userId: 'ada', proof: ada.proof }), 'regenerated')
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({
      status: 'trusted',
    })
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
  })
})
