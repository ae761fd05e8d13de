import { describe, expect, it } from 'vitest'
import { inspectAll, inspectUser, type InspectRequest } from '../../src/cli/inspect.js'
import type { UserReport } from '../../src/cli/user-report.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { open, seal } from '../../src/crypto/seal.js'
import type { Store } from '../../src/interfaces/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { seededRandom } from '../../src/testing/seeded-random.js'
import { must } from '../support/outcome.js'
import { begin, enrolSms, enrolTotp, pass, PHONE, proofOf, trustedBrowser, typeWrongCodes } from '../support/people.js'
import { copyOf, makeWorld, NEW_KEY, OLD_KEY, START } from '../support/world.js'
import { desk } from './desk.js'

const ADA = 'user:default:ada'

async function inspect(request: Partial<InspectRequest> & Pick<InspectRequest, 'store'>, now = START) {
  const at = desk()
  at.clock.set(now)
  const code = await inspectUser({ keys: [OLD_KEY], namespace: 'default', userId: 'ada', json: false, ...request }, at)
  return { code, out: at.printed, err: at.reported }
}

/** Somebody with everything that a record can hold, and all that must never be shown of it. */
async function fullLife() {
  const world = makeWorld()
  const { clock, data, twoFactor } = world
  const ada = await enrolTotp(world, 'ada', { name: 'Old phone' })
  const byText = await enrolSms(world, 'ada', PHONE, {
    proof: await proofOf(world, ada),
    name: 'Text \u001b[31m\u202egnp\u0007',
  })
  const cookie = await trustedBrowser(world, ada, 'Firefox on Linux')
  clock.advanceSeconds(600)
  await pass(world, ada, { binding: 'bound to a payment' })
  await typeWrongCodes(world, ada, 5)
  clock.advanceSeconds(60)
  const { token } = await begin(world, 'ada', { factorId: byText.factor.id })
  const enrolment = must(
    await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof: await proofOf(world, byText) }),
    'started',
  )

  const json = open(
    createKeyRing([{ id: OLD_KEY.id, secret: OLD_KEY.secret as Uint8Array }], 'default'),
    ADA,
    (await data.get(ADA))!,
  )
  const [salt, , , ...hashes] = (JSON.parse(json) as { r: [string, number, number[], ...string[]] }).r
  const codes = world.inbox.messages.flatMap(({ code }) => code ?? [])
  const known = [
    ada.uri,
    ada.proof,
    byText.proof,
    cookie,
    token,
    enrolment.secret,
    enrolment.uri,
    PHONE,
    '4155550123',
    'bound to a payment',
    salt,
    ...hashes,
  ]
  const secrets = [
    ...known,
    ...ada.recoveryCodes,
    ...codes,
    ...ada.recoveryCodes.map((code) => code.replaceAll('-', '')),
  ]
  return { world, secrets: [...secrets, new URL(ada.uri).searchParams.get('secret')!] }
}

const life = await fullLife()

