import { beforeAll, describe, expect, it } from 'vitest'
import { hostileValues, MARK, nameOf } from '../support/hostile.js'
import { must, smuggle } from '../support/outcome.js'
import {
  appWorld,
  begin,
  passkeyWorld,
  phoneWorld,
  trustedBrowser,
  type AppPerson,
  type PasskeyPerson,
  type Person,
} from '../support/people.js'
import { contents, type World } from '../support/world.js'

/** What somebody outside may put into a request, where everything else is right. Each answer is one that the types name. */
describe.each(hostileValues.map((value) => ({ value, name: nameOf(value) })))('$name', ({ value }) => {
  let app: { world: World; ada: AppPerson }
  let phone: { world: World; ada: Person }
  let passkey: { world: World; ada: PasskeyPerson }
  let token: string
  let before: ReadonlyMap<string, string>
  const hostile = smuggle(value)

  beforeAll(async () => {
    app = await appWorld()
    phone = await phoneWorld()
    passkey = await passkeyWorld()
    await trustedBrowser(app.world, app.ada)
    token = (await begin(app.world, 'ada')).token
    before = await contents(app.world.data)
  })

  async function answersPlainly(
    work: Promise<{ readonly status: string }>,
    status: string,
    reasons: readonly string[] = [],
  ): Promise<void> {
    const answer = await work
    expect(answer.status).toBe(status)
    if ('reason' in answer) expect(reasons).toContain(answer.reason)
    expect(JSON.stringify(answer)).not.toContain(MARK)
    expect(JSON.stringify(app.world.events)).not.toContain(MARK)
    expect(await contents(app.world.data)).toEqual(before)
  }

  it('is no code', async () => {
    const { challenge, enrolment } = app.world.twoFactor
    await answersPlainly(challenge.verify({ token, code: hostile }), 'rejected', ['malformed-code'])
    await answersPlainly(enrolment.confirm({ userId: 'ada', enrolmentId: 'x', code: hostile }), 'rejected', [
      'malformed-code',
    ])
    await answersPlainly(challenge.redeemRecoveryCode({ token, recoveryCode: hostile }), 'rejected', ['malformed-code'])
  })

  it("is no passkey's response", async () => {
    const { challenge, enrolment } = passkey.world.twoFactor
    const { proof } = passkey.ada
    const reasons = ['malformed-code', 'wrong-response']
    const { token: asked } = await begin(passkey.world, 'ada')
    const begun = must(await enrolment.beginPasskey({ userId: 'ada', accountName: 'ada', proof }), 'started')
    const stored = await contents(passkey.world.data)
    for (const answer of [
      await challenge.verify({ token: asked, response: hostile }),
      await challenge.verify({ token: asked, response: { id: hostile } }),
      await challenge.verify({ token: asked, response: { id: passkey.ada.passkey.id, signature: hostile } }),
      await enrolment.confirm({ userId: 'ada', enrolmentId: begun.enrolmentId, response: hostile }),
      await enrolment.confirm({ userId: 'ada', enrolmentId: begun.enrolmentId, response: { id: hostile } }),
    ]) {
      expect(reasons).toContain(must(answer, 'rejected').reason)
      expect(JSON.stringify(answer)).not.toContain(MARK)
    }
    expect(await contents(passkey.world.data)).toEqual(stored)
    expect(JSON.stringify(passkey.world.events)).not.toContain(MARK)
  })

  it('is no token', async () => {
    const { challenge } = app.world.twoFactor
    const unknown = ['unknown-challenge']
    await answersPlainly(challenge.verify({ token: hostile, code: '123456' }), 'rejected', unknown)
    await answersPlainly(
      challenge.redeemRecoveryCode({ token: hostile, recoveryCode: '0000-0000-0000-0000-0000-0000' }),
      'rejected',
      unknown,
    )
    await answersPlainly(challenge.switchFactor({ token: hostile, factorId: app.ada.factor.id }), 'rejected', unknown)
    await answersPlainly(challenge.resend({ token: hostile }), 'rejected', unknown)
    await answersPlainly(challenge.cancel({ token: hostile }), 'cancelled')
  })

  it('is no proof', async () => {
    const { account, challenge, enrolment, factors, recoveryCodes } = app.world.twoFactor
    const factorId = app.ada.factor.id
    const reasons = ['proof-required', 'proof-invalid']
    await answersPlainly(challenge.checkProof({ userId: 'ada', proof: hostile }), 'invalid')
    await answersPlainly(enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof: hostile }), 'refused', reasons)
    await answersPlainly(
      enrolment.beginSms({ userId: 'ada', phoneNumber: '+14155550123', proof: hostile }),
      'refused',
      reasons,
    )
    await answersPlainly(factors.prefer({ userId: 'ada', factorId, proof: hostile }), 'refused', reasons)
    await answersPlainly(factors.remove({ userId: 'ada', factorId, proof: hostile }), 'refused', reasons)
    await answersPlainly(recoveryCodes.regenerate({ userId: 'ada', proof: hostile }), 'refused', reasons)
    await answersPlainly(account.disable({ userId: 'ada', proof: hostile }), 'refused', reasons)
    expect(app.world.inbox.attempts).toBe(0)
  })

  it('is the id of nothing', async () => {
    const { admin, challenge, enrolment, factors, trustedDevices } = app.world.twoFactor
    const { proof } = app.ada
    await answersPlainly(challenge.switchFactor({ token, factorId: hostile }), 'rejected', ['unknown-factor'])
    await answersPlainly(enrolment.confirm({ userId: 'ada', enrolmentId: hostile, code: '123456' }), 'rejected', [
      'unknown-enrolment',
    ])
    await answersPlainly(enrolment.resend({ userId: 'ada', enrolmentId: hostile }), 'refused', ['unknown-enrolment'])
    await answersPlainly(enrolment.cancel({ userId: 'ada', enrolmentId: hostile }), 'cancelled')
    await answersPlainly(enrolment.resume({ userId: 'ada', enrolmentId: hostile }), 'refused', ['unknown-enrolment'])
    await answersPlainly(admin.removeFactor({ userId: 'ada', actor: 'staff', factorId: hostile }), 'refused', [
      'unknown-factor',
    ])
    await answersPlainly(factors.rename({ userId: 'ada', factorId: hostile, name: 'x' }), 'refused', ['unknown-factor'])
    await answersPlainly(factors.prefer({ userId: 'ada', factorId: hostile, proof }), 'refused', ['unknown-factor'])
    await answersPlainly(factors.remove({ userId: 'ada', factorId: hostile, proof }), 'refused', ['unknown-factor'])
    expect((await trustedDevices.list({ userId: 'ada', token: hostile })).devices.some(({ current }) => current)).toBe(
      false,
    )
    await answersPlainly(trustedDevices.revoke({ userId: 'ada', deviceId: hostile }), 'revoked')
  })

  it('is no phone number', async () => {
    const { admin, enrolment } = app.world.twoFactor
    const { proof } = app.ada
    await answersPlainly(enrolment.beginSms({ userId: 'ada', phoneNumber: hostile, proof }), 'refused', [
      'invalid-phone-number',
    ])
    await answersPlainly(admin.importSms({ userId: 'ada', actor: 'staff', phoneNumber: hostile }), 'refused', [
      'invalid-phone-number',
    ])
  })

  it('is no trusted device, and begins a challenge like any other', async () => {
    const { challenge } = phone.world.twoFactor
    must(await challenge.begin({ userId: 'ada', trustedDeviceToken: hostile }), 'challenged')
    must(await challenge.begin({ userId: 'ada', factorId: hostile }), 'challenged')
  })
})
