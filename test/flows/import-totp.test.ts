import { describe, expect, it } from 'vitest'
import type { ImportedSecret, ImportTotpInput } from '../../src/interfaces/account.js'
import { encodeBase32, generateTotp } from '../../src/otp/index.js'
import { expectCode, must, smuggle } from '../support/outcome.js'
import { begin, enrolTotp } from '../support/people.js'
import { makeWorld, START } from '../support/world.js'

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
      preferred: true,
      restricted: false,
    })
    expect(imported.recoveryCodes).toHaveLength(10)
    expect(heard('factor-imported')).toEqual([
      {
        type: 'factor-imported',
        userId: 'ada',
        at: START,
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
    must(await world.twoFactor.challenge.verify({ token, code: generateTotp(BYTES, { at: START }) }), 'approved')
  })

  it.each([
    { algorithm: 'SHA-256', digits: 8, periodSeconds: 60 },
    { algorithm: 'SHA-512', digits: 6, periodSeconds: 30 },
    { algorithm: 'SHA-1', digits: 8, periodSeconds: 30 },
  ] as const)('keeps its parameters on the factor: %o', async (parameters) => {
    const world = makeWorld()
    must(await world.twoFactor.admin.importTotp({ ...input, ...parameters }), 'imported')
    const { token } = await begin(world, 'ada')
    must(
      await world.twoFactor.challenge.verify({ token, code: generateTotp(BYTES, { at: START, ...parameters }) }),
      'approved',
    )
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

  it('takes a short secret only where that is said', async () => {
    const { twoFactor } = makeWorld()
    const secret = { encoding: 'ascii', value: 'tenbytes!!' } as const
    await expectCode(twoFactor.admin.importTotp({ ...input, secret }), 'ERR_SECRET_INVALID')
    must(await twoFactor.admin.importTotp({ ...input, secret, allowShortSecret: true }), 'imported')
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
    const code = generateTotp(BYTES, { at: START })
    must(await world.twoFactor.challenge.verify({ token: one.token, code }), 'approved')
    must(await world.twoFactor.admin.importTotp(input), 'imported')
    expect(await world.twoFactor.challenge.verify({ token: other.token, code })).toMatchObject({
      reason: 'already-used',
    })
  })

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
    ['raw text', { encoding: 'raw', value: '12345678901234567890' }],
    ['bytes called hex', { encoding: 'hex', value: BYTES }],
    ['too many bytes', { encoding: 'raw', value: new Uint8Array(65) }],
    ['no bytes', { encoding: 'raw', value: new Uint8Array() }],
    ['enormous text', { encoding: 'base32', value: 'A'.repeat(1_000_000) }],
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
