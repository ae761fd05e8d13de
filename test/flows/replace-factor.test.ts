import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { begin, enrolSms, enrolTotp, pass, PHONE, trustedBrowser } from '../support/people.js'
import { makeWorld } from '../support/world.js'

const NEW_PHONE = '+447400123456'

describe('replacing a factor', () => {
  it('retires the old one in the same swap, and tells the old number', async () => {
    const world = makeWorld()
    const { twoFactor, inbox, heard } = world
    const old = await enrolSms(world)
    const replacement = await enrolSms(world, 'ada', NEW_PHONE, { proof: old.proof, replaces: old.factor.id })
    expect(await twoFactor.factors.list({ userId: 'ada' })).toEqual({ status: 'listed', factors: [replacement.factor] })
    const notice = inbox.last(PHONE)
    expect(notice).toMatchObject({ purpose: 'notice', code: null, expiresAt: null })
    expect(notice.text).toContain('another phone')
    expect(heard('factor-replaced')).toMatchObject([
      {
        factorId: replacement.factor.id,
        factorKind: 'sms',
        replacedFactorId: old.factor.id,
        replacedFactorKind: 'sms',
      },
    ])
    expect(heard('factor-added')).toHaveLength(1)
  })

  it('sends no text when an app is what was replaced', async () => {
    const world = makeWorld()
    const old = await enrolTotp(world)
    await enrolTotp(world, 'ada', { proof: old.proof, replaces: old.factor.id })
    expect(world.inbox.attempts).toBe(0)
  })

  it('leaves the old factor alone until the new one is confirmed', async () => {
    const world = makeWorld()
    const { twoFactor } = world
    const old = await enrolTotp(world)
    must(
      await twoFactor.enrolment.beginTotp({
        userId: 'ada',
        accountName: 'ada',
        proof: old.proof,
        replaces: old.factor.id,
      }),
      'started',
    )
    await pass(world, old)
    const factor = { ...old.factor, lastUsedAt: world.clock.now() }
    expect(await twoFactor.factors.list({ userId: 'ada' })).toMatchObject({ factors: [factor] })
  })

  it('keeps the recovery codes and the preference, and issues no new set', async () => {
    const world = makeWorld()
    const { twoFactor } = world
    const app = await enrolTotp(world)
    const sms = await enrolSms(world, 'ada', PHONE, { proof: app.proof })
    must(await twoFactor.factors.prefer({ userId: 'ada', factorId: sms.factor.id, proof: app.proof }), 'preferred')
    const replacement = await enrolSms(world, 'ada', NEW_PHONE, { proof: app.proof, replaces: sms.factor.id })
    expect(replacement.recoveryCodes).toEqual([])
    expect(replacement.factor.preferred).toBe(true)
    expect(await twoFactor.account.status({ userId: 'ada' })).toMatchObject({ recoveryCodesRemaining: 10 })
  })

  it('revokes open challenges, trusted devices, other enrolments and proofs', async () => {
    const world = makeWorld()
    const { twoFactor, inbox, heard } = world
    const old = await enrolTotp(world)
    const { token } = await begin(world, 'ada')
    const trustedDeviceToken = await trustedBrowser(world, old)
    const other = must(
      await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE, proof: old.proof }),
      'started',
    )
    const replacement = await enrolTotp(world, 'ada', { proof: old.proof, replaces: old.factor.id })
    expect(await twoFactor.challenge.verify({ token, code: replacement.code() })).toMatchObject({ reason: 'revoked' })
    expect(await twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({
      status: 'challenged',
    })
    const code = inbox.lastCode()
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId: other.enrolmentId, code })).toMatchObject({
      reason: 'unknown-enrolment',
    })
    expect(await twoFactor.challenge.checkProof({ userId: 'ada', proof: old.proof })).toEqual({ status: 'invalid' })
    expect(await twoFactor.challenge.checkProof({ userId: 'ada', proof: replacement.proof })).toMatchObject({
      status: 'valid',
    })
    expect(heard('devices-revoked')).toMatchObject([{ count: 1 }])
  })

  it.each([
    ['a factor that is not there', 'no such factor'],
    ['something that is no id at all', 7 as unknown as string],
  ])('refuses to replace %s', async (_what, replaces) => {
    const world = makeWorld()
    const { proof } = await enrolTotp(world)
    expect(await world.twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof, replaces })).toEqual({
      status: 'refused',
      reason: 'unknown-factor',
      retryAt: null,
    })
  })

  it('refuses to replace the factor of somebody else', async () => {
    const world = makeWorld()
    const bob = await enrolTotp(world, 'bob')
    const { proof } = await enrolTotp(world)
    const input = { userId: 'ada', accountName: 'ada', proof, replaces: bob.factor.id }
    expect(await world.twoFactor.enrolment.beginTotp(input)).toMatchObject({ reason: 'unknown-factor' })
  })
})
