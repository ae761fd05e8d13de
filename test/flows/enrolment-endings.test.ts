import { describe, expect, it } from 'vitest'
import { authenticator } from '../../src/testing/index.js'
import { must, wrongCode } from '../support/outcome.js'
import { enrolSms, enrolTotp, PHONE } from '../support/people.js'
import { makeWorld, type World } from '../support/world.js'

const ada = { userId: 'ada', accountName: 'ada' }

/** A pending enrolment of an authenticator app, and how to type codes into it. */
async function pendingTotp({ twoFactor, clock }: World) {
  const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp(ada), 'started')
  const app = authenticator(uri)
  return {
    enrolmentId,
    typeRight: () => twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: app.code(clock) }),
    typeWrong: () => twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: wrongCode(app.code(clock)) }),
  }
}

describe('an enrolment', () => {
  it('is confirmed once: the second time it is settled', async () => {
    const world = makeWorld()
    const { typeRight } = await pendingTotp(world)
    must(await typeRight(), 'confirmed')
    world.clock.advanceSeconds(30)
    expect(await typeRight()).toEqual({ status: 'rejected', reason: 'settled', attemptsRemaining: 0, retryAt: null })
    expect(world.heard('factor-added')).toHaveLength(1)
  })

  it('is exhausted by five wrong codes, for good', async () => {
    const world = makeWorld()
    const { typeRight, typeWrong } = await pendingTotp(world)
    for (let tries = 0; tries < 4; tries++) await typeWrong()
    const lockedUntil = world.clock.now() + 60_000
    expect(await typeWrong()).toEqual({
      status: 'rejected',
      reason: 'wrong-code',
      attemptsRemaining: 0,
      retryAt: lockedUntil,
    })
    expect(await typeRight()).toEqual({
      status: 'rejected',
      reason: 'exhausted',
      attemptsRemaining: 0,
      retryAt: lockedUntil,
    })
    world.clock.advanceSeconds(60)
    expect(await typeRight()).toEqual({ status: 'rejected', reason: 'exhausted', attemptsRemaining: 0, retryAt: null })
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({ enabled: false })
  })

  it('expires after ten minutes', async () => {
    const world = makeWorld()
    const { typeRight } = await pendingTotp(world)
    world.clock.advance(599_999)
    must(await typeRight(), 'confirmed')
    const other = makeWorld()
    const late = await pendingTotp(other)
    other.clock.advance(600_000)
    expect(await late.typeRight()).toEqual({
      status: 'rejected',
      reason: 'expired',
      attemptsRemaining: 0,
      retryAt: null,
    })
  })

  it('ends when it is cancelled', async () => {
    const world = makeWorld()
    const { enrolmentId, typeRight } = await pendingTotp(world)
    expect(await world.twoFactor.enrolment.cancel({ userId: 'ada', enrolmentId })).toEqual({ status: 'cancelled' })
    expect(await typeRight()).toMatchObject({ status: 'rejected', reason: 'unknown-enrolment' })
    expect(await world.twoFactor.enrolment.cancel({ userId: 'ada', enrolmentId })).toEqual({ status: 'cancelled' })
  })

  it('is replaced by a new one of its kind, and not by one of another', async () => {
    const world = makeWorld()
    const { twoFactor, inbox } = world
    const first = await pendingTotp(world)
    const sms = must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    const second = await pendingTotp(world)
    expect(await first.typeRight()).toMatchObject({ status: 'rejected', reason: 'unknown-enrolment' })
    const code = wrongCode(inbox.lastCode())
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId: sms.enrolmentId, code })).toMatchObject({
      reason: 'wrong-code',
    })
    must(await second.typeRight(), 'confirmed')
  })

  it('begun without a proof does not outlive the first factor', async () => {
    const world = makeWorld()
    const { twoFactor, inbox } = world
    const intruder = must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    await enrolTotp(world)
    const confirmed = await twoFactor.enrolment.confirm({
      userId: 'ada',
      enrolmentId: intruder.enrolmentId,
      code: inbox.lastCode(),
    })
    expect(confirmed).toMatchObject({ status: 'rejected', reason: 'unknown-enrolment' })
  })

  it('begun with a proof outlives a further factor of the other kind', async () => {
    const world = makeWorld()
    const { twoFactor, inbox } = world
    const { proof } = await enrolTotp(world)
    const sms = must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE, proof }), 'started')
    await enrolTotp(world, 'ada', { proof })
    must(
      await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId: sms.enrolmentId, code: inbox.lastCode() }),
      'confirmed',
    )
  })

  it('takes nothing for a code but six digits, and counts nothing then', async () => {
    const world = makeWorld()
    const { enrolmentId, typeRight } = await pendingTotp(world)
    for (const code of ['', '12345', '1234567', 'abcdef', '١٢٣٤٥']) {
      expect(await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code })).toEqual({
        status: 'rejected',
        reason: 'malformed-code',
        attemptsRemaining: null,
        retryAt: null,
      })
    }
    must(await typeRight(), 'confirmed')
  })

  it('shares the budget of guesses with every other', async () => {
    const world = makeWorld()
    const { twoFactor, clock } = world
    const sms = must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    const totp = await pendingTotp(world)
    const smsWrong = { userId: 'ada', enrolmentId: sms.enrolmentId, code: wrongCode(world.inbox.lastCode()) }
    for (let tries = 0; tries < 3; tries++) await twoFactor.enrolment.confirm(smsWrong)
    await totp.typeWrong()
    expect(await totp.typeWrong()).toEqual({
      status: 'rejected',
      reason: 'wrong-code',
      attemptsRemaining: 0,
      retryAt: clock.now() + 60_000,
    })
    expect(await totp.typeRight()).toEqual({
      status: 'rejected',
      reason: 'locked',
      attemptsRemaining: 0,
      retryAt: clock.now() + 60_000,
    })
    const accountName = 'ada'
    expect(await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName })).toEqual({
      status: 'refused',
      reason: 'locked',
      retryAt: clock.now() + 60_000,
    })
    clock.advanceSeconds(60)
    must(await totp.typeRight(), 'confirmed')
  })
})

describe('the eleventh factor', () => {
  it('is refused, and no pending enrolment can become it', async () => {
    const world = makeWorld()
    const { twoFactor } = world
    const { proof } = await enrolTotp(world)
    for (let count = 1; count < 9; count++) await enrolTotp(world, 'ada', { proof })
    must(await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE, proof }), 'started')
    expect(await twoFactor.enrolment.beginTotp({ ...ada, proof })).toEqual({
      status: 'refused',
      reason: 'too-many-factors',
      retryAt: null,
    })
    await enrolSms(world, 'ada', '+447400123456', { proof })
    expect(await twoFactor.enrolment.beginTotp({ ...ada, proof })).toMatchObject({ reason: 'too-many-factors' })
    const { factors } = await twoFactor.factors.list({ userId: 'ada' })
    expect(factors).toHaveLength(10)
    must(await twoFactor.enrolment.beginTotp({ ...ada, proof, replaces: factors[0]?.id }), 'started')
  })
})
