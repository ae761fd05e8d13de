import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, PHONE, phoneWorld } from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'

const rejectedAs = (reason: string, attemptsRemaining: number | null = null) => ({
  status: 'rejected',
  reason,
  attemptsRemaining,
  retryAt: null,
})
const refusedAs = (reason: string) => ({ status: 'refused', reason, retryAt: null })

describe('operations in an order that makes no sense, on somebody unknown', () => {
  const { twoFactor, data, inbox, events } = makeWorld()
  const { account, admin, challenge, enrolment, factors, maintenance, recoveryCodes, trustedDevices } = twoFactor
  const userId = 'nobody'
  const token = 'v1.k1.AAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

  it.each<[string, () => Promise<unknown>, unknown]>([
    ['verify before begin', () => challenge.verify({ token, code: '123456' }), rejectedAs('unknown-challenge')],
    [
      "verify a passkey's response before begin",
      () => challenge.verify({ token, response: { id: 'x' } }),
      rejectedAs('unknown-challenge'),
    ],
    [
      'redeem before begin',
      () => challenge.redeemRecoveryCode({ token, recoveryCode: '0000-0000-0000-0000-0000-0000' }),
      rejectedAs('unknown-challenge'),
    ],
    ['switch before begin', () => challenge.switchFactor({ token, factorId: 'x' }), rejectedAs('unknown-challenge')],
    ['resend before begin', () => challenge.resend({ token }), rejectedAs('unknown-challenge')],
    ['cancel before begin', () => challenge.cancel({ token }), { status: 'cancelled' }],
    ['check a proof of nothing', () => challenge.checkProof({ userId, proof: token }), { status: 'invalid' }],
    [
      'confirm before begin',
      () => enrolment.confirm({ userId, enrolmentId: 'x', code: '123456' }),
      rejectedAs('unknown-enrolment', 0),
    ],
    [
      "confirm a passkey's response before begin",
      () => enrolment.confirm({ userId, enrolmentId: 'x', response: { id: 'x' } }),
      rejectedAs('unknown-enrolment', 0),
    ],
    ['resume before begin', () => enrolment.resume({ userId, enrolmentId: 'x' }), refusedAs('unknown-enrolment')],
    [
      'resend an enrolment before begin',
      () => enrolment.resend({ userId, enrolmentId: 'x' }),
      refusedAs('unknown-enrolment'),
    ],
    ['cancel an enrolment before begin', () => enrolment.cancel({ userId, enrolmentId: 'x' }), { status: 'cancelled' }],
    [
      'rename before there is a factor',
      () => factors.rename({ userId, factorId: 'x', name: 'x' }),
      refusedAs('unknown-factor'),
    ],
    [
      'prefer before there is a factor',
      () => factors.prefer({ userId, factorId: 'x', proof: token }),
      refusedAs('unknown-factor'),
    ],
    [
      'remove before there is a factor',
      () => factors.remove({ userId, factorId: 'x', proof: token }),
      refusedAs('unknown-factor'),
    ],
    [
      'regenerate before there is a factor',
      () => recoveryCodes.regenerate({ userId, proof: token }),
      refusedAs('unknown-factor'),
    ],
    ['revoke before there is a device', () => trustedDevices.revoke({ userId, deviceId: 'x' }), { status: 'revoked' }],
    ['revoke all before there is a device', () => trustedDevices.revokeAll({ userId }), { status: 'revoked' }],
    ['disable before there is a factor', () => account.disable({ userId, proof: '' }), { status: 'disabled' }],
    [
      'remove for somebody before there is a factor',
      () => admin.removeFactor({ userId, actor: 'staff', factorId: 'x' }),
      refusedAs('unknown-factor'),
    ],
    [
      'acknowledge before there is a recovery code',
      () => recoveryCodes.acknowledge({ userId }),
      { status: 'acknowledged' },
    ],
    ['look at the activity first', () => account.activity({ userId }), { status: 'listed', activity: [] }],
    ['change the password first', () => account.passwordChanged({ userId }), { status: 'recorded' }],
    ['erase first', () => account.erase({ userId }), { status: 'erased' }],
    ['reset first', () => admin.reset({ userId, actor: 'staff' }), { status: 'reset' }],
    ['unlock first', () => admin.unlock({ userId, actor: 'staff' }), { status: 'unlocked' }],
    ['reseal nothing', () => maintenance.reseal(), { status: 'completed', seen: 0, resealed: 0, unreadable: 0 }],
    [
      'begin with a cookie of nobody',
      () => challenge.begin({ userId, trustedDeviceToken: token }),
      { status: 'not-required' },
    ],
  ])('%s: a plain answer, no state, no text, no event', async (_what, work, answer) => {
    expect(await work()).toEqual(answer)
    expect(await contents(data)).toEqual(new Map())
    expect(inbox.attempts).toBe(0)
    expect(events).toEqual([])
  })
})

