import { describe, expect, it } from 'vitest'
import type { ImportedSecret, ImportTotpInput } from '../../src/interfaces/admin.js'
import { encodeBase32, generateTotp } from '../../src/otp/index.js'
import { expectCode, must, smuggle } from '../support/outcome.js'
import { begin, enrolTotp } from '../support/people.js'
import { contents, makeWorld, START } from '../support/world.js'

const BYTES = Uint8Array.from(Buffer.from('12345678901234567890'))
const raw: ImportedSecret = { encoding: 'raw', value: BYTES }
const input: ImportTotpInput = { userId: 'ada', actor: 'migration', secret: raw }

describe('importing an authenticator app', () => {
  it('gives a factor, ten recovery codes with the first, and an event', async () => {
    const { twoFactor, heard } = makeWorld()
    const imported = must(await twoFactor.admin.importTotp({ ...input, name: 'Old system' }), 'imported')
    const { id } = imported.factor
    expect(imported.factor).toEqual({
      id,
      kind: 'totp',
      name: 'Old system',
      destination: null,
      confirmedAt: START,
      lastUsedAt: null,
      preferred: true,
      restricted: false,
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
        factorKind: 'totp',
        actor: 'migration',
        first: true,
      },
    ])
    const second = must(
      await twoFactor.admin.importTotp({ ...input, secret: { encoding: 'raw', value: BYTES.map((byte) => byte + 1) } }),
      'imported',
    )
    expect(second.recoveryCodes).toBeNull()
  })

  it.each<[string, ImportedSecret]>([
    ['base32', { encoding: 'base32', value: encodeBase32(BYTES) }],
    ['hex', { encoding: 'hex', value: Buffer.from(BYTES).toString('hex') }],
    ['ascii', { encoding: 'ascii', value: '12345678901234567890' }],
    ['raw', raw],
  ])('reads a secret in %s, as the app has it', async (_encoding, secret) => {
    const world = makeWorld()
    must(await world.twoFactor.admin.importTotp({ ...input, secret }), 'imported')
    const { token } = await begin(world, 'ada')
    const code = generateTotp(BYTES, { at: START + 30_000 })
    must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
  })

  it('drops the bits that Base32 has left over beyond the last whole byte, as the apps do', async () => {
    const world = makeWorld()
    const secret = { encoding: 'base32', value: 'S46SQCPPTCNPROMHWYBDCTBZXV' } as const
    must(await world.twoFactor.admin.importTotp({ ...input, secret }), 'imported')
    const { token } = await begin(world, 'ada')
    const app = Uint8Array.from(Buffer.from('973d2809ef989af8b987b602314c39bd', 'hex'))
    const code = generateTotp(app, { at: START + 30_000 })
    must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
  })

  it.each([
    { algorithm: 'SHA-256', digits: 8, periodSeconds: 60 },
    { algorithm: 'SHA-512', digits: 6, periodSeconds: 30 },
    { algorithm: 'SHA-1', digits: 8, periodSeconds: 30 },
  ] as const)('keeps its parameters on the factor: %o', async (parameters) => {
    const world = makeWorld()
    must(await world.twoFactor.admin.importTotp({ ...input, ...parameters }), 'imported')
    const { token } = await begin(world, 'ada')
    const at = START + parameters.periodSeconds * 1000
    must(
      await world.twoFactor.challenge.verify({ token, code: generateTotp(BYTES, { at, ...parameters }) }),
      'approved',
    )
  })

  it('counts every step up to now as used unless the last one is named', async () => {
    const world = makeWorld()
    must(await world.twoFactor.admin.importTotp(input), 'imported')
    const { token } = await begin(world, 'ada')
    const verify = (at: number) => world.twoFactor.challenge.verify({ token, code: generateTotp(BYTES, { at }) })
    for (const at of [START - 30_000, START]) expect(await verify(at)).toMatchObject({ reason: 'already-used' })
    must(await verify(START + 30_000), 'approved')
  })

  it.each([
    ['-1: no step was used', -1, START - 30_000],
    ['an old one', START / 30_000 - 2, START - 30_000],
    ['one that lies ahead, up to a day', START / 30_000 + 2880, START + 2881 * 30_000],
  ])('takes over the last step when that is %s', async (_what, lastStep, at) => {
    const world = makeWorld()
    must(await world.twoFactor.admin.importTotp({ ...input, lastStep }), 'imported')
    world.clock.set(Math.max(START, at))
    const { token } = await begin(world, 'ada')
    must(await world.twoFactor.challenge.verify({ token, code: generateTotp(BYTES, { at }) }), 'approved')
  })

  it.each([
    ['milliseconds in place of a step', START],
    ['seconds in place of a step', START / 1000],
    ['a step more than a day ahead', START / 30_000 + 2881],
  ])('refuses %s, which would lock the person out', async (_what, lastStep) => {
    const { twoFactor, data } = makeWorld()
    await expectCode(twoFactor.admin.importTotp({ ...input, lastStep }), 'ERR_AFTER_STEP_INVALID')
    expect(await data.get('user:default:ada')).toBeNull()
  })

  it('takes over the last step that was used, so that its code is used here too', async () => {
    const world = makeWorld()
    must(await world.twoFactor.admin.importTotp({ ...input, lastStep: START / 30_000, confirmedAt: 1000 }), 'imported')
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.verify({ token, code: generateTotp(BYTES, { at: START }) })).toMatchObject({
      reason: 'already-used',
    })
    must(
      await world.twoFactor.challenge.verify({ token, code: generateTotp(BYTES, { at: START + 30_000 }) }),
      'approved',
    )
  })

  it('takes a secret of 80 to 127 bits only where that is said, and no shorter one', async () => {
    const { twoFactor } = makeWorld()
    const secretOf = (bytes: number): ImportedSecret => ({ encoding: 'raw', value: BYTES.subarray(0, bytes) })
    const take = (bytes: number, allowShortSecret: boolean) =>
      twoFactor.admin.importTotp({ ...input, secret: secretOf(bytes), allowShortSecret })
    for (const bytes of [10, 15]) await expectCode(take(bytes, false), 'ERR_SECRET_INVALID')
    for (const bytes of [1, 9]) await expectCode(take(bytes, true), 'ERR_SECRET_INVALID')
    for (const bytes of [10, 15, 16]) must(await take(bytes, true), 'imported')
    must(await take(17, false), 'imported')
  })

  it('is refused beyond ten factors', async () => {
    const { twoFactor } = makeWorld()
    const secret = (count: number): ImportedSecret => ({ encoding: 'raw', value: BYTES.map((byte) => byte + count) })
    for (let count = 0; count < 10; count++)
      must(await twoFactor.admin.importTotp({ ...input, secret: secret(count) }), 'imported')
    expect(await twoFactor.admin.importTotp({ ...input, secret: secret(10) })).toEqual({
      status: 'refused',
      reason: 'too-many-factors',
      retryAt: null,
    })
  })

  it('run twice, changes nothing: one code is not good for two approvals', async () => {
    const world = makeWorld()
    const first = must(await world.twoFactor.admin.importTotp(input), 'imported')
    const again = must(await world.twoFactor.admin.importTotp({ ...input, lastStep: 5 }), 'imported')
    expect(again).toEqual({ status: 'imported', factor: first.factor, recoveryCodes: null })
    expect(world.heard('factor-imported')).toHaveLength(1)
    const [one, other] = [await begin(world, 'ada'), await begin(world, 'ada')]
    const code = generateTotp(BYTES, { at: START + 30_000 })
    must(await world.twoFactor.challenge.verify({ token: one.token, code }), 'approved')
    must(await world.twoFactor.admin.importTotp(input), 'imported')
    expect(await world.twoFactor.challenge.verify({ token: other.token, code })).toMatchObject({
      reason: 'already-used',
    })
  })

  it('takes over a later last step when it is run again', async () => {
    const world = makeWorld()
    must(await world.twoFactor.admin.importTotp({ ...input, lastStep: -1 }), 'imported')
    must(await world.twoFactor.admin.importTotp(input), 'imported')
    const { token } = await begin(world, 'ada')
    const code = generateTotp(BYTES, { at: START })
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'already-used' })
  })

  it.each([{ digits: 8 }, { periodSeconds: 60 }, { algorithm: 'SHA-256' }] as const)(
    'of a known secret with other parameters is refused: %o',
    async (parameters) => {
      const world = makeWorld()
      must(await world.twoFactor.admin.importTotp(input), 'imported')
      const before = await contents(world.data)
      expect(await world.twoFactor.admin.importTotp({ ...input, ...parameters })).toEqual({
        status: 'refused',
        reason: 'factor-exists',
        retryAt: null,
      })
      expect(await contents(world.data)).toEqual(before)
    },
  )

  it('drops what somebody began to enrol before there was a factor', async () => {
    const { twoFactor } = makeWorld()
    const { enrolmentId } = must(await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }), 'started')
    must(await twoFactor.admin.importTotp(input), 'imported')
    expect(await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: '000000' })).toMatchObject({
      reason: 'unknown-enrolment',
    })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a bare string', 'JBSWY3DPEHPK3PXP'],
    ['no encoding', { value: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }],
    ['an unknown encoding', { encoding: 'base64', value: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['a prototype key', { encoding: '__proto__', value: 'x' }],
    ['hex that is odd', { encoding: 'hex', value: 'abc'.repeat(11) }],
    ['hex that is not', { encoding: 'hex', value: 'xy'.repeat(20) }],
    ['Base32 with a 1', { encoding: 'base32', value: `${'A'.repeat(31)}1` }],
    ['ASCII that is not', { encoding: 'ascii', value: 'é'.repeat(20) }],
    ['ASCII on a line of its own', { encoding: 'ascii', value: '12345678901234567890\n' }],
    ['raw text', { encoding: 'raw', value: '12345678901234567890' }],
    ['bytes called hex', { encoding: 'hex', value: BYTES }],
    ['too many bytes', { encoding: 'raw', value: new Uint8Array(65) }],
    ['no bytes', { encoding: 'raw', value: new Uint8Array() }],
    ['enormous text', { encoding: 'base32', value: 'A'.repeat(1_000_000) }],
    ['enormous hex', { encoding: 'hex', value: 'ab'.repeat(1_000_000) }],
    ['a number called hex', { encoding: 'hex', value: 12 }],
  ])('names the secret when it is %s, and never shows it', async (_what, secret) => {
    const { twoFactor, data } = makeWorld()
    const error = await expectCode(
      twoFactor.admin.importTotp({ ...input, secret: smuggle(secret), allowShortSecret: true }),
      'ERR_SECRET_INVALID',
    )
    expect(error.cause).toBeUndefined()
    expect(await data.get('user:default:ada')).toBeNull()
  })

  it.each([
    ['ERR_ACTOR_INVALID', { actor: '' }],
    ['ERR_USER_ID_INVALID', { userId: '' }],
    ['ERR_NAME_INVALID', { name: 7 }],
    ['ERR_ALGORITHM_INVALID', { algorithm: 'MD5' }],
    ['ERR_DIGITS_INVALID', { digits: 4 }],
    ['ERR_PERIOD_SECONDS_INVALID', { periodSeconds: 0 }],
    ['ERR_SECRET_INVALID', { allowShortSecret: 'no' }],
    ['ERR_AFTER_STEP_INVALID', { lastStep: 1.5 }],
    ['ERR_AFTER_STEP_INVALID', { lastStep: -2 }],
    ['ERR_AT_INVALID', { confirmedAt: Number.NaN }],
    ['ERR_AT_INVALID', { confirmedAt: '5' }],
  ] as const)('throws %s for %o', async (code, change) => {
    const { twoFactor, data } = makeWorld()
    await expectCode(twoFactor.admin.importTotp({ ...input, ...(change as object) }), code)
    expect(await data.get('user:default:ada')).toBeNull()
  })

  it('beside a factor that was enrolled, leaves that alone', async () => {
    const world = makeWorld()
    const ada = await enrolTotp(world)
    must(await world.twoFactor.admin.importTotp(input), 'imported')
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof: ada.proof })).toMatchObject({
      status: 'valid',
    })
  })
})
