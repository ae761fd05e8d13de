import { describe, expect, it } from 'vitest'
import { fakePasskey } from '../support/fake-passkeys.js'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolPasskey,
  enrolSms,
  enrolTotp,
  pass,
  passByPasskey,
  passkeyWorld,
  PHONE,
  typeWrongCodes,
} from '../support/people.js'
import { contents, makeWorld, NEW_KEY, OLD_KEY, START } from '../support/world.js'

const ada = { userId: 'ada', accountName: 'ada@acme.example' }
const wrongResponse = { status: 'rejected', reason: 'wrong-response', attemptsRemaining: null, retryAt: null }

describe('enrolling a passkey', () => {
  it('gives creation options that say nothing of the user but what authenticators show', async () => {
    const { twoFactor, heard } = makeWorld()
    const started = must(await twoFactor.enrolment.beginPasskey({ ...ada, userId: 'ada-4711' }), 'started')
    const { enrolmentId } = started
    expect(started).toEqual({
      status: 'started',
      enrolmentId,
      options: started.options,
      expiresAt: START + 600_000,
    })
    expect(started.options).toMatchObject({
      rp: { name: 'Acme' },
      user: { name: 'ada@acme.example' },
      excludeCredentials: [],
      timeout: 600_000,
    })
    expect(Buffer.from(started.options.challenge, 'base64url')).toHaveLength(32)
    expect(JSON.stringify(started)).not.toContain('4711')
    expect(heard('enrolment-begun')).toMatchObject([{ factorKind: 'passkey', enrolmentId }])
  })

  it('with the right answer, makes the first factor, ten recovery codes and a proof', async () => {
    const { twoFactor, heard } = makeWorld()
    const { enrolmentId, options } = must(await twoFactor.enrolment.beginPasskey({ ...ada, name: 'Key' }), 'started')
    const response = fakePasskey('key').create(options)
    const confirmed = must(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, response }), 'confirmed')
    expect(confirmed.factor).toEqual({
      id: enrolmentId,
      kind: 'passkey',
      name: 'Key',
      destination: null,
      confirmedAt: START,
      lastUsedAt: null,
      preferred: true,
      restricted: false,
      synced: false,
    })
    expect(confirmed.recoveryCodes).toHaveLength(10)
    expect(await twoFactor.challenge.checkProof({ userId: 'ada', proof: confirmed.proof })).toEqual({
      status: 'valid',
      method: 'passkey',
      at: START,
      purpose: 'enrolment',
      assurance: 'phishing-resistant',
    })
    expect(heard('factor-added')).toMatchObject([{ factorId: enrolmentId, factorKind: 'passkey', first: true }])
  })

  it('is confirmed once: the same answer again is settled', async () => {
    const { twoFactor } = makeWorld()
    const { enrolmentId, options } = must(await twoFactor.enrolment.beginPasskey(ada), 'started')
    const confirm = { userId: 'ada', enrolmentId, response: fakePasskey('key').create(options) }
    must(await twoFactor.enrolment.confirm(confirm), 'confirmed')
    expect(await twoFactor.enrolment.confirm(confirm)).toMatchObject({ reason: 'settled' })
  })

  it('tells the browser which passkeys the user has, and takes none of them a second time', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const { enrolment } = world.twoFactor
    const begun = must(await enrolment.beginPasskey({ ...ada, proof: owner.proof }), 'started')
    expect(begun.options['excludeCredentials']).toEqual([
      { type: 'public-key', id: owner.passkey.id, transports: ['usb'] },
    ])
    const input = { userId: 'ada', enrolmentId: begun.enrolmentId }
    expect(await enrolment.confirm({ ...input, response: owner.passkey.create(begun.options) })).toEqual(wrongResponse)
    must(await enrolment.confirm({ ...input, response: fakePasskey('another').create(begun.options) }), 'confirmed')
  })

  it('of somebody who has a factor, wants a proof', async () => {
    const { world, ada: owner } = await appWorld()
    const { enrolment } = world.twoFactor
    expect(await enrolment.beginPasskey(ada)).toMatchObject({ status: 'refused', reason: 'proof-required' })
    expect(await enrolment.beginPasskey({ ...ada, proof: 'nonsense' })).toMatchObject({ reason: 'proof-invalid' })
    must(await enrolment.beginPasskey({ ...ada, proof: owner.proof }), 'started')
  })

  it('in place of an app, retires that in the same swap', async () => {
    const { world, ada: owner } = await appWorld()
    const key = await enrolPasskey(world, 'ada', { proof: owner.proof, replaces: owner.factor.id })
    expect(await world.twoFactor.factors.list({ userId: 'ada' })).toMatchObject({ factors: [{ id: key.factor.id }] })
    expect(world.heard('factor-replaced')).toMatchObject([{ factorKind: 'passkey', replacedFactorKind: 'totp' }])
  })

  it('is refused where passkeys are not configured', async () => {
    const { twoFactor, store } = makeWorld({ passkeys: undefined })
    expect(await twoFactor.enrolment.beginPasskey(ada)).toEqual({
      status: 'refused',
      reason: 'passkeys-unavailable',
      retryAt: null,
    })
    expect(store.calls).toEqual([])
  })

  it('takes no wrong answer, changes nothing for it, counts none, and takes the right one after them', async () => {
    const world = makeWorld()
    const { enrolment } = world.twoFactor
    const { enrolmentId, options } = must(await enrolment.beginPasskey(ada), 'started')
    const other = must(await enrolment.beginPasskey({ ...ada, userId: 'bob' }), 'started')
    const right = fakePasskey('key').create(options)
    const before = await contents(world.data)
    for (const response of [
      { ...right, signature: 'forged' },
      { ...right, challenge: other.options.challenge },
      fakePasskey('key').create(other.options),
      fakePasskey('key').get(options),
      { id: right.id },
    ]) {
      for (let times = 0; times < 3; times++)
        expect(await enrolment.confirm({ userId: 'ada', enrolmentId, response })).toEqual(wrongResponse)
    }
    expect(await contents(world.data)).toEqual(before)
    expect(world.heard('enrolment-rejected')).toHaveLength(15)
    expect(world.heard('enrolment-rejected')[0]).toMatchObject({ factorKind: 'passkey', reason: 'wrong-response' })
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, response: right }), 'confirmed')
  })

  it('takes no code, and an app being enrolled takes no response', async () => {
    const world = makeWorld()
    const { enrolment } = world.twoFactor
    const key = must(await enrolment.beginPasskey(ada), 'started')
    const app = must(await enrolment.beginTotp(ada), 'started')
    const response = fakePasskey('key').create(key.options)
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId: key.enrolmentId, code: '123456' })).toEqual(
      wrongResponse,
    )
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId: app.enrolmentId, response })).toEqual({
      status: 'rejected',
      reason: 'malformed-code',
      attemptsRemaining: 5,
      retryAt: null,
    })
    expect(world.heard('locked')).toEqual([])
  })
})

