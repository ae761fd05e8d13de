import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Redis } from 'ioredis'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { Store } from '../../src/interfaces/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { postgresStore } from '../../src/stores/postgres.js'
import type { Refusal } from '../../src/testing/contract/contract-case.js'
import {
  openSqlStore,
  openStore,
  type Address,
  type OpenStore,
  type SqlAddress,
  type SqliteDriver,
} from './open-store.js'
import { shareRedisCluster } from './redis-cluster.js'
import { hasRedisServer } from './redis-servers.js'

/** One engine with data of this run's own. */
export interface Engine {
  readonly name: string
  readonly refuses: readonly Refusal[]
  /** Opens the same data in another process, by `openStore`; null where no other process can. */
  readonly address: Address | null
  /** A store over the same data each time; the first few have connections of their own, and later calls share those. */
  makeStore(): Promise<Store>
  /** Removes the run's data and closes every connection. */
  close(): Promise<void>
}

/** Where the servers are, unless the environment says otherwise. */
export const urls = {
  postgres: process.env['COUNTERSIGN_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/test',
  mysql: process.env['COUNTERSIGN_TEST_MYSQL'] ?? 'mysql://root@127.0.0.1:3306/test',
  redis: process.env['COUNTERSIGN_TEST_REDIS'] ?? 'redis://127.0.0.1:6379',
}

const CONNECTIONS = 4
const postgresRefuses: readonly Refusal[] = ['nul', 'lone-surrogate', 'byte-order-mark']

/** Starts an engine; resolves to why not where this machine cannot have it, rejects where it should be there and is not. */
type Start = () => Promise<Engine | string>

const embedded = {
  memory: startMemory,
  pglite: startPglite,
  'sqlite by libsql': () => startSqlite('libsql'),
  'sqlite by node:sqlite': () => startSqlite('node:sqlite'),
  'sqlite by better-sqlite3': () => startSqlite('better-sqlite3'),
} satisfies Record<string, Start>

const servers = {
  postgres: () => startPostgres(false),
  'postgres, prepared statements': () => startPostgres(true),
  mysql: startMysql,
  'redis by node-redis': () => startRedis('redis'),
  'redis by a pool of node-redis': () => startRedis('redis-pool'),
  'redis by ioredis': () => startRedis('ioredis'),
  'redis cluster by node-redis': () => startCluster('redis-cluster'),
  'redis cluster by ioredis': () => startCluster('ioredis-cluster'),
} satisfies Record<string, Start>

const starts = { ...embedded, ...servers }

export type EngineName = keyof typeof starts

/** The engines that live in the process of their user. */
export const embeddedEngines = Object.keys(embedded) as EngineName[]

export const serverEngines = Object.keys(servers) as EngineName[]

/** The engines that answer, each with data of its own. Says aloud which do not; where CI is true, that is an error. */
export async function engines(names: readonly EngineName[]): Promise<readonly Engine[]> {
  const present: Engine[] = []
  const missing: string[] = []
  const started = await Promise.all(
    names.map((name) =>
      (starts[name] satisfies Start)().catch((error: unknown) => new Error(`${name} (${String(error)})`)),
    ),
  )
  for (const [index, outcome] of started.entries()) {
    if (outcome instanceof Error) missing.push(outcome.message)
    else if (typeof outcome === 'string') console.log(`store not tested: ${names[index]!}, ${outcome}`)
    else present.push(outcome)
  }
  console.log(`stores tested: ${present.map(({ name }) => name).join('; ') || 'none'}`)
  for (const engine of missing) console.log(`store NOT tested: ${engine}`)
  if (missing.length > 0 && process.env['CI'] === 'true') {
    await Promise.all(present.map((engine) => engine.close()))
    throw new Error(`CI has every engine, but not: ${missing.join('; ')}`)
  }
  return present
}

function runName(): string {
  return `countersign_test_${randomBytes(6).toString('hex')}`
}

async function startMemory(): Promise<Engine> {
  const store = memoryStore()
  return { name: 'memory', refuses: [], address: null, makeStore: async () => store, close: async () => undefined }
}

async function startPglite(): Promise<Engine> {
  const database = new PGlite()
  const store = postgresStore(database)
  await store.ensureSchema()
  return {
    name: 'pglite',
    refuses: postgresRefuses,
    address: null,
    makeStore: async () => store,
    close: () => database.close(),
  }
}

async function startSqlite(driver: SqliteDriver): Promise<Engine | string> {
  if (driver === 'node:sqlite' && !process.getBuiltinModule(driver))
    return `Node ${process.versions.node} does not have it`
  if (driver === 'better-sqlite3' && !process.env['COUNTERSIGN_BETTER_SQLITE3'])
    return 'COUNTERSIGN_BETTER_SQLITE3 does not say where it is'
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sqlite-'))
  const remove = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true })
  }
  return startSql(
    `sqlite by ${driver}`,
    ['nul', 'lone-surrogate'],
    { driver, file: join(folder, 'test.db'), table: 'countersign' },
    remove,
  )
}

