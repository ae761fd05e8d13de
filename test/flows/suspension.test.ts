import { describe, expect, it } from 'vitest'
import { authenticator } from '../../src/testing/index.js'
import { must, wrongCode } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolPasskey,
  enrolSms,
  enrolTotp,
  pass,
  PHONE,
  typeWrongCodes,
  type AppPerson,
} from '../support/people.js'
import type { World } from '../support/world.js'

/** Ada, whose codes are suspended, and what a recovery code of hers proved. */
async function recovered(): Promise<{ world: World; ada: AppPerson; proof: string }> {
  const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
  await typeWrongCodes(world, ada, 10)
  const { token } = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'suspended')
  const redeemed = await world.twoFactor.challenge.redeemRecoveryCode({
    token,
    recoveryCode: ada.recoveryCodes[0] ?? '',
  })
  const { proof, enrolmentRequired } = must(redeemed, 'approved')
  expect(enrolmentRequired).toBe(true)
  return { world, ada, proof }
}

describe('suspended codes', () => {
  it('stay suspended when a recovery code lets their owner in', async () => {
    const { world, ada } = await recovered()
    const { account, challenge } = world.twoFactor
    expect(await account.status({ userId: 'ada' })).toMatchObject({ suspended: true, enrolmentRequired: true })
    const { token } = must(await challenge.begin({ userId: 'ada' }), 'suspended')
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'suspended' })
    const again = await challenge.redeemRecoveryCode({ token, recoveryCode: ada.recoveryCodes[1] ?? '' })
    expect(must(again, 'approved')).toMatchObject({ enrolmentRequired: true, failuresBefore: 10 })
  })

  it('are retired by the new factor, which then works alone', async () => {
    const { world, ada, proof } = await recovered()
    const { account, challenge, factors } = world.twoFactor
    const fresh = await enrolTotp(world, 'ada', { proof })
    expect(await account.status({ userId: 'ada' })).toMatchObject({
      suspended: false,
      enrolmentRequired: false,
      recoveryCodesRemaining: 9,
    })
    expect(await factors.list({ userId: 'ada' })).toEqual({ status: 'listed', factors: [fresh.factor] })
    expect(world.heard('factor-removed')).toMatchObject([{ factorId: ada.factor.id, last: false, actor: null }])
    const { token } = await begin(world, 'ada')
    expect(await challenge.verify({ token, code: ada.app.code(world.clock) })).toMatchObject({ reason: 'wrong-code' })
    expect(await pass(world, fresh)).toMatchObject({ enrolmentRequired: false })
  })

  it('are retired by a new phone or passkey too, and by a factor that replaces them', async () => {
    const ways = [
      (world: World, proof: string) => enrolSms(world, 'ada', PHONE, { proof }),
      (world: World, proof: string) => enrolPasskey(world, 'ada', { proof }),
      (world: World, proof: string, replaces: string) => enrolTotp(world, 'ada', { proof, replaces }),
    ]
    for (const enrol of ways) {
      const { world, ada, proof } = await recovered()
      const { factor } = await enrol(world, proof, ada.factor.id)
      const { factors } = await world.twoFactor.factors.list({ userId: 'ada' })
      expect(factors.map(({ id }) => id)).toEqual([factor.id])
      expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ suspended: false })
    }
  })

  it('end everything that they vouched for, once they are retired', async () => {
    const { world, proof } = await recovered()
    const { challenge } = world.twoFactor
    const before = must(await challenge.begin({ userId: 'ada' }), 'suspended')
    const fresh = await enrolTotp(world, 'ada', { proof })
    expect(await challenge.verify({ token: before.token, code: fresh.code() })).toMatchObject({ reason: 'revoked' })
    expect(await challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
    expect(await challenge.checkProof({ userId: 'ada', proof: fresh.proof })).toMatchObject({ status: 'valid' })
  })

  it('let nobody enrol a typed factor without a recovery, however fresh the proof', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    const { enrolment } = world.twoFactor
    const { enrolmentId } = must(
      await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof: ada.proof }),
      'started',
    )
    const { proof } = await pass(world, ada)
    await typeWrongCodes(world, ada, 10)
    const refused = { status: 'refused', reason: 'suspended', retryAt: null }
    expect(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof })).toEqual(refused)
    expect(await enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE, proof })).toEqual(refused)
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId, code: '000000' })).toMatchObject({
      reason: 'suspended',
    })
    expect(world.inbox.attempts).toBe(0)
  })

  it('leave the new enrolment its own attempts, and no more than those', async () => {
    const { world, proof } = await recovered()
    const { account, enrolment } = world.twoFactor
    const begun = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }), 'started')
    const { enrolmentId, uri } = begun
    const app = authenticator(uri)
    const left: (number | null)[] = []
    for (let tries = 0; tries < 5; tries++) {
      const code = wrongCode(app.code(world.clock))
      left.push(must(await enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'rejected').attemptsRemaining)
    }
    expect(left).toEqual([4, 3, 2, 1, 0])
    const code = app.code(world.clock)
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId, code })).toMatchObject({ reason: 'exhausted' })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ suspended: true, enrolmentRequired: true })
    await enrolTotp(world, 'ada', { proof })
  })

  it('leave the attempts of a new enrolment as they are when its text expires: the next text may be asked for', async () => {
    const { world, proof } = await recovered()
    const { enrolment } = world.twoFactor
    const begun = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE, proof }), 'started')
    const { enrolmentId } = begun
    const late = world.inbox.lastCode()
    world.clock.advanceSeconds(300)
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId, code: late })).toEqual({
      status: 'rejected',
      reason: 'expired',
      attemptsRemaining: 5,
      retryAt: null,
    })
    must(await enrolment.resend({ userId: 'ada', enrolmentId }), 'sent')
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, code: world.inbox.lastCode() }), 'confirmed')
  })

  it('are freed by staff, and then ask for nothing new that was not asked for before', async () => {
    const { world, ada } = await recovered()
    await world.twoFactor.admin.unlock({ userId: 'ada', actor: 'staff' })
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      suspended: false,
      enrolmentRequired: true,
    })
    await pass(world, ada)
    const fresh = await enrolTotp(world, 'ada', { proof: (await pass(world, ada)).proof })
    const { factors } = await world.twoFactor.factors.list({ userId: 'ada' })
    expect(factors.map(({ id }) => id)).toEqual([ada.factor.id, fresh.factor.id])
  })

  it('tell the phone number among them that it gets no more codes', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    await typeWrongCodes(world, ada, 10)
    const { token } = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'suspended')
    const recoveryCode = ada.recoveryCodes[0] ?? ''
    const { proof } = must(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
    world.inbox.clear()
    await enrolTotp(world, 'ada', { proof })
    expect(world.inbox.messages.map(({ to, purpose }) => [to, purpose])).toEqual([[PHONE, 'notice']])
  })

  it('stay suspended through two-factor authentication switched off and on', async () => {
    const { world, proof } = await recovered()
    const { account, enrolment } = world.twoFactor
    must(await account.disable({ userId: 'ada', proof }), 'disabled')
    expect(await account.status({ userId: 'ada' })).toMatchObject({ suspended: true, enrolmentRequired: true })
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'enrolment-required' })
    const begun = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }), 'started')
    const code = authenticator(begun.uri).code(world.clock)
    must(await enrolment.confirm({ userId: 'ada', enrolmentId: begun.enrolmentId, code }), 'confirmed')
    expect(await account.status({ userId: 'ada' })).toMatchObject({ suspended: false, enrolmentRequired: false })
  })
})
