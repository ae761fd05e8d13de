import { describe, expect, it } from 'vitest'
import type { ImportTotpInput } from '../../src/interfaces/admin.js'
import { generateTotp } from '../../src/otp/index.js'
import { must } from '../support/outcome.js'
import { begin } from '../support/people.js'
import { contents, makeWorld, START, type World, type WorldOptions } from '../support/world.js'

const SECRET = new Uint8Array(20).fill(7)
const input: ImportTotpInput = { userId: 'ada', actor: 'migration', secret: { encoding: 'raw', value: SECRET } }
/** As better-auth writes them, and longer ones. */
const OLD_CODES = ['AbCdE-12345', 'fghij-67890', 'a longer code 0123456789']

/** Ada, whose app was imported, and whose recovery codes of the other system came along. */
async function importedWorld(options: WorldOptions = {}): Promise<World> {
  const world = makeWorld(options)
  must(await world.twoFactor.admin.importTotp({ ...input, recoveryCodes: OLD_CODES, lastStep: -1 }), 'imported')
  world.events.length = 0
  return world
}

/** Begins a challenge and redeems a code there. */
async function redeem({ twoFactor }: World, recoveryCode: string) {
  const begun = await twoFactor.challenge.begin({ userId: 'ada' })
  if (!('token' in begun) || begun.token === null) throw new Error(`no token with ${begun.status}`)
  return twoFactor.challenge.redeemRecoveryCode({ token: begun.token, recoveryCode })
}

describe('an import', () => {
  it.each([undefined, null, 'issue'] as const)('makes ten new recovery codes when told %s', async (recoveryCodes) => {
    const { twoFactor, heard } = makeWorld()
    expect(must(await twoFactor.admin.importTotp({ ...input, recoveryCodes }), 'imported').recoveryCodes).toHaveLength(
      10,
    )
    expect(heard('recovery-codes-issued')).toHaveLength(1)
  })

  it('makes none when told so, and says that this is a single way in', async () => {
    const { twoFactor, heard } = makeWorld()
    const imported = must(await twoFactor.admin.importTotp({ ...input, recoveryCodes: 'none' }), 'imported')
    expect(imported.recoveryCodes).toBeNull()
    expect(await twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      recoveryCodesRemaining: 0,
      singleWay: true,
    })
    expect(heard('recovery-codes-issued')).toEqual([])
  })

  it('takes over codes in plain text, and does not repeat them', async () => {
    const world = makeWorld()
    const imported = must(await world.twoFactor.admin.importTotp({ ...input, recoveryCodes: OLD_CODES }), 'imported')
    expect(imported.recoveryCodes).toBeNull()
    expect(await world.twoFactor.recoveryCodes.status({ userId: 'ada' })).toEqual({
      status: 'known',
      remaining: 3,
      issuedAt: START,
      acknowledged: false,
    })
    const kept = JSON.stringify([...(await contents(world.data)), world.events, imported])
    for (const code of OLD_CODES) expect(kept).not.toContain(code)
  })

  it('takes over codes with a phone number too', async () => {
    const world = makeWorld()
    const { admin } = world.twoFactor
    must(
      await admin.importSms({ userId: 'ada', actor: 'staff', phoneNumber: '+14155550123', recoveryCodes: OLD_CODES }),
      'imported',
    )
    must(await redeem(world, 'abcde12345'), 'approved')
  })

  it('of a further factor leaves the recovery codes as they are', async () => {
    const world = await importedWorld()
    for (const [index, recoveryCodes] of (['issue', 'none', ['another-code-1']] as const).entries()) {
      const secret = { encoding: 'raw', value: SECRET.map((byte) => byte + index + 1) } as const
      must(await world.twoFactor.admin.importTotp({ ...input, secret, recoveryCodes }), 'imported')
    }
    expect(await world.twoFactor.recoveryCodes.status({ userId: 'ada' })).toMatchObject({ remaining: 3 })
    must(await redeem(world, OLD_CODES[0] ?? ''), 'approved')
  })
})

