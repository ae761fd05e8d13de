import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Approved } from '../../src/interfaces/challenge.js'
import type { TwoFactor } from '../../src/two-factor.js'
import { fakePasskey, type FakePasskey } from '../support/fake-passkeys.js'
import { must, wrongCode } from '../support/outcome.js'
import { begin, enrolPasskey, enrolSms, enrolTotp, PHONE, trustedBrowser } from '../support/people.js'
import { copyOf, makeWorld, type World } from '../support/world.js'

const userId = 'ada'
const ATTACKER = '203.0.113.9'
const OWNER = '192.0.2.7'
/** Somebody who was let into nothing would still try these. */
const WRONG_RECOVERY_CODE = '0000-0000-0000-0000-0000-0000'

/** Ada, who has every kind of factor, and what she holds. */
interface Owner {
  readonly world: World
  readonly passkey: FakePasskey
  readonly appFactorId: string
  readonly phoneFactorId: string
  readonly passkeyFactorId: string
  readonly recoveryCodes: readonly string[]
  readonly trustedDeviceToken: string
}

async function makeOwner(): Promise<Owner> {
  const world = makeWorld()
  const app = await enrolTotp(world)
  const { proof } = app
  const phone = await enrolSms(world, userId, PHONE, { proof })
  const passkey = fakePasskey("Ada's security key")
  const key = await enrolPasskey(world, userId, { proof, passkey })
  const trustedDeviceToken = await trustedBrowser(world, app)
  world.clock.advanceSeconds(3600)
  return {
    world,
    passkey,
    appFactorId: app.factor.id,
    phoneFactorId: phone.factor.id,
    passkeyFactorId: key.factor.id,
    recoveryCodes: app.recoveryCodes,
    trustedDeviceToken,
  }
}

/** Each of Ada's ways in that no guess can shut, tried on a copy of the data: trying one changes the others. */
async function expectWaysIn({
  world,
  passkey,
  passkeyFactorId,
  recoveryCodes,
  trustedDeviceToken,
}: Owner): Promise<void> {
  const copy = async (): Promise<TwoFactor> => world.process({ store: await copyOf(world.data) })
  expect(await (await copy()).challenge.begin({ userId, trustedDeviceToken })).toMatchObject({ status: 'trusted' })

  for (const input of [{}, { factorId: passkeyFactorId }, { purpose: 'step-up' as const }]) {
    const { challenge } = await copy()
    const begun = must(await challenge.begin({ userId, clientAddress: OWNER, ...input }), 'challenged')
    const response = passkey.get(begun.passkey)
    expect(await challenge.verify({ token: begun.token, response })).toMatchObject({
      status: 'approved',
      method: 'passkey',
      assurance: 'phishing-resistant',
    })
  }

  const { challenge } = await copy()
  for (const recoveryCode of recoveryCodes) {
    const begun = await challenge.begin({ userId, clientAddress: OWNER })
    if (!('token' in begun) || begun.token === null) throw new Error(`no token while ${begun.status}`)
    expect(await challenge.redeemRecoveryCode({ token: begun.token, recoveryCode })).toMatchObject({
      status: 'approved',
      method: 'recovery-code',
    })
  }
}

/** Begins as somebody who knows the password does, and gives the token whatever the account answers. */
async function beginAsAttacker({ world }: Owner, factorId: string): Promise<string> {
  const begun = await world.twoFactor.challenge.begin({ userId, factorId, clientAddress: ATTACKER })
  if (!('token' in begun) || begun.token === null) throw new Error(`no token while ${begun.status}`)
  return begun.token
}

type Attack = (owner: Owner, token: string) => Promise<unknown>

