import { describe, expect, it } from 'vitest'
import { open, sealedUnder } from '../../src/crypto/seal.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { expectCode, must, smuggle } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, phoneWorld, trustedBrowser } from '../support/people.js'
import { contents, makeWorld, NEW_KEY, OLD_KEY, START, type World } from '../support/world.js'

const rotated = (world: World) => world.process({ keys: [NEW_KEY, OLD_KEY] })
const retired = (world: World) => world.process({ keys: [NEW_KEY] })

describe('after a key rotation', () => {
  it('nobody is logged out: tokens, proofs and codes issued under the old key still work', async () => {
    const { world, ada } = await phoneWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const { token } = await begin(world, 'ada')
    const { challenge } = rotated(world)
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'trusted' })
    expect(await challenge.checkProof({ userId: 'ada', proof: ada.proof })).toMatchObject({ status: 'valid' })
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ status: 'approved' })
  })

  it('a resend repeats the code of the old key while that is there, and makes a new one when it is gone', async () => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    const first = ada.code()
    world.clock.advanceSeconds(30)
    const { challenge, maintenance } = rotated(world)
    expect(await challenge.resend({ token })).toMatchObject({ status: 'sent', channel: 'sms' })
    expect(ada.code()).toBe(first)
    await maintenance.reseal()
    world.clock.advanceSeconds(60)
    const switched = must(await challenge.switchFactor({ token, factorId: ada.factor.id }), 'challenged')
    world.clock.advanceSeconds(120)
    expect(await retired(world).challenge.resend({ token: switched.token })).toMatchObject({
      status: 'sent',
      channel: 'sms',
    })
    expect(ada.code()).not.toBe(first)
    expect(await retired(world).challenge.verify({ token: switched.token, code: ada.code() })).toMatchObject({
      status: 'approved',
    })
  })

  it('recovery codes work without the old key', async () => {
    const { world, ada } = await appWorld()
    await rotated(world).maintenance.reseal()
    const begun = must(await retired(world).challenge.begin({ userId: 'ada' }), 'challenged')
    const redeemed = await retired(world).challenge.redeemRecoveryCode({
      token: begun.token,
      recoveryCode: ada.recoveryCodes[0] ?? '',
    })
    expect(redeemed).toMatchObject({ status: 'approved' })
  })

  it('without reseal, retiring the old key fails closed', async () => {
    const { world } = await appWorld()
    await expectCode(retired(world).challenge.begin({ userId: 'ada' }), 'ERR_RECORD_UNREADABLE')
    await expectCode(retired(world).account.status({ userId: 'ada' }), 'ERR_RECORD_UNREADABLE')
  })
})

