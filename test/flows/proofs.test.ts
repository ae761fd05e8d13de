import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolPasskey,
  enrolTotp,
  pass,
  passByPasskey,
  passkeyWorld,
  proofOf,
  trustedBrowser,
} from '../support/people.js'
import { NEW_KEY, START } from '../support/world.js'

describe('a proof', () => {
  it('says how and when this user passed', async () => {
    const { world, ada } = await appWorld()
    const { proof } = await pass(world, ada)
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof })).toEqual({
      status: 'valid',
      method: 'totp',
      at: START + 30_000,
      purpose: 'sign-in',
      assurance: 'second-factor',
    })
  })

  it('is good for ten minutes, or as short as asked', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const { proof } = await pass(world, ada)
    const at = world.clock.now()
    const check = (maxAgeSeconds?: number) => challenge.checkProof({ userId: 'ada', proof, maxAgeSeconds })
    world.clock.set(at + 59_999)
    expect(await check(60)).toMatchObject({ status: 'valid' })
    world.clock.set(at + 60_000)
    expect(await check(60)).toEqual({ status: 'invalid' })
    world.clock.set(at + 599_999)
    expect(await check()).toMatchObject({ status: 'valid' })
    world.clock.set(at + 600_000)
    expect(await check()).toEqual({ status: 'invalid' })
  })

  it('is for this user, namespace and key ring only', async () => {
    const { world, ada } = await appWorld()
    const bob = await enrolTotp(world, 'bob')
    const check = (userId: string, proof: string, twoFactor = world.twoFactor) =>
      twoFactor.challenge.checkProof({ userId, proof })
    expect(await check('bob', ada.proof)).toEqual({ status: 'invalid' })
    expect(await check('ada', bob.proof)).toEqual({ status: 'invalid' })
    expect(await check('ada', ada.proof, world.process({ namespace: 'other' }))).toEqual({ status: 'invalid' })
    expect(await check('ada', ada.proof, world.process({ keys: [NEW_KEY] }))).toEqual({ status: 'invalid' })
    expect(await check('ada', ada.proof, world.process())).toMatchObject({ status: 'valid' })
  })

  it('is bound: no binding, another binding and a longer one all fail', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    for (const binding of ['EUR 100 to Bob', 'x'.repeat(1024), '日本'.repeat(100)]) {
      const proof = await proofOf(world, ada, binding)
      expect(await challenge.checkProof({ userId: 'ada', proof, binding })).toMatchObject({ status: 'valid' })
      for (const other of [undefined, 'EUR 100', `${binding.slice(1)}z`, 'EUR 100 to Bob\0']) {
        expect(await challenge.checkProof({ userId: 'ada', proof, binding: other })).toEqual({ status: 'invalid' })
      }
    }
    const unbound = await proofOf(world, ada)
    expect(await challenge.checkProof({ userId: 'ada', proof: unbound, binding: 'EUR 100 to Bob' })).toEqual({
      status: 'invalid',
    })
  })

  it('says what it was earned by, and holds for no other purpose that is asked for', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const proofs = {
      enrolment: ada.proof,
      'sign-in': (await pass(world, ada)).proof,
      'step-up': await proofOf(world, ada),
    } as const
    for (const [earned, proof] of Object.entries(proofs)) {
      expect(await challenge.checkProof({ userId: 'ada', proof })).toMatchObject({ status: 'valid', purpose: earned })
      for (const purpose of ['sign-in', 'step-up', 'enrolment'] as const) {
        expect(await challenge.checkProof({ userId: 'ada', proof, purpose })).toMatchObject({
          status: purpose === earned ? 'valid' : 'invalid',
        })
      }
    }
  })

  it('holds for the assurance that it has, and for every weaker one', async () => {
    const { world, ada } = await appWorld()
    const { admin, challenge } = world.twoFactor
    const key = await enrolPasskey(world, 'ada', { proof: ada.proof })
    const redeem = async (recoveryCode: string) => {
      const { token } = await begin(world, 'ada')
      return must(await challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved').proof
    }
    const { pass: accessPass } = must(await admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
    const proofs = [
      await redeem(accessPass),
      await redeem(ada.recoveryCodes[0] ?? ''),
      (await pass(world, ada)).proof,
      (await passByPasskey(world, key)).proof,
    ]
    const assurances = ['access-pass', 'recovery', 'second-factor', 'phishing-resistant'] as const
    for (const [worth, proof] of proofs.entries()) {
      for (const [demanded, assurance] of assurances.entries()) {
        const checked = await challenge.checkProof({ userId: 'ada', proof, assurance })
        expect(checked).toMatchObject(
          demanded <= worth ? { status: 'valid', assurance: assurances[worth] } : { status: 'invalid' },
        )
      }
    }
  })

  it('by passkey keeps its purpose, its assurance and its binding together', async () => {
    const { world, ada } = await passkeyWorld()
    const binding = 'EUR 100 to Bob'
    const { proof } = await passByPasskey(world, ada, { purpose: 'step-up', binding })
    const demand = { userId: 'ada', proof, binding, purpose: 'step-up', assurance: 'phishing-resistant' } as const
    const { checkProof } = world.twoFactor.challenge
    expect(await checkProof(demand)).toMatchObject({ status: 'valid', method: 'passkey' })
    expect(await checkProof({ ...demand, binding: null })).toEqual({ status: 'invalid' })
    expect(await checkProof({ ...demand, purpose: 'sign-in' })).toEqual({ status: 'invalid' })
    world.clock.advanceSeconds(600)
    expect(await checkProof(demand)).toEqual({ status: 'invalid' })
  })

  it('is no other token, and no other token is a proof', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    const deviceToken = await trustedBrowser(world, ada)
    for (const proof of [token, deviceToken, '', 'nonsense', `${ada.proof}A`, 7 as unknown as string]) {
      expect(await challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
    }
    expect(await challenge.verify({ token: ada.proof, code: ada.code() })).toMatchObject({
      reason: 'unknown-challenge',
    })
  })

  it.each([
    ['the password changed', 'passwordChanged'],
    ['an administrator reset the account', 'reset'],
    ['the account was erased', 'erase'],
  ] as const)('is void once %s', async (_what, how) => {
    const { world, ada } = await appWorld()
    const { account, admin, challenge } = world.twoFactor
    const ways = {
      passwordChanged: () => account.passwordChanged({ userId: 'ada' }),
      reset: () => admin.reset({ userId: 'ada', actor: 'staff' }),
      erase: () => account.erase({ userId: 'ada' }),
    }
    await ways[how]()
    expect(await challenge.checkProof({ userId: 'ada', proof: ada.proof })).toEqual({ status: 'invalid' })
  })

  it('does not come back to life when an erased user enrols again', async () => {
    const { world, ada } = await appWorld()
    await world.twoFactor.account.erase({ userId: 'ada' })
    await enrolTotp(world)
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof: ada.proof })).toEqual({
      status: 'invalid',
    })
  })

  it('may be checked more than once', async () => {
    const { world, ada } = await appWorld()
    for (let times = 0; times < 3; times++) {
      expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof: ada.proof })).toMatchObject({
        status: 'valid',
      })
    }
  })
})

describe('a step-up', () => {
  it('asks again although the user just signed in, and gives a proof for its binding', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    await pass(world, ada)
    const { token } = await begin(world, 'ada', { purpose: 'step-up', binding: 'EUR 100 to Bob' })
    const approved = must(await challenge.verify({ token, code: ada.code(), binding: 'EUR 100 to Bob' }), 'approved')
    expect(approved.purpose).toBe('step-up')
    expect(world.heard('challenge-approved').map(({ purpose }) => purpose)).toEqual(['sign-in', 'step-up'])
    expect(
      await challenge.checkProof({ userId: 'ada', proof: approved.proof, binding: 'EUR 100 to Bob' }),
    ).toMatchObject({ status: 'valid' })
  })
})
