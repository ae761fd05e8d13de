import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/interfaces/store.js'
import { checkSwap } from '../../src/stores/call-arguments.js'
import { mysqlSchema, mysqlStore, type MysqlClient } from '../../src/stores/mysql.js'
import { postgresSchema, postgresStore, type PostgresClient } from '../../src/stores/postgres.js'
import { redisStore, type IoRedisClient, type NodeRedisClient, type RedisClient } from '../../src/stores/redis.js'
import { sqliteSchema, sqliteStore, type SqliteDatabase } from '../../src/stores/sqlite.js'
import { expectThrown } from '../support/outcome.js'

// Clients that must not be reached: whatever is refused is refused before it is sent.
const reached = (): never => {
  throw new Error('the client was reached')
}
const postgres: PostgresClient = { query: reached }
const mysql: MysqlClient = { execute: reached }
const sqlite: SqliteDatabase = { prepare: reached }
const nodeRedis: NodeRedisClient = { get: reached, eval: reached, evalSha: reached, scan: reached }
const ioRedis: IoRedisClient = { get: reached, eval: reached, evalsha: reached, scan: reached }

const sqlStores = {
  postgres: { open: (options: object) => postgresStore(postgres, options), schema: postgresSchema },
  mysql: { open: (options: object) => mysqlStore(mysql, options), schema: mysqlSchema },
  sqlite: { open: (options: object) => sqliteStore(sqlite, options), schema: sqliteSchema },
}
const message = expect.stringMatching(/^[a-z][^\n]*[^.\s]$/) as string
const invalid = expect.objectContaining({ name: 'TwoFactorError', code: 'ERR_STORE_INVALID', message }) as Error

describe.each(Object.entries(sqlStores))('the options of the %s store', (_engine, { open, schema }) => {
  it.each([
    [''],
    ['.'],
    ['a.'],
    ['.a'],
    ['a.b.c'],
    ['a b'],
    ['a-b'],
    ['1a'],
    ['a;b'],
    ['a"b'],
    ['a`b'],
    ["a'b"],
    ['a\0'],
    ['é'],
    ['ａ'],
    ['a\n'],
    ['DROP TABLE x'],
    ['a'.repeat(49)],
    [`a.${'b'.repeat(49)}`],
    [null],
    [0],
    [{}],
    [['a']],
    [Symbol('a')],
    [new String('a')],
  ])('refuse the table %o', (table) => {
    expect(() => open({ table })).toThrow(invalid)
    expect(() => schema({ table } as object)).toThrow(invalid)
  })

  it.each([[null], [1], ['countersign']])('refuse to be %o', (options) => {
    expect(() => open(options as unknown as object)).toThrow(invalid)
  })

  it('take a name, with or without a schema, and never quote it twice', () => {
    for (const table of [
      'countersign',
      'Two_Factor',
      'auth.records',
      '_',
      '__proto__',
      'constructor',
      'select',
      'a'.repeat(48),
    ]) {
      expect(schema({ table })).toMatch(new RegExp(`["\`]${table.replace('.', '["`].["`]')}["\`]`))
      expect(open({ table }).schema).toBe(schema({ table }))
    }
    expect(open({}).schema).toBe(schema({ table: 'countersign' }))
    expect(open({ table: undefined }).schema).toBe(schema())
  })
})

describe('the client', () => {
  const shapes: readonly unknown[] = [
    undefined,
    null,
    0,
    'client',
    [],
    {},
    { query: 1 },
    { execute: {} },
    { get: reached },
    { get: reached, eval: reached },
    () => undefined,
  ]
  it.each(shapes.map((shape) => [shape]))('is refused when it is %o', (client) => {
    expect(() => postgresStore(client as PostgresClient)).toThrow(invalid)
    expect(() => mysqlStore(client as MysqlClient)).toThrow(invalid)
    expect(() => sqliteStore(client as SqliteDatabase)).toThrow(invalid)
    expect(() => redisStore(client as RedisClient)).toThrow(invalid)
  })

  it('of mysql2 is refused when it takes callbacks, with the name of the one to use', () => {
    expect(() => mysqlStore({ ...mysql, promise: reached } as MysqlClient)).toThrow('mysql2/promise')
  })

  it('of redis is refused when it adds a prefix that a scan would not know', () => {
    for (const prefix of ['app:', Buffer.from('app:')]) {
      expect(() => redisStore({ ...nodeRedis, _keyPrefix: prefix } as NodeRedisClient)).toThrow('option prefix')
      expect(() => redisStore({ ...ioRedis, options: { keyPrefix: prefix } } as IoRedisClient)).toThrow('option prefix')
      expect(() =>
        redisStore({ ...ioRedis, options: { redisOptions: { keyPrefix: prefix } } } as IoRedisClient),
      ).toThrow('option prefix')
    }
    expect(() => redisStore({ ...ioRedis, options: { keyPrefix: '' } } as IoRedisClient)).not.toThrow()
  })

  it('of redis is refused when it reads from replicas', () => {
    expect(() => redisStore({ ...nodeRedis, _options: { useReplicas: true } } as NodeRedisClient)).toThrow('replica')
    for (const scaleReads of ['slave', 'all', () => []]) {
      expect(() => redisStore({ ...ioRedis, options: { scaleReads } } as IoRedisClient)).toThrow('replica')
    }
    expect(() => redisStore({ ...ioRedis, options: { scaleReads: 'master' } } as IoRedisClient)).not.toThrow()
  })
})

