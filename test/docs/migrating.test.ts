import { createCipheriv } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import { twoFactor as twoFactorPlugin } from 'better-auth/plugins'
import type { Approved, ImportSmsInput, ImportTotpInput, RefusedReason, TwoFactor } from 'countersign'
import { totpStep } from 'countersign/otp'
import { generate, generateSecret, verify } from 'otplib'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { must } from '../support/outcome.js'
import { begin, enrolTotp } from '../support/people.js'
import { makeWorld, START, type World } from '../support/world.js'
import { fencesOf } from './fences.js'

type OldApp = Omit<ImportTotpInput, 'actor'>
type OldNumber = Omit<ImportSmsInput, 'actor'>

/** What the fences of the page export: the page itself is what is tested here. */
interface Page {
  readonly takeOver: (
    twoFactor: TwoFactor,
    ...factors: readonly [OldApp | OldNumber, ...(OldApp | OldNumber)[]]
  ) => Promise<'imported' | 'skipped' | 'unreadable' | RefusedReason>
  readonly rehearse: (factor: OldApp, code: string) => Promise<boolean>
  readonly lastStepFor: (acceptedAt: number, periodSeconds?: number) => number
  readonly fromOtplib: (row: { userId: string; secret: string; timeStep: number | null }) => OldApp
  readonly fromSpeakeasy: (row: { userId: string; secret: string }, encoding?: 'ascii' | 'hex' | 'base32') => OldApp
  readonly fromBetterAuth: (row: BetterAuthRow, key: BetterAuthKey) => Promise<OldApp | null>
  readonly fromSuperTokens: (device: SuperTokensDevice) => OldApp | null
  readonly fromOwnTable: (row: OwnRow, key: Uint8Array) => OldApp | null
  readonly fromNumber: (row: { userId: string; phoneNumber: string; confirmedAt: number }) => OldNumber
  readonly firstRecoveryCodes: (twoFactor: TwoFactor, approved: Approved) => Promise<readonly string[]>
}
interface BetterAuthRow {
  readonly userId: string
  readonly secret: string
  readonly backupCodes: string
  readonly verified: boolean | number | null
}
interface SuperTokensDevice {
  readonly user_id: string
  readonly device_name: string
  readonly secret_key: string
  readonly period: number
  readonly verified: boolean
  readonly created_at: number | null
}
interface OwnRow {
  readonly userId: string
  readonly sealedSecret: Uint8Array
  readonly enabled: boolean
  readonly lastCodeAt: number | null
}
type BetterAuthKey = Parameters<typeof symmetricDecrypt>[0]['key']

const folder = mkdtempSync(fileURLToPath(new URL('.migrating-', import.meta.url)))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

async function readPage(): Promise<Page> {
  const text = readFileSync(fileURLToPath(new URL('../../docs/migrating.md', import.meta.url)), 'utf8')
  const modules = fencesOf('docs/migrating.md', text).map(async ({ code }, index) => {
    const file = join(folder, `fence-${index}.ts`)
    writeFileSync(file, code)
    return (await import(pathToFileURL(file).href)) as Partial<Page>
  })
  return Object.assign({}, ...(await Promise.all(modules))) as Page
}
const page = await readPage()
const { takeOver, rehearse, lastStepFor, fromOtplib, fromSpeakeasy, fromBetterAuth, fromNumber, firstRecoveryCodes } =
  page
const { fromSuperTokens, fromOwnTable } = page

/** Takes the app over an hour before, and signs in with the code. */
async function signIn(world: World, app: OldApp, code: string): Promise<Approved> {
  const now = world.clock.now()
  world.clock.set(now - 3_600_000)
  expect(await takeOver(world.twoFactor, app)).toBe('imported')
  world.clock.set(now)
  const { token } = await begin(world, app.userId)
  return must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
}

const epoch = START / 1000
const row = { userId: 'ada', secret: generateSecret(), timeStep: null }

