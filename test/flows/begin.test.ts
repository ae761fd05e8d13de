import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, PHONE, phoneWorld, trustedBrowser, typeWrongCodes } from '../support/people.js'
import { makeWorld, START, type EventOf } from '../support/world.js'

describe('beginning a challenge', () => {
  it('is not required of somebody without a factor', async () => {
    const { twoFactor, data } = makeWorld()
    expect(await twoFactor.challenge.begin({ userId: 'ada' })).toEqual({ status: 'not-required' })
    expect(await twoFactor.challenge.begin({ userId: 'ada', required: false, purpose: 'step-up' })).toEqual({
      status: 'not-required',
    })
    expect(await data.get('user:default:ada')).toBeNull()
  })

  it('requires an enrolment where the host requires a factor, and says until when there is grace', async () => {
    const { twoFactor, clock } = makeWorld()
    expect(await twoFactor.challenge.begin({ userId: 'ada', required: true })).toEqual({
      status: 'enrolment-required',
      graceEndsAt: null,
      token: null,
    })
    const required = { from: START + 1000 }
    expect(await twoFactor.challenge.begin({ userId: 'ada', required })).toEqual({
      status: 'enrolment-required',
      graceEndsAt: START + 1000,
      token: null,
    })
    clock.advance(1000)
    expect(await twoFactor.challenge.begin({ userId: 'ada', required })).toEqual({
      status: 'enrolment-required',
      graceEndsAt: null,
      token: null,
    })
  })

  it('asks for a code of an authenticator app', async () => {
    const {
      world,
      ada: { factor },
    } = await appWorld()
    const challenge = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'challenged')
    expect(challenge).toEqual({
      status: 'challenged',
      token: challenge.token,
      factor,
      factors: [factor],
      delivery: null,
      passkey: null,
      expiresAt: START + 600_000,
      recoveryCodesRemaining: 10,
    })
    expect(world.inbox.attempts).toBe(0)
    const [{ challengeId }] = world.heard('challenge-begun') as [EventOf<'challenge-begun'>]
    expect(world.heard('challenge-begun')).toEqual([
      {
        type: 'challenge-begun',
        userId: 'ada',
        at: START,
        clientAddress: null,
        purpose: 'sign-in',
        challengeId,
        factorId: factor.id,
        factorKind: 'totp',
        standing: 'open',
        joined: false,
      },
    ])
    expect(challengeId).toMatch(/^[\w-]{22}$/)
  })

  it('sends a text at once when a phone is the only factor', async () => {
    const {
      world,
      ada: { factor },
    } = await phoneWorld()
    const challenge = await begin(world, 'ada', { purpose: 'step-up' })
    expect(challenge).toMatchObject({
      factor,
      delivery: {
        status: 'sent',
        channel: 'sms',
        destination: '•••• 0123',
        sentAt: START,
        resendAt: START + 30_000,
        expiresAt: START + 300_000,
      },
    })
    expect(world.inbox.last()).toMatchObject({ to: PHONE, purpose: 'step-up', expiresAt: START + 300_000 })
    expect(world.inbox.messages).toHaveLength(1)
  })

  it('asks an app before a phone, until the phone is preferred', async () => {
    const { world, ada: sms } = await phoneWorld()
    const app = await enrolTotp(world, 'ada', { proof: sms.proof })
    const sent = world.inbox.attempts
    const before = await begin(world, 'ada')
    expect(before.factor.id).toBe(app.factor.id)
    expect(before.factors.map(({ id, preferred }) => [id, preferred])).toEqual([
      [sms.factor.id, false],
      [app.factor.id, true],
    ])
    expect(world.inbox.attempts).toBe(sent)
    must(
      await world.twoFactor.factors.prefer({ userId: 'ada', factorId: sms.factor.id, proof: sms.proof }),
      'preferred',
    )
    const after = await begin(world, 'ada')
    expect(after.factor).toMatchObject({ id: sms.factor.id, preferred: true })
    expect(world.inbox.attempts).toBe(sent + 1)
  })

  it('asks for the factor that is named, and ignores a name that is not known', async () => {
    const { world, ada: sms } = await phoneWorld()
    const app = await enrolTotp(world, 'ada', { proof: sms.proof })
    expect((await begin(world, 'ada', { factorId: sms.factor.id })).factor.id).toBe(sms.factor.id)
    expect((await begin(world, 'ada', { factorId: 'no such factor' })).factor.id).toBe(app.factor.id)
  })

  it('is skipped on a trusted device', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada, 'Firefox')
    const outcome = must(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken }), 'trusted')
    const { device } = outcome
    expect(outcome).toEqual({ status: 'trusted', device, amr: [], assurance: 'single-factor' })
    expect(device).toEqual({
      id: device.id,
      name: 'Firefox',
      details: null,
      trustedAt: START + 30_000,
      lastUsedAt: null,
      expiresAt: START + 30_000 + 30 * 86_400_000,
    })
    expect(world.heard('challenge-skipped')).toMatchObject([{ userId: 'ada', deviceId: device.id }])
  })

  it('says it is locked, and gives a token that a recovery code opens', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 5)
    const outcome = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'locked')
    expect(outcome).toEqual({
      status: 'locked',
      retryAt: START + 60_000,
      token: outcome.token,
      expiresAt: START + 600_000,
      recoveryCodesRemaining: 10,
    })
    expect(world.heard('challenge-begun').at(-1)).toMatchObject({ standing: 'locked', factorId: ada.factor.id })
    const [recoveryCode = ''] = ada.recoveryCodes
    must(await world.twoFactor.challenge.redeemRecoveryCode({ token: outcome.token, recoveryCode }), 'approved')
  })

  it('sends nothing while it is locked', async () => {
    const { world, ada } = await phoneWorld()
    await typeWrongCodes(world, ada, 5)
    const sent = world.inbox.attempts
    must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'locked')
    expect(world.inbox.attempts).toBe(sent)
  })

  it('says it is suspended, and gives a token that a recovery code opens', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    await typeWrongCodes(world, ada, 10)
    const outcome = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'suspended')
    expect(Object.keys(outcome).sort()).toEqual(['expiresAt', 'recoveryCodesRemaining', 'status', 'token'])
    expect(world.heard('challenge-begun').at(-1)).toMatchObject({ standing: 'suspended', factorId: ada.factor.id })
    const [recoveryCode = ''] = ada.recoveryCodes
    must(await world.twoFactor.challenge.redeemRecoveryCode({ token: outcome.token, recoveryCode }), 'approved')
  })

  it('gives another token every time, and both are good', async () => {
    const { world, ada } = await appWorld()
    const first = await begin(world, 'ada')
    const second = await begin(world, 'ada')
    expect(first.token).not.toBe(second.token)
    must(await world.twoFactor.challenge.verify({ token: first.token, code: ada.code() }), 'approved')
    must(await world.twoFactor.challenge.verify({ token: second.token, code: ada.code() }), 'approved')
  })
})
