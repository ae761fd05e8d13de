import { describe, expect, it } from 'vitest'
import { decodeBase32, parseKeyUri } from '../../src/otp/index.js'
import { authenticator } from '../../src/testing/index.js'
import { must, wrongCode } from '../support/outcome.js'
import { enrolTotp, proofOf } from '../support/people.js'
import { makeWorld, START } from '../support/world.js'

const ada = { userId: 'ada', accountName: 'ada@acme.example' }

describe('enrolling an authenticator app', () => {
  it('gives a 20-byte secret and a key URI that says what the app shows', async () => {
    const { twoFactor } = makeWorld()
    const started = must(await twoFactor.enrolment.beginTotp(ada), 'started')
    expect(decodeBase32(started.secret)).toHaveLength(20)
    expect(parseKeyUri(started.uri)).toMatchObject({
      issuer: 'Acme',
      accountName: 'ada@acme.example',
      algorithm: 'SHA-1',
      digits: 6,
      periodSeconds: 30,
      secret: decodeBase32(started.secret),
    })
    expect(started.expiresAt).toBe(START + 600_000)
  })

  it('shows the issuer that is given in place of the configured one', async () => {
    const { twoFactor } = makeWorld()
    const { uri } = must(await twoFactor.enrolment.beginTotp({ ...ada, issuer: 'Acme Clinic' }), 'started')
    expect(parseKeyUri(uri)).toMatchObject({ issuer: 'Acme Clinic', accountName: 'ada@acme.example' })
    for (const issuer of [undefined, null, '']) {
      const plain = must(await twoFactor.enrolment.beginTotp({ ...ada, issuer }), 'started')
      expect(parseKeyUri(plain.uri).issuer).toBe('Acme')
    }
  })

  it('with the right code, makes the first factor, ten recovery codes and a proof', async () => {
    const { twoFactor, clock, heard } = makeWorld()
    const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp({ ...ada, name: 'My phone' }), 'started')
    clock.advanceSeconds(5)
    const confirmed = must(
      await twoFactor.enrolment.confirm({
        userId: 'ada',
        enrolmentId,
        code: authenticator(uri).code(clock),
        clientAddress: '192.0.2.7',
      }),
      'confirmed',
    )
    expect(confirmed.factor).toEqual({
      id: enrolmentId,
      kind: 'totp',
      name: 'My phone',
      destination: null,
      confirmedAt: START + 5000,
      lastUsedAt: null,
      preferred: true,
      restricted: false,
      synced: null,
    })
    expect(new Set(confirmed.recoveryCodes).size).toBe(10)
    for (const code of confirmed.recoveryCodes ?? [])
      expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(await twoFactor.challenge.checkProof({ userId: 'ada', proof: confirmed.proof })).toEqual({
      status: 'valid',
      method: 'totp',
      at: START + 5000,
      purpose: 'enrolment',
      assurance: 'second-factor',
    })
    expect(heard('enrolment-begun')).toEqual([
      { type: 'enrolment-begun', userId: 'ada', at: START, clientAddress: null, factorKind: 'totp', enrolmentId },
    ])
    expect(heard('factor-added')).toEqual([
      {
        type: 'factor-added',
        userId: 'ada',
        at: START + 5000,
        clientAddress: '192.0.2.7',
        factorId: enrolmentId,
        factorKind: 'totp',
        first: true,
      },
    ])
    expect(heard('recovery-codes-issued')).toHaveLength(1)
  })

  it('never gates a sign-in while it is pending', async () => {
    const { twoFactor } = makeWorld()
    must(await twoFactor.enrolment.beginTotp(ada), 'started')
    expect(await twoFactor.challenge.begin({ userId: 'ada' })).toEqual({ status: 'not-required' })
    expect(await twoFactor.account.status({ userId: 'ada' })).toMatchObject({ enabled: false, factors: [] })
  })

  it('burns the code that confirmed it', async () => {
    const { twoFactor, clock } = makeWorld()
    const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp(ada), 'started')
    const code = authenticator(uri).code(clock)
    must(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'confirmed')
    const { token } = must(await twoFactor.challenge.begin({ userId: 'ada' }), 'challenged')
    expect(await twoFactor.challenge.verify({ token, code })).toMatchObject({
      status: 'rejected',
      reason: 'already-used',
    })
  })

  it.each([-1, 0, 1])('takes a code of step %i', async (steps) => {
    const { twoFactor, clock } = makeWorld()
    const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp(ada), 'started')
    const code = authenticator(uri).code(clock.now() + steps * 30_000)
    must(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'confirmed')
  })

  it.each([-2, 2])('does not take a code of step %i', async (steps) => {
    const { twoFactor, clock } = makeWorld()
    const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp(ada), 'started')
    const code = authenticator(uri).code(clock.now() + steps * 30_000)
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code })).toMatchObject({
      status: 'rejected',
      reason: 'wrong-code',
    })
  })

  it('adds a further factor with a fresh proof, and no second set of recovery codes', async () => {
    const world = makeWorld()
    const { twoFactor, clock, heard } = world
    const first = await enrolTotp(world)
    const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp({ ...ada, proof: first.proof }), 'started')
    const confirmed = must(
      await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: authenticator(uri).code(clock) }),
      'confirmed',
    )
    expect(confirmed.recoveryCodes).toBeNull()
    expect(confirmed.factor.preferred).toBe(false)
    expect(heard('factor-added').map((event) => event.first)).toEqual([true, false])
    expect(await twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      recoveryCodesRemaining: 10,
      factors: [first.factor, confirmed.factor],
    })
  })

  it('of somebody who has a factor, wants a proof', async () => {
    const world = makeWorld()
    const { twoFactor, store } = world
    const person = await enrolTotp(world)
    const before = await store.get('user:default:ada')
    expect(await twoFactor.enrolment.beginTotp(ada)).toEqual({
      status: 'refused',
      reason: 'proof-required',
      retryAt: null,
    })
    const proof = await proofOf(world, person, 'other binding')
    const bound = await store.get('user:default:ada')
    expect(await twoFactor.enrolment.beginTotp({ ...ada, proof })).toMatchObject({
      status: 'refused',
      reason: 'proof-invalid',
    })
    expect(await twoFactor.enrolment.beginTotp({ ...ada, proof, binding: 'yet another' })).toMatchObject({
      reason: 'proof-invalid',
    })
    expect(await twoFactor.enrolment.beginTotp({ ...ada, proof: 'v1.k1.AAAA.AAAA' })).toMatchObject({
      reason: 'proof-invalid',
    })
    expect(await store.get('user:default:ada')).toBe(bound)
    expect(bound).not.toBe(before)
    must(await twoFactor.enrolment.beginTotp({ ...ada, proof, binding: 'other binding' }), 'started')
  })

  it('confirms by the step only: two apps need two codes', async () => {
    const world = makeWorld()
    const { twoFactor, clock } = world
    const first = await enrolTotp(world)
    const { enrolmentId } = must(await twoFactor.enrolment.beginTotp({ ...ada, proof: first.proof }), 'started')
    const code = first.app.code(clock)
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code })).toMatchObject({
      reason: 'wrong-code',
    })
  })

  it('gives a proof bound to what confirm was told', async () => {
    const { twoFactor, clock } = makeWorld()
    const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp(ada), 'started')
    const code = authenticator(uri).code(clock)
    const { proof } = must(
      await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code, binding: 'visit 7' }),
      'confirmed',
    )
    expect(await twoFactor.challenge.checkProof({ userId: 'ada', proof, binding: 'visit 7' })).toMatchObject({
      status: 'valid',
    })
    expect(await twoFactor.challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
  })

  it('tells how many more wrong codes it takes', async () => {
    const { twoFactor, clock, heard } = makeWorld()
    const { enrolmentId, uri } = must(await twoFactor.enrolment.beginTotp(ada), 'started')
    const code = wrongCode(authenticator(uri).code(clock))
    const left: (number | null)[] = []
    for (let tries = 0; tries < 4; tries++) {
      left.push(
        must(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'rejected').attemptsRemaining,
      )
    }
    expect(left).toEqual([4, 3, 2, 1])
    expect(heard('enrolment-rejected').map((event) => event.reason)).toEqual(Array(4).fill('wrong-code'))
  })
})
