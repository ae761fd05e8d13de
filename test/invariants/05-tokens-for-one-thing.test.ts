import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.js'
import { makeFullAccount } from '../support/full-account.js'
import { operations } from '../support/operations.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, passByPasskey, passkeyWorld, proofOf, trustedBrowser } from '../support/people.js'

describe('invariant 5: a token works for its purpose, user, namespace, binding and epoch only', () => {
  it('of a challenge opens nothing elsewhere', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada', { binding: 'session 1' })
    const code = ada.code()
    const { challenge, trustedDevices } = world.twoFactor
    const tenant = world.process({ namespace: 'other' })
    expect(await tenant.challenge.verify({ token, code, binding: 'session 1' })).toMatchObject({
      reason: 'unknown-challenge',
    })
    for (const binding of [undefined, null, 'session 2', 'session 1 ', 'Session 1'])
      expect(await challenge.verify({ token, code, binding })).toMatchObject({ reason: 'unknown-challenge' })
    expect(await challenge.checkProof({ userId: 'ada', proof: token })).toEqual({ status: 'invalid' })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken: token })).toMatchObject({ status: 'challenged' })
    expect(await trustedDevices.list({ userId: 'ada', token })).toEqual({ status: 'listed', devices: [] })
    expect(await challenge.verify({ token, code, binding: 'session 1' })).toMatchObject({ status: 'approved' })
  })

  it('of a challenge takes recovery codes under the same binding only', async () => {
    const { world, ada } = await appWorld()
    const [recoveryCode = ''] = ada.recoveryCodes
    const { token } = await begin(world, 'ada', { binding: 'session 1' })
    const { challenge } = world.twoFactor
    for (const binding of [undefined, 'session 2'])
      expect(await challenge.redeemRecoveryCode({ token, recoveryCode, binding })).toMatchObject({
        reason: 'unknown-challenge',
      })
    expect(await challenge.redeemRecoveryCode({ token, recoveryCode, binding: 'session 1' })).toMatchObject({
      status: 'approved',
    })
  })

  it('of a challenge says its purpose, which the approval and its proof say too', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    for (const [purpose, other] of [
      ['sign-in', 'step-up'],
      ['step-up', 'sign-in'],
    ] as const) {
      const { token } = await begin(world, 'ada', { purpose })
      const approved = must(await challenge.verify({ token, code: ada.code() }), 'approved')
      expect(approved.purpose).toBe(purpose)
      const { proof } = approved
      expect(await challenge.checkProof({ userId: 'ada', proof, purpose })).toMatchObject({ status: 'valid', purpose })
      expect(await challenge.checkProof({ userId: 'ada', proof, purpose: other })).toEqual({ status: 'invalid' })
    }
  })

  it('of a proof is good for its user, binding, assurance and epoch alone', async () => {
    const { world, ada } = await appWorld()
    const proof = await proofOf(world, ada, 'EUR 10 to Bob')
    const { challenge, account } = world.twoFactor
    const check = (input: object): Promise<unknown> =>
      challenge.checkProof({ userId: 'ada', binding: 'EUR 10 to Bob', proof, ...input })
    expect(await check({})).toMatchObject({ status: 'valid', method: 'totp', assurance: 'second-factor' })
    expect(await check({ assurance: 'second-factor' })).toMatchObject({ status: 'valid' })
    const elsewhere = [
      { userId: 'bob' },
      { binding: 'EUR 1000 to Bob' },
      { binding: null },
      { assurance: 'phishing-resistant' },
      { purpose: 'enrolment' },
    ]
    for (const input of elsewhere) expect(await check(input)).toEqual({ status: 'invalid' })
    expect(await challenge.verify({ token: proof, code: ada.code() })).toMatchObject({ reason: 'unknown-challenge' })
    const tenant = world.process({ namespace: 'other' })
    expect(await tenant.challenge.checkProof({ userId: 'ada', binding: 'EUR 10 to Bob', proof })).toEqual({
      status: 'invalid',
    })
    await account.passwordChanged({ userId: 'ada' })
    expect(await check({})).toEqual({ status: 'invalid' })
  })

  it('of a trusted device is good for its user and namespace, and never for a step-up', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    await enrolTotp(world, 'bob')
    const { challenge } = world.twoFactor
    const tenant = world.process({ namespace: 'other' })
    await enrolTotp({ ...world, twoFactor: tenant }, 'ada')
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'trusted' })
    expect(await challenge.begin({ userId: 'bob', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await tenant.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken, purpose: 'step-up' })).toMatchObject({
      status: 'challenged',
    })
  })

  it('is void once any one character of it is changed', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    for (let place = 0; place < token.length; place++) {
      const changed = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1)
      expect(await world.twoFactor.challenge.verify({ token: changed, code })).toMatchObject({
        reason: 'unknown-challenge',
      })
    }
  })

  it("is no use with another challenge's response of a passkey", async () => {
    const { world, ada } = await passkeyWorld()
    const [one, other] = [await begin(world, 'ada'), await begin(world, 'ada')]
    const response = ada.passkey.get(other.passkey)
    expect(await world.twoFactor.challenge.verify({ token: one.token, response })).toMatchObject({
      reason: 'wrong-response',
    })
    expect((await passByPasskey(world, ada)).status).toBe('approved')
  })

  it('of before an erasure is void after a new enrolment, were it in the same millisecond', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const { proof } = ada
    await world.twoFactor.account.erase({ userId: 'ada' })
    const again = await enrolTotp(world, 'ada')
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
    expect(await world.twoFactor.challenge.verify({ token, code: again.code() })).toMatchObject({ reason: 'revoked' })
  })

  it('opens nothing over a store without the record', async () => {
    const account = await makeFullAccount({ data: memoryStore() })
    for (const { run } of operations)
      expect(['approved', 'trusted', 'valid', 'confirmed', 'challenged', 'sent']).not.toContain(
        (await run(account)).status,
      )
  })
})