describe('a challenge by passkey', () => {
  it('is what sign-in asks first, with options over all passkeys of the user', async () => {
    const { world, ada: app } = await appWorld()
    const first = await enrolPasskey(world, 'ada', { proof: app.proof, passkey: fakePasskey('first') })
    const synced = fakePasskey('second', { synced: true })
    const second = await enrolPasskey(world, 'ada', { proof: app.proof, passkey: synced })
    const challenged = await begin(world, 'ada')
    expect(challenged).toMatchObject({ factor: { id: first.factor.id, preferred: true }, delivery: null })
    expect(challenged.factors.map(({ id }) => id)).toEqual([app.factor.id, first.factor.id, second.factor.id])
    expect(challenged.passkey).toMatchObject({
      allowCredentials: [
        { id: first.passkey.id, transports: ['usb'] },
        { id: second.passkey.id, transports: ['internal'] },
      ],
      timeout: 600_000,
    })
    expect(world.heard('challenge-begun').at(-1)).toMatchObject({ factorKind: 'passkey', factorId: first.factor.id })
  })

  it.each([
    ['bound to one device', {}, ['hwk', 'mfa']],
    ['bound to one device that checked a PIN', { userVerifies: true }, ['hwk', 'user', 'mfa']],
    ['synced between devices', { synced: true }, ['swk', 'mfa']],
    ['synced between devices, with a biometric', { synced: true, userVerifies: true }, ['swk', 'user', 'mfa']],
  ])('of one that is %s is approved, with all that a host needs', async (_what, passkey, amr) => {
    const { world, ada: owner } = await passkeyWorld({ passkey })
    world.clock.advanceSeconds(30)
    const approved = await passByPasskey(world, owner)
    expect(approved).toEqual({
      status: 'approved',
      userId: 'ada',
      purpose: 'sign-in',
      factor: { ...owner.factor, lastUsedAt: START + 30_000 },
      method: 'passkey',
      amr,
      assurance: 'phishing-resistant',
      at: START + 30_000,
      proof: approved.proof,
      trustedDevice: null,
      recoveryCodesRemaining: 10,
      enrolmentRequired: false,
      failuresBefore: 0,
    })
    expect(world.heard('challenge-approved')).toMatchObject([
      { factorId: owner.factor.id, method: 'passkey', assurance: 'phishing-resistant' },
    ])
  })

  it('says which of the passkeys answered', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const other = await enrolPasskey(world, 'ada', { proof: owner.proof, passkey: fakePasskey('other') })
    const { token, factor, passkey } = await begin(world, 'ada')
    expect(factor.id).toBe(owner.factor.id)
    const approved = await world.twoFactor.challenge.verify({ token, response: other.passkey.get(passkey) })
    expect(must(approved, 'approved').factor?.id).toBe(other.factor.id)
  })

  it('steps up, for its purpose and its binding only', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const { challenge } = world.twoFactor
    const binding = 'EUR 100 to Bob'
    const { token, passkey } = await begin(world, 'ada', { purpose: 'step-up', binding })
    const response = owner.passkey.get(passkey)
    for (const other of [undefined, 'EUR 1000 to Bob'])
      expect(await challenge.verify({ token, response, binding: other })).toMatchObject({ reason: 'unknown-challenge' })
    const { proof } = must(await challenge.verify({ token, response, binding }), 'approved')
    const demand = { userId: 'ada', proof, binding, purpose: 'step-up', assurance: 'phishing-resistant' } as const
    expect(await challenge.checkProof(demand)).toMatchObject({ status: 'valid' })
  })

  it('is settled by its approval: the same response opens nothing twice', async () => {
    const { world, ada: owner } = await passkeyWorld({ passkey: { synced: true } })
    const { challenge } = world.twoFactor
    const [first, second] = [await begin(world, 'ada'), await begin(world, 'ada')]
    const response = owner.passkey.get(first.passkey)
    must(await challenge.verify({ token: first.token, response }), 'approved')
    expect(await challenge.verify({ token: first.token, response })).toMatchObject({ reason: 'settled' })
    expect(await challenge.verify({ token: second.token, response })).toEqual(wrongResponse)
  })

  it('can be switched to from an app, and back', async () => {
    const { world, ada: app } = await appWorld()
    const key = await enrolPasskey(world, 'ada', { proof: app.proof })
    const { challenge } = world.twoFactor
    const begun = await begin(world, 'ada', { factorId: app.factor.id })
    expect(begun.passkey).toBeNull()
    const switched = must(await challenge.switchFactor({ token: begun.token, factorId: key.factor.id }), 'challenged')
    expect(switched).toMatchObject({ factor: { id: key.factor.id }, delivery: null, expiresAt: begun.expiresAt })
    const back = must(await challenge.switchFactor({ token: switched.token, factorId: app.factor.id }), 'challenged')
    expect(back.passkey).toBeNull()
    const response = key.passkey.get(switched.passkey)
    must(await challenge.verify({ token: switched.token, response }), 'approved')
    expect(await challenge.verify({ token: back.token, code: app.code() })).toMatchObject({ reason: 'settled' })
  })

  it('takes no code, and a challenge by app takes no response', async () => {
    const { world, ada: app } = await appWorld()
    const key = await enrolPasskey(world, 'ada', { proof: app.proof })
    const { challenge } = world.twoFactor
    const byKey = await begin(world, 'ada')
    const byApp = await begin(world, 'ada', { factorId: app.factor.id })
    const response = key.passkey.get(byKey.passkey)
    const malformed = { status: 'rejected', reason: 'malformed-code', attemptsRemaining: null, retryAt: null }
    expect(await challenge.verify({ token: byKey.token, code: app.code() })).toEqual(malformed)
    expect(await challenge.verify({ token: byApp.token, response })).toEqual(malformed)
    must(await challenge.verify({ token: byKey.token, response }), 'approved')
    must(await challenge.verify({ token: byApp.token, code: app.code() }), 'approved')
  })

  it('is revoked when its only passkey is removed', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const { token, passkey } = await begin(world, 'ada')
    const response = owner.passkey.get(passkey)
    const input = { userId: 'ada', factorId: owner.factor.id, proof: owner.proof }
    must(await world.twoFactor.factors.remove(input), 'removed')
    expect(await world.twoFactor.challenge.verify({ token, response })).toMatchObject({ reason: 'revoked' })
  })

  it('takes a recovery code as any other does', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const { token } = await begin(world, 'ada')
    const recoveryCode = owner.recoveryCodes[0] ?? ''
    must(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
  })
})

