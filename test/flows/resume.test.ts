import { describe, expect, it } from 'vitest'
import { authenticator } from '../../src/testing/index.js'
import { fakePasskey } from '../support/fake-passkeys.js'
import { must, wrongCode } from '../support/outcome.js'
import { appWorld, enrolTotp, PHONE, typeWrongCodes } from '../support/people.js'
import { contents, makeWorld, START } from '../support/world.js'

const ada = { userId: 'ada', accountName: 'ada' }
const unknown = { status: 'refused', reason: 'unknown-enrolment', retryAt: null }

describe('resuming an enrolment', () => {
  it('of an app shows the same secret and key URI, issuer and all', async () => {
    const { twoFactor, clock } = makeWorld()
    const { enrolment } = twoFactor
    for (const issuer of [undefined, 'Acme Clinic']) {
      const started = must(await enrolment.beginTotp({ ...ada, name: 'My phone', issuer }), 'started')
      clock.advanceSeconds(60)
      expect(await enrolment.resume({ userId: 'ada', enrolmentId: started.enrolmentId })).toEqual(started)
    }
  })

  it('of a phone shows the text that is out, and sends none', async () => {
    const { twoFactor, clock, inbox } = makeWorld()
    const { enrolment } = twoFactor
    const started = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    const { enrolmentId } = started
    clock.advanceSeconds(10)
    expect(await enrolment.resume({ userId: 'ada', enrolmentId })).toEqual(started)
    clock.set(START + 30_000)
    must(await enrolment.resend({ userId: 'ada', enrolmentId }), 'sent')
    expect(await enrolment.resume({ userId: 'ada', enrolmentId })).toEqual({
      ...started,
      delivery: {
        status: 'sent',
        channel: 'sms',
        destination: '•••• 0123',
        sentAt: START + 30_000,
        resendAt: START + 90_000,
        expiresAt: START + 300_000,
      },
    })
    expect(inbox.attempts).toBe(2)
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, code: inbox.lastCode() }), 'confirmed')
  })

  it('of a phone that got no text says that one can be asked for now', async () => {
    const { twoFactor, inbox } = makeWorld({ texts: { screen: async () => 'refuse' } })
    const { enrolment } = twoFactor
    const started = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: PHONE }), 'started')
    expect(await enrolment.resume({ userId: 'ada', enrolmentId: started.enrolmentId })).toEqual({
      ...started,
      delivery: { status: 'not-sent', reason: 'delivery-failed', retryAt: START },
    })
    expect(inbox.attempts).toBe(0)
  })

  it('of a passkey gives options that an answer to either page fits', async () => {
    const { twoFactor } = makeWorld()
    const { enrolment } = twoFactor
    const started = must(await enrolment.beginPasskey(ada), 'started')
    const { enrolmentId } = started
    expect(await enrolment.resume({ userId: 'ada', enrolmentId })).toEqual(started)
    const response = fakePasskey('key').create(started.options)
    must(await enrolment.confirm({ userId: 'ada', enrolmentId, response }), 'confirmed')
  })

  it('is one store call that changes nothing and tells nothing', async () => {
    const world = makeWorld()
    const { enrolment } = world.twoFactor
    const { enrolmentId } = must(await enrolment.beginTotp(ada), 'started')
    const before = await contents(world.data)
    world.events.length = 0
    expect(await world.storeCalls(() => enrolment.resume({ userId: 'ada', enrolmentId }))).toBe(1)
    expect(await contents(world.data)).toEqual(before)
    expect(world.events).toEqual([])
  })

  it('works in another process, and under a new key', async () => {
    const world = makeWorld()
    const started = must(await world.twoFactor.enrolment.beginPasskey(ada), 'started')
    const { enrolment } = world.process()
    expect(await enrolment.resume({ userId: 'ada', enrolmentId: started.enrolmentId })).toEqual(started)
  })

  it('is refused for an id that is unknown, cancelled, replaced or of somebody else', async () => {
    const { twoFactor } = makeWorld()
    const { enrolment } = twoFactor
    const first = must(await enrolment.beginTotp(ada), 'started')
    const second = must(await enrolment.beginTotp(ada), 'started')
    await enrolment.beginTotp({ ...ada, userId: 'bob' })
    expect(await enrolment.resume({ userId: 'ada', enrolmentId: 'no such enrolment' })).toEqual(unknown)
    expect(await enrolment.resume({ userId: 'ada', enrolmentId: first.enrolmentId })).toEqual(unknown)
    expect(await enrolment.resume({ userId: 'bob', enrolmentId: second.enrolmentId })).toEqual(unknown)
    await enrolment.cancel({ userId: 'ada', enrolmentId: second.enrolmentId })
    expect(await enrolment.resume({ userId: 'ada', enrolmentId: second.enrolmentId })).toEqual(unknown)
  })

  it('is refused once it was confirmed, exhausted or expired: the secret is not shown again', async () => {
    const { twoFactor, clock } = makeWorld({ policy: { wrongCodesPerCode: 1 } })
    const { enrolment } = twoFactor
    const resume = (enrolmentId: string) => enrolment.resume({ userId: 'ada', enrolmentId })
    const expired = must(await enrolment.beginTotp(ada), 'started')
    clock.advanceSeconds(600)
    expect(await resume(expired.enrolmentId)).toEqual(unknown)
    const { enrolmentId, uri } = must(await enrolment.beginTotp(ada), 'started')
    const code = wrongCode(authenticator(uri).code(clock))
    await enrolment.confirm({ userId: 'ada', enrolmentId, code })
    expect(await resume(enrolmentId)).toEqual(unknown)
    const world = makeWorld()
    const { factor } = await enrolTotp(world)
    expect(await world.twoFactor.enrolment.resume({ userId: 'ada', enrolmentId: factor.id })).toEqual(unknown)
  })

  it('of a passkey is refused by a process that has none configured', async () => {
    const world = makeWorld()
    const started = must(await world.twoFactor.enrolment.beginPasskey(ada), 'started')
    const without = world.process({ passkeys: undefined })
    const resumed = await without.enrolment.resume({ userId: 'ada', enrolmentId: started.enrolmentId })
    expect(resumed).toEqual({ status: 'refused', reason: 'passkeys-unavailable', retryAt: null })
  })

  it('says until when it is locked', async () => {
    const { world, ada: owner } = await appWorld()
    const { enrolment } = world.twoFactor
    const { enrolmentId } = must(await enrolment.beginTotp({ ...ada, proof: owner.proof }), 'started')
    await typeWrongCodes(world, owner, 5)
    expect(await enrolment.resume({ userId: 'ada', enrolmentId })).toEqual({
      status: 'refused',
      reason: 'locked',
      retryAt: START + 60_000,
    })
    world.clock.set(START + 60_000)
    must(await enrolment.resume({ userId: 'ada', enrolmentId }), 'started')
  })
})
