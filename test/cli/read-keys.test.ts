import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readKeys } from '../../src/cli/read-keys.js'
import { command, newKey } from './terminal.js'

const folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const ring = [newKey('k2'), newKey('k1')]
let files = 0
const file = (text: string): string => {
  const path = join(folder, `${files++}.json`)
  writeFileSync(path, text)
  return path
}

describe('the key ring', () => {
  it('comes from the file, or else from the environment', () => {
    const json = JSON.stringify(ring)
    expect(readKeys(file(json), { env: { COUNTERSIGN_KEYS: 'not looked at' } })).toEqual(ring)
    expect(readKeys(undefined, { env: { COUNTERSIGN_KEYS: ` ${json}\n` } })).toEqual(ring)
  })

  it('is missed when nobody gives one', () => {
    for (const env of [{}, { COUNTERSIGN_KEYS: '' }, { COUNTERSIGN_KEYS: ' \n' }]) {
      expect(() => readKeys(undefined, { env })).toThrow('there are no keys: give --keys FILE, or set COUNTERSIGN_KEYS')
    }
    expect(() => readKeys(join(folder, 'none.json'), { env: {} })).toThrow('the file of --keys cannot be read')
    expect(() => readKeys(folder, { env: {} })).toThrow('the file of --keys cannot be read')
  })

  const secret = Buffer.alloc(32, 0xb5).toString('base64url')
  it.each([
    ['a ring', JSON.stringify(ring)],
    ['a key', JSON.stringify(ring[0])],
    ['a secret', secret],
    ['padded base64', Buffer.alloc(32, 0xb5).toString('base64')],
  ])('is refused on the command line itself: %s', async (_what, typed) => {
    const { code, out, err } = await command(['inspect', '--store', 'pglite:nowhere', '--user', 'a', `--keys=${typed}`])
    expect([code, out]).toEqual([2, ''])
    expect(err).not.toContain(typed)
    expect(err).toContain(
      '--keys takes the name of a file: a secret on the command line can be read by everybody on the machine',
    )
  })

  it.each(['{', 'hush-hush', '[hush', '{"id":"hush"}', '"hush"', 'null', '1', JSON.stringify({ keys: ring })])(
    'is an array, and %j is not repeated',
    (text) => {
      for (const source of [
        () => readKeys(file(text), { env: {} }),
        () => readKeys(undefined, { env: { COUNTERSIGN_KEYS: text } }),
      ]) {
        expect(source).toThrow(/^(?:the file of --keys|COUNTERSIGN_KEYS) must be a JSON array of \{ "id", "secret" \}$/)
      }
    },
  )

  const short = Buffer.alloc(31, 7).toString('base64url')
  it.each([
    [[]],
    [[{ id: 'k1' }]],
    [[null]],
    [['hush']],
    [[{ id: 'k1', secret: short }]],
    [[{ id: 'k.1', secret }]],
    [[ring[0], ring[0]]],
    [[{ id: 'k1', secret: { 0: 1 } }]],
  ])('is checked by the library: %#', async (keys) => {
    const args = ['inspect', '--store', 'redis://nowhere', '--user', 'a', '--keys', file(JSON.stringify(keys))]
    const { code, err } = await command(args, { load: () => ({ createClient: emptyRedis }) })
    expect(code).toBe(2)
    expect(err).toMatch(/^countersign: (?:keys|each of keys|a key)\b/)
    for (const hidden of [secret, short, ring[0]!.secret]) expect(err).not.toContain(hidden)
  })
})

/** A server that has nothing. */
function emptyRedis(): object {
  const nothing = async (): Promise<null> => null
  const client = {
    get: nothing,
    eval: nothing,
    evalSha: nothing,
    scan: nothing,
    connect: nothing,
    close: nothing,
    on: () => client,
  }
  return client
}
