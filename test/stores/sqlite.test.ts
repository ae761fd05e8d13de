import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterAll, describe, expect, it } from 'vitest'
import { sqliteSchema, sqliteStore, type SqliteDatabase } from '../../src/stores/sqlite.js'

const folder = mkdtempSync(join(tmpdir(), 'countersign-sqlite-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('sqliteStore', () => {
  it('rejects, and changes nothing, when another writer does not make room in time', async () => {
    const file = join(folder, 'busy.db')
    const [writer, other] = [new Libsql(file), new Libsql(file)]
    writer.pragma('journal_mode = WAL')
    const store = sqliteStore(other)
    await store.ensureSchema()
    await store.swap('k', null, 'a', null)

    writer.exec('BEGIN IMMEDIATE')
    await expect(store.swap('k', 'a', 'b', null)).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
    expect(await store.get('k')).toBe('a')
    writer.exec('COMMIT')
    expect(await store.swap('k', 'a', 'b', null)).toBe(true)
    writer.close()
    other.close()
  })

  it('keeps to the attached database its table is in', async () => {
    const database = new Libsql(':memory:')
    database.exec(`ATTACH '${join(folder, 'attached.db')}' AS auth`)
    const store = sqliteStore(database, { table: 'auth.records' })
    await store.ensureSchema()
    await store.ensureSchema()
    expect(await store.swap('k', null, 'a', 7)).toBe(true)
    expect(database.prepare('SELECT key, value, expires_at FROM auth.records').all()).toEqual([
      { key: 'k', value: 'a', expires_at: 7 },
    ])
    expect(database.prepare('SELECT name FROM auth.sqlite_master WHERE type = ?').all('index')).toContainEqual({
      name: 'records_expires_at',
    })
    database.close()
  })

  it('keeps numbers and digits apart, and whole instants whole', async () => {
    const database = new Libsql(':memory:')
    const store = sqliteStore(database)
    await store.ensureSchema()
    for (const key of ['1', '1.0', '01', '1e0'])
      expect(await store.swap(key, null, `value of ${key}`, Number.MAX_SAFE_INTEGER)).toBe(true)
    expect(await store.get('1')).toBe('value of 1')
    expect(
      database
        .prepare(
          'SELECT DISTINCT typeof(key) AS key, typeof(value) AS value, typeof(expires_at) AS at FROM countersign',
        )
        .all(),
    ).toEqual([{ key: 'text', value: 'text', at: 'integer' }])
    database.close()
  })

  it('prepares each statement once', async () => {
    const database = new Libsql(':memory:')
    const prepared: string[] = []
    const counting: SqliteDatabase = { prepare: (sql) => (prepared.push(sql), database.prepare(sql)) }
    const store = sqliteStore(counting)
    await store.ensureSchema()
    prepared.length = 0
    for (const key of ['a', 'b', 'c']) {
      await store.get(key)
      await store.swap(key, null, 'value', null)
    }
    expect(prepared.map((sql) => sql.split(' ')[0])).toEqual(['SELECT', 'INSERT'])
    database.close()
  })

  it('says what it expected when the database answers by promises', async () => {
    const asynchronous = { prepare: async () => ({ all: async () => [], run: async () => ({ changes: 1 }) }) }
    const partly = { prepare: () => ({ all: async () => [], run: async () => ({ changes: 1 }) }) }
    for (const database of [asynchronous, partly] as unknown as SqliteDatabase[]) {
      const failed = { code: 'ERR_STORE_FAILED', message: expect.stringContaining('a synchronous one') as string }
      await expect(sqliteStore(database).get('k')).rejects.toMatchObject(failed)
      await expect(sqliteStore(database).swap('k', null, 'a', null)).rejects.toMatchObject(failed)
      await expect(sqliteStore(database).ensureSchema()).rejects.toMatchObject(failed)
    }
  })

  it('refuses a database that is open for reading only', () => {
    const database = { prepare: () => ({ all: () => [], run: () => ({ changes: 0 }) }), readonly: true }
    expect(() => sqliteStore(database)).toThrow(expect.objectContaining({ code: 'ERR_STORE_INVALID' }) as Error)
  })

  it('takes whole numbers of any type for the number of changes', async () => {
    const statement = (changes: number | bigint): SqliteDatabase => ({
      prepare: () => ({ all: () => [], run: () => ({ changes }) }),
    })
    expect(await sqliteStore(statement(1n)).swap('k', null, 'a', null)).toBe(true)
    expect(await sqliteStore(statement(0n)).swap('k', null, 'a', null)).toBe(false)
  })

  it('shows the schema it creates', () => {
    expect(sqliteSchema()).toBe(`CREATE TABLE IF NOT EXISTS "countersign" (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  expires_at INTEGER
);

CREATE INDEX IF NOT EXISTS "countersign_expires_at" ON "countersign" (expires_at) WHERE expires_at IS NOT NULL;
`)
  })
})
