import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import Libsql from 'libsql'
import { afterAll, describe, expect, it } from 'vitest'
import { openStore } from '../../src/cli/open-store.js'
import { readStoreAddress } from '../../src/cli/store-address.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { command, newKey, ownDriver } from './terminal.js'

const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const KEYS = { COUNTERSIGN_KEYS: JSON.stringify([newKey('k1')]) }
const open = (store: string, load = ownDriver) => openStore(readStoreAddress({ store }, { env: {} }), { load })

describe('a driver', () => {
  const file = join(folder, 'empty.db')
  const database = join(folder, 'pglite')
  writeFileSync(file, '')
  mkdirSync(database)
  writeFileSync(join(database, 'PG_VERSION'), '16\n')

  it.each([
    ['postgres://h/d', "this store needs the package 'pg': npm install pg"],
    ['mysql://h/d', "this store needs the package 'mysql2': npm install mysql2"],
    ['mariadb://h/d', "this store needs the package 'mysql2': npm install mysql2"],
    ['redis://h', "this store needs the package 'redis' or 'ioredis': npm install redis"],
    [`sqlite:${file}`, "this store needs the package 'better-sqlite3' or 'libsql': npm install better-sqlite3"],
    [`pglite:${database}`, "this store needs the package '@electric-sql/pglite': npm install @electric-sql/pglite"],
  ])('that %s needs and the project lacks is named', async (store, message) => {
    expect(await command(['inspect', '--summary', '--store', store], { load: () => null })).toEqual({
      code: 1,
      out: '',
      err: `countersign: ${message}\n`,
    })
  })

  it('is the first of those that the project has', async () => {
    const asked: string[] = []
    const load = (name: string): unknown => {
      asked.push(name)
      return name === 'libsql' ? ownDriver(name) : null
    }
    const ready = join(folder, 'ready.db')
    await sqliteStore(new Libsql(ready)).ensureSchema()
    await (await open(`sqlite:${ready}`, load)).close()
    expect(asked).toEqual(['node:sqlite', 'better-sqlite3', 'libsql'])
  })
})

describe('a store that cannot be opened', () => {
  it('is not made by opening it', async () => {
    await expect(open(`sqlite:${join(folder, 'none.db')}`)).rejects.toThrow('there is no such SQLite file')
    await expect(open(`pglite:${join(folder, 'none')}`)).rejects.toThrow('there is no PGlite database in that folder')
  })

  it('says in its own words that the table is missing', async () => {
    const file = join(folder, 'other.db')
    new Libsql(file).exec('CREATE TABLE something (else_ TEXT)')
    await expect(open(`sqlite:${file}`)).rejects.toThrow('the store cannot be opened: no such table: countersign')
  })

  it.each([
    ['postgres://user:hush@127.0.0.1:1/d', 'ECONNREFUSED'],
    ['postgres://user:hush@localhost:1/d', 'ECONNREFUSED'],
    ['mysql://user:hush@127.0.0.1:1/d', 'ECONNREFUSED'],
    ['redis://user:hush@127.0.0.1:1', 'ECONNREFUSED'],
    ['redis://:hush@localhost:1', 'ECONNREFUSED'],
  ])('says why: %s', async (store, reason) => {
    for (const load of [ownDriver, (name: string) => (name === 'redis' ? null : ownDriver(name))]) {
      const { code, out, err } = await command(['inspect', '--store', store, '--user', 'ada'], { load, env: KEYS })
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(/^countersign: the store cannot be opened: .+\n$/)
      expect(err).toContain(reason)
      expect(err).not.toContain('hush')
    }
  })

  it('never repeats the password, whatever the driver says', async () => {
    const store = 'postgres://user:hu%2Fsh@h/d'
    class Pool {
      on() {
        return this
      }

      async query() {
        throw new Error(`cannot reach ${store} with hu/sh\nnor with hu%2Fsh`)
      }

      async end() {
        throw new Error('hush')
      }
    }
    const { code, err } = await command(['inspect', '--summary', '--store', store], { load: () => ({ Pool }) })
    expect([code, err]).toEqual([
      1,
      'countersign: the store cannot be opened: cannot reach postgres://user:***@h/d with ***\n',
    ])
  })

  it.each([
    ['postgres://h/d', ['--table', 'a;b']],
    ['redis://h', ['--prefix', 'a*']],
  ])('because of how it is called: %s %j', async (store, options) => {
    const client = {
      on: () => client,
      connect: async () => client,
      query: async () => null,
      get: async () => null,
      eval: async () => null,
      evalSha: async () => null,
      close: async () => null,
    }
    const load = (): unknown => ({
      Pool: function Pool() {
        return client
      },
      createClient: () => client,
    })
    const { code, err } = await command(['inspect', '--summary', '--store', store, ...options], { load })
    expect(code).toBe(2)
    expect(err).toMatch(/^countersign: option (?:table|prefix) must be .+\nsee: countersign help inspect\n$/)
  })
})

describe('an error of somebody else', () => {
  it('is told by its name and code, for its message may quote anything', async () => {
    let calls = 0
    const client = {
      on: () => client,
      connect: async () => client,
      close: async () => undefined,
      eval: async () => null,
      evalSha: async () => null,
      scan: async () => ({ cursor: '0', keys: [] }),
      get: async () => {
        if (calls++ > 0) throw Object.assign(new RangeError('hush'), { code: 'E_ODD' })
        return null
      },
    }
    const { code, err } = await command(['inspect', '--store', 'redis://h', '--user', 'ada'], {
      env: KEYS,
      load: () => ({ createClient: () => client }),
    })
    expect([code, err]).toEqual([1, 'countersign: failed: RangeError E_ODD\n'])
  })
})

describe('PGlite', () => {
  it('is opened from its folder', async () => {
    const data = join(folder, 'postgres')
    const database = await PGlite.create(data)
    const made = postgresStore(database)
    await made.ensureSchema()
    await made.swap('user:default:ada', null, 'v1.k1.AAAA', null)
    await database.close()
    const { code, out } = await command(['inspect', '--summary', '--json', '--store', `pglite:${data}`])
    expect([code, JSON.parse(out)]).toEqual([0, [{ namespace: 'default', keyId: 'k1', records: 1 }]])
  })
})