describe('people who come from otplib', () => {
  it('sign in with the app they have', async () => {
    const code = await generate({ secret: row.secret, epoch })
    expect(await signIn(makeWorld(), fromOtplib(row), code)).toMatchObject({ userId: 'ada', method: 'totp' })
  })

  it('keep algorithm, digits and period', async () => {
    const code = await generate({ secret: row.secret, epoch, algorithm: 'sha256', digits: 8, period: 60 })
    await signIn(makeWorld(), { ...fromOtplib(row), algorithm: 'SHA-256', digits: 8, periodSeconds: 60 }, code)
  })

  it('cannot use a code of the moment they were taken over at, which the old system may have accepted', async () => {
    const world = makeWorld()
    const code = await generate({ secret: row.secret, epoch })
    expect(await takeOver(world.twoFactor, fromOtplib(row))).toBe('imported')
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'already-used' })
  })

  it('cannot use again what the old system accepted a moment ago', async () => {
    const world = makeWorld()
    const token = await generate({ secret: row.secret, epoch })
    const accepted = await verify({ secret: row.secret, token, epoch })
    if (!accepted.valid || !('timeStep' in accepted)) throw new Error('otplib did not accept its own code')
    expect(await takeOver(world.twoFactor, fromOtplib({ ...row, timeStep: accepted.timeStep }))).toBe('imported')
    const challenge = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.verify({ token: challenge.token, code: token })).toMatchObject({
      reason: 'already-used',
    })
    world.clock.advanceSeconds(30)
    const next = await generate({ secret: row.secret, epoch: epoch + 30 })
    must(await world.twoFactor.challenge.verify({ token: challenge.token, code: next }), 'approved')
  })

  it('may have the 80 bits of version 12, which are refused unless they are allowed', async () => {
    const old = { ...row, secret: 'JBSWY3DPEHPK3PXP' }
    expect(await takeOver(makeWorld().twoFactor, { ...fromOtplib(old), allowShortSecret: false })).toBe('unreadable')
    // authenticator.generate of otplib 12.0.1 at this instant
    await signIn(makeWorld(), fromOtplib(old), '738134')
  })
})

describe('people who come from speakeasy', () => {
  // generateSecret() of speakeasy 2.0.0, and its totp({ secret, encoding, time }) at START
  const secret = {
    ascii: 'ONfJ4D8Q<>4ordO@[8]lJryn4N^1)zmE',
    hex: '4f4e664a344438513c3e346f72644f405b385d6c4a72796e344e5e31297a6d45',
    base32: 'J5HGMSRUIQ4FCPB6GRXXEZCPIBNTQXLMJJZHS3RUJZPDCKL2NVCQ',
  }

  it.each(['ascii', 'hex', 'base32'] as const)(
    'sign in with the app they have, when %s was stored and named',
    async (encoding) => {
      await signIn(makeWorld(), fromSpeakeasy({ userId: 'ada', secret: secret[encoding] }, encoding), '866523')
    },
  )

  it('have the bytes of the text itself as secret, when Base32 was stored and no encoding named', async () => {
    await signIn(makeWorld(), fromSpeakeasy({ userId: 'ada', secret: secret.base32 }), '294922')
  })

  it('keep algorithm, digits and step', async () => {
    const factor = fromSpeakeasy({ userId: 'ada', secret: secret.ascii })
    await signIn(makeWorld(), { ...factor, algorithm: 'SHA-256', digits: 8, periodSeconds: 60 }, '06642170')
  })
})

describe('people who come from better-auth', () => {
  /** Somebody who has switched two-factor authentication on, and confirmed it unless said otherwise. */
  async function enrol({ confirm = true } = {}) {
    const tables: Record<string, unknown[]> = { user: [], session: [], account: [], verification: [], twoFactor: [] }
    const auth = betterAuth({
      secret: 'the value of BETTER_AUTH_SECRET, long enough',
      baseURL: 'http://127.0.0.1',
      database: memoryAdapter(tables),
      emailAndPassword: { enabled: true },
      plugins: [twoFactorPlugin()],
    })
    const password = 'correct horse battery'
    const signedUp = await auth.api.signUpEmail({
      body: { email: 'ada@acme.example', name: 'Ada', password },
      returnHeaders: true,
    })
    const cookie = signedUp.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const headers = new Headers({ cookie })
    const enabled = await auth.api.enableTwoFactor({ body: { password }, headers })
    if (enabled.method !== 'totp') throw new Error('better-auth enabled another method')
    const stored = tables['twoFactor']?.[0] as BetterAuthRow
    const key = (await auth.$context).secretConfig
    const secret = await symmetricDecrypt({ key, data: stored.secret })
    const code = async () => (await auth.api.generateTOTP({ body: { secret } })).code
    if (confirm) await auth.api.verifyTOTP({ body: { code: await code() }, headers })
    return { row: stored, key, code, backupCodes: enabled.backupCodes }
  }

  async function approve(factor: OldApp, code: () => Promise<string>) {
    const at = Date.now() // before the code is made, which is of now or, at worst, of the next step
    const world = makeWorld({ at })
    return { world, approved: await signIn(world, factor, await code()) }
  }

  it('sign in with the app they have, and get new recovery codes', async () => {
    const { row: stored, key, code } = await enrol()
    const factor = await fromBetterAuth(stored, key)
    const { world, approved } = await approve(factor!, code)
    expect(approved).toMatchObject({ userId: stored.userId, method: 'totp' })
    const codes = await firstRecoveryCodes(world.twoFactor, approved)
    expect(codes).toHaveLength(10)
    const { token } = await begin(world, stored.userId)
    must(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: codes[0]! }), 'approved')
  })

  it('keep the backup codes they had, until these are replaced', async () => {
    const { row: stored, key, code, backupCodes } = await enrol()
    const { world, approved } = await approve((await fromBetterAuth(stored, key))!, code)
    const redeem = async (recoveryCode: string) => {
      const { token } = await begin(world, stored.userId)
      return world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })
    }
    expect(await redeem(backupCodes[0]!)).toMatchObject({ status: 'approved', recoveryCodesRemaining: 9 })
    expect(await redeem(backupCodes[0]!)).toMatchObject({ reason: 'already-used' })
    await firstRecoveryCodes(world.twoFactor, approved)
    expect(await redeem(backupCodes[1]!)).toMatchObject({ status: 'rejected' })
  })

  it('are taken over when they had confirmed, as every database says it, and not otherwise', async () => {
    const { row: stored, key } = await enrol({ confirm: false })
    expect(stored.verified).toBe(false)
    expect(await fromBetterAuth(stored, key)).toBeNull()
    expect(await fromBetterAuth({ ...stored, verified: 0 }, key)).toBeNull()
    for (const verified of [true, 1, null])
      expect(await fromBetterAuth({ ...stored, verified }, key)).toMatchObject({ userId: stored.userId })
  })

  it('may have a secret that better-auth had imported itself, under a key that has been rotated since', async () => {
    const retired = await symmetricEncrypt({ key: 'the first secret', data: `base32:${row.secret}` })
    const key = { keys: new Map([[2, 'the second secret']]), currentVersion: 2, legacySecret: 'the first secret' }
    const backupCodes = await symmetricEncrypt({ key: 'the first secret', data: '[]' })
    const factor = await fromBetterAuth({ userId: 'ada', secret: retired, backupCodes, verified: true }, key)
    await signIn(makeWorld(), factor!, await generate({ secret: row.secret, epoch }))
  })
})