describe("a passkey's wrong response", () => {
  it('changes nothing, is told in an event, and is never counted', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const { challenge, account } = world.twoFactor
    const bob = await enrolPasskey(world, 'bob')
    const open = await begin(world, 'ada')
    const other = await begin(world, 'ada', { purpose: 'step-up' })
    const right = owner.passkey.get(open.passkey)
    const before = await contents(world.data)
    const wrong = [
      { ...right, signature: 'forged' },
      { ...right, counter: 99 },
      { ...right, id: bob.passkey.id },
      owner.passkey.get(other.passkey),
      bob.passkey.get(open.passkey),
      fakePasskey('nobody').get(open.passkey),
      { id: owner.passkey.id },
    ]
    for (const response of wrong)
      for (let times = 0; times < 30; times++)
        expect(await challenge.verify({ token: open.token, response })).toEqual(wrongResponse)
    expect(await contents(world.data)).toEqual(before)
    expect(world.heard('challenge-rejected')).toHaveLength(30 * wrong.length)
    expect(world.heard('challenge-rejected')[0]).toMatchObject({
      reason: 'wrong-response',
      factorId: owner.factor.id,
    })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ lockedUntilAt: null, suspended: false })
    must(await challenge.verify({ token: open.token, response: owner.passkey.get(open.passkey) }), 'approved')
  })

  it('is one whose counter fell, or stood still, which a copied authenticator gives; that is told apart', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const { challenge } = world.twoFactor
    for (let times = 0; times < 3; times++) await passByPasskey(world, owner)
    const { token, passkey } = await begin(world, 'ada')
    const before = await contents(world.data)
    for (const counter of [3, 2, 0])
      expect(await challenge.verify({ token, response: owner.passkey.get(passkey, { counter }) })).toEqual(
        wrongResponse,
      )
    expect(await contents(world.data)).toEqual(before)
    const about = { userId: 'ada', factorId: owner.factor.id, factorKind: 'passkey' }
    expect(world.heard('passkey-counter-fell')).toMatchObject([about, about, about])
    must(await challenge.verify({ token, response: owner.passkey.get(passkey, { counter: 4 }) }), 'approved')
  })

  it('is none whose authenticator counts nothing', async () => {
    const { world, ada: owner } = await passkeyWorld({ passkey: { counts: false } })
    await passByPasskey(world, owner)
    await passByPasskey(world, owner)
    expect(world.heard('passkey-counter-fell')).toEqual([])
  })

  it('is one of an authenticator that has counted before and says 0 now', async () => {
    const { world, ada: owner } = await passkeyWorld()
    await passByPasskey(world, owner)
    const { token, passkey } = await begin(world, 'ada')
    const response = owner.passkey.get(passkey, { counter: 0 })
    expect(await world.twoFactor.challenge.verify({ token, response })).toEqual(wrongResponse)
  })
})