describe('the ids and tokens of somebody else', () => {
  it('open nothing and change nothing', async () => {
    const { world, ada } = await phoneWorld()
    const { account, challenge, enrolment, factors, recoveryCodes, trustedDevices } = world.twoFactor
    const bob = await enrolTotp(world, 'bob')
    const { enrolmentId } = must(
      await enrolment.beginSms({ userId: 'ada', phoneNumber: '+447400123456', proof: ada.proof }),
      'started',
    )
    await world.twoFactor.challenge.verify({
      token: (await begin(world, 'ada')).token,
      code: ada.code(),
      trustDevice: { name: 'Firefox' },
    })
    const { devices } = await trustedDevices.list({ userId: 'ada' })
    const deviceId = devices[0]?.id ?? ''
    const before = await contents(world.data)
    const sent = world.inbox.attempts
    const code = world.inbox.lastCode('+447400123456')
    const factorId = ada.factor.id
    const proof = ada.proof

    expect(await enrolment.confirm({ userId: 'bob', enrolmentId, code })).toEqual(rejectedAs('unknown-enrolment', 0))
    expect(await enrolment.resume({ userId: 'bob', enrolmentId })).toEqual(refusedAs('unknown-enrolment'))
    expect(await enrolment.resend({ userId: 'bob', enrolmentId })).toEqual(refusedAs('unknown-enrolment'))
    await enrolment.cancel({ userId: 'bob', enrolmentId })
    await trustedDevices.revoke({ userId: 'bob', deviceId })
    expect(await factors.rename({ userId: 'bob', factorId, name: 'Mine' })).toEqual(refusedAs('unknown-factor'))
    expect(await factors.prefer({ userId: 'bob', factorId, proof: bob.proof })).toEqual(refusedAs('unknown-factor'))
    expect(await factors.remove({ userId: 'bob', factorId, proof: bob.proof })).toEqual(refusedAs('unknown-factor'))
    expect(await factors.remove({ userId: 'bob', factorId: bob.factor.id, proof })).toEqual(refusedAs('proof-invalid'))
    expect(await recoveryCodes.regenerate({ userId: 'bob', proof })).toEqual(refusedAs('proof-invalid'))
    expect(await account.disable({ userId: 'bob', proof })).toEqual(refusedAs('proof-invalid'))
    expect(await enrolment.beginTotp({ userId: 'bob', accountName: 'bob', proof })).toEqual(refusedAs('proof-invalid'))
    expect(await enrolment.beginPasskey({ userId: 'bob', accountName: 'b', proof })).toEqual(refusedAs('proof-invalid'))
    expect(await enrolment.beginSms({ userId: 'bob', phoneNumber: PHONE, proof })).toEqual(refusedAs('proof-invalid'))
    expect(await challenge.checkProof({ userId: 'bob', proof })).toEqual({ status: 'invalid' })

    expect(await contents(world.data)).toEqual(before)
    expect(world.inbox.attempts).toBe(sent)
  })

  it("neither does a challenge token end in anybody else's approval", async () => {
    const { world, ada } = await appWorld()
    const bob = await enrolTotp(world, 'bob')
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.switchFactor({ token, factorId: bob.factor.id })).toEqual(
      rejectedAs('unknown-factor'),
    )
    expect(await world.twoFactor.challenge.verify({ token, code: bob.code() })).toMatchObject({ reason: 'wrong-code' })
    expect(must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved').userId).toBe('ada')
  })
})

describe('a challenge without a text', () => {
  it('takes no code before one was sent', async () => {
    const { world } = await phoneWorld({ texts: null })
    const { token, delivery } = await begin(world, 'ada')
    expect(delivery).toEqual({ status: 'not-sent', reason: 'delivery-failed', retryAt: null })
    expect(await world.twoFactor.challenge.verify({ token, code: '000000' })).toEqual(rejectedAs('expired', 5))
  })
})
