import { describe, expect, it } from 'vitest'
import type { MinimumAssurance } from '../../src/interfaces/policy.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolPasskey, enrolSms, enrolTotp, passByPasskey } from '../support/people.js'
import { makeWorld } from '../support/world.js'

const stepUp = (least: MinimumAssurance) => ({ policy: { minimumAssurance: { 'step-up': least } } }) as const

describe('a step-up that wants a code that was not texted', () => {
  it('asks for the app, offers no phone, and switches to none', async () => {
    const world = makeWorld(stepUp('unrestricted'))
    const phone = await enrolSms(world)
    const app = await enrolTotp(world, 'ada', { proof: phone.proof })
    const asked = await begin(world, 'ada', { purpose: 'step-up', factorId: phone.factor.id })
    expect(asked.factor.id).toBe(app.factor.id)
    expect(asked.factors.map(({ kind }) => kind)).toEqual(['totp'])
    const { challenge } = world.twoFactor
    expect(await challenge.switchFactor({ token: asked.token, factorId: phone.factor.id })).toMatchObject({
      reason: 'unknown-factor',
    })
    must(await challenge.verify({ token: asked.token, code: app.code() }), 'approved')
    const signIn = await begin(world, 'ada', { factorId: phone.factor.id })
    expect(signIn.factor.id).toBe(phone.factor.id)
  })

  it('has somebody enrol who has nothing better than a phone', async () => {
    const world = makeWorld(stepUp('unrestricted'))
    await enrolSms(world)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', purpose: 'step-up' })).toEqual({
      status: 'enrolment-required',
      graceEndsAt: null,
      token: null,
    })
    expect(world.inbox.attempts).toBe(1)
  })

  it('holds for a challenge that was begun before the policy was', async () => {
    const world = makeWorld()
    const phone = await enrolSms(world)
    const { token } = await begin(world, 'ada', { purpose: 'step-up' })
    const stricter = world.process(stepUp('unrestricted'))
    expect(await stricter.challenge.verify({ token, code: phone.code() })).toMatchObject({
      reason: 'assurance-too-low',
      attemptsRemaining: null,
    })
  })
})

describe('a step-up that wants a second factor', () => {
  it('takes no recovery code, and spends none', async () => {
    const { world, ada } = await appWorld(stepUp('second-factor'))
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { purpose: 'step-up' })
    const [recoveryCode = ''] = ada.recoveryCodes
    expect(await challenge.redeemRecoveryCode({ token, recoveryCode })).toMatchObject({ reason: 'assurance-too-low' })
    const signIn = await begin(world, 'ada')
    must(await challenge.redeemRecoveryCode({ token: signIn.token, recoveryCode }), 'approved')
  })
})

describe('a step-up that wants a passkey', () => {
  it('takes one, and no app', async () => {
    const world = makeWorld(stepUp('phishing-resistant'))
    const app = await enrolTotp(world)
    const person = await enrolPasskey(world, 'ada', { proof: app.proof })
    expect(await passByPasskey(world, person, { purpose: 'step-up' })).toMatchObject({
      assurance: 'phishing-resistant',
    })
    const asked = await begin(world, 'ada', { purpose: 'step-up', factorId: app.factor.id })
    expect(asked.factors.map(({ kind }) => kind)).toEqual(['passkey'])
  })
})
