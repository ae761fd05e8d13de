import { describe, expect, it } from 'vitest'
import { authenticator } from '../../src/testing/index.js'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolPasskey,
  enrolTotp,
  pass,
  passkeyWorld,
  trustedBrowser,
  typeWrongCodes,
} from '../support/people.js'
import { contents, makeWorld, START, type World } from '../support/world.js'

const DAY = 86_400_000
const ada = { userId: 'ada', accountName: 'ada' }

/** Has staff issue an access pass to Ada. */
async function issue({ twoFactor }: World, lifetimeSeconds?: number) {
  return must(await twoFactor.admin.issueAccessPass({ userId: 'ada', actor: 'grace', lifetimeSeconds }), 'issued')
}

/** Begins a challenge as Ada and redeems a pass there. */
async function redeem({ twoFactor }: World, recoveryCode: string, clientAddress?: string) {
  const begun = await twoFactor.challenge.begin({ userId: 'ada' })
  if (!('token' in begun) || begun.token === null) throw new Error(`no token with ${begun.status}`)
  return twoFactor.challenge.redeemRecoveryCode({ token: begun.token, recoveryCode, clientAddress })
}

describe('an access pass', () => {
  it('is issued by staff, of 120 bits, for a day unless said otherwise, and told without its code', async () => {
    const world = makeWorld()
    const { pass: code, expiresAt } = await issue(world)
    expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(expiresAt).toBe(START + DAY)
    expect(world.events).toEqual([
      { type: 'access-pass-issued', userId: 'ada', at: START, clientAddress: null, actor: 'grace', expiresAt },
    ])
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      enabled: false,
      accessPass: { issuedAt: START, expiresAt },
    })
    expect((await issue(world, 900)).expiresAt).toBe(START + 900_000)
    expect((await issue(world, 604_800)).expiresAt).toBe(START + 7 * DAY)
  })

  it('approves in place of a code, with a method, an assurance and an event of its own', async () => {
    const { world } = await appWorld()
    const { pass: code } = await issue(world)
    world.events.length = 0
    const approved = must(await redeem(world, code), 'approved')
    expect(approved).toEqual({
      status: 'approved',
      userId: 'ada',
      purpose: 'sign-in',
      factor: null,
      method: 'access-pass',
      amr: ['mfa'],
      assurance: 'access-pass',
      at: START,
      proof: approved.proof,
      trustedDevice: null,
      recoveryCodesRemaining: 10,
      enrolmentRequired: true,
      failuresBefore: 0,
    })
    expect(world.events.map(({ type }) => type)).toEqual([
      'challenge-begun',
      'challenge-approved',
      'access-pass-redeemed',
    ])
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ accessPass: null })
  })

  it('is forgiven case and separators', async () => {
    const { world } = await appWorld()
    const { pass: code } = await issue(world)
    must(await redeem(world, ` ${code.toLowerCase().replaceAll('-', '\u200b')} `), 'approved')
  })

  it('is used once', async () => {
    const { world } = await appWorld()
    const { pass: code } = await issue(world)
    must(await redeem(world, code), 'approved')
    expect(await redeem(world, code)).toMatchObject({ status: 'rejected', reason: 'wrong-code' })
  })

  it('expires, to the millisecond', async () => {
    const { world } = await appWorld()
    const { pass: first, expiresAt } = await issue(world, 900)
    world.clock.set(expiresAt - 1)
    must(await redeem(world, first), 'approved')
    const second = await issue(world, 900)
    world.clock.set(second.expiresAt)
    expect(await redeem(world, second.pass)).toMatchObject({ status: 'rejected', reason: 'wrong-code' })
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ accessPass: null })
  })

  it('is replaced by the next', async () => {
    const { world } = await appWorld()
    const first = await issue(world)
    const second = await issue(world)
    expect(await redeem(world, first.pass)).toMatchObject({ reason: 'wrong-code' })
    must(await redeem(world, second.pass), 'approved')
  })

  it.each([
    ['staff reset the account', 'reset'],
    ['two-factor authentication is disabled', 'disable'],
    ['a new factor is confirmed', 'enrol'],
    ['the account is erased', 'erase'],
  ] as const)('is revoked when %s', async (_what, how) => {
    const { world, ada: owner } = await appWorld()
    const { account, admin } = world.twoFactor
    const { pass: code } = await issue(world)
    const ways = {
      reset: () => admin.reset({ userId: 'ada', actor: 'grace' }),
      disable: () => account.disable({ userId: 'ada', proof: owner.proof }),
      enrol: () => enrolPasskey(world, 'ada', { proof: owner.proof }),
      erase: () => account.erase({ userId: 'ada' }),
    }
    await ways[how]()
    expect(await account.status({ userId: 'ada' })).toMatchObject({ accessPass: null })
    if (how !== 'enrol') await enrolTotp(world)
    expect(await redeem(world, code)).toMatchObject({ reason: 'wrong-code' })
  })

  it('outlives a change of password, and recovery codes made again', async () => {
    const { world, ada: owner } = await appWorld()
    const { pass: code } = await issue(world)
    must(await world.twoFactor.recoveryCodes.regenerate({ userId: 'ada', proof: owner.proof }), 'regenerated')
    await world.twoFactor.account.passwordChanged({ userId: 'ada' })
    must(await redeem(world, code), 'approved')
  })

  it('of somebody else is wrong', async () => {
    const { world } = await appWorld()
    await enrolTotp(world, 'bob')
    const { pass: code } = must(
      await world.twoFactor.admin.issueAccessPass({ userId: 'bob', actor: 'grace' }),
      'issued',
    )
    expect(await redeem(world, code)).toMatchObject({ reason: 'wrong-code' })
  })

  it('must be given with the binding of its challenge', async () => {
    const { world } = await appWorld()
    const { pass: recoveryCode } = await issue(world)
    const { token } = await begin(world, 'ada', { binding: 'visit 7' })
    const { challenge } = world.twoFactor
    expect(await challenge.redeemRecoveryCode({ token, recoveryCode })).toMatchObject({ reason: 'unknown-challenge' })
    must(await challenge.redeemRecoveryCode({ token, recoveryCode, binding: 'visit 7' }), 'approved')
  })

  it.each([
    ['locked', 5],
    ['suspended', 10],
  ])('is taken while codes are %s', async (_what, times) => {
    const { world, ada: owner } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    await typeWrongCodes(world, owner, times)
    const { pass: code } = await issue(world)
    expect(must(await redeem(world, code), 'approved')).toMatchObject({
      failuresBefore: times,
      enrolmentRequired: true,
    })
  })

  it('revokes every trusted device, settles its own challenge and keeps the others', async () => {
    const { world, ada: owner } = await appWorld()
    const { challenge } = world.twoFactor
    const trustedDeviceToken = await trustedBrowser(world, owner)
    const { pass: recoveryCode } = await issue(world)
    const [mine, other] = [await begin(world, 'ada'), await begin(world, 'ada')]
    must(await challenge.redeemRecoveryCode({ token: mine.token, recoveryCode }), 'approved')
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await challenge.verify({ token: mine.token, code: owner.code() })).toMatchObject({ reason: 'settled' })
    must(await challenge.verify({ token: other.token, code: owner.code() }), 'approved')
  })

  it('is redeemed on a challenge by passkey too', async () => {
    const { world } = await passkeyWorld()
    const { pass: code } = await issue(world)
    must(await redeem(world, code), 'approved')
  })

  it('keeps what somebody with a factor is enrolling', async () => {
    const { world, ada: owner } = await appWorld()
    const { enrolment } = world.twoFactor
    const input = { userId: 'ada', phoneNumber: '+14155550123', proof: owner.proof }
    const { enrolmentId } = must(await enrolment.beginSms(input), 'started')
    await issue(world)
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, code: world.inbox.lastCode() }), 'confirmed')
  })

  it('spends no recovery code, and a recovery code spends no pass', async () => {
    const { world, ada: owner } = await appWorld()
    const { pass: code } = await issue(world)
    expect(must(await redeem(world, owner.recoveryCodes[0] ?? ''), 'approved')).toMatchObject({
      method: 'recovery-code',
      recoveryCodesRemaining: 9,
    })
    expect(must(await redeem(world, code), 'approved').recoveryCodesRemaining).toBe(9)
  })
})