describe('inspecting a user', () => {
  it('shows everything about a record that may be shown', async () => {
    const { code, out, err } = await inspect({ store: life.world.data }, life.world.clock.now())
    expect([code, err]).toEqual([0, ''])
    expect(out.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT').replace(/\d{3,4} bytes/, 'N bytes'))
      .toMatchInlineSnapshot(`
      "user              "ada"
      namespace         "default"
      sealed under      k1
      size              N bytes
      second factor     on
      factors           2
        totp, "Old phone", confirmed INSTANT, asked for first
        sms, •••• 0123, "Text [31m gnp", confirmed INSTANT
      enrolments        1
        totp, expires INSTANT
      challenges        4
        sign-in, settled, totp, expires INSTANT
        sign-in, exhausted, totp, 5 wrong, expires INSTANT
        sign-in, open, sms, 1 text, expires INSTANT
        step-up, settled, sms, 1 text, expires INSTANT
      trusted devices   1
        "Firefox on Linux", since INSTANT, expires INSTANT
      recovery codes    10 left
      codes             0 wrong in a row
      recovery guesses  0 wrong in a row
      texts             3 in the past hour
      "
    `)
  })

  it('shows the same as JSON, in the words of the public API', async () => {
    const { code, out } = await inspect({ store: life.world.data, json: true }, life.world.clock.now())
    expect(code).toBe(0)
    const report = JSON.parse(out) as Extract<UserReport, { status: 'readable' }>
    const { factors, recoveryCodesRemaining, trustedDevices, enabled, enrolmentRequired } =
      await life.world.twoFactor.account.status({ userId: 'ada' })
    expect(report).toMatchObject({
      userId: 'ada',
      namespace: 'default',
      status: 'readable',
      factors,
      recoveryCodesRemaining,
      enabled,
      enrolmentRequired,
    })
    expect(report.trustedDevices).toEqual(trustedDevices.map((device) => ({ ...device, expired: false })))
    expect(report.sealed).toEqual({ keyId: 'k1', current: true, bytes: (await life.world.data.get(ADA))!.length })
    expect(report.challenges.map(({ purpose, state, factorKind }) => [purpose, state, factorKind])).toEqual([
      ['sign-in', 'settled', 'totp'],
      ['sign-in', 'exhausted', 'totp'],
      ['sign-in', 'open', 'sms'],
      ['step-up', 'settled', 'sms'],
    ])
  })

  it('never shows a secret, a code, a token, a hash, a binding or a full phone number', async () => {
    expect(life.secrets.length).toBeGreaterThan(35)
    for (const json of [true, false]) {
      for (const now of [life.world.clock.now(), START, life.world.clock.now() + 400 * 86_400_000]) {
        const { out, err } = await inspect({ store: life.world.data, json }, now)
        expect(life.secrets.filter((secret) => `${out}${err}`.includes(secret))).toEqual([])
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
    const yearLater = life.world.clock.now() + 400 * 86_400_000
    const report = JSON.parse((await inspect({ store: life.world.data, json: true }, yearLater)).out) as Extract<
      UserReport,
      { status: 'readable' }
    >
    expect(report.trustedDevices.map(({ expired }) => expired)).toEqual([true])
    expect(report.enrolments.map(({ expired }) => expired)).toEqual([true])
    expect(report.challenges.map(({ state }) => state)).not.toContain('open')
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
    const { code, out } = await inspect({ store: life.world.data, keys: [NEW_KEY, OLD_KEY] })
    expect(code).toBe(0)
    expect(out).toMatch(/^sealed under +k1 \(not the key that writes\)$/m)
  })

  it.each([
    ['unknown-key', [NEW_KEY], (value: string) => value],
    ['wrong-key-or-altered', [{ id: 'k1', secret: NEW_KEY.secret }], (value: string) => value],
    ['wrong-key-or-altered', [OLD_KEY], (value: string) => `${value.slice(0, -6)}AAAAAA`],
    ['not-sealed', [OLD_KEY], () => 'something else entirely'],
    ['newer-release', [OLD_KEY], () => sealedByNewerRelease()],
  ])('tells why a record cannot be opened: %s', async (reason, keys, change) => {
    const store = await copyOf(life.world.data)
    const value = (await store.get(ADA))!
    await store.swap(ADA, value, change(value), null)
    const { code, out } = await inspect({ store, keys, json: true })
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject({ status: 'unreadable', reason })
    expect((await inspect({ store, keys })).out).toMatch(/^record +cannot be opened: \w/m)
  })

  it('takes a user id as exactly as the library does', async () => {
    const world = makeWorld()
    for (const userId of ['1', '01', 'a:b', '__proto__', 'é', 'e\u0301'])
      await enrolTotp(world, userId, { name: `of ${userId}` })
    for (const userId of ['1', '01', 'a:b', '__proto__', 'é', 'e\u0301']) {
      expect((await inspect({ store: world.data, userId })).out).toContain(`"of ${userId}"`)
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
    const at = desk()
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

function sealedByNewerRelease(): string {
  const ring = createKeyRing([{ id: OLD_KEY.id, secret: OLD_KEY.secret as Uint8Array }], 'default')
  return seal(ring, seededRandom('newer'), ADA, JSON.stringify({ v: 2 }))
}
