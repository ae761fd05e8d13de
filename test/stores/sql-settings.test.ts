import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import Libsql from 'libsql'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mysqlStore, type MysqlClient } from '../../src/stores/mysql.js'
import { postgresStore } from '../../src/stores/postgres.js'
import type { SettingFinding, SqlStore } from '../../src/stores/postgres.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { engines, urls } from '../contract/engines.js'
import type { SqlAddress } from '../contract/open-store.js'

const told = (findings: readonly SettingFinding[]): Record<string, string> => {
  for (const { advice } of findings) expect(advice).toMatch(/^[A-Z].*\.$/)
  return Object.fromEntries(findings.map(({ setting, value, severity }) => [setting, `${severity}: ${String(value)}`]))
}
const found = async (store: SqlStore): Promise<Record<string, string>> => told(await store.verifySettings())

describe('what postgresStore finds in the settings', () => {
  const right = {
    'pg_is_in_recovery()': 'false',
    'streaming standbys': '0',
    table: 'p',
    'row_security_active()': 'false',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    synchronous_standby_names: '',
    server_encoding: 'UTF8',
  }
  const saying = (settings: Record<string, string | null>): Promise<Record<string, string>> => {
    const rows = Object.entries({ ...right, ...settings }).map(([setting, value]) => ({ setting, value }))
    return found(postgresStore({ query: async () => ({ rows }) }))
  }

  it.each<[Record<string, string | null>, Record<string, string>]>([
    [{}, {}],
    [{ 'pg_is_in_recovery()': 'true' }, { 'pg_is_in_recovery()': 'unsafe: true' }],
    [{ table: 'u' }, { table: 'unsafe: u' }],
    [{ table: 'missing', 'row_security_active()': null }, { table: 'unsafe: missing' }],
    [{ 'row_security_active()': 'true' }, { 'row_security_active()': 'unsafe: true' }],
    [{ fsync: 'off' }, { fsync: 'advice: off' }],
    [{ full_page_writes: 'off' }, { full_page_writes: 'advice: off' }],
    [{ synchronous_commit: 'off' }, { synchronous_commit: 'advice: off' }],
    [{ synchronous_commit: 'remote_apply' }, {}],
    [{ 'streaming standbys': '1' }, { synchronous_standby_names: 'advice: ' }],
    [{ 'streaming standbys': '1', synchronous_standby_names: 'ANY 1 (*)' }, {}],
    [{ server_encoding: 'LATIN1' }, { server_encoding: 'advice: LATIN1' }],
    [{ fsync: null }, { fsync: 'unknown: null' }],
  ])('when they are %j is %j', async (settings, findings) => {
    expect(await saying(settings)).toEqual(findings)
  })
})

describe('what mysqlStore finds in the settings', () => {
  const right = {
    read_only: 'OFF',
    innodb_read_only: 'OFF',
    innodb_flush_log_at_trx_commit: '1',
    log_bin: 'OFF',
    sync_binlog: '0',
    wsrep_on: 'OFF',
    wsrep_sync_wait: '0',
  }
  const saying = (variables: Record<string, string>, engine?: string): Promise<Record<string, string>> => {
    const rows = Object.entries({ ...right, ...variables }).map(([Variable_name, Value]) => ({ Variable_name, Value }))
    const client: MysqlClient = {
      execute: async (statement) => [
        statement.startsWith('SHOW') ? rows : engine === undefined ? [] : [{ setting: 'table', value: engine }],
      ],
    }
    return found(mysqlStore(client))
  }

  it.each<[Record<string, string>, Record<string, string>]>([
    [{}, {}],
    [{ read_only: 'ON' }, { read_only: 'unsafe: ON' }],
    [{ read_only: 'NO_LOCK' }, { read_only: 'unsafe: NO_LOCK' }],
    [{ innodb_read_only: 'ON' }, { innodb_read_only: 'unsafe: ON' }],
    [{ innodb_flush_log_at_trx_commit: '2' }, { innodb_flush_log_at_trx_commit: 'advice: 2' }],
    [{ log_bin: 'ON' }, { sync_binlog: 'advice: 0' }],
    [{ log_bin: 'ON', sync_binlog: '1' }, {}],
    [{ wsrep_on: 'ON' }, { wsrep_sync_wait: 'unsafe: 0' }],
    [{ wsrep_on: 'ON', wsrep_sync_wait: '6' }, { wsrep_sync_wait: 'unsafe: 6' }],
    [{ wsrep_on: 'ON', wsrep_sync_wait: '7' }, {}],
  ])('when they are %j is %j', async (variables, findings) => {
    expect(await saying(variables, 'InnoDB')).toEqual(findings)
  })

  it('is unsafe when the table is of another engine, or not there', async () => {
    expect(await saying({}, 'MyISAM')).toEqual({ table: 'unsafe: MyISAM' })
    expect(await saying({})).toEqual({ table: 'unsafe: missing' })
  })
})

