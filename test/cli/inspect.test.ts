import { describe, expect, it } from 'vitest'
import { inspectAll, inspectUser, type InspectRequest } from '../../src/cli/inspect.js'
import type { UserReport } from '../../src/cli/user-report.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { open, seal } from '../../src/crypto/seal.js'
import type { Store } from '../../src/interfaces/store.js'
import { decodeRecord } from '../../src/user/codec.js'
import { memoryStore } from '../../src/stores/memory.js'
import { seededRandom } from '../../src/testing/seeded-random.js'
import { must } from '../support/outcome.js'
import { begin, enrolPasskey, enrolSms, enrolTotp, pass, PHONE, proofOf, typeWrongCodes } from '../support/people.js'
import { copyOf, makeWorld, NEW_KEY, OLD_KEY, START } from '../support/world.js'
import { makeTerminal } from './terminal.js'

const ADA = 'user:default:ada'
const OTHER_PHONE = '+447400123456'
const ring = createKeyRing([{ id: OLD_KEY.id, secret: OLD_KEY.secret as Uint8Array }], 'default')

async function inspect(request: Partial<InspectRequest> & Pick<InspectRequest, 'store'>, now = START) {
  const at = makeTerminal()
  at.clock.set(now)
  const code = await inspectUser({ keys: [OLD_KEY], namespace: 'default', userId: 'ada', json: false, ...request }, at)
  return { code, out: at.printed, err: at.reported }
}

/** Somebody whose record holds something of everything, and all that must never be shown of it. */
async function fullRecord() {
  const world = makeWorld()
  const { clock, data, twoFactor } = world
  const { challenge, enrolment, admin } = twoFactor
  const ada = await enrolTotp(world, 'ada', { name: 'Old phone' })
  const byText = await enrolSms(world, 'ada', PHONE, {
    proof: await proofOf(world, ada),
    name: 'Text \u001b[31m\u202egnp\u0007',
  })
  const trustDevice = { name: 'Firefox on Linux', details: 'Lisbon\u0007' }
  const signIn = await begin(world, 'ada')
  const { trustedDevice } = must(
    await challenge.verify({ token: signIn.token, code: ada.code(), trustDevice, clientAddress: '192.0.2.77' }),
    'approved',
  )
  clock.advanceSeconds(600)
  await pass(world, ada, { binding: 'bound to a payment' })
  await typeWrongCodes(world, ada, 5)
  clock.advanceSeconds(60)
  const given = await begin(world, 'ada')
  await challenge.cancel({ token: given.token })
  const proof = await proofOf(world, byText)
  const pendingApp = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }), 'started')
  must(await enrolment.beginSms({ userId: 'ada', phoneNumber: OTHER_PHONE, proof }), 'started')
  const { pass: accessPass } = must(await admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
  const summary = { summary: 'EUR 100 to Bob', purpose: 'step-up', factorId: byText.factor.id } as const
  const { token } = await begin(world, 'ada', summary)
  await challenge.verify({ token, code: byText.wrongCode() })

  const record = decodeRecord(open(ring, ADA, (await data.get(ADA))!))
  if (record === null) throw new Error('the record cannot be read')
  const codes = world.inbox.messages.flatMap(({ code }) => code ?? [])
  const secrets = [
    ...[ada.uri, pendingApp.uri].flatMap((uri) => [uri, new URL(uri).searchParams.get('secret')!]),
    ...[ada.proof, byText.proof, proof, token, given.token, trustedDevice!.token],
    ...[PHONE, OTHER_PHONE].flatMap((number) => [number, number.slice(2)]),
    ...['bound to a payment', 'EUR 100'],
    ...[...ada.recoveryCodes, accessPass].flatMap((code) => [code, code.replaceAll('-', '')]),
    ...codes,
    ...[record.recoveryCodes!.salt, ...record.recoveryCodes!.hashes, record.accessPass!.salt, record.accessPass!.hash],
    ...record.texts.map(({ challengeId }) => challengeId),
    ...record.closedChallenges.map(({ id }) => id),
  ]
  return { world, secrets }
}