describe('maintenance.reseal', () => {
  it('seals every record under the first key, and changes nothing else', async () => {
    const { world } = await phoneWorld()
    await enrolTotp(world, 'bob')
    await begin(world, 'ada')
    const before = await contents(world.data)
    expect([...before.keys()].map((key) => key.split(':')[0]).sort()).toEqual([
      'region',
      'texts',
      'texts',
      'user',
      'user',
    ])
    const result = await rotated(world).maintenance.reseal()
    expect(result).toEqual({ status: 'completed', seen: 5, resealed: 5, unreadable: 0 })
    const after = await contents(world.data)
    expect([...after.values()].map(sealedUnder)).toEqual(Array(5).fill('k2'))
    const ring = createKeyRing([NEW_KEY as never, OLD_KEY as never], 'default')
    for (const [key, value] of after)
      expect(JSON.parse(open(ring, key, value))).toEqual(JSON.parse(open(ring, key, before.get(key) ?? '')))
    expect(world.events.filter(({ at }) => at > START)).toEqual([])
  })

  it('has nothing to do when it is run again', async () => {
    const { world } = await appWorld()
    await rotated(world).maintenance.reseal()
    expect(await rotated(world).maintenance.reseal()).toEqual({
      status: 'completed',
      seen: 1,
      resealed: 0,
      unreadable: 0,
    })
  })

  it('leaves what it cannot open, and says how much', async () => {
    const { world } = await appWorld()
    await world.data.swap('user:default:mallory', null, 'v1.k1.AAAA', null)
    await world.data.swap('user:default:eve', null, 'not sealed at all', null)
    expect(await rotated(world).maintenance.reseal()).toEqual({
      status: 'completed',
      seen: 3,
      resealed: 1,
      unreadable: 2,
    })
    expect(await world.data.get('user:default:eve')).toBe('not sealed at all')
  })

  it('leaves the records of other namespaces and applications alone', async () => {
    const { world } = await appWorld()
    const other = makeWorld({ data: world.data, namespace: 'default:x' })
    await enrolTotp(other)
    await world.data.swap('somebody else', null, 'their value', null)
    const before = await world.data.get('user:default%3Ax:ada')
    expect(await rotated(world).maintenance.reseal()).toEqual({
      status: 'completed',
      seen: 1,
      resealed: 1,
      unreadable: 0,
    })
    expect(await world.data.get('user:default%3Ax:ada')).toBe(before)
    expect(await world.data.get('somebody else')).toBe('their value')
  })

  it('counts a record that claims the first key and cannot be opened', async () => {
    const { world } = await appWorld()
    await world.data.swap('user:default:bob', null, 'v1.k1.AAAA', null)
    expect(await world.twoFactor.maintenance.reseal()).toMatchObject({ unreadable: 1 })
  })

  it.each([
    [20, [16, 21]],
    [31, [16, 32]],
  ])('reports its progress over %i records and one, sixteen at a time', async (count, progress) => {
    const { world } = await appWorld()
    for (let index = 0; index < count; index++) await world.data.swap(`user:default:${index}`, null, 'unreadable', null)
    const seen: number[] = []
    await rotated(world).maintenance.reseal({ onProgress: (at) => seen.push(at.seen) })
    expect(seen).toEqual(progress)
  })

  it('stops when it is told to, and finishes the rest the next time', async () => {
    const { world } = await appWorld()
    const users = Array.from({ length: 40 }, (_, index) => `user ${index}`)
    for (const userId of users) await world.twoFactor.enrolment.beginTotp({ userId, accountName: 'someone' })
    const abort = new AbortController()
    const { maintenance } = rotated(world)
    const stopped = await maintenance.reseal({
      signal: abort.signal,
      onProgress: () => {
        abort.abort()
      },
    })
    expect(stopped.status).toBe('aborted')
    expect(stopped.resealed).toBeGreaterThan(0)
    expect(stopped.resealed).toBeLessThan(41)
    const rest = await maintenance.reseal()
    expect(rest).toEqual({ status: 'completed', seen: 41, resealed: 41 - stopped.resealed, unreadable: 0 })
  })

  it('lets the event loop turn over a store that always answers at once, so that live traffic and an abort are heard', async () => {
    const world = makeWorld()
    for (let record = 0; record < 64; record++)
      await world.data.swap(`user:default:${record}`, null, 'v1.k0.AAAA', null)
    let turns = 0
    const count = (): void => {
      turns += 1
      if (turns < 1000) setImmediate(count)
    }
    setImmediate(count)
    expect(await world.twoFactor.maintenance.reseal()).toMatchObject({ status: 'completed', unreadable: 64 })
    const heard = turns
    turns = 1000
    expect(heard).toBeGreaterThanOrEqual(3)
  })

  it('loses no change to the live traffic beside it', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const verified = world.twoFactor.challenge.verify({ token, code: ada.code() })
    await Promise.all([rotated(world).maintenance.reseal(), verified])
    must(await verified, 'approved')
    expect(await rotated(world).challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'settled' })
  })

  it.each([
    ['ERR_SIGNAL_INVALID', { signal: {} }],
    ['ERR_SIGNAL_INVALID', { signal: null }],
    ['ERR_ON_PROGRESS_INVALID', { onProgress: 'yes' }],
    ['ERR_INPUT_INVALID', null],
    ['ERR_INPUT_INVALID', 'all'],
  ] as const)('throws %s for %o', async (code, options) => {
    await expectCode(makeWorld().twoFactor.maintenance.reseal(smuggle(options)), code)
  })
})
