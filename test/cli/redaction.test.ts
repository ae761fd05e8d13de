import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { must } from '../support/outcome.js'
import { begin, enrolSms, enrolTotp, PHONE, proofOf, trustedBrowser } from '../support/people.js'
import { makeWorld } from '../support/world.js'
import { command, newKey } from './terminal.js'
import { moveInto } from './records.js'

const folder = mkdtempSync(join(tmpdir(), 'countersign-redaction-'))
const [oldKey, freshKey, strangeKey] = [newKey('k1'), newKey('k2'), newKey('k3')]
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const rings = {
  old: file('old.json', JSON.stringify([oldKey])),
  both: file('both.json', JSON.stringify([freshKey, oldKey])),
  fresh: file('fresh.json', JSON.stringify([freshKey])),
  strange: file('strange.json', JSON.stringify([{ ...strangeKey, id: 'k1' }])),
  broken: file('broken.json', `[{ "id": "k1", "secret": "${oldKey.secret}"`),
  object: file('object.json', JSON.stringify(oldKey)),
  cut: file('cut.json', JSON.stringify([{ id: 'k1', secret: oldKey.secret.slice(2) }])),
}
const database = join(folder, 'records.db')
const store = `sqlite:${database}`
const secrets = [oldKey, freshKey, strangeKey].map(({ secret }) => secret)
secrets.push(oldKey.secret.slice(2))

beforeAll(async () => {
  const world = makeWorld({ keys: [oldKey] })
  const ada = await enrolTotp(world)
  const texts = await enrolSms(world, 'ada', PHONE, { proof: await proofOf(world, ada) })
  const cookie = await trustedBrowser(world, texts)
  const { token } = await begin(world, 'ada')
  const { pass } = must(await world.twoFactor.admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
  secrets.push(
    ada.uri,
    new URL(ada.uri).searchParams.get('secret')!,
    ada.proof,
    texts.proof,
    cookie,
    token,
    pass,
    PHONE,
    PHONE.slice(2),
    ...ada.recoveryCodes,
  )
  const made = sqliteStore(new Libsql(database))
  await made.ensureSchema()
  await moveInto(made, world.data)
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

const inspect = ['inspect', '--store', store, '--user', 'ada']
const refused = 'postgres://user:hush-hush@127.0.0.1:1/d?sslpassword=hush-hush'

describe('no output holds a secret, a code, a token, a password or a full phone number', () => {
  it.each<[string, readonly string[], number]>([
    ['inspect', [...inspect, '--keys', rings.old], 0],
    ['inspect as JSON', [...inspect, '--keys', rings.old, '--json'], 0],
    ['inspect without the key', [...inspect, '--keys', rings.fresh], 3],
    ['inspect with another key of that id', [...inspect, '--keys', rings.strange], 3],
    ['inspect of nobody', ['inspect', '--store', store, '--user', 'eve', '--keys', rings.old], 0],
    ['the summary', ['inspect', '--store', store, '--summary'], 0],
    ['keys that are no JSON', [...inspect, '--keys', rings.broken], 2],
    ['keys that are no array', [...inspect, '--keys', rings.object], 2],
    ['a key that is too short', [...inspect, '--keys', rings.cut], 2],
    ['a secret for a file', [...inspect, '--keys', oldKey.secret], 2],
    ['a secret for an option', [...inspect, `--secret=${oldKey.secret}`], 2],
    ['a secret for an argument', [...inspect, oldKey.secret], 2],
    ['a secret for a command', [oldKey.secret], 2],
    ['a secret for a namespace', [...inspect, '--keys', rings.old, '--namespace', oldKey.secret.repeat(2)], 2],
    ['a password for a store', ['inspect', '--store', 'hush-hush', '--summary'], 2],
    ['a store that refuses', ['reseal', '--store', refused, '--keys', rings.both], 1],
    ['reseal without the old key', ['reseal', '--store', store, '--keys', rings.fresh, '--progress'], 3],
    ['reseal', ['reseal', '--store', store, '--keys', rings.both, '--progress'], 0],
    ['inspect after it', [...inspect, '--keys', rings.fresh, '--json'], 0],
  ])('of %s', async (_what, args, expected) => {
    expect(secrets.length).toBeGreaterThan(20)
    for (const columns of [null, 80]) {
      const { code, out, err } = await command(args, { columns })
      expect(code).toBe(expected)
      expect(out + err).not.toBe('')
      expect([...secrets, 'hush'].filter((secret) => (out + err).includes(secret))).toEqual([])
    }
  })
})