/** What somebody with the password and no second factor can do with a challenge of their own. */
const attacks: Readonly<Record<string, Attack>> = {
  'types a wrong code': ({ world }, token) => world.twoFactor.challenge.verify({ token, code: '000000' }),
  'types a wrong recovery code': ({ world }, token) =>
    world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: WRONG_RECOVERY_CODE }),
  'answers with a forged passkey': ({ world, passkey, passkeyFactorId }, token) =>
    world.twoFactor.challenge.switchFactor({ token, factorId: passkeyFactorId }).then((switched) =>
      world.twoFactor.challenge.verify({
        token: switched.status === 'challenged' ? switched.token : token,
        response: { id: passkey.id, challenge: 'x', counter: 4_294_967_295, signature: 'forged' },
      }),
    ),
  'answers with a passkey of their own': ({ world, passkeyFactorId }, token) =>
    world.twoFactor.challenge.switchFactor({ token, factorId: passkeyFactorId }).then((switched) =>
      world.twoFactor.challenge.verify({
        token: switched.status === 'challenged' ? switched.token : token,
        response: fakePasskey('of mallory').get({ challenge: 'x' }),
      }),
    ),
  'asks for a text': ({ world, phoneFactorId: factorId }, token) =>
    world.twoFactor.challenge.switchFactor({ token, factorId, clientAddress: ATTACKER }),
  'has the text sent again': ({ world }, token) => world.twoFactor.challenge.resend({ token, clientAddress: ATTACKER }),
  'cancels their own challenge': ({ world }, token) => world.twoFactor.challenge.cancel({ token }),
  'makes a token up': ({ world }, token) =>
    world.twoFactor.challenge.begin({ userId, trustedDeviceToken: token, clientAddress: ATTACKER }),
  'tries to enrol': ({ world }) =>
    world.twoFactor.enrolment.beginTotp({ userId, accountName: 'mallory', proof: 'made up' }),
  'tries to remove the passkey': ({ world, passkeyFactorId: factorId }) =>
    world.twoFactor.factors.remove({ userId, factorId, proof: 'made up' }),
  'tries to replace the recovery codes': ({ world }) =>
    world.twoFactor.recoveryCodes.regenerate({ userId, proof: 'made up' }),
  'tries to disable': ({ world }) => world.twoFactor.account.disable({ userId, proof: 'made up' }),
  waits: ({ world }) => {
    world.clock.advanceSeconds(60)
    return Promise.resolve()
  },
}