describe('the prefix of the redis store', () => {
  it.each([
    [''],
    ['a*'],
    ['a?'],
    ['[a]'],
    ['{a}'],
    ['a b'],
    ['a\n'],
    ['é'],
    ['\\'],
    ['a'.repeat(65)],
    [null],
    [1],
    [{}],
  ])('is refused when it is %o', (prefix) => {
    expect(() => redisStore(nodeRedis, { prefix } as object)).toThrow(invalid)
  })

  it.each([[null], [1], ['countersign:']])('is refused when the options are %o', (options) => {
    expect(() => redisStore(nodeRedis, options as unknown as object)).toThrow(invalid)
  })
})

const stores: Readonly<Record<string, Store>> = {
  postgres: postgresStore(postgres),
  mysql: mysqlStore(mysql),
  sqlite: sqliteStore(sqlite),
  'redis by node-redis': redisStore(nodeRedis),
  'redis by ioredis': redisStore(ioRedis),
}

describe.each(Object.entries(stores))('the arguments of the %s store', (engine, store) => {
  const refused = expect.objectContaining({ name: 'TwoFactorError', code: 'ERR_INPUT_INVALID', message }) as Error
  const longest = engine.startsWith('redis') ? 65_536 : 1024

  it.each([
    ['a lone \ud800 surrogate'],
    ['\udfff'],
    ['k'.repeat(longest + 1)],
    ['é'.repeat(longest / 2) + 'k'],
    [null],
    [undefined],
    [1],
    [{}],
    [['k']],
  ])('refuse the key %o', async (key) => {
    await expect(store.get(key as string)).rejects.toThrow(refused)
    await expect(store.swap(key as string, null, 'a', null)).rejects.toThrow(refused)
  })

  it.each([['\ud800'], [undefined], [1], [{}]])('refuse the value %o', async (value) => {
    await expect(store.swap('k', null, value as string, null)).rejects.toThrow(refused)
    await expect(store.swap('k', value as string, 'a', null)).rejects.toThrow(refused)
  })

  it.each([[-1], [0.5], [Number.NaN], [Infinity], [2 ** 53], ['1'], [undefined], [new Date(0)]])(
    'refuse the expiry %o',
    async (expiresAt) => {
      await expect(store.swap('k', null, 'a', expiresAt as number)).rejects.toThrow(refused)
    },
  )

  it('refuse without repeating what they were given', async () => {
    const failure = await store.swap('k', null, 'secret \ud800', null).catch((error: unknown) => error as Error)
    expect(String(failure)).not.toContain('secret')
  })
})

describe.each(
  Object.entries({ postgres: postgresStore(postgres), sqlite: sqliteStore(sqlite), mysql: mysqlStore(mysql) }),
)('purgeExpired of the %s store', (_engine, store) => {
  it.each([[-1], [0.5], [Number.NaN], [Infinity], ['1'], [undefined], [null]])('refuses the instant %o', async (at) => {
    await expect(store.purgeExpired({ at: at as number })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_AT_INVALID', message }) as Error,
    )
  })
})

describe('a value that comes near the bound of an engine', () => {
  const limits = { holdsNul: true, holdsMark: true, keyBytes: 8, valueBytes: 4 }

  it('is taken up to it, in bytes of UTF-8, and refused beyond', () => {
    expect(() => {
      checkSwap(null, 'éé', null, limits)
    }).not.toThrow()
    const beyond = (): void => {
      checkSwap(null, 'ééa', null, limits)
    }
    expect(expectThrown(beyond, 'ERR_INPUT_INVALID').message).toBe('next must be at most 4 bytes of UTF-8')
    expect(() => {
      checkSwap('éééééé', null, null, limits)
    }).not.toThrow()
  })
})
