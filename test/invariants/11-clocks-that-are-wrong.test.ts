import { describe, expect, it } from 'vitest'
import type { Challenged } from '../../src/interfaces/challenge.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { open, seal } from '../../src/crypto/seal.js'
import { seededRandom } from '../../src/testing/index.js'
import { decodeRecord, encodeRecord } from '../../src/user/codec.js'
import type { UserRecord } from '../../src/user/record.js'
import { makeFullAccount } from '../support/full-account.js'
import { operations } from '../support/operations.js'
import { expectCode, must } from '../support/outcome.js'
import { appWorld, begin, passByPasskey, passkeyWorld, phoneWorld, proofOf, trustedBrowser } from '../support/people.js'
import { contents, OLD_KEY, type World } from '../support/world.js'

const KEY = 'user:default:ada'
const DAY = 86_400_000

/** Changes Ada's record as somebody with the keys could, or a clock that was wrong. */
async function rewrite({ data }: World, change: (record: UserRecord) => Partial<UserRecord>): Promise<void> {
  const ring = createKeyRing([{ id: 'k1', secret: OLD_KEY.secret as Uint8Array }], 'default')
  const value = (await data.get(KEY)) ?? ''
  const record = decodeRecord(open(ring, KEY, value))
  if (record === null) throw new Error('the record cannot be read')
  const next = encodeRecord({ ...record, ...change(record) })
  await data.swap(KEY, value, seal(ring, seededRandom('rewritten'), KEY, next), null)
}

describe.each(operations)('invariant 11, whatever the clock says to "$name": it fails closed', (operation) => {
  it.each([Number.NaN, -1, Infinity, -Infinity, 8.64e15 + 1, 1e300, '5', null, undefined])(
    'at %s, and changes nothing',
    async (at) => {
      const account = await makeFullAccount(operation.account)
      const before = await contents(account.world.data)
      const settled = {
        ...account,
        appCode: () => '123456',
        wrongAppCode: () => '123456',
        pendingApp: { ...account.pendingApp, code: () => '123456' },
      }
      account.world.clock.set(at as never)
      await expectCode(operation.run(settled), 'ERR_CLOCK_INVALID')
      expect(await contents(account.world.data)).toEqual(before)
      expect([account.world.inbox.attempts, account.world.events]).toEqual([0, []])
    },
  )
})

describe('invariant 11: a clock that was set back', () => {
  it('approves nothing, trusts nothing and frees nothing', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const proof = await proofOf(world, ada)
    const { token } = await begin(world, 'ada')
    world.clock.advanceSeconds(-3600)
    const { challenge } = world.twoFactor
    const code = ada.app.code(world.clock)
    expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'expired' })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
    const again = await begin(world, 'ada')
    expect(await challenge.verify({ token: again.token, code })).toMatchObject({ reason: 'already-used' })
  })

  it('unlocks nobody and sends no text more', async () => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    for (let guess = 0; guess < 5; guess++) await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })
    world.clock.advanceSeconds(-3600)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'locked' })
    expect(await world.twoFactor.challenge.resend({ token })).toMatchObject({ status: 'rejected' })
  })

  it('takes no access pass', async () => {
    const { world } = await appWorld()
    const { admin, account, challenge } = world.twoFactor
    const { pass } = must(await admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
    world.clock.advanceSeconds(-31)
    expect((await account.status({ userId: 'ada' })).accessPass).toBeNull()
    const { token } = await begin(world, 'ada')
    expect(await challenge.redeemRecoveryCode({ token, recoveryCode: pass })).toMatchObject({ reason: 'wrong-code' })
    world.clock.advanceSeconds(1)
    expect(await challenge.redeemRecoveryCode({ token, recoveryCode: pass })).toMatchObject({ status: 'approved' })
  })

  it('confirms no enrolment and takes no passkey of before', async () => {
    const { world, ada } = await passkeyWorld()
    const { proof } = await passByPasskey(world, ada)
    const { enrolment, challenge } = world.twoFactor
    const { enrolmentId } = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }), 'started')
    const { token, passkey } = await begin(world, 'ada')
    world.clock.advanceSeconds(-31)
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId, code: '123456' })).toMatchObject({ reason: 'expired' })
    const response = ada.passkey.get(passkey)
    expect(await challenge.verify({ token, response })).toMatchObject({ reason: 'expired' })
    world.clock.advanceSeconds(1)
    expect(await challenge.verify({ token, response })).toMatchObject({ status: 'approved' })
  })
})

