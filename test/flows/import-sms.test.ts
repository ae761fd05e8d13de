import { describe, expect, it } from 'vitest'
import type { ImportSmsInput } from '../../src/interfaces/admin.js'
import { must } from '../support/outcome.js'
import { begin, enrolTotp, pass, PHONE } from '../support/people.js'
import { contents, makeWorld, START } from '../support/world.js'

const input: ImportSmsInput = { userId: 'ada', actor: 'migration', phoneNumber: '+1 415 555 0123' }

describe('importing a phone number', () => {
  it('gives a factor, ten recovery codes with the first, and an event; it sends no text', async () => {
    const { twoFactor, heard, inbox } = makeWorld()
    const imported = must(await twoFactor.admin.importSms({ ...input, name: 'Mobile', confirmedAt: 1000 }), 'imported')
    const { id } = imported.factor
    expect(imported.factor).toEqual({
      id,
      kind: 'sms',
      name: 'Mobile',
      destination: '•••• 0123',
      confirmedAt: 1000,
      lastUsedAt: null,
      preferred: true,
      restricted: true,
      synced: null,
    })
    expect(imported.recoveryCodes).toHaveLength(10)
    expect(heard('factor-imported')).toEqual([
      {
        type: 'factor-imported',
        userId: 'ada',
        at: START,
        clientAddress: null,
        factorId: id,
        factorKind: 'sms',
        actor: 'migration',
        first: true,
      },
    ])
    expect(inbox.attempts).toBe(0)
  })

  it('has sign-in text it from then on', async () => {
    const world = makeWorld()
    must(await world.twoFactor.admin.importSms(input), 'imported')
    const { token, delivery } = await begin(world, 'ada')
    expect(delivery).toMatchObject({ status: 'sent', channel: 'sms', destination: '•••• 0123' })
    expect(world.inbox.last().to).toBe(PHONE)
    must(await world.twoFactor.challenge.verify({ token, code: world.inbox.lastCode() }), 'approved')
  })

  it('was confirmed now unless something else is said', async () => {
    for (const confirmedAt of [undefined, null]) {
      const { twoFactor } = makeWorld()
      expect(must(await twoFactor.admin.importSms({ ...input, confirmedAt }), 'imported').factor.confirmedAt).toBe(
        START,
      )
    }
  })

  it('run twice, in whatever spelling, changes nothing', async () => {
    const world = makeWorld()
    const first = must(await world.twoFactor.admin.importSms(input), 'imported')
    const before = await contents(world.data)
    const again = await world.twoFactor.admin.importSms({ ...input, phoneNumber: PHONE, name: 'Other' })
    expect(again).toEqual({ status: 'imported', factor: first.factor, recoveryCodes: null })
    expect(await contents(world.data)).toEqual(before)
    expect(world.heard('factor-imported')).toHaveLength(1)
  })

  it('beside an app, leaves that alone and is asked for after it', async () => {
    const world = makeWorld()
    const app = await enrolTotp(world)
    const imported = must(await world.twoFactor.admin.importSms(input), 'imported')
    expect(imported).toMatchObject({ factor: { preferred: false }, recoveryCodes: null })
    expect((await begin(world, 'ada')).factor.id).toBe(app.factor.id)
    await pass(world, app)
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof: app.proof })).toMatchObject({
      status: 'valid',
    })
  })

  it('drops what somebody began to enrol before there was a factor', async () => {
    const { twoFactor, inbox } = makeWorld()
    const { enrolmentId } = must(
      await twoFactor.enrolment.beginSms({ userId: 'ada', phoneNumber: '+447400123456' }),
      'started',
    )
    must(await twoFactor.admin.importSms(input), 'imported')
    const code = inbox.lastCode()
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code })).toMatchObject({
      reason: 'unknown-enrolment',
    })
  })

  it.each([
    ['not a number', 'invalid-phone-number'],
    ['415 555 0123', 'invalid-phone-number'],
    ['+1 900 555 0123', 'invalid-phone-number'],
    ['+33612345678', 'country-not-allowed'],
  ] as const)('is refused for %s: %s', async (phoneNumber, reason) => {
    const { twoFactor, store } = makeWorld({ texts: { countries: ['US', 'GB'] } })
    expect(await twoFactor.admin.importSms({ ...input, phoneNumber })).toEqual({
      status: 'refused',
      reason,
      retryAt: null,
    })
    expect(store.calls).toEqual([])
  })

  it('is refused where text messages are not configured', async () => {
    const { twoFactor } = makeWorld({ texts: null })
    expect(await twoFactor.admin.importSms(input)).toMatchObject({ status: 'refused', reason: 'sms-unavailable' })
  })

  it('is refused beyond ten factors', async () => {
    const { twoFactor } = makeWorld()
    for (let count = 0; count < 10; count++)
      must(await twoFactor.admin.importSms({ ...input, phoneNumber: `+141555501${10 + count}` }), 'imported')
    expect(await twoFactor.admin.importSms({ ...input, phoneNumber: '+14155550199' })).toMatchObject({
      status: 'refused',
      reason: 'too-many-factors',
    })
  })
})
