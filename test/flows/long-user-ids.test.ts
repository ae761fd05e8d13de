import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { begin, enrolPasskey, enrolSms, enrolTotp, pass, passByPasskey, trustedBrowser } from '../support/people.js'
import { contents, makeWorld, NEW_KEY, OLD_KEY } from '../support/world.js'

const longIds: readonly [string, string][] = [
  ['of 255 bytes', 'x'.repeat(255)],
  ['of 256 bytes', 'x'.repeat(256)],
  ['of 1024 bytes', 'x'.repeat(1024)],
  ['of 1024 bytes in another script', 'é'.repeat(512)],
  ['of a federation', `https://idp.example/${'realms/'.repeat(100)}users/4711`],
  ['of signs that keys are made of', `#%:*?${'/'.repeat(1019)}`],
]

describe.each(longIds)('a user id %s', (_what, userId) => {
  it('enrols, signs in, is trusted, recovers, and is erased as any other', async () => {
    const world = makeWorld()
    const { account, challenge } = world.twoFactor
    const person = await enrolTotp(world, userId)
    expect((await pass(world, person)).userId).toBe(userId)
    const trustedDeviceToken = await trustedBrowser(world, person)
    must(await challenge.begin({ userId, trustedDeviceToken }), 'trusted')
    const { token } = await begin(world, userId)
    const recoveryCode = person.recoveryCodes[0] ?? ''
    must(await challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
    expect(await account.status({ userId })).toMatchObject({ userId, enabled: true, recoveryCodesRemaining: 9 })
    for (const event of world.events) expect(event.userId).toBe(userId)
    await account.erase({ userId })
    expect(await contents(world.data)).toEqual(new Map())
  })

  it('has a key of plain ASCII that every engine can hold', async () => {
    const world = makeWorld()
    await enrolTotp(world, userId)
    const [key = ''] = (await contents(world.data)).keys()
    expect(key).toMatch(/^user:default:[\x21-\x7e]+$/)
    expect(key.length).toBeLessThan(800)
  })
})

describe('long user ids', () => {
  it('are exact: none opens what another has', async () => {
    const world = makeWorld()
    const ids = ['x'.repeat(1023), 'x'.repeat(1024), `${'x'.repeat(1023)}y`, `${'x'.repeat(1023)} `, 'X'.repeat(1024)]
    for (const userId of ids) await enrolTotp(world, userId)
    expect((await contents(world.data)).size).toBe(ids.length)
    const proofs = await Promise.all(ids.map(async (userId) => begin(world, userId)))
    expect(new Set(proofs.map(({ token }) => token)).size).toBe(ids.length)
    await world.twoFactor.account.erase({ userId: ids[0] ?? '' })
    expect((await contents(world.data)).size).toBe(ids.length - 1)
  })

  it('are never taken for a short id that is their digest', async () => {
    const world = makeWorld()
    await enrolTotp(world, 'x'.repeat(300))
    const [key = ''] = (await contents(world.data)).keys()
    const digest = key.slice('user:default:'.length)
    for (const userId of [digest, digest.slice(1), encodeURIComponent(digest)]) {
      expect(await world.twoFactor.account.status({ userId })).toMatchObject({ enabled: false })
      expect(await world.twoFactor.challenge.begin({ userId })).toEqual({ status: 'not-required' })
    }
  })

  it('get texts and passkeys, with the longest summary that a text can show', async () => {
    const world = makeWorld({ texts: { alphabet: 'unicode', segments: 3 } })
    const userId = 'é'.repeat(512)
    const phone = await enrolSms(world, userId)
    const key = await enrolPasskey(world, userId, { proof: phone.proof })
    const summary = '東京'.repeat(40)
    await pass(world, phone, { purpose: 'step-up', summary, binding: 'x'.repeat(1024) })
    await passByPasskey(world, key, { purpose: 'step-up', summary })
  })

  it('are resealed with the others', async () => {
    const world = makeWorld()
    await enrolTotp(world, 'x'.repeat(1024))
    const rotated = world.process({ keys: [NEW_KEY, OLD_KEY] })
    expect(await rotated.maintenance.reseal()).toMatchObject({ seen: 1, resealed: 1 })
    const only = world.process({ keys: [NEW_KEY] })
    expect(await only.account.status({ userId: 'x'.repeat(1024) })).toMatchObject({ enabled: true })
  })
})