describe('invariant 13: nothing that somebody without a second factor does keeps the owner out', () => {
  it.each([6, 60, 6000])(
    'not %i further begins: the open challenge, its text code and its recovery codes go on working',
    async (begins) => {
      const owner = await makeOwner()
      const { world, phoneFactorId, appFactorId } = owner
      const { challenge } = world.twoFactor
      const byText = await begin(world, userId, { factorId: phoneFactorId, clientAddress: OWNER })
      const code = world.inbox.lastCode(PHONE)
      const byPasskey = await begin(world, userId, { clientAddress: OWNER })
      for (let each = 0; each < begins; each++)
        await beginAsAttacker(owner, each % 2 === 0 ? appFactorId : phoneFactorId)
      await expectWaysIn(owner)
      const response = owner.passkey.get(byPasskey.passkey)
      expect(await challenge.verify({ token: byPasskey.token, response })).toMatchObject({ status: 'approved' })
      expect(await challenge.verify({ token: byText.token, code })).toMatchObject({ status: 'approved' })
    },
    120_000,
  )

  it.each(Object.keys(attacks))('not one who %s again and again, through every lock', async (name) => {
    const owner = await makeOwner()
    for (const factor of ['app', 'phone'] as const) {
      for (let each = 0; each < 60; each++) {
        const token = await beginAsAttacker(owner, factor === 'app' ? owner.appFactorId : owner.phoneFactorId)
        await attacks[name]!(owner, token)
        if (each % 10 === 0) owner.world.clock.advanceSeconds(600)
      }
    }
    await expectWaysIn(owner)
  })

  it('not wrong codes until the account is suspended, and for a year afterwards', async () => {
    const owner = await makeOwner()
    const { world, appFactorId } = owner
    const { challenge, account } = world.twoFactor
    for (let suspended = false; !suspended;) {
      const status = await account.status({ userId })
      suspended = status.suspended
      if (status.lockedUntilAt !== null) {
        await expectWaysIn(owner)
        world.clock.set(status.lockedUntilAt)
      }
      const token = await beginAsAttacker(owner, appFactorId)
      await challenge.verify({ token, code: '000000' })
    }
    for (let week = 0; week < 52; week++) {
      world.clock.advanceSeconds(7 * 86_400)
      const token = await beginAsAttacker(owner, appFactorId)
      for (let each = 0; each < 20; each++) await challenge.verify({ token, code: '000000' })
    }
    const { trustedDevice } = await signInByPasskey(owner)
    await expectWaysIn({ ...owner, trustedDeviceToken: trustedDevice?.token ?? '' })
  })

  it('not thousands of wrong recovery codes: they are no guesses, and lock nothing', async () => {
    const owner = await makeOwner()
    const token = await beginAsAttacker(owner, owner.appFactorId)
    for (let each = 0; each < 3000; each++) {
      const recoveryCode = String(each).padStart(24, 'X')
      expect(await owner.world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })).toMatchObject({
        reason: 'wrong-code',
        retryAt: null,
      })
    }
    expect(await owner.world.twoFactor.account.status({ userId })).toMatchObject({ lockedUntilAt: null })
    await expectWaysIn(owner)
  })

  it('not a text budget that is used up: only texts wait for it', async () => {
    const owner = await makeOwner()
    const { world, phoneFactorId } = owner
    for (let each = 0; each < 200; each++) {
      await world.twoFactor.challenge.begin({ userId, factorId: phoneFactorId, clientAddress: `203.0.113.${each}` })
      if (each % 5 === 0) world.clock.advanceSeconds(60)
    }
    expect(world.inbox.attempts).toBeLessThanOrEqual(3 + 20)
    await expectWaysIn(owner)
  })

  it('not cancels by the hundred of challenges that are their own', async () => {
    const owner = await makeOwner()
    const { challenge } = owner.world.twoFactor
    const mine = await begin(owner.world, userId, { clientAddress: OWNER })
    for (let each = 0; each < 300; each++)
      await challenge.cancel({ token: await beginAsAttacker(owner, owner.appFactorId) })
    expect(await challenge.verify({ token: mine.token, response: owner.passkey.get(mine.passkey) })).toMatchObject({
      status: 'approved',
    })
    await expectWaysIn(owner)
  })

  it('not any of it in any order', async () => {
    const original = await makeOwner()
    const { clock } = original.world
    const start = clock.now()
    const step = fc.record({
      attack: fc.constantFrom(...Object.keys(attacks)),
      factor: fc.constantFrom('appFactorId' as const, 'phoneFactorId' as const, 'passkeyFactorId' as const),
      times: fc.integer({ min: 1, max: 7 }),
      again: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const world = makeWorld({ data: await copyOf(original.world.data), at: start })
        const owner = { ...original, world }
        let token = await beginAsAttacker(owner, owner.appFactorId)
        for (const { attack, factor, times, again } of steps) {
          if (!again) token = await beginAsAttacker(owner, owner[factor])
          for (let each = 0; each < times; each++) await attacks[attack]!(owner, token)
        }
        await expectWaysIn(owner)
      }),
      { numRuns: 40 },
    )
  })

  it('and the owner who got in once gets in again: a passkey ends the lock that others caused', async () => {
    const owner = await makeOwner()
    const { world, appFactorId } = owner
    for (let round = 0; round < 5; round++) {
      const token = await beginAsAttacker(owner, appFactorId)
      for (let each = 0; each < 7; each++) await world.twoFactor.challenge.verify({ token, code: wrongCode('123456') })
      expect(await world.twoFactor.account.status({ userId })).toMatchObject({
        lockedUntilAt: expect.any(Number) as number,
      })
      const approved = await signInByPasskey(owner)
      expect(approved.failuresBefore).toBe(5)
      expect(await world.twoFactor.account.status({ userId })).toMatchObject({ lockedUntilAt: null })
    }
  })
})

/** Signs Ada in by her passkey, and trusts this browser. */
async function signInByPasskey({ world, passkey, passkeyFactorId: factorId }: Owner): Promise<Approved> {
  const { token, passkey: asked } = await begin(world, userId, { factorId, clientAddress: OWNER })
  const response = passkey.get(asked)
  const trustDevice = { name: 'Firefox' }
  return must(await world.twoFactor.challenge.verify({ token, response, trustDevice }), 'approved')
}
