import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import type { Store } from '../../src/interfaces/store.js'
import { mysqlStore } from '../../src/stores/mysql.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { redisStore } from '../../src/stores/redis.js'
import type { SqlStore } from '../../src/stores/sql-store.js'
import { sqliteStore, type SqliteDatabase } from '../../src/stores/sqlite.js'

export type SqlAddress =
  | { readonly driver: 'pg'; readonly url: string; readonly table: string; readonly preparedStatements: boolean }
  | { readonly driver: 'mysql2'; readonly url: string; readonly table: string }
  | { readonly driver: SqliteDriver; readonly file: string; readonly table: string }

export type SqliteDriver = 'libsql' | 'node:sqlite' | 'better-sqlite3'

type NodeRedisAddress =
  | { readonly driver: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly driver: 'redis-pool'; readonly url: string; readonly prefix: string }
  | { readonly driver: 'redis-cluster'; readonly ports: readonly number[]; readonly prefix: string }

type IoRedisAddress =
  | { readonly driver: 'ioredis'; readonly url: string; readonly prefix: string }
  | { readonly driver: 'ioredis-cluster'; readonly ports: readonly number[]; readonly prefix: string }

/** How to reach one run's data, as plain JSON: another process opens the same. */
export type Address = SqlAddress | NodeRedisAddress | IoRedisAddress

export interface OpenStore<Kind extends Store = Store> {
  readonly store: Kind
  readonly close: () => Promise<unknown>
}

/** Opens a store over connections of its own. Loads the driver that it takes and no other: a child process starts sooner. */
export async function openStore(address: Address): Promise<OpenStore> {
  switch (address.driver) {
    case 'pg':
    case 'mysql2':
    case 'libsql':
    case 'node:sqlite':
    case 'better-sqlite3':
      return openSqlStore(address)
    case 'redis':
    case 'redis-pool':
    case 'redis-cluster':
      return openNodeRedis(address)
    case 'ioredis':
    case 'ioredis-cluster':
      return openIoRedis(address)
  }
}

/** The same for the engines that have a schema. */
export async function openSqlStore(address: SqlAddress): Promise<OpenStore<SqlStore>> {
  const { table } = address
  switch (address.driver) {
    case 'pg': {
      const { default: pg } = await import('pg')
      const pool = new pg.Pool({ connectionString: address.url, max: 4 })
      return {
        store: postgresStore(pool, { table, preparedStatements: address.preparedStatements }),
        close: () => pool.end(),
      }
    }
    case 'mysql2': {
      const { default: mysql } = await import('mysql2/promise')
      const pool = mysql.createPool({ uri: address.url, connectionLimit: 4 })
      return { store: mysqlStore(pool, { table }), close: () => pool.end() }
    }
    case 'libsql':
    case 'node:sqlite':
    case 'better-sqlite3': {
      const database = openSqlite(address.driver, address.file)
      return { store: sqliteStore(database, { table }), close: async () => database.close() }
    }
  }
}

async function openNodeRedis(address: NodeRedisAddress): Promise<OpenStore> {
  const { createClient, createClientPool, createCluster } = await import('redis')
  const { prefix } = address
  if (address.driver === 'redis-pool') {
    const pool = createClientPool({ url: address.url, socket: { reconnectStrategy: false } }, { maximum: 4 })
    await pool.on('error', ignore).connect()
    return { store: redisStore(pool, { prefix }), close: () => pool.close() }
  }
  if (address.driver === 'redis') {
    const client = await createClient({ url: address.url, socket: { reconnectStrategy: false } })
      .on('error', ignore)
      .connect()
    return { store: redisStore(client, { prefix }), close: () => client.close() }
  }
  const rootNodes = address.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }))
  const cluster = await createCluster({ rootNodes }).on('error', ignore).connect()
  return { store: redisStore(cluster, { prefix }), close: () => cluster.close() }
}

async function openIoRedis(address: IoRedisAddress): Promise<OpenStore> {
  const { Cluster, Redis } = await import('ioredis')
  const { prefix } = address
  if (address.driver === 'ioredis') {
    const client = new Redis(address.url, {
      lazyConnect: true,
      retryStrategy: () => null,
      autoResendUnfulfilledCommands: false,
    })
    await client.on('error', ignore).connect()
    return { store: redisStore(client, { prefix }), close: () => client.quit() }
  }
  const nodes = address.ports.map((port) => ({ host: '127.0.0.1', port }))
  const cluster = new Cluster(nodes, { lazyConnect: true })
  await cluster.on('error', ignore).connect()
  return { store: redisStore(cluster, { prefix }), close: () => cluster.quit() }
}

export type ClosableDatabase = SqliteDatabase & { close(): unknown }

/**
 * A database file in WAL mode that waits for other writers, and for no disk: what dies in tests is a process, not the
 * machine. Throws when the driver is not to be had.
 */
export function openSqlite(driver: SqliteDriver, file: string): ClosableDatabase {
  const database = openDatabase(driver, file)
  database.prepare('PRAGMA journal_mode = WAL').all()
  database.prepare('PRAGMA synchronous = OFF').run()
  database.prepare('PRAGMA busy_timeout = 10000').all()
  return database
}

function openDatabase(driver: SqliteDriver, file: string): ClosableDatabase {
  if (driver === 'node:sqlite') {
    const { DatabaseSync } = process.getBuiltinModule(driver) as unknown as {
      DatabaseSync: new (file: string) => ClosableDatabase
    }
    return new DatabaseSync(file)
  }
  const elsewhere = join(resolve(process.env['COUNTERSIGN_BETTER_SQLITE3'] ?? '.'), 'any.js')
  const Database = createRequire(driver === 'libsql' ? import.meta.url : elsewhere)(driver) as new (
    file: string,
    options: { readonly timeout: number },
  ) => ClosableDatabase
  return new Database(file, { timeout: 10_000 })
}

function ignore(): void {
  // A failed command rejects; the event would only end the process.
}
