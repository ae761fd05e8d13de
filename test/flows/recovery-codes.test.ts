import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, pass, proofOf, trustedBrowser, typeWrongCodes } from '../support/people.js'
import { contents, makeWorld, START, type World } from '../support/world.js'

const WRONG = '0000-0000-0000-0000-0000-0000'

async function redeem(world: World, recoveryCode: string) {
  const begun = await world.twoFactor.challenge.begin({ userId: 'ada' })
  if (!('token' in begun) || begun.token === null) throw new Error(`no token with ${begun.status}`)
  return world.twoFactor.challenge.redeemRecoveryCode({ token: begun.token, recoveryCode })
}

describe('a recovery code', () => {
  it('has 120 random bits, in six groups of four', async () => {
    const { ada } = await appWorld()
    expect(new Set(ada.recoveryCodes).size).toBe(10)
    for (const code of ada.recoveryCodes) expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
  })

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
      failuresBefore: 0,
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
      attemptsRemaining: null,
    })
    must(await redeem(world, ada.recoveryCodes[1] ?? ''), 'approved')
  })

  it.each([
    ['lower case', (code: string) => code.toLowerCase()],
    ['no dashes', (code: string) => code.replaceAll('-', '')],
    ['spaces', (code: string) => ` ${code.replaceAll('-', ' ')}\n`],
    ['long dashes', (code: string) => code.replaceAll('-', '—')],
    ['zero-width and direction marks', (code: string) => `\u2068${code.replaceAll('-', '\u200b')}\u2069`],
    ['O for 0, I and L for 1', (code: string) => code.replaceAll('0', 'O').replace('1', 'I').replaceAll('1', 'l')],
  ])('is forgiven %s', async (_what, retype) => {
    const { world, ada } = await appWorld()
    const lookAlike = ada.recoveryCodes.find((code) => code.includes('0') && code.includes('1')) ?? ''
    must(await redeem(world, retype(lookAlike)), 'approved')
  })

  it.each([
    '',
    'ABCD',
    '0000-0000-0000-0000',
    '0000-0000-0000-0000-0000-000',
    '0000-0000-0000-0000-0000-00000',
    '0000-0000-0000-0000-0000-000!',
    '0000-0000-0000-0000-0000-000١',
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

describe('wrong recovery codes', () => {
  it('are not counted and lock nothing, however many there are: the right one works at once', async () => {
    const { world, ada } = await appWorld()
    for (let tries = 0; tries < 130; tries++) {
      expect(await redeem(world, WRONG)).toEqual({
        status: 'rejected',
        reason: 'wrong-code',
        attemptsRemaining: null,
        retryAt: null,
      })
    }
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      lockedUntilAt: null,
      suspended: false,
    })
    expect(world.heard('locked')).toEqual([])
    expect(must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved').failuresBefore).toBe(0)
    await pass(world, ada)
  })

  it('write nothing, and are told in an event', async () => {
    const { world } = await appWorld()
    const { token } = await begin(world, 'ada')
    const before = await contents(world.data)
    await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: WRONG })
    expect(await contents(world.data)).toEqual(before)
    expect(world.heard('challenge-rejected')).toMatchObject([{ reason: 'wrong-code' }])
  })

  it('leave the challenge open to codes', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    for (let tries = 0; tries < 7; tries++) await challenge.redeemRecoveryCode({ token, recoveryCode: WRONG })
    must(await challenge.verify({ token, code: ada.code() }), 'approved')
  })
})

describe('a recovery code while codes are locked', () => {
  it('is taken at once, lifts the lock, and says how many wrong codes came before', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 5)
    expect(must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')).toMatchObject({
      failuresBefore: 5,
      enrolmentRequired: false,
    })
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ lockedUntilAt: null })
    await pass(world, ada)
  })

  it('is taken on a challenge that was begun before the lock', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    await typeWrongCodes(world, ada, 5)
    const recoveryCode = ada.recoveryCodes[0] ?? ''
    must(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
  })
})

describe('acknowledging recovery codes', () => {
  it('is shown until the next set is issued', async () => {
    const { world, ada } = await appWorld()
    const { account, recoveryCodes } = world.twoFactor
    const known = { status: 'known', remaining: 10, issuedAt: START, acknowledged: false }
    expect(await recoveryCodes.status({ userId: 'ada' })).toEqual(known)
    expect(await account.status({ userId: 'ada' })).toMatchObject({ acknowledged: false })
    expect(await recoveryCodes.acknowledge({ userId: 'ada' })).toEqual({ status: 'acknowledged' })
    expect(await recoveryCodes.status({ userId: 'ada' })).toEqual({ ...known, acknowledged: true })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ acknowledged: true })
    must(await redeem(world, ada.recoveryCodes[0] ?? ''), 'approved')
    expect(await recoveryCodes.status({ userId: 'ada' })).toEqual({ ...known, remaining: 9, acknowledged: true })
    world.clock.advanceSeconds(60)
    must(await recoveryCodes.regenerate({ userId: 'ada', proof: ada.proof }), 'regenerated')
    expect(await recoveryCodes.status({ userId: 'ada' })).toEqual({ ...known, issuedAt: START + 60_000 })
  })

  it('is told once, and written once', async () => {
    const { world } = await appWorld()
    const { recoveryCodes } = world.twoFactor
    await recoveryCodes.acknowledge({ userId: 'ada' })
    const before = await contents(world.data)
    expect(await recoveryCodes.acknowledge({ userId: 'ada' })).toEqual({ status: 'acknowledged' })
    expect(await contents(world.data)).toEqual(before)
    expect(world.heard('recovery-codes-acknowledged')).toHaveLength(1)
  })

  it('of somebody who has none creates nothing', async () => {
    const { twoFactor, data, events } = makeWorld()
    expect(await twoFactor.recoveryCodes.acknowledge({ userId: 'ada' })).toEqual({ status: 'acknowledged' })
    expect(await twoFactor.recoveryCodes.status({ userId: 'ada' })).toEqual({
      status: 'known',
      remaining: 0,
      issuedAt: null,
      acknowledged: true,
    })
    expect([(await contents(data)).size, events]).toEqual([0, []])
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
