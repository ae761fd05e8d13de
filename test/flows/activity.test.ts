import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolSms,
  enrolTotp,
  pass,
  PHONE,
  phoneWorld,
  trustedBrowser,
  typeWrongCodes,
} from '../support/people.js'
import { contents, makeWorld, START, type World } from '../support/world.js'

/** What Ada's account remembers, newest first. */
async function activityOf({ twoFactor }: World) {
  return (await twoFactor.account.activity({ userId: 'ada' })).activity
}

const typesOf = async (world: World) => (await activityOf(world)).map(({ type }) => type)

describe("an account's activity", () => {
  it('of somebody unknown is empty', async () => {
    expect(await makeWorld().twoFactor.account.activity({ userId: 'ada' })).toEqual({ status: 'listed', activity: [] })
  })

  it('shows the newest first, with what, when, which factor or device, and from which network', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    const verified = await world.twoFactor.challenge.verify({
      token,
      code,
      trustDevice: { name: 'Firefox' },
      clientAddress: '192.0.2.77',
    })
    const { trustedDevice } = must(verified, 'approved')
    const nothing = { factorId: null, deviceId: null, clientNetwork: null }
    expect(await activityOf(world)).toEqual([
      {
        ...nothing,
        type: 'device-trusted',
        at: START + 30_000,
        deviceId: trustedDevice?.id,
        clientNetwork: '192.0.2.0/24',
      },
      {
        ...nothing,
        type: 'challenge-approved',
        at: START + 30_000,
        factorId: ada.factor.id,
        clientNetwork: '192.0.2.0/24',
      },
      { ...nothing, type: 'recovery-codes-issued', at: START },
      { ...nothing, type: 'factor-added', at: START, factorId: ada.factor.id },
    ])
  })

  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['[2001:DB8:1::6]', '2001:db8:1::/48'],
    ['unix socket', null],
    ['', null],
    [undefined, null],
  ])('keeps of the client address %j only the network %j, and events give it as it was given', async (given, kept) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    must(await world.twoFactor.challenge.verify({ token, code: ada.code(), clientAddress: given }), 'approved')
    expect((await activityOf(world))[0]).toMatchObject({ type: 'challenge-approved', clientNetwork: kept })
    expect(world.heard('challenge-approved')[0]?.clientAddress).toBe(given === '' ? null : (given ?? null))
  })

  it('remembers all that an owner should see', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    const { account, admin, challenge, factors, recoveryCodes, trustedDevices } = world.twoFactor
    const { proof } = ada
    const phone = await enrolSms(world, 'ada', PHONE, { proof })
    must(await factors.prefer({ userId: 'ada', factorId: phone.factor.id, proof }), 'preferred')
    await trustedBrowser(world, ada)
    const { devices } = await trustedDevices.list({ userId: 'ada' })
    await trustedDevices.revoke({ userId: 'ada', deviceId: devices[0]?.id ?? '' })
    await typeWrongCodes(world, ada, 10)
    await admin.unlock({ userId: 'ada', actor: 'staff' })
    must(await recoveryCodes.regenerate({ userId: 'ada', proof: (await pass(world, ada)).proof }), 'regenerated')
    const { pass: accessPass } = must(await admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
    const { token } = await begin(world, 'ada', { factorId: ada.factor.id })
    must(await challenge.redeemRecoveryCode({ token, recoveryCode: accessPass }), 'approved')
    must(await admin.removeFactor({ userId: 'ada', actor: 'staff', factorId: phone.factor.id }), 'removed')
    await account.passwordChanged({ userId: 'ada' })
    expect((await typesOf(world)).toReversed()).toEqual([
      'factor-added',
      'recovery-codes-issued',
      'factor-added',
      'factor-preferred',
      'challenge-approved',
      'device-trusted',
      'device-revoked',
      'locked',
      'suspended',
      'unlocked',
      'challenge-approved',
      'recovery-codes-issued',
      'access-pass-issued',
      'challenge-approved',
      'access-pass-redeemed',
      'factor-removed',
      'password-changed',
    ])
  })

  it('remembers what ended two-factor authentication, though the factors are gone', async () => {
    const { world, ada } = await appWorld()
    await trustedBrowser(world, ada)
    must(await world.twoFactor.account.disable({ userId: 'ada', proof: ada.proof }), 'disabled')
    expect((await typesOf(world)).slice(0, 2)).toEqual(['devices-revoked', 'disabled'])
    await enrolTotp(world)
    await world.twoFactor.admin.reset({ userId: 'ada', actor: 'staff' })
    expect((await typesOf(world)).slice(0, 2)).toEqual(['reset', 'recovery-codes-issued'])
  })

  it('goes with the account that is erased', async () => {
    const { world } = await appWorld()
    await world.twoFactor.account.erase({ userId: 'ada' })
    expect(await activityOf(world)).toEqual([])
  })

  it('does not remember texts, wrong codes, begins and trusted sign-ins, which anybody could fill it with', async () => {
    const { world, ada } = await phoneWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const before = await activityOf(world)
    for (let count = 0; count < 8; count++) {
      const { token } = await begin(world, 'ada', { binding: `${count}` })
      if (count < 4) await world.twoFactor.challenge.verify({ token, code: ada.wrongCode(), binding: `${count}` })
      await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })
    }
    expect(await activityOf(world)).toEqual(before)
  })

  it('is the last twenty', async () => {
    const { world, ada } = await appWorld()
    for (let count = 0; count < 25; count++) await pass(world, ada)
    const activity = await activityOf(world)
    expect(activity).toHaveLength(20)
    expect(new Set(activity.map(({ type }) => type))).toEqual(new Set(['challenge-approved']))
    expect(activity.map(({ at }) => at)).toEqual(
      Array.from({ length: 20 }, (_, index) => START + (25 - index) * 30_000),
    )
  })

  it('keeps locks in a row as one entry, the last: a stranger who guesses cannot push out what was before', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 95)
    expect(world.heard('locked')).toHaveLength(19)
    expect(await typesOf(world)).toEqual(['locked', 'recovery-codes-issued', 'factor-added'])
    expect((await activityOf(world))[0]?.at).toBe(world.heard('locked').at(-1)?.at)
  })

  it('is committed with what it tells: an approval whose answer was lost has left its trace', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    world.store.reset()
    world.store.commitThenFailAt(2)
    await expect(world.twoFactor.challenge.verify({ token, code })).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
    expect(world.heard('challenge-approved')).toEqual([])
    expect((await typesOf(world))[0]).toBe('challenge-approved')
  })

  it('holds no secret: no code, token, number or whole address is in it, sealed or not', async () => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    must(
      await world.twoFactor.challenge.verify({ token, code: ada.code(), clientAddress: '198.51.100.77' }),
      'approved',
    )
    const told = JSON.stringify(await activityOf(world))
    for (const secret of [token, ada.code(), PHONE, '198.51.100.77', ...ada.recoveryCodes])
      expect(told).not.toContain(secret)
    expect([...(await contents(world.data)).values()].join()).not.toContain('198.51.100')
  })
})