describe('what sqliteStore finds in the settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-settings-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('is nothing in a file with a journal on disk that is synced, once the table is there', async () => {
    const database = new Libsql(join(folder, 'right.db'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
    const store = sqliteStore(database)
    expect(await found(store)).toEqual({ table: 'unsafe: missing' })
    await store.ensureSchema()
    expect(await found(store)).toEqual({})
    database.close()
  })

  it('is what loses records, in the database that the table is in', async () => {
    const database = new Libsql(join(folder, 'main.db'))
    database.exec(`ATTACH '${join(folder, 'attached.db')}' AS auth`)
    database.exec('PRAGMA auth.journal_mode = OFF; PRAGMA auth.synchronous = OFF; PRAGMA busy_timeout = 0')
    const store = sqliteStore(database, { table: 'auth.records' })
    await store.ensureSchema()
    const findings = await found(store)
    expect(findings).toEqual({
      journal_mode: 'unsafe: off',
      synchronous: 'advice: 0',
      busy_timeout: 'advice: 0',
    })
    database.close()
  })

  it('is unsafe in memory', async () => {
    const database = new Libsql(':memory:', { timeout: 5000 })
    const store = sqliteStore(database)
    await store.ensureSchema()
    expect(await found(store)).toMatchObject({ file: 'unsafe: in memory' })
    database.close()
  })
})

it('verifySettings of PGlite reads all there is', async () => {
  const database = new PGlite()
  const store = postgresStore(database)
  await store.ensureSchema()
  const findings = await store.verifySettings()
  expect(findings.filter(({ severity }) => severity !== 'advice')).toEqual([])
  await database.close()
})

for (const engine of await engines(['postgres'])) {
  describe('verifySettings on a server of PostgreSQL', () => {
    const { table } = engine.address as SqlAddress
    const pool = new pg.Pool({ connectionString: urls.postgres, max: 2 })
    const ours = ['table', 'row_security_active()', 'pg_is_in_recovery()', 'server_encoding', 'synchronous_commit']
    const tableFindings = async (name: string, client: pg.Pool = pool): Promise<Record<string, string>> => {
      const findings = await postgresStore(client, { table: name }).verifySettings()
      return told(findings.filter(({ setting }) => ours.includes(setting)))
    }
    afterAll(async () => {
      await pool.end()
      await engine.close()
    })

    it('has nothing to say of a table as it should be', async () => {
      expect(await tableFindings(table)).toEqual({})
    })

    it('finds a table that a crash empties, and one that is missing', async () => {
      await pool.query(`CREATE UNLOGGED TABLE "${table}_unlogged" (key text)`)
      expect(await tableFindings(`${table}_unlogged`)).toEqual({ table: 'unsafe: u' })
      await pool.query(`DROP TABLE "${table}_unlogged"`)
      expect(await tableFindings('nowhere')).toEqual({ table: 'unsafe: missing' })
    })

    it('finds rows that a policy hides, for a role that it applies to', async () => {
      const role = `${table}_role`
      await pool.query(`CREATE ROLE ${role} LOGIN`)
      await pool.query(`GRANT SELECT ON "${table}" TO ${role}`)
      await pool.query(`ALTER TABLE "${table}" ENABLE ROW LEVEL SECURITY`)
      const url = new URL(urls.postgres)
      url.username = role
      const limited = new pg.Pool({ connectionString: url.href, max: 1 })
      expect(await tableFindings(table, limited)).toEqual({ 'row_security_active()': 'unsafe: true' })
      await limited.end()
      await pool.query(`ALTER TABLE "${table}" DISABLE ROW LEVEL SECURITY`)
      await pool.query(`DROP OWNED BY ${role}`)
      await pool.query(`DROP ROLE ${role}`)
    })

    it('finds a session that does not wait for its commits', async () => {
      const options = '-c synchronous_commit=off'
      const hasty = new pg.Pool({ connectionString: urls.postgres, options, max: 1 })
      expect(await tableFindings(table, hasty)).toEqual({ synchronous_commit: 'advice: off' })
      await hasty.end()
    })
  })
}

for (const engine of await engines(['mysql'])) {
  describe('verifySettings on a server of MySQL or MariaDB', () => {
    const { table } = engine.address as SqlAddress
    let connection: mysql.Connection
    beforeAll(async () => {
      connection = await mysql.createConnection(urls.mysql)
    })
    afterAll(async () => {
      await connection.end()
      await engine.close()
    })

    it('has nothing unsafe to say of a table as it should be, whatever the shape of rows', async () => {
      const findings = await mysqlStore(connection, { table }).verifySettings()
      expect(findings.filter(({ severity }) => severity !== 'advice')).toEqual([])
      const arrays = await mysql.createConnection({ uri: urls.mysql, rowsAsArray: true })
      expect(await mysqlStore(arrays, { table }).verifySettings()).toEqual(findings)
      await arrays.end()
    })

    it('finds a table of another engine, and one that is missing', async () => {
      await connection.query(`CREATE TABLE \`${table}_memory\` (\`key\` INT) ENGINE=MEMORY`)
      const name = `test.${table}_memory`.replace('test', new URL(urls.mysql).pathname.slice(1))
      expect(await found(mysqlStore(connection, { table: name }))).toMatchObject({ table: 'unsafe: MEMORY' })
      await connection.query(`DROP TABLE \`${table}_memory\``)
      expect(await found(mysqlStore(connection, { table: 'nowhere' }))).toMatchObject({ table: 'unsafe: missing' })
    })
  })
}