describe('a passkey while codes are locked', () => {
  it('is asked for in place of them, though an app is preferred, and frees them', async () => {
    const { world, ada: app } = await appWorld()
    const key = await enrolPasskey(world, 'ada', { proof: app.proof })
    const { account, factors } = world.twoFactor
    must(await factors.prefer({ userId: 'ada', factorId: app.factor.id, proof: app.proof }), 'preferred')
    await typeWrongCodes(world, app, 5)
    for (const factorId of [undefined, app.factor.id])
      expect((await begin(world, 'ada', { factorId })).factor.id).toBe(key.factor.id)
    expect(await passByPasskey(world, key)).toMatchObject({ failuresBefore: 5, enrolmentRequired: false })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ lockedUntilAt: null })
    await pass(world, app)
  })

  it('can be switched to, which an app cannot', async () => {
    const { world, ada: app } = await appWorld()
    const key = await enrolPasskey(world, 'ada', { proof: app.proof })
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { factorId: app.factor.id })
    await typeWrongCodes(world, app, 5)
    const switched = must(await challenge.switchFactor({ token, factorId: key.factor.id }), 'challenged')
    expect(await challenge.switchFactor({ token: switched.token, factorId: app.factor.id })).toMatchObject({
      reason: 'locked',
    })
    const response = key.passkey.get(switched.passkey)
    must(await challenge.verify({ token: switched.token, response }), 'approved')
  })

  it('can be enrolled by somebody with a fresh proof, which an app cannot', async () => {
    const { world, ada: app } = await appWorld()
    await typeWrongCodes(world, app, 5)
    const { enrolment } = world.twoFactor
    expect(await enrolment.beginTotp({ ...ada, proof: app.proof })).toMatchObject({ reason: 'locked' })
    await enrolPasskey(world, 'ada', { proof: app.proof })
  })

  it('leaves them locked where passkeys are no longer configured', async () => {
    const { world, ada: app } = await appWorld()
    await enrolPasskey(world, 'ada', { proof: app.proof })
    await typeWrongCodes(world, app, 5)
    const { challenge } = world.process({ passkeys: undefined })
    expect(await challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'locked' })
  })
})