const full = await fullRecord()

describe('inspecting a user', () => {
  it('shows everything about a record that may be shown', async () => {
    const { code, out, err } = await inspect({ store: full.world.data }, full.world.clock.now())
    expect([code, err]).toEqual([0, ''])
    expect(out.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT').replace(/\d{3,4} bytes/, 'N bytes'))
      .toMatchInlineSnapshot(`
      "user               "ada"
      namespace          "default"
      sealed under       k1
      size               N bytes
      second factor      on
      factors            2
        totp, "Old phone", confirmed INSTANT, last used INSTANT, asked for first
        sms, •••• 0123, "Text [31m gnp", confirmed INSTANT, last used INSTANT
      enrolments         2
        totp, expires INSTANT
        sms, •••• 3456, expires INSTANT
      texts out          1
        •••• 0123, 1 text, 1 wrong, challenge begun INSTANT, expires INSTANT
      closed challenges  3
        settled, begun INSTANT, expires INSTANT
        cancelled, begun INSTANT, expires INSTANT
        settled, begun INSTANT, expires INSTANT
      settled            every challenge begun until INSTANT
      trusted devices    1
        "Firefox on Linux", "Lisbon", since INSTANT, expires INSTANT
      recovery codes     10 left, issued INSTANT, not said to be kept
      access pass        issued INSTANT, expires INSTANT
      codes              1 wrong in a row
      texts              4 in the past hour
      activity           10
        access-pass-issued, INSTANT
        challenge-approved, sms "Text [31m gnp", INSTANT
        locked, INSTANT
        challenge-approved, totp "Old phone", INSTANT
        device-trusted, "Firefox on Linux", INSTANT, from 192.0.2.0/24
        challenge-approved, totp "Old phone", INSTANT, from 192.0.2.0/24
        factor-added, sms "Text [31m gnp", INSTANT
        challenge-approved, totp "Old phone", INSTANT
        recovery-codes-issued, INSTANT
        factor-added, totp "Old phone", INSTANT
      "
    `)
  })

  it('shows the same as JSON, in the words of the public API', async () => {
    const { code, out } = await inspect({ store: full.world.data, json: true }, full.world.clock.now())
    expect(code).toBe(0)
    const report = JSON.parse(out) as Extract<UserReport, { status: 'readable' }>
    const { account } = full.world.twoFactor
    const { factors, recoveryCodesRemaining, trustedDevices, enabled, enrolmentRequired, accessPass, acknowledged } =
      await account.status({ userId: 'ada' })
    expect(report).toMatchObject({
      userId: 'ada',
      namespace: 'default',
      status: 'readable',
      factors,
      recoveryCodesRemaining,
      recoveryCodes: { acknowledged, counted: false },
      accessPass: { ...accessPass, used: false, expired: false },
      enabled,
      enrolmentRequired,
      settledThroughAt: START + 30_000,
    })
    expect(report.activity).toEqual((await account.activity({ userId: 'ada' })).activity)
    expect(report.trustedDevices).toEqual(trustedDevices.map((device) => ({ ...device, expired: false })))
    expect(report.sealed).toEqual({ keyId: 'k1', current: true, bytes: (await full.world.data.get(ADA))!.length })
    expect(report.closedChallenges.map(({ state }) => state)).toEqual(['settled', 'cancelled', 'settled'])
    expect(report.texts).toMatchObject([{ destination: '•••• 0123', textsSent: 1, wrongCodes: 1, expired: false }])
    expect(report.enrolments).toMatchObject([
      { kind: 'totp', destination: null },
      { kind: 'sms', destination: '•••• 3456' },
    ])
  })

  it('never shows a secret, a code, a token, a hash, a binding or a full phone number', async () => {
    expect(full.secrets.length).toBeGreaterThan(35)
    for (const json of [true, false]) {
      for (const now of [full.world.clock.now(), START, full.world.clock.now() + 400 * 86_400_000]) {
        const { out, err } = await inspect({ store: full.world.data, json }, now)
        expect(full.secrets.filter((secret) => `${out}${err}`.includes(secret))).toEqual([])
      }
    }
  })

  it('lets no name speak to the terminal', async () => {
    const store = memoryStore()
    const userId = 'a\u001b[2J\u202e\u0085\n'
    const { out } = await inspect({ store, userId })
    expect(out).toContain('"a\\u001b[2J\\u{202e}\\u{85}\\n"')
    expect(out.replaceAll('\n', '')).toMatch(/^\P{C}+$/u)
  })

  it('tells what has expired, though nobody has removed it yet', async () => {
    const yearLater = full.world.clock.now() + 400 * 86_400_000
    const report = JSON.parse((await inspect({ store: full.world.data, json: true }, yearLater)).out) as Extract<
      UserReport,
      { status: 'readable' }
    >
    expect(report.trustedDevices.map(({ expired }) => expired)).toEqual([true])
    expect(report.enrolments.map(({ expired }) => expired)).toEqual([true, true])
    expect(report.texts.map(({ expired }) => expired)).toEqual([true])
    expect(report.accessPass).toMatchObject({ expired: true })
    expect(report.textsInPastHour).toBe(0)
  })

  it('tells until when somebody is locked', async () => {
    const world = makeWorld()
    await typeWrongCodes(world, await enrolTotp(world), 5)
    const { lockedUntilAt } = await world.twoFactor.account.status({ userId: 'ada' })
    const locked = await inspect({ store: world.data }, world.clock.now())
    expect(locked.out).toContain(`5 wrong in a row, locked until ${new Date(lockedUntilAt!).toISOString()}`)
    expect((await inspect({ store: world.data }, lockedUntilAt!)).out).toMatch(/5 wrong in a row$/m)
  })

  it('tells that a new factor must be enrolled, and that every challenge begun until then is settled', async () => {
    const world = makeWorld()
    const ada = await enrolTotp(world)
    for (let count = 0; count < 11; count++) await pass(world, ada)
    const { token } = await begin(world, 'ada')
    const { pass: recoveryCode } = must(
      await world.twoFactor.admin.issueAccessPass({ userId: 'ada', actor: 'staff' }),
      'issued',
    )
    must(await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
    const { out } = await inspect({ store: world.data }, world.clock.now())
    expect(out).toMatch(/^second factor +on, and a new one must be enrolled$/m)
    expect(out).toMatch(/^closed challenges +10$/m)
    expect(out).toMatch(/^settled +every challenge begun until 2026-01-15T12:/m)
    expect(out).toMatch(/^access pass +issued .+Z, used$/m)
  })

  it('tells whether a passkey may be synced, and nothing of its key', async () => {
    const world = makeWorld()
    await enrolPasskey(world, 'ada', { name: 'Laptop' })
    const { out } = await inspect({ store: world.data }, world.clock.now())
    expect(out).toMatch(/^ {2}passkey, "Laptop", (synced|bound to one device), confirmed .+Z, never used/m)
    const json = JSON.parse((await inspect({ store: world.data, json: true }, world.clock.now())).out) as object
    expect(JSON.stringify(json)).not.toMatch(/publicKey|credential|transports/)
  })

  it('tells that recovery codes of another system count as guesses', async () => {
    const world = makeWorld()
    await world.twoFactor.admin.importTotp({
      userId: 'ada',
      actor: 'migration',
      secret: { encoding: 'raw', value: new Uint8Array(20).fill(7) },
      recoveryCodes: ['A1B2C3D4E5', 'F6G7H8J9K0'],
    })
    const { out } = await inspect({ store: world.data }, world.clock.now())
    expect(out).toMatch(/^recovery codes +2 left, issued .+Z, not said to be kept, counted as guesses$/m)
  })

  it('tells that there is no record', async () => {
    const store = memoryStore()
    expect(await inspect({ store })).toMatchObject({
      code: 0,
      out: expect.stringContaining('no second factor and nothing pending') as string,
    })
    expect(JSON.parse((await inspect({ store, json: true })).out)).toEqual({
      userId: 'ada',
      namespace: 'default',
      status: 'none',
    })
  })

  it('marks a record that the key that writes does not seal', async () => {
    const { code, out } = await inspect({ store: full.world.data, keys: [NEW_KEY, OLD_KEY] })
    expect(code).toBe(0)
    expect(out).toMatch(/^sealed under +k1 \(not the key that writes\)$/m)
  })

  it.each([
    ['unknown-key', [NEW_KEY], (value: string) => value],
    ['wrong-key-or-altered', [{ id: 'k1', secret: NEW_KEY.secret }], (value: string) => value],
    ['wrong-key-or-altered', [OLD_KEY], (value: string) => `${value.slice(0, -6)}AAAAAA`],
    ['not-sealed', [OLD_KEY], () => 'something else entirely'],
    ['unknown-form', [OLD_KEY], () => sealed({ v: 3 })],
    ['unknown-form', [OLD_KEY], () => sealed({ v: 1 })],
    ['unknown-form', [OLD_KEY], () => sealed({ v: 2, r: [] })],
  ])('tells why a record cannot be opened: %s', async (reason, keys, change) => {
    const store = await copyOf(full.world.data)
    const value = (await store.get(ADA))!
    await store.swap(ADA, value, change(value), null)
    const { code, out } = await inspect({ store, keys, json: true })
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject({ status: 'unreadable', reason })
    expect((await inspect({ store, keys })).out).toMatch(/^record +cannot be opened: \w/m)
  })

  it('takes a user id as exactly as the library does', async () => {
    const world = makeWorld()
    const ids = ['1', '01', 'a:b', '__proto__', 'é', 'e\u0301', 'x'.repeat(255), 'x'.repeat(256), 'x'.repeat(1024)]
    const nameOf = (userId: string): string => `of ${userId.slice(0, 9)} ${userId.length}`
    for (const userId of ids) await enrolTotp(world, userId, { name: nameOf(userId) })
    for (const userId of ids) {
      expect((await inspect({ store: world.data, userId })).out).toContain(`totp, "${nameOf(userId)}"`)
    }
    await expect(inspect({ store: world.data, userId: '' })).rejects.toMatchObject({ code: 'ERR_USER_ID_INVALID' })
  })
})

describe('the summary', () => {
  async function summary(namespace: string | null, json = false): Promise<string> {
    const world = makeWorld()
    const { data } = world
    const begun = async (keys: readonly (typeof OLD_KEY)[], space: string, count: number): Promise<void> => {
      const { enrolment } = makeWorld({ data, keys, namespace: space, seed: `${space}${count}` }).twoFactor
      for (let index = 0; index < count; index++)
        await enrolment.beginTotp({ userId: `${keys[0]!.id} ${index}`, accountName: 'someone' })
    }
    await begun([OLD_KEY], 'default', 40)
    await begun([NEW_KEY], 'default', 5)
    await begun([OLD_KEY], 'a b:c', 2)
    await enrolSms(makeWorld({ data, seed: 'texts' }), 'bob')
    for (const [key, value] of [
      ['user:default:plain', 'plain'],
      ['user:%:x', 'foreign'],
      ['cache:default:x', 'foreign'],
    ] as const)
      await data.swap(key, null, value, null)
    const at = makeTerminal()
    const far: Store = {
      ...data,
      get: (key) =>
        new Promise((resolve) =>
          setImmediate(() => {
            resolve(data.get(key))
          }),
        ),
    }
    expect(await inspectAll({ store: far, namespace, json }, at)).toBe(0)
    return at.printed
  }

  it('counts every record by namespace and key, the texts it keeps count of included', async () => {
    expect(await summary(null)).toBe(
      'namespace  key         records\n"a b:c"    k1          2\n"default"  k1          43\n"default"  k2          5\n"default"  not sealed  1\n',
    )
  })

  it('counts one namespace alone, and as JSON', async () => {
    expect(JSON.parse(await summary('a b:c', true))).toEqual([{ namespace: 'a b:c', keyId: 'k1', records: 2 }])
    expect(await summary('nobody')).toBe('no records\n')
  })
})

function sealed(content: object): string {
  return seal(ring, seededRandom('sealed'), ADA, JSON.stringify(content))
}
