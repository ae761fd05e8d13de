import { describe, expect, it } from 'vitest'
import { deviceId, newDeviceTokenId, signDevice } from '../../src/crypto/claims.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { slowHashRecoveryCode } from '../../src/crypto/recovery-code.js'
import { seal } from '../../src/crypto/seal.js'
import { resolveOptions } from '../../src/options.js'
import { generateTotp } from '../../src/otp/index.js'
import { memoryStore } from '../../src/stores/memory.js'
import { seededRandom } from '../../src/testing/index.js'
import { must } from '../support/outcome.js'
import { begin } from '../support/people.js'
import { contents, makeWorld, OLD_KEY, START, type World } from '../support/world.js'

const SECRET = Buffer.from('12345678901234567890')
const SALT = 'c2FsdCBvZiAxNiBieXRlcw'
/** Canonical codes of 80 bits, the second of which was redeemed. */
const CODES = ['0123456789ABCDEF', '1111222233334444', '5555666677778888']

/** A world whose store holds Ada's record as release 0.1.0 wrote it: an app, a phone, a trusted browser and recovery codes. */
async function oldWorld(): Promise<{ world: World; trustedDeviceToken: string }> {
  const random = seededRandom('release 0.1.0')
  const { ring } = resolveOptions({ issuer: 'Acme', keys: [OLD_KEY], store: memoryStore() })
  const tokenId = newDeviceTokenId(random)
  const hashes = await Promise.all(CODES.map((code) => slowHashRecoveryCode(code, SALT)))
  const challenge = ['cH4ll3ngeOpen000', 0, 0, 'appAppAppAppAppA', null, START, START + 600_000, 1, null]
  const record = {
    v: 1,
    e: 7,
    f: [
      ['t', 'appAppAppAppAppA', 'My phone', START, SECRET.toString('base64url'), 1, 6, 30, -1],
      ['s', 'phonePhonePhoneP', null, START, '+14155550123', 'US'],
    ],
    p: 'phonePhonePhoneP',
    n: [['t', 'pendingPendingPe', null, null, START, START + 600_000, 0, SECRET.toString('base64url')]],
    c: [challenge],
    d: [[deviceId(tokenId), 'Firefox', START, START + 86_400_000]],
    r: [SALT, START, [1], ...hashes],
    g: [3, 0],
    h: [5, START + 86_400_000],
    t: [START],
    m: false,
  }
  const data = memoryStore()
  const key = 'user:default:ada'
  await data.swap(
    key,
    null,
    seal(createKeyRing([OLD_KEY as never], 'default'), random, key, JSON.stringify(record)),
    null,
  )
  return { world: makeWorld({ data }), trustedDeviceToken: signDevice(ring, 'ada', tokenId) }
}

describe('an account of release 0.1.0', () => {
  it('is shown with all that it had', async () => {
    const { world } = await oldWorld()
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      enabled: true,
      factors: [
        { kind: 'totp', name: 'My phone', lastUsedAt: null, preferred: false },
        { kind: 'sms', destination: '•••• 0123', lastUsedAt: null, preferred: true },
      ],
      recoveryCodesRemaining: 2,
      acknowledged: true,
      trustedDevices: [{ name: 'Firefox', details: null, lastUsedAt: null }],
      accessPass: null,
      lockedUntilAt: null,
    })
    expect(await world.twoFactor.account.activity({ userId: 'ada' })).toEqual({ status: 'listed', activity: [] })
  })

  it('signs in by app, by text and on its trusted browser', async () => {
    const { world, trustedDeviceToken } = await oldWorld()
    const { challenge } = world.twoFactor
    must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'trusted')
    const texted = await begin(world, 'ada')
    expect(texted.factor.kind).toBe('sms')
    expect(
      must(await challenge.verify({ token: texted.token, code: world.inbox.lastCode() }), 'approved'),
    ).toMatchObject({ failuresBefore: 3 })
    const { token } = await begin(world, 'ada', { factorId: 'appAppAppAppAppA' })
    must(await challenge.verify({ token, code: generateTotp(SECRET, { at: START }) }), 'approved')
  })

  it('confirms what was being enrolled', async () => {
    const { world } = await oldWorld()
    const code = generateTotp(SECRET, { at: START })
    must(await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId: 'pendingPendingPe', code }), 'confirmed')
  })

  it('has recovery codes that work until they are replaced, and are guesses as before', async () => {
    const { world } = await oldWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { factorId: 'appAppAppAppAppA' })
    const redeem = (recoveryCode: string, with_ = token) => challenge.redeemRecoveryCode({ token: with_, recoveryCode })
    expect(await redeem('1111-2222-3333-4444')).toMatchObject({ reason: 'already-used', attemptsRemaining: 1 })
    expect(must(await redeem('0123-4567-89ab-cdef'), 'approved')).toMatchObject({
      recoveryCodesRemaining: 1,
      failuresBefore: 4,
    })
    const again = await begin(world, 'ada', { factorId: 'appAppAppAppAppA' })
    for (let tries = 0; tries < 5; tries++)
      expect(await redeem('0000-0000-0000-0000', again.token)).toMatchObject({ reason: 'wrong-code' })
    expect(await redeem('5555-6666-7777-8888', again.token)).toMatchObject({
      reason: 'locked',
      retryAt: START + 60_000,
    })
  })

  it('is written in the new form by the first change, and reads the same', async () => {
    const { world } = await oldWorld()
    const { account, factors } = world.twoFactor
    const before = await account.status({ userId: 'ada' })
    must(await factors.rename({ userId: 'ada', factorId: 'appAppAppAppAppA', name: 'My phone' }), 'renamed')
    expect(await account.status({ userId: 'ada' })).toEqual(before)
    expect((await contents(world.data)).size).toBe(1)
  })
})