describe('a passkey while codes are suspended', () => {
  const policy = { wrongCodesUntilSuspended: 10 }

  it('lets its owner in, who is to enrol; codes stay suspended until a new factor retires them', async () => {
    const { world, ada: app } = await appWorld({ policy })
    const key = await enrolPasskey(world, 'ada', { proof: app.proof })
    const { account, challenge, factors } = world.twoFactor
    const phone = await enrolSms(world, 'ada', PHONE, { proof: app.proof })
    await typeWrongCodes(world, app, 10)
    expect((await begin(world, 'ada')).factor.id).toBe(key.factor.id)
    const { proof, enrolmentRequired } = await passByPasskey(world, key)
    expect(enrolmentRequired).toBe(true)
    expect(await account.status({ userId: 'ada' })).toMatchObject({ suspended: true, enrolmentRequired: true })
    const fresh = await enrolTotp(world, 'ada', { proof })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ suspended: false, enrolmentRequired: false })
    const listed = await factors.list({ userId: 'ada' })
    expect(listed.factors.map(({ id }) => id)).toEqual([key.factor.id, fresh.factor.id])
    expect(world.heard('factor-removed').map(({ factorId }) => factorId)).toEqual([app.factor.id, phone.factor.id])
    expect(world.inbox.last(PHONE)).toMatchObject({ purpose: 'notice', code: null })
    await pass(world, fresh)
    const { token } = await begin(world, 'ada', { factorId: fresh.factor.id })
    expect(await challenge.verify({ token, code: app.app.code(world.clock) })).toMatchObject({ reason: 'wrong-code' })
    await passByPasskey(world, key)
  })
})

describe('a passkey where passkeys are no longer configured', () => {
  it('is not asked for while there is another factor', async () => {
    const { world, ada: app } = await appWorld()
    const key = await enrolPasskey(world, 'ada', { proof: app.proof })
    const { challenge } = world.process({ passkeys: undefined })
    const begun = must(await challenge.begin({ userId: 'ada', factorId: key.factor.id }), 'challenged')
    expect(begun).toMatchObject({ factor: { id: app.factor.id }, passkey: null })
    expect(await challenge.switchFactor({ token: begun.token, factorId: key.factor.id })).toMatchObject({
      reason: 'unknown-factor',
    })
  })

  it('still stands before a sign-in when it is the only factor: a recovery code passes, no response does', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const { passkey: asked } = await begin(world, 'ada')
    const { challenge } = world.process({ passkeys: undefined })
    const begun = must(await challenge.begin({ userId: 'ada' }), 'challenged')
    expect(begun).toMatchObject({ factor: { id: owner.factor.id }, passkey: null })
    const response = owner.passkey.get(asked)
    expect(await challenge.verify({ token: begun.token, response })).toEqual(wrongResponse)
    const recoveryCode = owner.recoveryCodes[0] ?? ''
    must(await challenge.redeemRecoveryCode({ token: begun.token, recoveryCode }), 'approved')
  })
})

describe('passkeys after a key rotation', () => {
  it('answer a challenge that was begun before it', async () => {
    const { world, ada: owner } = await passkeyWorld()
    const { token, passkey } = await begin(world, 'ada')
    const { challenge } = world.process({ keys: [NEW_KEY, OLD_KEY] })
    must(await challenge.verify({ token, response: owner.passkey.get(passkey) }), 'approved')
  })
})