describe('people who come from SuperTokens', () => {
  const device = {
    user_id: 'ada',
    device_name: 'TOTP Device 1',
    secret_key: row.secret,
    period: 30,
    verified: true,
    created_at: START - 86_400_000,
  }

  it('sign in with any of the devices they have, each with its own period', async () => {
    const other = { ...device, device_name: 'Old phone', secret_key: generateSecret(), period: 60, created_at: null }
    const world = makeWorld({ at: START - 3_600_000 })
    expect(await takeOver(world.twoFactor, fromSuperTokens(device)!, fromSuperTokens(other)!)).toBe('imported')
    world.clock.set(START)
    expect((await world.twoFactor.factors.list({ userId: 'ada' })).factors).toMatchObject([
      { kind: 'totp', name: 'TOTP Device 1', confirmedAt: START - 86_400_000 },
      { kind: 'totp', name: 'Old phone', confirmedAt: START - 3_600_000 },
    ])
    const { token } = await begin(world, 'ada')
    const code = await generate({ secret: other.secret_key, epoch, period: 60 })
    const approved = must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
    expect(approved.factor).toMatchObject({ name: 'Old phone' })
  })

  it('bring no device that they never verified', () => {
    expect(fromSuperTokens({ ...device, verified: false })).toBeNull()
  })
})

describe('people who come from a table of your own', () => {
  const key = new Uint8Array(32).fill(3)
  const seal = (secret: string): Uint8Array => {
    const nonce = new Uint8Array(12).fill(4)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  }
  const own = { userId: 'ada', sealedSecret: seal(row.secret), enabled: true, lastCodeAt: null }

  it('sign in with the app they have', async () => {
    await signIn(makeWorld(), fromOwnTable(own, key)!, await generate({ secret: row.secret, epoch }))
  })

  it('cannot use again the code that they used there last', async () => {
    const world = makeWorld()
    expect(await takeOver(world.twoFactor, fromOwnTable({ ...own, lastCodeAt: START }, key)!)).toBe('imported')
    const { token } = await begin(world, 'ada')
    const code = await generate({ secret: row.secret, epoch })
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'already-used' })
  })

  it('are none when it was off, and a row that was altered is not taken for one', () => {
    expect(fromOwnTable({ ...own, enabled: false }, key)).toBeNull()
    const altered = Uint8Array.from(own.sealedSecret)
    altered[20] = (altered[20] ?? 0) ^ 1
    expect(() => fromOwnTable({ ...own, sealedSecret: altered }, key)).toThrow()
  })
})

