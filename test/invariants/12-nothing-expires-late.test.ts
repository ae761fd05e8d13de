import { describe, expect, it } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, phoneWorld, proofOf, trustedBrowser } from '../support/people.js'
import { makeWorld } from '../support/world.js'

const MINUTE = 60_000
const DAY = 86_400_000

// The memory store drops nothing unless it is asked for, and copies of it are written without any expiry.

describe('invariant 12: nothing expires late because the store did not purge', () => {
  it('a challenge ends at its instant, for every way to answer it', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const { token, expiresAt } = await begin(world, 'ada')
    world.clock.set(expiresAt - 1)
    expect(await challenge.verify({ token, code: '000000' })).toMatchObject({ reason: 'wrong-code' })
    world.clock.set(expiresAt)
    const [recoveryCode = ''] = ada.recoveryCodes
    for (const answer of [
      await challenge.verify({ token, code: ada.app.code(world.clock) }),
      await challenge.redeemRecoveryCode({ token, recoveryCode }),
      await challenge.switchFactor({ token, factorId: ada.factor.id }),
      await challenge.resend({ token }),
    ])
      expect(answer).toMatchObject({ status: 'rejected', reason: 'expired' })
  })

  it('a texted code ends at its instant, before its challenge does', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const { token, delivery, expiresAt } = await begin(world, 'ada')
    const code = ada.code()
    const ends = must(delivery!, 'sent').expiresAt
    expect(ends).toBeLessThan(expiresAt)
    world.clock.set(ends)
    expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'expired', attemptsRemaining: 5 })
  })

  it('an enrolment ends at its instant, and gives its place back', async () => {
    const { world, pendingApp, pendingAppId: enrolmentId, pendingPhoneId, pendingPhoneCode } = await makeFullAccount()
    const { enrolment } = world.twoFactor
    const { expiresAt } = must(await enrolment.resume({ userId: 'ada', enrolmentId }), 'started')
    world.clock.set(expiresAt)
    for (const [id, code] of [
      [enrolmentId, pendingApp.code(world.clock)],
      [pendingPhoneId, pendingPhoneCode],
    ] as const) {
      expect(await enrolment.confirm({ userId: 'ada', enrolmentId: id, code })).toMatchObject({ reason: 'expired' })
      expect(await enrolment.resume({ userId: 'ada', enrolmentId: id })).toMatchObject({ reason: 'unknown-enrolment' })
    }
    expect(await enrolment.resend({ userId: 'ada', enrolmentId: pendingPhoneId })).toMatchObject({
      reason: 'unknown-enrolment',
    })
  })

  it('an enrolment that has expired holds no place of a tenth factor', async () => {
    const { world, ada } = await appWorld()
    const { admin, enrolment } = world.twoFactor
    for (let each = 0; each < 8; each++) {
      const secret = { encoding: 'raw', value: new Uint8Array(20).fill(each) } as const
      must(await admin.importTotp({ userId: 'ada', actor: 'staff', secret }), 'imported')
    }
    const proof = await proofOf(world, ada)
    const phone = { userId: 'ada', phoneNumber: '+14155550123', proof }
    const { expiresAt } = must(await enrolment.beginSms(phone), 'started')
    expect(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof })).toMatchObject({
      reason: 'too-many-factors',
    })
    world.clock.set(expiresAt)
    const fresh = await proofOf(world, ada)
    must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof: fresh }), 'started')
  })

  it('a proof ends at its instant', async () => {
    const { world, ada } = await appWorld()
    const proof = await proofOf(world, ada)
    const { challenge, factors } = world.twoFactor
    world.clock.advance(10 * MINUTE - 1)
    expect(await challenge.checkProof({ userId: 'ada', proof })).toMatchObject({ status: 'valid' })
    world.clock.advance(1)
    expect(await challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
    expect(await factors.remove({ userId: 'ada', factorId: ada.factor.id, proof })).toMatchObject({
      reason: 'proof-invalid',
    })
  })

  it('a trusted device ends at its instant, and is listed no longer', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const { challenge, trustedDevices, account } = world.twoFactor
    const trustedAt = world.clock.now()
    world.clock.set(trustedAt + 30 * DAY - 1)
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'trusted' })
    world.clock.advance(1)
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await trustedDevices.list({ userId: 'ada' })).toEqual({ status: 'listed', devices: [] })
    expect((await account.status({ userId: 'ada' })).trustedDevices).toEqual([])
  })

  it('an access pass ends at its instant', async () => {
    const world = makeWorld()
    const { admin, challenge } = world.twoFactor
    const { pass: recoveryCode, expiresAt } = must(
      await admin.issueAccessPass({ userId: 'ada', actor: 'staff', lifetimeSeconds: 900 }),
      'issued',
    )
    world.clock.set(expiresAt - 1)
    const { token } = must(await challenge.begin({ userId: 'ada' }), 'enrolment-required')
    world.clock.set(expiresAt)
    expect(await challenge.redeemRecoveryCode({ token: token!, recoveryCode })).toMatchObject({ status: 'rejected' })
    expect(await challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'enrolment-required', token: null })
  })

  it('a lock ends at its instant, and no sooner', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    for (let guess = 0; guess < 5; guess++) await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })
    const { retryAt } = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'locked')
    world.clock.set(retryAt - 1)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'locked' })
    world.clock.set(retryAt)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'challenged' })
  })

  it('a sending budget frees its place at its instant', async () => {
    const { world } = await phoneWorld()
    const deliveries = []
    for (let text = 0; text < 6; text++) deliveries.push((await begin(world, 'ada')).delivery)
    const refused = must(deliveries[5]!, 'not-sent')
    expect(refused.reason).toBe('budget-spent')
    world.clock.set(refused.retryAt! - 1)
    expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'not-sent' })
    world.clock.set(refused.retryAt!)
    expect((await begin(world, 'ada')).delivery).toMatchObject({ status: 'sent', channel: 'sms' })
  })

  it('an erased user has nothing left to expire', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    await world.twoFactor.account.erase({ userId: 'ada' })
    await enrolTotp(world, 'ada')
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({
      status: 'challenged',
    })
  })
})