describe('somebody without a factor who was issued an access pass', () => {
  it('must redeem it before enrolling: the password alone enrols nothing', async () => {
    const { world } = await appWorld()
    const { admin, challenge, enrolment } = world.twoFactor
    await admin.reset({ userId: 'ada', actor: 'grace' })
    const { pass: code } = await issue(world)
    const begun = must(await challenge.begin({ userId: 'ada' }), 'enrolment-required')
    expect(begun).toEqual({ status: 'enrolment-required', graceEndsAt: null, token: begun.token })
    const refused = { status: 'refused', reason: 'proof-required', retryAt: null }
    expect(await enrolment.beginTotp(ada)).toEqual(refused)
    expect(await enrolment.beginPasskey(ada)).toEqual(refused)
    expect(await enrolment.beginSms({ userId: 'ada', phoneNumber: '+14155550123' })).toEqual(refused)
    expect(world.inbox.attempts).toBe(0)
    const { proof } = must(await redeem(world, code), 'approved')
    const fresh = await enrolTotp(world, 'ada', { proof })
    expect(fresh.recoveryCodes).toHaveLength(10)
    expect(await pass(world, fresh)).toMatchObject({ enrolmentRequired: false })
  })

  it('cannot confirm what was begun with the password alone before the pass was issued', async () => {
    const world = makeWorld()
    const { enrolment } = world.twoFactor
    const begun = must(await enrolment.beginTotp(ada), 'started')
    await issue(world)
    const code = authenticator(begun.uri).code(world.clock)
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId: begun.enrolmentId, code })).toMatchObject({
      reason: 'unknown-enrolment',
    })
  })

  it('is asked for it whether or not the host requires a factor, and has no grace', async () => {
    const world = makeWorld()
    await issue(world)
    for (const required of [undefined, false, true, { from: START + DAY }]) {
      expect(await world.twoFactor.challenge.begin({ userId: 'ada', required })).toMatchObject({
        status: 'enrolment-required',
        graceEndsAt: null,
        token: expect.any(String) as string,
      })
    }
  })

  it('has a token that takes the pass only: no code, no response, no switch', async () => {
    const world = makeWorld()
    const { pass: code } = await issue(world)
    const { challenge } = world.twoFactor
    const { token } = must(await challenge.begin({ userId: 'ada' }), 'enrolment-required')
    const given = { token: token ?? '' }
    const before = await contents(world.data)
    expect(await challenge.verify({ ...given, code: '123456' })).toMatchObject({ reason: 'malformed-code' })
    expect((await challenge.verify({ ...given, response: { id: 'x' } })).status).toBe('rejected')
    expect(await challenge.switchFactor({ ...given, factorId: 'x' })).toMatchObject({ reason: 'unknown-factor' })
    expect((await challenge.resend(given)).status).toBe('rejected')
    expect(await contents(world.data)).toEqual(before)
    must(await challenge.redeemRecoveryCode({ ...given, recoveryCode: code }), 'approved')
  })

  it('has no token once it expired, and still cannot enrol until staff act', async () => {
    const world = makeWorld()
    const { admin, challenge, enrolment } = world.twoFactor
    const { expiresAt } = await issue(world)
    world.clock.set(expiresAt)
    expect(await challenge.begin({ userId: 'ada' })).toEqual({
      status: 'enrolment-required',
      graceEndsAt: null,
      token: null,
    })
    expect(await enrolment.beginTotp(ada)).toMatchObject({ reason: 'proof-required' })
    await admin.reset({ userId: 'ada', actor: 'grace' })
    expect(await challenge.begin({ userId: 'ada' })).toEqual({ status: 'not-required' })
    must(await enrolment.beginTotp(ada), 'started')
  })

  it('must enrol while the proof is fresh', async () => {
    const world = makeWorld()
    const { enrolment } = world.twoFactor
    const { pass: code } = await issue(world)
    const { proof } = must(await redeem(world, code), 'approved')
    world.clock.advanceSeconds(600)
    expect(await enrolment.beginTotp({ ...ada, proof })).toMatchObject({ reason: 'proof-invalid' })
    expect(await enrolment.beginTotp(ada)).toMatchObject({ reason: 'proof-required' })
    const again = must(await redeem(world, (await issue(world)).pass), 'approved')
    must(await enrolment.beginTotp({ ...ada, proof: again.proof }), 'started')
  })

  it('cannot be rid of it by disabling two-factor authentication', async () => {
    const world = makeWorld()
    await issue(world)
    expect(await world.twoFactor.account.disable({ userId: 'ada', proof: '' })).toMatchObject({
      status: 'refused',
      reason: 'proof-required',
    })
  })

  it('cannot use a proof of before the reset', async () => {
    const { world, ada: owner } = await appWorld()
    await world.twoFactor.admin.reset({ userId: 'ada', actor: 'grace' })
    await issue(world)
    expect(await world.twoFactor.enrolment.beginTotp({ ...ada, proof: owner.proof })).toMatchObject({
      reason: 'proof-invalid',
    })
  })
})
