import { describe, expect, it } from 'vitest'
import { operations } from '../support/operations.js'
import { makeScene } from '../support/scene.js'

/** One get, and one swap where something changes; two more for every budget that a text draws on, and for a count per region. */
const budgets: Readonly<Record<string, number>> = {
  begin: 2,
  'begin by text': 6,
  'begin on a trusted device': 1,
  'verify a right code': 2,
  'verify and trust': 2,
  'verify a texted code': 2,
  'verify a wrong code': 2,
  'verify a wrong texted code': 2,
  'redeem a recovery code': 2,
  'redeem a wrong recovery code': 2,
  'switch to the phone': 4,
  resend: 4,
  cancel: 2,
  'check a proof': 1,
  'begin an app': 2,
  'begin a phone': 7,
  'resend an enrolment': 6,
  'confirm an app': 2,
  'confirm a phone': 4,
  'confirm with a wrong code': 2,
  'cancel an enrolment': 2,
  'list factors': 1,
  rename: 2,
  prefer: 2,
  remove: 2,
  regenerate: 2,
  'list devices': 1,
  'revoke a device': 2,
  'revoke all devices': 2,
  status: 1,
  disable: 2,
  'change the password': 2,
  erase: 2,
  reset: 2,
  unlock: 2,
  import: 2,
}

describe('store calls', () => {
  it.each(operations)('of "$name" stay within their budget', async ({ name, run, ends }) => {
    const scene = await makeScene()
    scene.world.store.reset()
    expect(await run(scene)).toMatchObject({ status: ends })
    expect(scene.world.store.calls).toHaveLength(budgets[name] ?? -1)
  })

  it('of somebody without a factor are one', async () => {
    const { world } = await makeScene()
    expect(await world.storeCalls(() => world.twoFactor.challenge.begin({ userId: 'nobody' }))).toBe(1)
    expect(await world.storeCalls(() => world.twoFactor.challenge.begin({ userId: 'nobody', required: true }))).toBe(1)
  })

  it('of what is malformed or no token of ours are none', async () => {
    const { world, token, textToken } = await makeScene()
    const { challenge, enrolment } = world.twoFactor
    for (const work of [
      () => challenge.verify({ token, code: '12345' }),
      () => challenge.verify({ token: textToken, code: 'abcdef' }),
      () => challenge.verify({ token: `${token}A`, code: '123456' }),
      () => challenge.redeemRecoveryCode({ token, recoveryCode: 'nonsense' }),
      () => challenge.resend({ token: 'nonsense' }),
      () => challenge.cancel({ token: 'nonsense' }),
      () => challenge.checkProof({ userId: 'ada', proof: 'nonsense' }),
      () => enrolment.confirm({ userId: 'ada', enrolmentId: 'x', code: '12345' }),
      () => enrolment.beginSms({ userId: 'ada', phoneNumber: 'nonsense' }),
    ]) {
      expect(await world.storeCalls(work)).toBe(0)
    }
  })
})
