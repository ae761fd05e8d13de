import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, pass, phoneWorld, PHONE, typeWrongCodes } from '../support/people.js'
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
      { type: 'reset', userId: 'ada', at: world.clock.now(), actor: 'grace@acme.example' },
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
    expect(world.heard('unlocked')).toEqual([{ type: 'unlocked', userId: 'ada', at: START, actor: 'staff' }])
    await pass(world, ada)
  })

  it('lifts a suspension, and asks for no new enrolment', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    await typeWrongCodes(world, ada, 10)
    await world.twoFactor.admin.unlock({ userId: 'ada', actor: 'staff' })
    expect(await pass(world, ada)).toMatchObject({ enrolmentRequired: false })
  })

  it('lifts the lock of recovery codes', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const redeem = (recoveryCode: string) => world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })
    for (let tries = 0; tries < 5; tries++) await redeem('0000-0000-0000-0000')
    expect(await redeem(ada.recoveryCodes[0] ?? '')).toMatchObject({ reason: 'locked' })
    await world.twoFactor.admin.unlock({ userId: 'ada', actor: 'staff' })
    must(await redeem(ada.recoveryCodes[0] ?? ''), 'approved')
  })

  it('of somebody unknown creates nothing', async () => {
    const { twoFactor, data } = makeWorld()
    expect(await twoFactor.admin.unlock({ userId: 'ada', actor: 'staff' })).toEqual({ status: 'unlocked' })
    expect(await data.get('user:default:ada')).toBeNull()
  })
})