describe('invariant 11: a clock that was ahead', () => {
  it('leaves what was settled settled, though its end was written down', async () => {
    const { world, ada } = await passkeyWorld()
    const { token, passkey } = await begin(world, 'ada')
    const response = ada.passkey.get(passkey)
    must(await world.twoFactor.challenge.verify({ token, response }), 'approved')
    world.clock.advanceSeconds(590)
    // As far apart as two processes' clocks may be.
    const ahead = world.process({ clock: { now: () => world.clock.now() + 20_000 } })
    must(await ahead.factors.rename({ userId: 'ada', factorId: ada.factor.id, name: 'My key' }), 'renamed')
    const again = ada.passkey.get(passkey)
    expect(await world.twoFactor.challenge.verify({ token, response: again })).toMatchObject({ reason: 'settled' })
  })

  it('shuts nobody out once it is set right', async () => {
    const { world, ada } = await passkeyWorld()
    world.clock.advanceSeconds(3600)
    await passByPasskey(world, ada)
    world.clock.advanceSeconds(600)
    await passByPasskey(world, ada)
    world.clock.advanceSeconds(-4200)
    await passByPasskey(world, ada)
  })
})

describe('invariant 11: after a process whose clock is a day ahead has forgotten a challenge', () => {
  /** From here on challenges are dated a day ahead. */
  async function forgetOneOfTomorrow(world: World, factorId: string): Promise<void> {
    const ahead = world.process({ clock: { now: () => world.clock.now() + DAY } })
    const { token } = must(await ahead.challenge.begin({ userId: 'ada', factorId }), 'challenged')
    must(await ahead.challenge.cancel({ token }), 'cancelled')
    world.clock.advanceSeconds(600)
    must(await ahead.factors.rename({ userId: 'ada', factorId, name: 'Mine' }), 'renamed')
  }

  it('one whose text is abandoned ends none that was begun after it', async () => {
    const { world, ada } = await phoneWorld()
    await forgetOneOfTomorrow(world, ada.factor.id)
    await begin(world, 'ada')
    world.clock.advanceSeconds(590)
    const { token } = await begin(world, 'ada')
    world.clock.advanceSeconds(61)
    const code = ada.code()
    const { challenge } = world.twoFactor
    expect(await challenge.verify({ token, code })).toMatchObject({ status: 'approved' })
    expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'settled' })
  })

  it('one that is approved ends none that was begun after it, and stays settled', async () => {
    const { world, ada } = await passkeyWorld()
    await forgetOneOfTomorrow(world, ada.factor.id)
    const first = await begin(world, 'ada')
    world.clock.advanceSeconds(300)
    const second = await begin(world, 'ada')
    const { challenge } = world.twoFactor
    const answer = ({ token, passkey }: Challenged) => challenge.verify({ token, response: ada.passkey.get(passkey) })
    must(await answer(first), 'approved')
    world.clock.advanceSeconds(300)
    must(await answer(second), 'approved')
    world.clock.advanceSeconds(-1)
    expect(await answer(first)).toMatchObject({ reason: 'settled' })
    expect(await answer(second)).toMatchObject({ reason: 'settled' })
  })
})

describe('invariant 11: a lock', () => {
  it("never reads as longer than the policy's longest, whatever a wrong clock once wrote", async () => {
    const { world, ada } = await appWorld()
    await rewrite(world, () => ({ guesses: { consecutiveWrong: 5, lockedUntilAt: world.clock.now() + 400 * DAY } }))
    const { account, challenge } = world.twoFactor
    const longest = world.clock.now() + DAY
    expect((await account.status({ userId: 'ada' })).lockedUntilAt).toBe(longest)
    const begun = must(await challenge.begin({ userId: 'ada' }), 'locked')
    expect(begun.retryAt).toBe(longest)
    expect(await challenge.verify({ token: begun.token, code: '123456' })).toMatchObject({ retryAt: longest })
    world.clock.set(longest - 1)
    expect(await challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'locked', retryAt: longest })
    world.clock.set(longest)
    const { token } = await begin(world, 'ada')
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ status: 'approved' })
  })
})
