/**
 * What a store costs beside the statements it sends: `get` and `swap` through the store against the very same statements
 * sent bare by the same driver, in turns within one run. Usage: npx tsx bench/stores-bare.ts [part of an engine's name]
 */
import { randomBytes } from 'node:crypto'
import Libsql from 'libsql'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { Store } from '../src/interfaces/store.js'
import { mysqlStore, type MysqlClient } from '../src/stores/mysql.js'
import { postgresStore, type NamedStatement, type PreparingPostgresClient } from '../src/stores/postgres.js'
import { redisStore, type IoRedisClient, type NodeRedisClient } from '../src/stores/redis.js'
import { sqliteStore } from '../src/stores/sqlite.js'
import { urls } from '../test/contract/engines.js'

/** One read and one swap; false when the swap was lost, which never happens here. */
type Cycle = (key: string, previous: string, next: string) => Promise<boolean>

interface Contestant {
  readonly store: Store
  readonly bare: Cycle
  close(): Promise<unknown>
}

const table = `countersign_bench_${randomBytes(4).toString('hex')}`
const prefix = `${table}:`
const ROUNDS = 30
const CONCURRENT = [1, 8, 64]
const filler = randomBytes(1100).toString('base64url')
let serial = 0

const contestants: Readonly<Record<string, () => Promise<Contestant>>> = {
  postgres: () => postgres(false),
  'postgres, prepared statements': () => postgres(true),
  'mysql, mysql2': mysql2,
  'redis, node-redis': nodeRedis,
  'redis, ioredis': ioRedis,
  'sqlite, libsql': libsql,
}

for (const [name, open] of Object.entries(contestants)) {
  if (!name.includes(process.argv[2] ?? '')) continue
  const contestant = await open().catch((error: unknown) => String(error))
  if (typeof contestant === 'string') {
    console.log(`${name}: not measured (${contestant})`)
    continue
  }
  for (const concurrent of CONCURRENT) await measure(name, contestant, concurrent)
  await contestant.close()
}

async function measure(name: string, { store, bare }: Contestant, concurrent: number): Promise<void> {
  const throughStore: Cycle = async (key, previous, next) => {
    await store.get(key)
    return store.swap(key, previous, next, null)
  }
  const current = new Map<string, string>()
  for (let index = 0; index < concurrent; index += 1) {
    const key = `user ${concurrent} ${index}`
    current.set(key, nextValue())
    await store.swap(key, null, current.get(key)!, null)
  }
  const cycles = Math.max(2, Math.round(160 / concurrent))
  const turn = async (cycle: Cycle): Promise<number> => {
    const started = process.hrtime.bigint()
    await Promise.all([...current.keys()].map((key) => repeat(cycles, cycle, key, current)))
    return Number(process.hrtime.bigint() - started) / 1e6
  }
  await turn(throughStore)
  await turn(bare)
  const pairs: { readonly ours: number; readonly theirs: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await turn(round % 2 === 0 ? bare : throughStore)
    const second = await turn(round % 2 === 0 ? throughStore : bare)
    pairs.push(round % 2 === 0 ? { theirs: first, ours: second } : { ours: first, theirs: second })
  }
  const share = median(pairs.map(({ ours, theirs }) => theirs / ours))
  const rate = (cycles * concurrent) / (median(pairs.map(({ ours }) => ours)) / 1000)
  console.log(
    `${name.padEnd(30)} ${String(concurrent).padStart(3)} at once  ${rate.toFixed(0).padStart(7)} get+swap/s` +
      `  ${(100 * share).toFixed(1).padStart(6)} % of bare`,
  )
}

/** A turn that the machine spent on something else says nothing: the middle of all rounds does. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

async function repeat(cycles: number, cycle: Cycle, key: string, current: Map<string, string>): Promise<void> {
  for (let index = 0; index < cycles; index += 1) {
    const next = nextValue()
    if (!(await cycle(key, current.get(key)!, next))) throw new Error('a swap was lost')
    current.set(key, next)
  }
}

function nextValue(): string {
  return `v1.k1.${filler}${String((serial += 1)).padStart(12, '0')}`
}

/** Learns what a store sends for one `get` and one replacing `swap`. */
async function overhear<Statement>(store: Store, sent: Statement[]): Promise<readonly [Statement, Statement]> {
  await store.swap('overheard', null, 'a', null)
  sent.length = 0
  await store.get('overheard')
  await store.swap('overheard', 'a', 'b', null)
  return [sent[0]!, sent[1]!]
}

