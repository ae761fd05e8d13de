import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.js'
import { smsInbox } from '../../src/testing/index.js'
import { createTwoFactor } from '../../src/two-factor.js'
import { must, smuggle } from '../support/outcome.js'
import { appWorld, begin, pass, phoneWorld, PHONE } from '../support/people.js'
import { makeWorld, NEW_KEY, OLD_KEY } from '../support/world.js'

const required = { issuer: 'Acme', keys: [OLD_KEY], store: memoryStore() }

describe('invariant 10: events come after the commit', () => {
  it('so a spent limit is not heard of when nothing was committed', async () => {
    const { world } = await phoneWorld({ policy: { textsPerUserHour: 1 } })
    world.store.failAt(2)
    await expect(world.twoFactor.challenge.begin({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
    expect(world.events).toEqual([])
  })

  it('so a spent limit is heard of once, however often the operation starts over', async () => {
    const { world } = await phoneWorld({ policy: { textsPerUserHour: 1 } })
    world.store.loseSwapAt(2)
    world.store.loseSwapAt(4)
    await begin(world, 'ada')
    expect(world.heard('limit-exceeded')).toHaveLength(1)
  })
})

describe('send budgets', () => {
  it('of a number survive a key rotation', async () => {
    const world = makeWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    must(await world.twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    const rotated = world.process({ keys: [NEW_KEY, OLD_KEY] })
    const { delivery } = must(await rotated.enrolment.beginSms({ userId: 'bob', phoneNumber: PHONE }), 'started')
    expect(delivery).toMatchObject({ status: 'not-sent', reason: 'budget-spent' })
  })

  it('of a region say when it opens, not when it is looked at next', async () => {
    const { twoFactor, clock } = makeWorld({ policy: { regionMinimumTexts: 5, textsPerNumberTenMinutes: 20 } })
    for (let count = 0; count < 5; count++)
      await twoFactor.enrolment.beginSms({ userId: `user ${count}`, phoneNumber: PHONE })
    const { retryAt } = must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'refused')
    clock.set(retryAt ?? 0)
    must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
  })
})

describe('disabling', () => {
  it('drops a pending enrolment also of somebody without a factor', async () => {
    const { enrolment, account } = makeWorld().twoFactor
    const { enrolmentId } = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }), 'started')
    await account.disable({ userId: 'ada', proof: '' })
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId, code: '000000' })).toMatchObject({
      reason: 'unknown-enrolment',
    })
  })
})

describe('a trusted device', () => {
  it('is never minted by a step-up', async () => {
    const { world, ada } = await appWorld()
    expect((await pass(world, ada, { purpose: 'step-up', trustDevice: { name: 'Firefox' } })).trustedDevice).toBeNull()
  })
})

describe('reseal', () => {
  it('counts a record that claims the first key and cannot be opened', async () => {
    const { world } = await appWorld()
    await world.data.swap('user:default:bob', null, 'v1.k1.AAAA', null)
    expect(await world.twoFactor.maintenance.reseal()).toMatchObject({ unreadable: 1 })
  })
})

describe('input', () => {
  it('with a full-width plus is international', async () => {
    must(
      await makeWorld().twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: '＋１４１５５５５０１２３' }),
      'started',
    )
  })

  it('is refused: a hole among the countries', () => {
    expect(() => createTwoFactor({ ...required, sms: { sender: smsInbox(), countries: smuggle(Array(1)) } })).toThrow()
  })

  it('is refused: null for a number of the policy', () => {
    expect(() => createTwoFactor({ ...required, policy: smuggle({ firstLockSeconds: null }) })).toThrow()
  })

  it('is refused: allowShortSecret that is no boolean', async () => {
    const input = {
      userId: 'ada',
      actor: 'staff',
      secret: { encoding: 'ascii', value: 'short' },
      allowShortSecret: 'no',
    }
    await expect(makeWorld().twoFactor.admin.importTotp(smuggle(input))).rejects.toMatchObject({
      code: 'ERR_SECRET_INVALID',
    })
  })
})
