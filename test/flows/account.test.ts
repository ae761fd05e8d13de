import { describe, expect, it } from 'vitest'
import type { ListedTrustedDevice } from '../../src/interfaces/trusted-devices.js'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolPasskey,
  enrolTotp,
  phoneWorld,
  PHONE,
  trustedBrowser,
  typeWrongCodes,
} from '../support/people.js'
import { makeWorld, START } from '../support/world.js'

describe('the status of an account', () => {
  it('of somebody unknown is all off', async () => {
    expect(await makeWorld().twoFactor.account.status({ userId: 'ada' })).toEqual({
      status: 'known',
      userId: 'ada',
      enabled: false,
      factors: [],
      recoveryCodesRemaining: 0,
      acknowledged: true,
      singleWay: false,
      trustedDevices: [],
      accessPass: null,
      lockedUntilAt: null,
      suspended: false,
      enrolmentRequired: false,
    })
  })

  it('shows factors, devices, codes left and the lock', async () => {
    const { world, ada } = await appWorld()
    await trustedBrowser(world, ada)
    await typeWrongCodes(world, ada, 5)
    const { devices } = await world.twoFactor.trustedDevices.list({ userId: 'ada' })
    const [{ current: _, ...device }] = devices as [ListedTrustedDevice]
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toEqual({
      status: 'known',
      userId: 'ada',
      enabled: true,
      factors: [{ ...ada.factor, lastUsedAt: START + 30_000 }],
      recoveryCodesRemaining: 10,
      acknowledged: false,
      singleWay: false,
      trustedDevices: [device],
      accessPass: null,
      lockedUntilAt: START + 90_000,
      suspended: false,
      enrolmentRequired: false,
    })
    world.clock.set(START + 90_000)
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ lockedUntilAt: null })
  })

  it('says when losing one thing would lock the person out: a single factor and no recovery code left', async () => {
    const { world, ada } = await appWorld()
    const { account, challenge } = world.twoFactor
    for (const recoveryCode of ada.recoveryCodes) {
      expect(await account.status({ userId: 'ada' })).toMatchObject({ singleWay: false })
      const { token } = await begin(world, 'ada')
      must(await challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
    }
    expect(await account.status({ userId: 'ada' })).toMatchObject({ singleWay: true, recoveryCodesRemaining: 0 })
    await enrolPasskey(world, 'ada', { proof: ada.proof })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ singleWay: false, recoveryCodesRemaining: 0 })
  })

  it('of many comes in the order asked for, at most eight at a time', async () => {
    const { world } = await appWorld()
    let open = 0
    let most = 0
    const store = {
      ...world.store,
      async get(key: string) {
        most = Math.max(most, ++open)
        const value = await world.data.get(key)
        open--
        return value
      },
    }
    const userIds = [...Array.from({ length: 20 }, (_, index) => `user ${index}`), 'ada', 'ada']
    const statuses = await world.process({ store }).account.statuses({ userIds })
    expect(statuses.map(({ userId }) => userId)).toEqual(userIds)
    expect(statuses.map(({ enabled }) => enabled)).toEqual(userIds.map((userId) => userId === 'ada'))
    expect(most).toBe(8)
    expect(await world.twoFactor.account.statuses({ userIds: [] })).toEqual([])
  })
})

describe('disabling', () => {
  it('needs a proof', async () => {
    const { world, ada } = await appWorld()
    const { account } = world.twoFactor
    expect(await account.disable({ userId: 'ada', proof: '' })).toEqual({
      status: 'refused',
      reason: 'proof-required',
      retryAt: null,
    })
    expect(await account.disable({ userId: 'ada', proof: 'nonsense' })).toMatchObject({ reason: 'proof-invalid' })
    expect(await account.disable({ userId: 'ada', proof: ada.proof, binding: 'visit 7' })).toMatchObject({
      reason: 'proof-invalid',
    })
    expect(await account.disable({ userId: 'ada', proof: ada.proof })).toEqual({ status: 'disabled' })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ enabled: false, recoveryCodesRemaining: 0 })
    expect(world.heard('disabled')).toHaveLength(1)
  })

  it('is refused where a factor is required', async () => {
    const { world, ada } = await appWorld()
    expect(await world.twoFactor.account.disable({ userId: 'ada', proof: ada.proof, required: true })).toMatchObject({
      reason: 'last-factor-required',
    })
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ enabled: true })
  })

  it('tells every phone number', async () => {
    const { world, ada } = await phoneWorld()
    await world.twoFactor.account.disable({ userId: 'ada', proof: ada.proof, locale: 'fr' })
    expect(world.inbox.last(PHONE)).toMatchObject({ purpose: 'notice' })
    expect(world.inbox.last(PHONE).text).toContain('retiré')
  })

  it('drops a pending enrolment also of somebody without a factor', async () => {
    const { enrolment, account } = makeWorld().twoFactor
    const { enrolmentId } = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }), 'started')
    must(await account.disable({ userId: 'ada', proof: '' }), 'disabled')
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId, code: '000000' })).toMatchObject({
      reason: 'unknown-enrolment',
    })
  })

  it('of somebody who has nothing on changes nothing', async () => {
    const { twoFactor, data, events } = makeWorld()
    expect(await twoFactor.account.disable({ userId: 'ada', proof: '' })).toEqual({ status: 'disabled' })
    expect(await data.get('user:default:ada')).toBeNull()
    expect(events).toEqual([])
  })
})

describe('a change of password', () => {
  it('is recorded, with an event', async () => {
    const { world } = await appWorld()
    expect(await world.twoFactor.account.passwordChanged({ userId: 'ada' })).toEqual({ status: 'recorded' })
    expect(world.heard('password-changed')).toEqual([
      { type: 'password-changed', userId: 'ada', at: START, clientAddress: null },
    ])
  })

  it('of somebody unknown creates nothing', async () => {
    const { twoFactor, data } = makeWorld()
    expect(await twoFactor.account.passwordChanged({ userId: 'ada' })).toEqual({ status: 'recorded' })
    expect(await data.get('user:default:ada')).toBeNull()
  })
})

describe('erasing', () => {
  it('forgets the user: no row is left, and a new start is a new start', async () => {
    const { world } = await appWorld()
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.account.erase({ userId: 'ada' })).toEqual({ status: 'erased' })
    expect(await world.data.get('user:default:ada')).toBeNull()
    expect(world.heard('erased')).toEqual([{ type: 'erased', userId: 'ada', at: START, clientAddress: null }])
    const again = await enrolTotp(world)
    expect(again.recoveryCodes).toHaveLength(10)
    expect(await world.twoFactor.challenge.verify({ token, code: again.code() })).toMatchObject({ reason: 'revoked' })
  })

  it('of somebody unknown is no news', async () => {
    const { twoFactor, events } = makeWorld()
    expect(await twoFactor.account.erase({ userId: 'ada' })).toEqual({ status: 'erased' })
    expect(events).toEqual([])
  })

  it('leaves everybody else alone', async () => {
    const { world } = await appWorld()
    const bob = await enrolTotp(world, 'bob')
    await world.twoFactor.account.erase({ userId: 'ada' })
    expect(must(await world.twoFactor.factors.list({ userId: 'bob' }), 'listed').factors).toEqual([bob.factor])
  })
})
