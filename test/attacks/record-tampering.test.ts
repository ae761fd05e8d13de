import { expect } from 'vitest'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import { operations } from '../support/operations.js'
import { appWorld, begin, enrolSms, enrolTotp, phoneWorld } from '../support/people.js'
import { contents, copyOf, makeWorld, NEW_KEY, OLD_KEY } from '../support/world.js'
import { isTwoFactorError, type Store } from 'countersign'
import { attacks, type Attack } from './attack.js'

const key = 'user:default:ada'

/** Puts `value` in the place of Ada's record. */
async function put(data: Store, value: string | null): Promise<void> {
  expect(await data.swap(key, await data.get(key), value, null)).toBe(true)
}

/** What somebody who can write the database makes of Ada's record. */
type Tamper = (record: string, others: { readonly bob: string; readonly budget: string }) => string

const split = (record: string): [version: string, keyId: string, body: string] =>
  record.split('.') as [string, string, string]

/** The record with one bit of one byte of its body flipped: of the nonce, of the text, or of the tag. */
function flip(record: string, place: number): string {
  const [version, keyId, body] = split(record)
  const bytes = Buffer.from(body, 'base64url')
  const index = place < 0 ? bytes.length + place : place
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return `${version}.${keyId}.${bytes.toString('base64url')}`
}

const tamperings: Readonly<Record<string, Tamper>> = {
  'a bit of its nonce flipped': (record) => flip(record, 0),
  'a bit of its text flipped': (record) => flip(record, 40),
  'a bit of its tag flipped': (record) => flip(record, -1),
  'its last byte cut off': (record) => record.slice(0, -2),
  'its tag cut off': (record) => record.slice(0, -22),
  'bytes behind it': (record) => `${record}AAAA`,
  'no body': (record) => split(record).slice(0, 2).join('.') + '.',
  'nothing in it': () => '',
  'JSON in its place': () => '{"factors":[]}',
  'the text null': () => 'null',
  'another version': (record) => record.replace(/^v1/, 'v2'),
  'no version': (record) => record.replace(/^v1\./, ''),
  'the name of another key': (record) => record.replace('.k1.', '.k2.'),
  'the name of what every object has': (record) => record.replace('.k1.', '.__proto__.'),
  'a space in front': (record) => ` ${record}`,
  'a line behind it': (record) => `${record}\n`,
  'padding behind it': (record) => `${record}=`,
  'other letters for its body': (record) => record.toUpperCase(),
  "Bob's record in its place": (_record, { bob }) => bob,
  "a number's budget in its place": (_record, { budget }) => budget,
  'two records in its place': (record, { bob }) => `${record}${bob}`,
}

attacks(
  'a record with',
  Object.fromEntries(
    Object.entries(tamperings).map(([name, tamper]): [string, Attack] => [
      name,
      [
        name.includes('in its place') ? 'ASVS 5.0, 16.5.3' : 'CWE-353',
        async () => {
          const account = await makeFullAccount()
          await expectFailsClosed(account, tamper)
        },
      ],
    ]),
  ),
)

/** Every operation on the record throws that it cannot be read, and lets nobody in; none repairs it by writing over it. */
async function expectFailsClosed(original: FullAccount, tamper: Tamper): Promise<void> {
  await enrolTotp(original.world, 'bob')
  const all = await contents(original.world.data)
  const bob = all.get('user:default:bob') ?? ''
  const budget = [...all].find(([name]) => name.startsWith('texts:'))?.[1] ?? ''
  const tampered = tamper(all.get(key) ?? '', { bob, budget })
  const data = await copyOf(original.world.data)
  await put(data, tampered)
  const world = makeWorld({ data, at: original.world.clock.now() })
  // Erasing reads nothing: it is how a host gets rid of such a record. Some others need another account to begin with.
  const reading = operations.filter(({ name, account }) => name !== 'erase' && Object.keys(account).length === 0)
  for (const { name, run } of reading) {
    const outcome = await run({ ...original, world }).catch((error: unknown) => error)
    expect([name, isTwoFactorError(outcome) && outcome.code]).toEqual([name, 'ERR_RECORD_UNREADABLE'])
  }
  expect(await data.get(key)).toBe(tampered)
  expect(world.inbox.attempts).toBe(0)
  expect(world.events).toEqual([])
}