async function postgres(preparedStatements: boolean): Promise<Contestant> {
  const pool = new pg.Pool({ connectionString: urls.postgres, max: 10 })
  const sent: { readonly text: string; readonly name?: string }[] = []
  const ear: PreparingPostgresClient = {
    query(statement: string | NamedStatement, values: unknown[] = []) {
      sent.push(typeof statement === 'string' ? { text: statement } : { text: statement.text, name: statement.name })
      return typeof statement === 'string' ? pool.query(statement, values) : pool.query(statement)
    },
  }
  const listening = preparedStatements
    ? postgresStore(ear, { table, preparedStatements })
    : postgresStore(ear, { table, preparedStatements })
  await listening.ensureSchema()
  const [get, update] = await overhear(listening, sent)
  return {
    store: postgresStore(pool, { table, preparedStatements }),
    async bare(key, previous, next) {
      await pool.query({ ...get, values: [key] })
      return (await pool.query({ ...update, values: [next, null, key, previous] })).rows.length === 1
    },
    async close() {
      await pool.query(`DROP TABLE ${table}`)
      await pool.end()
    },
  }
}

async function mysql2(): Promise<Contestant> {
  const pool = mysql.createPool({ uri: urls.mysql, connectionLimit: 10 })
  const sent: string[] = []
  const ear: MysqlClient = { execute: (statement, values) => (sent.push(statement), pool.execute(statement, values)) }
  const listening = mysqlStore(ear, { table })
  await listening.ensureSchema()
  const [get, update] = await overhear(listening, sent)
  return {
    store: mysqlStore(pool, { table }),
    async bare(key, previous, next) {
      await pool.execute(get, [Buffer.from(key)])
      const [result] = await pool.execute<mysql.ResultSetHeader>(update, [
        Buffer.from(next),
        null,
        Buffer.from(key),
        Buffer.from(previous),
      ])
      return result.affectedRows === 1
    },
    async close() {
      await pool.query(`DROP TABLE ${table}`)
      await pool.end()
    },
  }
}

async function nodeRedis(): Promise<Contestant> {
  const client = await createClient({ url: urls.redis, socket: { reconnectStrategy: false } })
    .on('error', () => undefined)
    .connect()
  const sent: string[] = []
  const ear: NodeRedisClient = {
    get: (key) => (sent.push('GET'), client.get(key)),
    eval: (script, call) => client.eval(script, call),
    evalSha: (sha1, call) => (sent.push(sha1), client.evalSha(sha1, call)),
    scan: (cursor, options) => client.scan(cursor, options),
  }
  const [, swap] = await overhear(redisStore(ear, { prefix }), sent)
  return {
    store: redisStore(client, { prefix }),
    async bare(key, previous, next) {
      await client.get(prefix + key)
      return (await client.evalSha(swap, { keys: [prefix + key], arguments: [`=${previous}`, `=${next}`, ''] })) === 1
    },
    async close() {
      for await (const keys of client.scanIterator({ MATCH: `${prefix}*` }))
        if (keys.length > 0) await client.unlink(keys)
      await client.close()
    },
  }
}

async function ioRedis(): Promise<Contestant> {
  const client = new Redis(urls.redis, { lazyConnect: true, retryStrategy: () => null })
  await client.on('error', () => undefined).connect()
  const sent: string[] = []
  const ear: IoRedisClient = {
    get: (key) => (sent.push('GET'), client.get(key)),
    eval: (script, count, ...rest) => client.eval(script, count, ...rest),
    evalsha: (sha1, count, ...rest) => (sent.push(sha1), client.evalsha(sha1, count, ...rest)),
    scan: (cursor, ...rest) => client.scan(cursor, ...rest),
  }
  const [, swap] = await overhear(redisStore(ear, { prefix }), sent)
  return {
    store: redisStore(client, { prefix }),
    async bare(key, previous, next) {
      await client.get(prefix + key)
      return (await client.evalsha(swap, 1, prefix + key, `=${previous}`, `=${next}`, '')) === 1
    },
    async close() {
      for await (const keys of client.scanStream({ match: `${prefix}*` }))
        if ((keys as string[]).length > 0) await client.unlink(...(keys as string[]))
      await client.quit()
    },
  }
}

async function libsql(): Promise<Contestant> {
  const database = new Libsql(':memory:')
  const sent: string[] = []
  const listening = sqliteStore({ prepare: (sql) => (sent.push(sql), database.prepare(sql)) })
  await listening.ensureSchema()
  sent.length = 0
  await listening.get('overheard')
  await listening.swap('overheard', 'a', 'b', null)
  const [get, update] = sent.map((sql) => database.prepare(sql))
  return {
    store: sqliteStore(database),
    async bare(key, previous, next) {
      get!.all(key)
      return update!.run(next, null, key, previous).changes === 1
    },
    close: async () => database.close(),
  }
}
