import { setImmediate as breathe } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { operations } from '../support/operations.js'

/**
 * One get, and one swap where something changes; two more for every shared budget that a text draws on, one to look at a
 * region, and two to count in it, which nobody waits for.
 */
const budgets: Readonly<Record<string, number>> = {
  begin: 1,
  'begin by text': 6,
  'begin on a trusted device': 1,
  'begin by passkey': 1,
  'verify a right code': 2,
  'verify and trust': 2,
  'verify a texted code': 2,
  'verify a wrong code': 2,
  'verify a wrong texted code': 2,
  "verify a passkey's response": 2,
  "verify a passkey's wrong response": 2,
  'redeem a recovery code': 2,
  'redeem a wrong recovery code': 1,
  'redeem an access pass': 2,
  'switch to the phone': 4,
  'switch to the passkey': 1,
  resend: 4,
  cancel: 2,
  'check a proof': 1,
  'begin an app': 2,
  'begin a phone': 7,
  'begin a passkey': 2,
  'resume the enrolment of an app': 1,
  'resume the enrolment of a phone': 1,
  'resume the enrolment of a passkey': 1,
  'resend an enrolment': 7,
  'confirm an app': 2,
  'confirm a phone': 4,
  'confirm a passkey': 2,
  'confirm with a wrong response': 2,
  'confirm with a wrong code': 2,
  'cancel an enrolment': 2,
  'list factors': 1,
  rename: 2,
  prefer: 2,
  remove: 2,
  regenerate: 2,
  'tell of the recovery codes': 1,
  'acknowledge the recovery codes': 2,
  'list devices': 1,
  'revoke a device': 2,
  'revoke all devices': 2,
  status: 1,
  statuses: 1,
  activity: 1,
  disable: 2,
  'change the password': 2,
  erase: 2,
  reset: 2,
  unlock: 2,
  'remove a factor for its owner': 2,
  'issue an access pass': 2,
  import: 2,
  'import with recovery codes of another system': 2,
  'import a phone': 2,
}

describe('the store calls of an operation', () => {
  it.each(operations)('stay within their budget: "$name"', async ({ name, run, ends, account: options }) => {
    const account = await makeFullAccount(options)
    const { store } = account.world
    store.reset()
    expect(await run(account)).toMatchObject({ status: ends })
    await breathe()
    expect(store.calls).toHaveLength(budgets[name] ?? -1)
  })

  it('are all budgeted for', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(Object.keys(budgets).sort())
  })

  it('are one for somebody without a factor', async () => {
    const { world } = await makeFullAccount()
    const { challenge } = world.twoFactor
    expect(await world.storeCalls(() => challenge.begin({ userId: 'nobody' }))).toBe(1)
    expect(await world.storeCalls(() => challenge.begin({ userId: 'nobody', required: true }))).toBe(1)
  })

  it('are one for a form that is submitted twice: the second joins the first', async () => {
    const { world, phoneFactorId: factorId } = await makeFullAccount()
    const input = { userId: 'ada', factorId, clientAddress: '192.0.2.1' }
    await world.twoFactor.challenge.begin(input)
    expect(await world.storeCalls(() => world.twoFactor.challenge.begin(input))).toBe(1)
  })

  it('are none for what is malformed, or no token of ours', async () => {
    const { world, token, textToken, passkeyToken } = await makeFullAccount()
    const { challenge, enrolment } = world.twoFactor
    for (const work of [
      () => challenge.verify({ token, code: '12345' }),
      () => challenge.verify({ token: textToken, code: 'abcdef' }),
      () => challenge.verify({ token: `${token}A`, code: '123456' }),
      () => challenge.verify({ token: passkeyToken, response: 'nonsense' }),
      () => challenge.verify({ token: passkeyToken, code: '123456' }),
      () => challenge.redeemRecoveryCode({ token, recoveryCode: 'nonsense' }),
      () => challenge.switchFactor({ token: 'nonsense', factorId: 'x' }),
      () => challenge.resend({ token: 'nonsense' }),
      () => challenge.cancel({ token: 'nonsense' }),
      () => challenge.checkProof({ userId: 'ada', proof: 'nonsense' }),
      () => enrolment.confirm({ userId: 'ada', enrolmentId: 'x', code: '12345' }),
      () => enrolment.confirm({ userId: 'ada', enrolmentId: 'x', response: 5 }),
      () => enrolment.beginSms({ userId: 'ada', phoneNumber: 'nonsense' }),
    ]) {
      expect(await world.storeCalls(work)).toBe(0)
    }
  })
})