attacks('a record', {
  'sealed under a key that was taken out of the ring fails closed': [
    'ASVS 5.0, 16.5.3',
    async () => {
      const { world } = await appWorld()
      const rotated = world.process({ keys: [NEW_KEY] })
      await expect(rotated.challenge.begin({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_RECORD_UNREADABLE' })
    },
  ],
  'sealed under a key of the same name that is not the same fails closed': [
    'CWE-345',
    async () => {
      const { world } = await appWorld()
      const other = world.process({ keys: [{ id: 'k1', secret: NEW_KEY.secret }] })
      await expect(other.challenge.begin({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_RECORD_UNREADABLE' })
    },
  ],
  'put back as it was before the password changed brings no challenge, proof or device of after it back': [
    'CWE-294',
    async () => {
      const { world, ada } = await appWorld()
      const { account, challenge } = world.twoFactor
      const older = await world.data.get(key)
      await account.passwordChanged({ userId: 'ada' })
      const { token } = await begin(world, 'ada')
      await put(world.data, older)
      expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'revoked' })
    },
  ],
  'put back while an operation is under way is noticed: the swap is lost, and it decides again': [
    'CWE-367',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const { token } = await begin(world, 'ada')
      const code = ada.code()
      const store: Store = {
        ...world.data,
        get: (name, options) => world.data.get(name, options),
        keys: () => world.data.keys(),
        async swap(name, previous, next, expiresAt, options) {
          // Another process burns the code between the read and the write.
          if (!raced) {
            raced = true
            expect((await challenge.verify({ token, code })).status).toBe('approved')
          }
          return world.data.swap(name, previous, next, expiresAt, options)
        },
      }
      let raced = false
      expect(await world.process({ store }).challenge.verify({ token, code })).toMatchObject({ status: 'rejected' })
    },
  ],
  'holds nothing that tells two people with the same secret apart, or that they share it': [
    'ASVS 5.0, 11.3.4',
    async () => {
      const world = makeWorld()
      const secret = { encoding: 'raw', value: new Uint8Array(20).fill(5) } as const
      for (const userId of ['ada', 'bob', 'ada'])
        await world.twoFactor.admin.importTotp({ userId, actor: 'staff', secret, recoveryCodes: 'none' })
      const [ada = '', bob = ''] = [...(await contents(world.data)).values()].map((value) => split(value)[2])
      const halves = (text: string): readonly string[] => [text.slice(0, 24), text.slice(24, 48), text.slice(-24)]
      for (const half of halves(ada)) expect(bob).not.toContain(half)
    },
  ],
  'is never sealed twice the same': [
    'CWE-323',
    async () => {
      const { world } = await appWorld()
      const seen = new Set<string>()
      for (let count = 0; count < 50; count++) {
        await world.twoFactor.factors.rename({
          userId: 'ada',
          factorId: (await world.twoFactor.factors.list({ userId: 'ada' })).factors[0]?.id ?? '',
          name: count % 2 === 0 ? 'a' : 'b',
        })
        seen.add(split((await world.data.get(key)) ?? '')[2].slice(0, 16))
      }
      expect(seen.size).toBe(50)
    },
  ],
  "of a number's budget cannot be taken for another's": [
    'CWE-345',
    async () => {
      const { world } = await phoneWorld()
      const bob = await enrolSms(world, 'bob', '+14155550177')
      await begin(world, bob.userId)
      const fresh = [...(await contents(world.data))].filter(([name]) => name.startsWith('texts:'))
      await begin(world, 'ada')
      const spent = [...(await contents(world.data))].filter(([name]) => name.startsWith('texts:'))
      expect(spent.length).toBe(fresh.length + 1)
      for (const [name, value] of spent.reverse()) await world.data.swap(name, value, fresh[0]?.[1] ?? '', null)
      await expect(world.twoFactor.challenge.begin({ userId: 'ada', binding: 'x' })).rejects.toMatchObject({
        code: 'ERR_RECORD_UNREADABLE',
      })
    },
  ],
  'is opened by an older key, and sealed by the newer one at the next write': [
    'ASVS 5.0, 11.2.2',
    async () => {
      const { world, ada } = await appWorld()
      const rotated = world.process({ keys: [NEW_KEY, OLD_KEY] })
      const begun = await rotated.challenge.begin({ userId: 'ada' })
      const token = 'token' in begun ? (begun.token ?? '') : ''
      expect((await rotated.challenge.verify({ token, code: ada.code() })).status).toBe('approved')
      expect(await world.data.get(key)).toMatch(/^v1\.k2\./)
    },
  ],
})
