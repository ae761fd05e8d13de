import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '../interfaces/store.js'
import { mysqlStore, type MysqlClient } from '../stores/mysql.js'
import { postgresStore, type PostgresClient } from '../stores/postgres.js'
import { redisStore, type RedisClient } from '../stores/redis.js'
import type { SettingFinding } from '../stores/settings.js'
import { sqliteStore, type SqliteDatabase } from '../stores/sqlite.js'
import { Failure } from './failure.js'
import type { Io } from './io.js'
import type { Engine, StoreAddress } from './store-address.js'

/** A store that can tell what in its engine's settings endangers records. */
export type EngineStore = Store & { verifySettings(): Promise<readonly SettingFinding[]> }

/** A store over a driver of the user's own project. */
export interface Connection {
  readonly store: EngineStore
  close(): unknown
}

type Connect = (address: StoreAddress, load: Io['load']) => Connection | Promise<Connection>

const CONNECTIONS = 8

const connects: Readonly<Record<Engine, Connect>> = {
  postgres: connectPostgres,
  mysql: connectMysql,
  redis: connectRedis,
  sqlite: openSqlite,
  pglite: openPglite,
}

/**
 * Loads the driver and connects, as far as the driver does that before the first statement.
 * @throws Failure when the driver is not installed or a file is not there, and with the driver's own errors
 */
export async function connect(address: StoreAddress, load: Io['load']): Promise<Connection> {
  return connects[address.engine](address, load)
}

/** The first of the packages that the project has. */
function loadOne(
  load: Io['load'],
  names: readonly [string, ...string[]],
): { readonly name: string; readonly module: unknown } {
  for (const name of names) {
    const module = load(name)
    if (module !== null) return { name, module }
  }
  const packages = names.filter((name) => !name.startsWith('node:')).map((name) => name.replace(/^(\w+)\/.*/, '$1'))
  throw new Failure(
    `this store needs the package ${packages.map((name) => `'${name}'`).join(' or ')}: npm install ${packages[0] ?? ''}`,
  )
}

interface Listening {
  on(event: 'error', listener: (error: unknown) => void): unknown
}

// A command that fails rejects; the event beside it would only end the process.
function ignore(): void {
  return
}

function connectPostgres({ location, table }: StoreAddress, load: Io['load']): Connection {
  interface Pool extends PostgresClient, Listening {
    end(): Promise<void>
  }
  const { Pool } = loadOne(load, ['pg']).module as { Pool: new (options: object) => Pool }
  const pool = new Pool({ connectionString: location, max: CONNECTIONS })
  pool.on('error', ignore)
  return { store: postgresStore(pool, { table }), close: () => pool.end() }
}

function connectMysql({ location, table }: StoreAddress, load: Io['load']): Connection {
  const mysql = loadOne(load, ['mysql2/promise']).module as {
    createPool(options: object): MysqlClient & { end(): Promise<void> }
  }
  const pool = mysql.createPool({ uri: location, connectionLimit: CONNECTIONS })
  return { store: mysqlStore(pool, { table }), close: () => pool.end() }
}

async function connectRedis({ location, prefix }: StoreAddress, load: Io['load']): Promise<Connection> {
  interface NodeRedis extends Listening {
    connect(): Promise<unknown>
    close(): Promise<void>
  }
  interface IoRedis extends Listening {
    connect(): Promise<void>
    disconnect(): void
  }
  interface Module {
    readonly createClient: (options: object) => NodeRedis & RedisClient
    readonly Redis: new (url: string, options: object) => IoRedis & RedisClient
  }
  const { name, module } = loadOne(load, ['redis', 'ioredis'])
  const { createClient, Redis } = module as Module
  if (name === 'redis') {
    const client = createClient({ url: location, socket: { reconnectStrategy: false } })
    client.on('error', ignore)
    await client.connect()
    return { store: redisStore(client, { prefix }), close: () => client.close() }
  }
  const client = new Redis(location, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  // What went wrong is in the first of these events; connect() itself only says that it did.
  let reason: unknown
  client.on('error', (error) => (reason ??= error))
  await client.connect().catch((error: unknown) => {
    throw reason ?? error
  })
  return {
    store: redisStore(client, { prefix }),
    close() {
      client.disconnect()
    },
  }
}

function openSqlite({ location, table }: StoreAddress, load: Io['load']): Connection {
  interface Database extends SqliteDatabase {
    close(): unknown
  }
  type Constructor = new (file: string) => Database
  // Opening makes an empty database of a mistyped name.
  if (!existsSync(location)) throw new Failure('there is no such SQLite file')
  const { name, module } = loadOne(load, ['node:sqlite', 'better-sqlite3', 'libsql'])
  const Database =
    name === 'node:sqlite' ? (module as { DatabaseSync: Constructor }).DatabaseSync : (module as Constructor)
  const database = new Database(location)
  database.prepare('PRAGMA busy_timeout = 4000').all()
  return { store: sqliteStore(database, { table }), close: () => database.close() }
}

async function openPglite({ location, table }: StoreAddress, load: Io['load']): Promise<Connection> {
  interface Module {
    PGlite: { create(folder: string): Promise<PostgresClient & { close(): Promise<void> }> }
  }
  if (!existsSync(join(location, 'PG_VERSION'))) throw new Failure('there is no PGlite database in that folder')
  const { PGlite } = loadOne(load, ['@electric-sql/pglite']).module as Module
  const database = await PGlite.create(location)
  return { store: postgresStore(database, { table }), close: () => database.close() }
}
