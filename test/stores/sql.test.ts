import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresStore } from '../../src/stores/postgres.js'
import type { SqlStore } from '../../src/stores/sql-store.js'
import { engines } from '../contract/engines.js'
import { openSqlStore, type OpenStore, type SqlAddress } from '../contract/open-store.js'

const LONG_AGO = 1000
const FAR_AWAY = 4_102_444_800_000

const available = await engines([
  'sqlite by libsql',
  'sqlite by node:sqlite',
  'sqlite by better-sqlite3',
  'postgres',
  'mysql',
])

async function keysOf(store: SqlStore): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const key of store.keys()) keys.push(key)
  return keys
}

describe.each(['pglite', ...available.map(({ name }) => name)])('the SQL store on %s', (name) => {
  const engine = available.find((candidate) => candidate.name === name)
  const opened: OpenStore<SqlStore>[] = []
  let database: PGlite | undefined
  let store: SqlStore

  const open = async (): Promise<SqlStore> => {
    if (engine === undefined) return postgresStore((database ??= new PGlite()))
    const one = await openSqlStore(engine.address as SqlAddress)
    opened.push(one)
    return one.store
  }
  beforeAll(async () => {
    store = await open()
    await store.ensureSchema()
  })
  afterAll(async () => {
    for (const { close } of opened) await close()
    await engine?.close()
    await database?.close()
  })

  it('creates its schema once, however many ask at once', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, open))
    await Promise.all([...others, ...others].map((other) => other.ensureSchema()))
    await store.swap('schema', null, 'a', null)
    await store.ensureSchema()
    expect(await others[0]!.get('schema')).toBe('a')
    await store.swap('schema', 'a', null, null)
  })

  it('still has an expired value until it is purged, for get and swap alike', async () => {
    await store.swap('expired', null, 'a', LONG_AGO)
    expect(await store.get('expired')).toBe('a')
    expect(await store.swap('expired', null, 'b', null)).toBe(false)
    expect(await store.swap('expired', 'a', 'b', LONG_AGO)).toBe(true)
    expect(await store.purgeExpired({ at: LONG_AGO + 1 })).toBe(1)
    expect(await store.get('expired')).toBeNull()
    expect(await store.swap('expired', 'b', 'c', null)).toBe(false)
  })

  it('purges what expired before the instant, and nothing else', async () => {
    await store.swap('before', null, 'a', LONG_AGO - 1)
    await store.swap('then', null, 'a', LONG_AGO)
    await store.swap('after', null, 'a', FAR_AWAY)
    await store.swap('never', null, 'a', null)
    await store.swap('extended', null, 'a', LONG_AGO - 1)
    await store.swap('extended', 'a', 'b', FAR_AWAY)
    await store.swap('lifted', null, 'a', LONG_AGO - 1)
    await store.swap('lifted', 'a', 'b', null)
    expect(await store.purgeExpired({ at: LONG_AGO })).toBe(1)
    expect(await store.purgeExpired({ at: LONG_AGO })).toBe(0)
    expect([...(await keysOf(store))].sort()).toEqual(['after', 'extended', 'lifted', 'never', 'then'])
    expect(await store.purgeExpired({ at: Number.MAX_SAFE_INTEGER })).toBe(3)
    for (const [key, value] of [
      ['never', 'a'],
      ['lifted', 'b'],
    ] as const)
      expect(await store.swap(key, value, null, null)).toBe(true)
  })

  it('walks and purges page after page', async () => {
    const names = Array.from({ length: 1001 }, (_, index) => `page ${index}`)
    for (let from = 0; from < names.length; from += 50) {
      await Promise.all(names.slice(from, from + 50).map((key) => store.swap(key, null, 'a', LONG_AGO)))
    }
    const keys = await keysOf(store)
    expect(keys).toHaveLength(1001)
    expect(new Set(keys)).toEqual(new Set(names))
    expect(await store.purgeExpired({ at: FAR_AWAY })).toBe(1001)
    expect(await keysOf(store)).toEqual([])
  })

  it('fails loudly before its schema is there', async () => {
    const { address } = engine ?? { address: null }
    const bare =
      address === null
        ? postgresStore(database!, { table: 'nowhere' })
        : (await openAt({ ...(address as SqlAddress), table: 'nowhere' })).store
    await expect(bare.get('k')).rejects.toThrow()
    await expect(bare.swap('k', null, 'a', null)).rejects.toThrow()
    await expect(bare.swap('k', null, null, null)).rejects.toThrow()
  })

  const openAt = async (address: SqlAddress): Promise<OpenStore<SqlStore>> => {
    const one = await openSqlStore(address)
    opened.push(one)
    return one
  }
})
