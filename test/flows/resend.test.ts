import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { appWorld, begin, phoneWorld, typeWrongCodes } from '../support/people.js'
import { START } from '../support/world.js'

describe('resending the text of a challenge', () => {
  it('waits 30, 60, 120 and 300 seconds, and stops at five texts', async () => {
    const { world } = await phoneWorld({ policy: { challengeLifetimeSeconds: 900 } })
    const { challenge } = world.twoFactor
    const { token, delivery } = await begin(world, 'ada')
    expect(delivery).toMatchObject({ status: 'sent', channel: 'sms', resendAt: START + 30_000 })
    const waits = [30, 60, 120, 300]
    for (const [index, wait] of waits.entries()) {
      world.clock.advance(wait * 1000 - 1)
      expect(await challenge.resend({ token })).toEqual({
        status: 'not-sent',
        reason: 'too-soon',
        retryAt: world.clock.now() + 1,
      })
      world.clock.advance(1)
      const next = waits[index + 1]
      const { resendAt } = must(await challenge.resend({ token }), 'sent')
      expect(resendAt).toBe(next === undefined ? null : world.clock.now() + next * 1000)
    }
    world.clock.advanceSeconds(300)
    expect(await challenge.resend({ token })).toEqual({ status: 'not-sent', reason: 'budget-spent', retryAt: null })
    expect(world.inbox.attempts).toBe(5)
  })

  it('repeats the code and its expiry while a minute of its life is left, under another idempotency key', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    const first = world.inbox.last()
    world.clock.set(START + 240_000)
    expect(await challenge.resend({ token })).toEqual({
      status: 'sent',
      channel: 'sms',
      destination: '•••• 0123',
      sentAt: START + 240_000,
      resendAt: START + 240_000 + 60_000,
      expiresAt: START + 300_000,
    })
    const second = world.inbox.last()
    expect(second).toMatchObject({ code: first.code, expiresAt: first.expiresAt, to: first.to, purpose: 'sign-in' })
    expect(second.idempotencyKey).not.toBe(first.idempotencyKey)
    must(await challenge.verify({ token, code: ada.code() }), 'approved')
  })

  it('sends the next code when less than a minute of the first is left, and takes that one only', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    const first = ada.code()
    world.clock.set(START + 240_001)
    expect(await challenge.resend({ token })).toMatchObject({
      status: 'sent',
      channel: 'sms',
      expiresAt: START + 540_001,
    })
    expect(ada.code()).not.toBe(first)
    expect(await challenge.verify({ token, code: first })).toMatchObject({ reason: 'wrong-code' })
    must(await challenge.verify({ token, code: ada.code() }), 'approved')
  })

  it('repeats a code that ends with its challenge, however little of that is left', async () => {
    const { world, ada } = await phoneWorld({ policy: { challengeLifetimeSeconds: 60 } })
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    const first = ada.code()
    world.clock.set(START + 59_000)
    expect(await challenge.resend({ token })).toMatchObject({
      status: 'sent',
      channel: 'sms',
      expiresAt: START + 60_000,
    })
    expect(ada.code()).toBe(first)
  })

  it('sends the next code once the first has expired', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    const first = ada.code()
    world.clock.advanceSeconds(300)
    expect(await challenge.resend({ token })).toMatchObject({
      status: 'sent',
      channel: 'sms',
      expiresAt: START + 600_000,
    })
    expect(ada.code()).not.toBe(first)
    expect(await challenge.verify({ token, code: first })).toMatchObject({ reason: 'wrong-code' })
    must(await challenge.verify({ token, code: ada.code() }), 'approved')
  })

  it('is rejected for a challenge that is over', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge, account } = world.twoFactor
    const settled = await begin(world, 'ada')
    must(await challenge.verify({ token: settled.token, code: ada.code() }), 'approved')
    expect(await challenge.resend({ token: settled.token })).toMatchObject({ status: 'rejected', reason: 'settled' })
    const revoked = await begin(world, 'ada')
    await account.passwordChanged({ userId: 'ada' })
    expect(await challenge.resend({ token: revoked.token })).toMatchObject({ status: 'rejected', reason: 'revoked' })
    const expired = await begin(world, 'ada')
    world.clock.advanceSeconds(600)
    expect(await challenge.resend({ token: expired.token })).toMatchObject({ status: 'rejected', reason: 'expired' })
    expect(await challenge.resend({ token: 'nonsense' })).toMatchObject({
      status: 'rejected',
      reason: 'unknown-challenge',
    })
    expect(world.inbox.attempts).toBe(3)
  })

  it('is rejected when an app was asked for: there is nothing to resend', async () => {
    const { world } = await appWorld()
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.resend({ token })).toMatchObject({
      status: 'rejected',
      reason: 'unknown-challenge',
    })
    expect(world.inbox.attempts).toBe(0)
  })

  it('is rejected while the user is locked, and sends nothing', async () => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    await typeWrongCodes(world, ada, 5)
    const sent = world.inbox.attempts
    world.clock.advanceSeconds(40)
    expect(await world.twoFactor.challenge.resend({ token })).toMatchObject({
      status: 'rejected',
      reason: 'locked',
      retryAt: START + 60_000,
    })
    expect(world.inbox.attempts).toBe(sent)
  })
})
