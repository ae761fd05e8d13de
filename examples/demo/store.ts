import { join } from 'node:path'
import { memoryStore, type Store } from 'countersign'
import { mysqlStore } from 'countersign/mysql'
import { postgresStore } from 'countersign/postgres'
import { redisStore } from 'countersign/redis'
import type { DataFolder } from './data-folder.js'

/** A store, what to call it, and how to let go of its engine. */
export interface OpenStore {
  readonly store: Store
  readonly engine: string
  readonly close: () => Promise<void>
}

/** The engine that `url` names; without one, PostgreSQL inside this process, kept in `folder`. Drivers load on use. */
export async function openStore(url: string | null, folder: DataFolder | null): Promise<OpenStore> {
  if (url !== null) return openServer(url)
  if (folder === null) return { store: memoryStore(), engine: 'memory', close: () => Promise.resolve() }

  const { PGlite } = await import('@electric-sql/pglite')
  const database = await PGlite.create(join(folder.path, 'postgres'))
  const store = postgresStore(database)
  await store.ensureSchema()
  return { store, engine: 'PostgreSQL inside this process (PGlite)', close: () => database.close() }
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
  const store = postgresStore(pool)
  await store.ensureSchema()
  return { store, engine: 'PostgreSQL', close: () => pool.end() }
}

async function openMysql(url: string): Promise<OpenStore> {
  const { createPool } = await import('mysql2/promise')
  const pool = createPool(url.replace(/^mariadb:/, 'mysql:'))
  const store = mysqlStore(pool)
  await store.ensureSchema()
  return { store, engine: 'MySQL', close: () => pool.end() }
}

async function openRedis(url: string): Promise<OpenStore> {
  const { createClient } = await import('redis')
  const client = createClient({ url })
  // Without a listener a lost connection would end the process; with it the client connects again.
  client.on('error', tell)
  await client.connect()
  return { store: redisStore(client), engine: 'Redis', close: () => client.close() }
}

function tell(error: unknown): void {
  console.error('The database connection failed.', error instanceof Error ? error.message : '')
}
