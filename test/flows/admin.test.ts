import { describe, expect, it } from 'vitest'
import {
  appWorld,
  begin,
  enrolSms,
  enrolTotp,
  pass,
  phoneWorld,
  PHONE,
  trustedBrowser,
  typeWrongCodes,
} from '../support/people.js'
import { makeWorld, START } from '../support/world.js'

describe('admin.reset', () => {
  it('gives somebody who lost everything a fresh start, and says who did it', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    const { account, admin, challenge } = world.twoFactor
    await typeWrongCodes(world, ada, 10)
    expect(await admin.reset({ userId: 'ada', actor: 'grace@acme.example' })).toEqual({ status: 'reset' })
    expect(await account.status({ userId: 'ada' })).toMatchObject({
      enabled: false,
      suspended: false,
      recoveryCodesRemaining: 0,
    })
    expect(await challenge.begin({ userId: 'ada' })).toEqual({ status: 'not-required' })
    expect(world.heard('reset')).toEqual([
      { type: 'reset', userId: 'ada', at: world.clock.now(), clientAddress: null, actor: 'grace@acme.example' },
    ])
    await enrolTotp(world)
  })

  it('tells the phone number', async () => {
    const { world } = await phoneWorld()
    await world.twoFactor.admin.reset({ userId: 'ada', actor: 'staff' })
    expect(world.inbox.last(PHONE)).toMatchObject({ purpose: 'notice', code: null })
  })

  it('of somebody unknown creates nothing', async () => {
    const { twoFactor, data, events } = makeWorld()
    expect(await twoFactor.admin.reset({ userId: 'ada', actor: 'staff' })).toEqual({ status: 'reset' })
    expect(await data.get('user:default:ada')).toBeNull()
    expect(events).toEqual([])
  })
})

describe('admin.unlock', () => {
  it('lifts a lock', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 5)
    expect(await world.twoFactor.admin.unlock({ userId: 'ada', actor: 'staff' })).toEqual({ status: 'unlocked' })
    expect(world.heard('unlocked')).toEqual([
      { type: 'unlocked', userId: 'ada', at: START, clientAddress: null, actor: 'staff' },
    ])
    await pass(world, ada)
  })

  it('lifts a suspension, and asks for no new enrolment', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    await typeWrongCodes(world, ada, 10)
    await world.twoFactor.admin.unlock({ userId: 'ada', actor: 'staff' })
    expect(await pass(world, ada)).toMatchObject({ enrolmentRequired: false })
  })

  it('of somebody unknown creates nothing', async () => {
    const { twoFactor, data } = makeWorld()
    expect(await twoFactor.admin.unlock({ userId: 'ada', actor: 'staff' })).toEqual({ status: 'unlocked' })
    expect(await data.get('user:default:ada')).toBeNull()
  })
})

describe('admin.removeFactor', () => {
  it('removes one factor without a proof of its owner, and says who did it', async () => {
    const { world, ada } = await appWorld()
    const { account, admin, factors } = world.twoFactor
    const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    const removed = await admin.removeFactor({ userId: 'ada', actor: 'grace', factorId: phone.factor.id })
    expect(removed).toEqual({ status: 'removed', factor: { ...phone.factor, preferred: false }, enabled: true })
    expect(await factors.list({ userId: 'ada' })).toEqual({ status: 'listed', factors: [ada.factor] })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ recoveryCodesRemaining: 10 })
    expect(world.heard('factor-removed')).toMatchObject([
      { factorId: phone.factor.id, factorKind: 'sms', last: false, actor: 'grace' },
    ])
    expect(world.inbox.last(PHONE)).toMatchObject({ purpose: 'notice', code: null })
  })

  it('of the last factor takes the recovery codes along', async () => {
    const { world, ada } = await appWorld()
    const { account, admin, challenge } = world.twoFactor
    expect(await admin.removeFactor({ userId: 'ada', actor: 'grace', factorId: ada.factor.id })).toMatchObject({
      status: 'removed',
      enabled: false,
    })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ enabled: false, recoveryCodesRemaining: 0 })
    expect(await challenge.begin({ userId: 'ada' })).toEqual({ status: 'not-required' })
    expect(world.heard('disabled')).toHaveLength(1)
  })

  it('ends open challenges, proofs and trusted devices', async () => {
    const { world, ada } = await appWorld()
    const { admin, challenge } = world.twoFactor
    const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const { token } = await begin(world, 'ada')
    await admin.removeFactor({ userId: 'ada', actor: 'grace', factorId: phone.factor.id })
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'revoked' })
    expect(await challenge.checkProof({ userId: 'ada', proof: ada.proof })).toEqual({ status: 'invalid' })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
  })

  it('refuses a factor that is not there, or somebody else has', async () => {
    const { world } = await appWorld()
    const bob = await enrolTotp(world, 'bob')
    for (const factorId of ['no such factor', bob.factor.id]) {
      expect(await world.twoFactor.admin.removeFactor({ userId: 'ada', actor: 'grace', factorId })).toEqual({
        status: 'refused',
        reason: 'unknown-factor',
        retryAt: null,
      })
    }
  })
})
