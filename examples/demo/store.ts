import { join } from 'node:path'
import { memoryStore, type Store } from 'countersign'
import { mysqlStore } from 'countersign/mysql'
import { postgresStore, type SettingFinding } from 'countersign/postgres'
import { redisStore } from 'countersign/redis'
import { sqliteStore } from 'countersign/sqlite'
import type { DataFolder } from './data-folder.js'

const PHONE_TABLE = 'willow_phone'

/** A store, what to call it, and how to let go of its engine. */
export interface OpenStore {
  readonly store: Store & { verifySettings?(): Promise<readonly SettingFinding[]> }
  /** A place of its own in the same engine, for what is on the pretend phone. */
  readonly phoneStore: Store
  readonly engine: string
  readonly close: () => Promise<void>
}

/** The engine that `url` names; without one, a SQLite file in `folder`. Drivers load on use. */
export async function openStore(url: string | null, folder: DataFolder | null): Promise<OpenStore> {
  if (url !== null) return openServer(url)
  if (folder === null)
    return { store: memoryStore(), phoneStore: memoryStore(), engine: 'memory', close: () => Promise.resolve() }

  const { default: Database } = await import('libsql')
  const database = new Database(join(folder.path, 'willow.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
  const [store, phoneStore] = [sqliteStore(database), sqliteStore(database, { table: PHONE_TABLE })]
  await store.ensureSchema()
  await phoneStore.ensureSchema()
  const close = (): Promise<void> => Promise.resolve(void database.close())
  return { store, phoneStore, engine: 'a SQLite file in the data folder', close }
}

function openServer(url: string): Promise<OpenStore> {
  const { protocol } = new URL(url)
  switch (protocol) {
    case 'postgres:':
    case 'postgresql:':
      return openPostgres(url)
    case 'mysql:':
    case 'mariadb:':
      return openMysql(url)
    case 'redis:':
    case 'rediss:':
      return openRedis(url)
    default:
      throw new Error('the database address must begin with postgres:, mysql: or redis:')
  }
}

async function openPostgres(url: string): Promise<OpenStore> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: url })
  // An idle connection that the server closes is no reason to stop: the pool opens another.
  pool.on('error', tell)
  const [store, phoneStore] = [postgresStore(pool), postgresStore(pool, { table: PHONE_TABLE })]
  await store.ensureSchema()
  await phoneStore.ensureSchema()
  return { store, phoneStore, engine: 'PostgreSQL', close: () => pool.end() }
}

async function openMysql(url: string): Promise<OpenStore> {
  const { createPool } = await import('mysql2/promise')
  const pool = createPool(url.replace(/^mariadb:/, 'mysql:'))
  const [store, phoneStore] = [mysqlStore(pool), mysqlStore(pool, { table: PHONE_TABLE })]
  await store.ensureSchema()
  await phoneStore.ensureSchema()
  return { store, phoneStore, engine: 'MySQL', close: () => pool.end() }
}

async function openRedis(url: string): Promise<OpenStore> {
  const { createClient } = await import('redis')
  const client = createClient({ url })
  // Without a listener a lost connection would end the process; with it the client connects again.
  client.on('error', tell)
  await client.connect()
  return {
    store: redisStore(client),
    phoneStore: redisStore(client, { prefix: 'willow-phone:' }),
    engine: 'Redis',
    close: () => client.close(),
  }
}

function tell(error: unknown): void {
  console.error('The database connection failed.', error instanceof Error ? error.message : '')
}