describe('the migration', () => {
  it('can be run again: nobody gets a second factor', async () => {
    const { twoFactor } = makeWorld()
    expect(await takeOver(twoFactor, fromOtplib(row))).toBe('imported')
    expect(await takeOver(twoFactor, fromOtplib(row))).toBe('skipped')
    expect((await twoFactor.factors.list({ userId: 'ada' })).factors).toHaveLength(1)
  })

  it('leaves one factor even where two runs of it meet', async () => {
    const { twoFactor } = makeWorld()
    await Promise.all([takeOver(twoFactor, fromOtplib(row)), takeOver(twoFactor, fromOtplib(row))])
    expect((await twoFactor.factors.list({ userId: 'ada' })).factors).toHaveLength(1)
  })

  it('gives nobody the old secret who has enrolled here since', async () => {
    const world = makeWorld()
    const { factor } = await enrolTotp(world)
    expect(await takeOver(world.twoFactor, fromOtplib(row))).toBe('skipped')
    expect((await world.twoFactor.factors.list({ userId: 'ada' })).factors).toEqual([factor])
  })

  it('skips a secret that cannot be read, and stops when the store fails', async () => {
    const world = makeWorld()
    expect(await takeOver(world.twoFactor, fromOtplib({ ...row, secret: 'not Base32!' }))).toBe('unreadable')
    expect((await world.twoFactor.account.status({ userId: 'ada' })).enabled).toBe(false)
    world.store.reset()
    world.store.failAt(1)
    await expect(takeOver(world.twoFactor, fromOtplib(row))).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
  })

  it('takes over an app and a number of one person, and the number gets a text when its owner signs in', async () => {
    const world = makeWorld()
    const number = fromNumber({ userId: 'ada', phoneNumber: '+14155550123', confirmedAt: START - 86_400_000 })
    expect(await takeOver(world.twoFactor, fromOtplib(row), number)).toBe('imported')
    const { factors } = await world.twoFactor.factors.list({ userId: 'ada' })
    expect(factors).toMatchObject([{ kind: 'totp' }, { kind: 'sms', confirmedAt: START - 86_400_000 }])
    expect(world.inbox.messages).toEqual([])
    const { token } = await begin(world, 'ada', { factorId: factors[1]!.id })
    const code = world.inbox.lastCode('+14155550123')
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ status: 'approved', method: 'sms' })
  })

  it('says why a number is not taken over', async () => {
    const { twoFactor } = makeWorld({ texts: { countries: ['US'] } })
    const of = (phoneNumber: string) => fromNumber({ userId: 'ada', phoneNumber, confirmedAt: START })
    expect(await takeOver(twoFactor, of('+447400123456'))).toBe('country-not-allowed')
    expect(await takeOver(twoFactor, of('415 555'))).toBe('invalid-phone-number')
  })

  it('makes no recovery codes that nobody would see', async () => {
    const { twoFactor } = makeWorld()
    await takeOver(twoFactor, fromOtplib(row))
    expect(await twoFactor.recoveryCodes.status({ userId: 'ada' })).toMatchObject({ remaining: 0, issuedAt: null })
  })

  it('can begin afresh for somebody who was erased', async () => {
    const { twoFactor } = makeWorld()
    await takeOver(twoFactor, fromOtplib(row))
    await twoFactor.account.erase({ userId: 'ada' })
    expect(await takeOver(twoFactor, fromOtplib(row))).toBe('imported')
  })

  it('takes any reading of a secret, which is why the encoding is named', async () => {
    const value = 'A2B3C4D5E6F7A2B3C4D5E6F7A2B3C4D5'
    const { twoFactor } = makeWorld()
    for (const encoding of ['base32', 'hex', 'ascii'] as const) {
      expect(await takeOver(twoFactor, { userId: encoding, secret: { encoding, value } })).toBe('imported')
    }
  })

  it('counts the step after an acceptance as used', () => {
    expect(lastStepFor(START)).toBe(totpStep(START, 30) + 1)
    expect(lastStepFor(START, 60)).toBe(totpStep(START, 60) + 1)
  })
})

describe('a rehearsal', () => {
  // Of a fixed instant and secret, so that no wrong reading is right by chance.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const factor = fromOtplib({ userId: 'ada', secret, timeStep: totpStep(START, 30) + 1 })
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: START })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('accepts the code of the old library, whatever it has accepted before', async () => {
    expect(await rehearse(factor, await generate({ secret }))).toBe(true)
  })

  it.each<[string, Partial<OldApp>]>([
    ['encoding', { secret: { encoding: 'ascii', value: secret } }],
    ['form of the secret', { secret: { encoding: 'hex', value: secret } }],
    ['secret', { secret: { encoding: 'raw', value: new Uint8Array(20) } }],
    ['algorithm', { algorithm: 'SHA-512' }],
    ['number of digits', { digits: 8 }],
    ['period', { periodSeconds: 60 }],
  ])('notices a wrong %s', async (_what, mistake) => {
    expect(await rehearse({ ...factor, ...mistake }, await generate({ secret }))).toBe(false)
  })
})
