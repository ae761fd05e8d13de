import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolSms,
  phoneWorld,
  PHONE,
  typeWrongCodes,
  type AppPerson,
  type Person,
} from '../support/people.js'
import { START, type World, type WorldOptions } from '../support/world.js'

/** Ada with an app, which is asked for first, and a phone. */
async function bothFactors(options: WorldOptions = {}): Promise<{ world: World; ada: AppPerson; phone: Person }> {
  const { world, ada } = await appWorld(options)
  const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
  world.inbox.clear()
  return { world, ada, phone }
}

describe('switching the factor of a challenge', () => {
  it('asks for the phone instead, and texts it', async () => {
    const { world, phone } = await bothFactors()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    world.clock.advanceSeconds(60)
    const switched = must(await challenge.switchFactor({ token, factorId: phone.factor.id }), 'challenged')
    expect(switched).toMatchObject({
      factor: { id: phone.factor.id },
      delivery: { status: 'sent', channel: 'sms' },
      expiresAt: START + 600_000,
      recoveryCodesRemaining: 10,
    })
    expect(switched.factors).toHaveLength(2)
    expect(world.inbox.messages).toHaveLength(1)
    expect(await challenge.verify({ token: switched.token, code: phone.code() })).toMatchObject({
      status: 'approved',
      method: 'sms',
    })
  })

  it('asks for the app instead, and texts nobody', async () => {
    const { world, ada, phone } = await bothFactors()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { factorId: phone.factor.id })
    const sent = world.inbox.attempts
    const switched = must(await challenge.switchFactor({ token, factorId: ada.factor.id }), 'challenged')
    expect(switched).toMatchObject({ factor: { id: ada.factor.id }, delivery: null })
    expect(world.inbox.attempts).toBe(sent)
    expect(await challenge.verify({ token: switched.token, code: ada.code() })).toMatchObject({
      status: 'approved',
      method: 'totp',
    })
  })

  it('gives a token that does not take the code of the factor before', async () => {
    const { world, ada, phone } = await bothFactors()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { factorId: phone.factor.id })
    const texted = phone.code()
    const switched = must(await challenge.switchFactor({ token, factorId: ada.factor.id }), 'challenged')
    expect(await challenge.verify({ token: switched.token, code: texted })).toMatchObject({ reason: 'wrong-code' })
  })

  it('leaves one challenge: the first of its tokens to be used settles all', async () => {
    const { world, ada, phone } = await bothFactors()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { factorId: phone.factor.id })
    const texted = phone.code()
    const switched = must(await challenge.switchFactor({ token, factorId: ada.factor.id }), 'challenged')
    must(await challenge.verify({ token, code: texted }), 'approved')
    expect(await challenge.verify({ token: switched.token, code: ada.code() })).toMatchObject({ reason: 'settled' })
    expect(await challenge.switchFactor({ token: switched.token, factorId: phone.factor.id })).toMatchObject({
      reason: 'settled',
    })
  })

  it('has one budget of guesses, however often it switches', async () => {
    const { world, ada, phone } = await bothFactors()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    for (let tries = 0; tries < 3; tries++) await challenge.verify({ token, code: ada.wrongCode() })
    const texted = must(await challenge.switchFactor({ token, factorId: phone.factor.id }), 'challenged')
    expect(await challenge.verify({ token: texted.token, code: phone.wrongCode() })).toMatchObject({
      attemptsRemaining: 1,
    })
    const back = must(await challenge.switchFactor({ token: texted.token, factorId: ada.factor.id }), 'challenged')
    expect(await challenge.verify({ token: back.token, code: ada.wrongCode() })).toMatchObject({ attemptsRemaining: 0 })
    expect(await challenge.switchFactor({ token, factorId: phone.factor.id })).toMatchObject({
      status: 'rejected',
      reason: 'locked',
    })
  })

  it('back to the phone within the wait, sends no second text, and its code still works', async () => {
    const { world, ada, phone } = await bothFactors()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { factorId: phone.factor.id })
    await challenge.switchFactor({ token, factorId: ada.factor.id })
    const back = must(await challenge.switchFactor({ token, factorId: phone.factor.id }), 'challenged')
    expect(back.delivery).toEqual({ status: 'not-sent', reason: 'too-soon', retryAt: START + 30_000 })
    expect(world.inbox.messages).toHaveLength(1)
    must(await challenge.verify({ token, code: phone.code() }), 'approved')
  })

  it('to another phone, never takes the code that went to the first', async () => {
    const { world, ada, phone } = await bothFactors()
    const { challenge } = world.twoFactor
    const second = await enrolSms(world, 'ada', '+447400123456', { proof: ada.proof })
    world.clock.advanceSeconds(30)
    const { token } = await begin(world, 'ada', { factorId: phone.factor.id })
    const first = phone.code()
    const switched = must(await challenge.switchFactor({ token, factorId: second.factor.id }), 'challenged')
    expect(switched.delivery).toMatchObject({ status: 'not-sent', reason: 'too-soon' })
    expect(await challenge.verify({ token: switched.token, code: first })).toMatchObject({
      status: 'rejected',
      reason: 'expired',
      attemptsRemaining: 5,
    })
    world.clock.advanceSeconds(30)
    must(await challenge.resend({ token: switched.token }), 'sent')
    expect(world.inbox.last().to).toBe('+447400123456')
    expect(await challenge.verify({ token: switched.token, code: first })).toMatchObject({ reason: 'wrong-code' })
    expect(await challenge.verify({ token, code: first })).toMatchObject({ reason: 'expired' })
    must(await challenge.verify({ token: switched.token, code: second.code() }), 'approved')
  })

  it('shares the waits and the five texts of the challenge', async () => {
    const { world, ada, phone } = await bothFactors({
      policy: { challengeLifetimeSeconds: 900, textsPerNumberTenMinutes: 20 },
    })
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    const toPhone = async () => {
      await challenge.switchFactor({ token, factorId: ada.factor.id })
      return must(await challenge.switchFactor({ token, factorId: phone.factor.id }), 'challenged').delivery
    }
    for (const wait of [30, 60, 120, 300]) {
      expect(await toPhone()).toMatchObject({ status: 'sent', channel: 'sms' })
      expect(await toPhone()).toMatchObject({
        status: 'not-sent',
        reason: 'too-soon',
        retryAt: world.clock.now() + wait * 1000,
      })
      world.clock.advanceSeconds(wait)
    }
    expect(await toPhone()).toMatchObject({ status: 'sent', channel: 'sms', resendAt: null })
    expect(await toPhone()).toEqual({ status: 'not-sent', reason: 'budget-spent', retryAt: null })
  })

  it.each([
    ['that is not there', 'no such factor'],
    ['that is no id', 12 as unknown as string],
  ])('rejects a factor %s', async (_what, factorId) => {
    const { world } = await appWorld()
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.switchFactor({ token, factorId })).toEqual({
      status: 'rejected',
      reason: 'unknown-factor',
      attemptsRemaining: null,
      retryAt: null,
    })
  })

  it('rejects what is no token, and a challenge that is over', async () => {
    const { world, ada } = await appWorld()
    const { challenge, account } = world.twoFactor
    const factorId = ada.factor.id
    expect(await challenge.switchFactor({ token: 'nonsense', factorId })).toMatchObject({ reason: 'unknown-challenge' })
    const cancelled = await begin(world, 'ada')
    await challenge.cancel(cancelled)
    expect(await challenge.switchFactor({ token: cancelled.token, factorId })).toMatchObject({ reason: 'settled' })
    const revoked = await begin(world, 'ada')
    await account.passwordChanged({ userId: 'ada' })
    expect(await challenge.switchFactor({ token: revoked.token, factorId })).toMatchObject({ reason: 'revoked' })
    const expired = await begin(world, 'ada')
    world.clock.advanceSeconds(600)
    expect(await challenge.switchFactor({ token: expired.token, factorId })).toMatchObject({ reason: 'expired' })
  })

  it('does not get back to a phone whose code took too many wrong ones, only to another factor', async () => {
    const { world, ada, phone } = await bothFactors()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { factorId: phone.factor.id })
    for (let tries = 0; tries < 5; tries++) await challenge.verify({ token, code: phone.wrongCode() })
    world.clock.set(START + 60_000)
    expect(await challenge.switchFactor({ token, factorId: phone.factor.id })).toEqual({
      status: 'rejected',
      reason: 'exhausted',
      attemptsRemaining: 0,
      retryAt: null,
    })
    expect(world.inbox.messages).toHaveLength(1)
    const switched = must(await challenge.switchFactor({ token, factorId: ada.factor.id }), 'challenged')
    must(await challenge.verify({ token: switched.token, code: ada.code() }), 'approved')
  })

  it('sends nothing while the user is locked', async () => {
    const { world, phone, ada } = await bothFactors()
    const { token } = await begin(world, 'ada')
    await typeWrongCodes(world, ada, 5)
    const sent = world.inbox.attempts
    const outcome = await world.twoFactor.challenge.switchFactor({ token, factorId: phone.factor.id })
    expect(outcome).toEqual({ status: 'rejected', reason: 'locked', attemptsRemaining: 0, retryAt: START + 60_000 })
    expect(world.inbox.attempts).toBe(sent)
  })
})

describe('a challenge of an imported app with eight digits', () => {
  it('takes eight digits, and six after a switch to a phone', async () => {
    const { world } = await phoneWorld()
    const { admin, challenge } = world.twoFactor
    const secret = { encoding: 'hex', value: '31323334353637383930'.repeat(2) } as const
    const imported = must(await admin.importTotp({ userId: 'ada', actor: 'script', secret, digits: 8 }), 'imported')
    const { token } = await begin(world, 'ada')
    expect(await challenge.verify({ token, code: '123456' })).toMatchObject({ reason: 'malformed-code' })
    expect(await challenge.verify({ token, code: '12345678' })).toMatchObject({ reason: 'wrong-code' })
    const [phone] = (await world.twoFactor.factors.list({ userId: 'ada' })).factors
    const switched = must(await challenge.switchFactor({ token, factorId: phone?.id ?? '' }), 'challenged')
    expect(imported.factor.id).not.toBe(phone?.id)
    must(await challenge.verify({ token: switched.token, code: world.inbox.lastCode() }), 'approved')
  })
})