async function startPostgres(preparedStatements: boolean): Promise<Engine> {
  const table = runName()
  const name = preparedStatements ? 'postgres, prepared statements' : 'postgres'
  return startSql(name, postgresRefuses, { driver: 'pg', url: urls.postgres, table, preparedStatements }, async () => {
    const client = new pg.Client({ connectionString: urls.postgres })
    await client.connect()
    await client.query(`DROP TABLE IF EXISTS "${table}"`)
    await client.end()
  })
}

async function startMysql(): Promise<Engine> {
  const table = runName()
  return startSql('mysql', ['lone-surrogate'], { driver: 'mysql2', url: urls.mysql, table }, async () => {
    const connection = await mysql.createConnection(urls.mysql)
    await connection.query(`DROP TABLE IF EXISTS \`${table}\``)
    await connection.end()
  })
}

async function startRedis(driver: 'redis' | 'redis-pool' | 'ioredis'): Promise<Engine> {
  const prefix = `${runName()}:`
  const engine = shared(
    { redis: 'redis by node-redis', 'redis-pool': 'redis by a pool of node-redis', ioredis: 'redis by ioredis' }[
      driver
    ],
    ['lone-surrogate'],
    { driver, url: urls.redis, prefix },
    async () => {
      const client = new Redis(urls.redis)
      for await (const keys of client.scanStream({ match: `${prefix}*` })) {
        if ((keys as string[]).length > 0) await client.unlink(...(keys as string[]))
      }
      await client.quit()
    },
  )
  await engine.makeStore()
  return engine
}

async function startCluster(driver: 'redis-cluster' | 'ioredis-cluster'): Promise<Engine | string> {
  if (!hasRedisServer()) throw new Error('there is no redis-server to start')
  const { ports, stop } = await shareRedisCluster()
  const name = `redis cluster by ${driver === 'redis-cluster' ? 'node-redis' : 'ioredis'}`
  return shared(name, ['lone-surrogate'], { driver, ports, prefix: `${runName()}:` }, stop)
}

async function startSql(
  name: string,
  refuses: Engine['refuses'],
  address: SqlAddress,
  remove: () => Promise<void>,
): Promise<Engine> {
  const { store, close } = await openSqlStore(address)
  await store.ensureSchema().finally(close)
  return shared(name, refuses, address, remove)
}

/** Opens up to a few stores at an address, and hands them out in turn. */
function shared(name: string, refuses: Engine['refuses'], address: Address, remove: () => Promise<void>): Engine {
  const opened: Promise<OpenStore>[] = []
  let calls = 0
  return {
    name,
    refuses,
    address,
    makeStore: async () => (await (opened[calls++ % CONNECTIONS] ??= openStore(address))).store,
    async close() {
      await Promise.all(opened.map(async (opening) => (await opening).close()))
      await remove()
    },
  }
}
