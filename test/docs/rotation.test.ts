import { describe, expect, it } from 'vitest'
import type { KeyOption } from '../../src/options.js'
import { fakePasskey } from '../support/fake-passkeys.js'
import { must } from '../support/outcome.js'
import { begin, enrolPasskey, enrolSms, enrolTotp, trustedBrowser } from '../support/people.js'
import { makeWorld, NEW_KEY, OLD_KEY, type World } from '../support/world.js'

/** The rings that docs/keys.md deploys, step by step, until the old key is retired. */
const steps: readonly [string, readonly KeyOption[]][] = [
  ['the new key is added in second place', [OLD_KEY, NEW_KEY]],
  ['it is moved to first place', [NEW_KEY, OLD_KEY]],
]

/** Another process of the application, with another ring. */
const deployed = (world: World, keys: readonly KeyOption[]) =>
  world.process({ keys, seed: keys.map(({ id }) => id).join() })

describe.each(steps)('a rotation as docs/keys.md has it: when %s', (_step, keys) => {
  it('codes, tokens, proofs and trusted devices from before are good', async () => {
    const world = makeWorld()
    const ada = await enrolSms(world)
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const { token } = await begin(world, 'ada')
    const { challenge } = deployed(world, keys)
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'trusted' })
    expect(await challenge.checkProof({ userId: 'ada', proof: ada.proof })).toMatchObject({ status: 'valid' })
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ status: 'approved' })
  })

  it('a passkey answers what it was asked before, and is enrolled by what was begun before', async () => {
    const world = makeWorld()
    const ada = await enrolPasskey(world)
    const asked = must(await world.twoFactor.challenge.begin({ userId: 'ada' }), 'challenged')
    const begun = { userId: 'bob', accountName: 'bob' }
    const { enrolmentId, options } = must(await world.twoFactor.enrolment.beginPasskey(begun), 'started')
    const { challenge, enrolment } = deployed(world, keys)
    expect(await challenge.verify({ token: asked.token, response: ada.passkey.get(asked.passkey) })).toMatchObject({
      status: 'approved',
    })
    const response = fakePasskey('the passkey of bob').create(options)
    expect(await enrolment.confirm({ userId: 'bob', enrolmentId, response })).toMatchObject({ status: 'confirmed' })
  })

  it('what was texted to a number counts', async () => {
    const world = makeWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    await enrolSms(world)
    await begin(world, 'ada')
    const { challenge } = deployed(world, keys)
    expect(await challenge.begin({ userId: 'ada' })).toMatchObject({
      status: 'challenged',
      delivery: { status: 'not-sent', reason: 'budget-spent' },
    })
  })
})

describe('a rotation as docs/keys.md has it: when the old key is retired', () => {
  it('the budgets of numbers start afresh, once, and those of users do not', async () => {
    const policy = { textsPerNumberTenMinutes: 1, textsPerUserHour: 3 }
    const world = makeWorld({ policy })
    await enrolSms(world)
    await begin(world, 'ada')
    await deployed(world, [NEW_KEY, OLD_KEY]).maintenance.reseal()
    const { challenge } = world.process({ keys: [NEW_KEY], policy })
    const delivery = async () => must(await challenge.begin({ userId: 'ada' }), 'challenged').delivery
    expect(await delivery()).toMatchObject({ status: 'sent' })
    expect(await delivery()).toMatchObject({ status: 'not-sent', reason: 'budget-spent' })
    expect(world.heard('limit-exceeded').at(-1)).toMatchObject({ limit: 'user' })
  })

  it('records that were resealed open, and everything signed under the old key is void', async () => {
    const world = makeWorld()
    const ada = await enrolTotp(world)
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const { token } = await begin(world, 'ada')
    await deployed(world, [NEW_KEY, OLD_KEY]).maintenance.reseal()
    const { challenge } = deployed(world, [NEW_KEY])
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await challenge.checkProof({ userId: 'ada', proof: ada.proof })).toEqual({ status: 'invalid' })
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'unknown-challenge' })
  })
})

describe('the key whose id sorts first', () => {
  it('is the one that budgets go by, wherever it stands, so that adding a key is a fresh start at most once', async () => {
    const early: KeyOption = { id: 'a1', secret: new Uint8Array(32).fill(9) }
    const world = makeWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    await enrolSms(world)
    await begin(world, 'ada')
    const spent = { delivery: { reason: 'budget-spent' } }
    const added = deployed(world, [OLD_KEY, early]).challenge
    expect(await added.begin({ userId: 'ada' })).toMatchObject({ delivery: { status: 'sent' } })
    expect(await deployed(world, [early, OLD_KEY]).challenge.begin({ userId: 'ada' })).toMatchObject(spent)
    await deployed(world, [early, OLD_KEY]).maintenance.reseal()
    expect(await deployed(world, [early]).challenge.begin({ userId: 'ada' })).toMatchObject(spent)
  })
})