describe('a recovery code of another system', () => {
  it.each([
    ['as it was written', 'AbCdE-12345'],
    ['in lower case, without its dash', 'abcde12345'],
    ['with look-alikes', 'abcde-l2345'],
    ['of another length', 'A LONGER CODE 0123456789'],
  ])('approves once %s', async (_what, code) => {
    const world = await importedWorld()
    expect(must(await redeem(world, code), 'approved')).toMatchObject({
      method: 'recovery-code',
      assurance: 'recovery',
      recoveryCodesRemaining: 2,
    })
    expect(await redeem(world, code)).toMatchObject({ reason: 'already-used', attemptsRemaining: 4 })
  })

  it('is a guess like any typed code: wrong ones are counted with those of the app, and lock', async () => {
    const world = await importedWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    expect(await challenge.verify({ token, code: '000000' })).toMatchObject({ attemptsRemaining: 4 })
    const left: (number | null)[] = []
    for (let tries = 0; tries < 4; tries++) {
      const answer = await challenge.redeemRecoveryCode({ token, recoveryCode: '0000000000' })
      left.push(must(answer, 'rejected').attemptsRemaining)
    }
    expect(left).toEqual([3, 2, 1, 0])
    expect(world.heard('locked')).toMatchObject([{ retryAt: START + 60_000 }])
    expect(await challenge.redeemRecoveryCode({ token, recoveryCode: OLD_CODES[0] ?? '' })).toEqual({
      status: 'rejected',
      reason: 'locked',
      attemptsRemaining: 0,
      retryAt: START + 60_000,
    })
    world.clock.set(START + 60_000)
    expect(
      must(await challenge.redeemRecoveryCode({ token, recoveryCode: OLD_CODES[0] ?? '' }), 'approved'),
    ).toMatchObject({ failuresBefore: 5 })
  })

  it('is shut while codes are suspended', async () => {
    const world = await importedWorld({ policy: { wrongCodesUntilSuspended: 10, longestLockSeconds: 60 } })
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    for (let tries = 0; tries < 10; tries++) {
      if (tries === 5) world.clock.advanceSeconds(60)
      await challenge.redeemRecoveryCode({ token, recoveryCode: '0000000000' })
    }
    expect(world.heard('suspended')).toHaveLength(1)
    expect(await challenge.redeemRecoveryCode({ token, recoveryCode: OLD_CODES[0] ?? '' })).toMatchObject({
      reason: 'suspended',
    })
  })

  it('leaves an access pass no guess: it works while codes are locked', async () => {
    const world = await importedWorld()
    const { admin, challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    for (let tries = 0; tries < 5; tries++) await challenge.redeemRecoveryCode({ token, recoveryCode: '0000000000' })
    const { pass } = must(await admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
    must(await challenge.redeemRecoveryCode({ token, recoveryCode: pass }), 'approved')
  })

  it('of a length that none has is malformed, at no store call', async () => {
    const world = await importedWorld()
    const { token } = await begin(world, 'ada')
    const { challenge } = world.twoFactor
    for (const recoveryCode of ['012345678', '01234567890', '0123-4567-89AB-CDEF']) {
      const work = () => challenge.redeemRecoveryCode({ token, recoveryCode })
      expect(await work()).toMatchObject({ reason: 'malformed-code' })
      expect(await world.storeCalls(work)).toBe(0)
    }
  })

  it('is replaced by codes that are no guesses, once they are made again', async () => {
    const world = await importedWorld()
    const { challenge, recoveryCodes } = world.twoFactor
    const { token } = await begin(world, 'ada')
    const code = generateTotp(SECRET, { at: START })
    const { proof } = must(await challenge.verify({ token, code }), 'approved')
    const fresh = must(await recoveryCodes.regenerate({ userId: 'ada', proof }), 'regenerated')
    expect(await redeem(world, OLD_CODES[0] ?? '')).toMatchObject({ reason: 'malformed-code' })
    for (let tries = 0; tries < 10; tries++)
      expect(await redeem(world, '0000-0000-0000-0000-0000-0000')).toMatchObject({ attemptsRemaining: null })
    must(await redeem(world, fresh.recoveryCodes[0] ?? ''), 'approved')
  })
})
