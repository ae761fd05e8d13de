import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import {
  postgresSchema,
  postgresStore,
  type NamedStatement,
  type PostgresClient,
  type PreparingPostgresClient,
} from '../../src/stores/postgres.js'
import { storeContract } from '../../src/testing/store-contract.js'
import { engines, urls } from '../contract/engines.js'
import type { SqlAddress } from '../contract/open-store.js'

interface Sent {
  readonly text: string
  readonly name: string | null
  readonly values: unknown[]
}

/** A client that answers from a script: rows, or a SQLSTATE to reject with. */
function scripted(...answers: (unknown[] | string)[]): {
  readonly client: PreparingPostgresClient
  readonly sent: Sent[]
} {
  const sent: Sent[] = []
  const query = async (statement: string | NamedStatement, values: unknown[] = []): Promise<{ rows: unknown[] }> => {
    sent.push(typeof statement === 'string' ? { text: statement, name: null, values } : statement)
    const answer = answers.shift()
    if (typeof answer === 'string') throw Object.assign(new Error(`state ${answer}`), { code: answer })
    return { rows: answer ?? [] }
  }
  return { client: { query }, sent }
}

/** What the one row of a read holds. */
const read = (text: unknown): unknown[] => [{ text, role: 'primary' }]
/** What a statement returns for a row that it changed. */
const changed = [{ changed: 1 }]
const failed = (expected: string): Error =>
  expect.objectContaining({ code: 'ERR_STORE_FAILED', message: expect.stringContaining(expected) as string }) as Error

describe('postgresStore', () => {
  it('sends one statement per call', async () => {
    const { client, sent } = scripted(read('a'), changed, changed, changed, read(null))
    const store = postgresStore(client, { table: 'auth.records' })
    expect(await store.get('k')).toBe('a')
    expect(await store.swap('k', null, 'a', null)).toBe(true)
    expect(await store.swap('k', 'a', 'b', 5)).toBe(true)
    expect(await store.swap('k', 'b', null, null)).toBe(true)
    expect(await store.swap('k', null, null, null)).toBe(true)
    expect(sent.map(({ text }) => text.split(' ')[0])).toEqual(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'SELECT'])
    expect(sent.every(({ text, name }) => text.includes('"auth"."records"') && name === null)).toBe(true)
    expect(sent.map(({ values }) => values)).toEqual([['k'], ['k', 'a', null], ['b', 5, 'k', 'a'], ['k', 'b'], ['k']])
  })

  it('names its statements when told to, the same text always by the same name', async () => {
    const { client, sent } = scripted(read(null), read(null), read(null))
    const one = postgresStore(client, { preparedStatements: true })
    const other = postgresStore(client, { preparedStatements: true, table: 'other' })
    for (const store of [one, one, other]) await store.get('k')
    const names = sent.map(({ name }) => name)
    expect(names[0]).toMatch(/^countersign_[0-9a-f]{24}$/)
    expect(names[1]).toBe(names[0])
    expect(names[2]).not.toBe(names[0])
  })

  it.each(['26000', '42P05'])(
    'goes on without names after %s, by which a pooler says that it lost what was prepared',
    async (state) => {
      const { client, sent } = scripted(changed, state, changed, changed)
      const store = postgresStore(client, { preparedStatements: true })
      for (const next of ['b', 'c', 'd']) expect(await store.swap('k', 'a', next, null)).toBe(true)
      expect(sent.map(({ name }) => name !== null)).toEqual([true, true, false, false])
      expect(sent[2]!.values).toEqual(['c', null, 'k', 'a'])
    },
  )

  it.each([[null], [0], ['true'], [{}]])('refuses %o for preparedStatements', (preparedStatements) => {
    const options = { preparedStatements } as unknown as object
    expect(() => postgresStore(scripted().client, options)).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_INVALID' }) as Error,
    )
  })

  it.each(['40001', '40P01'])(
    'asks again after %s, which undid the statement, and gives the answer of then',
    async (state) => {
      const { client, sent } = scripted(state, state, [])
      expect(await postgresStore(client).swap('k', 'a', 'b', null)).toBe(false)
      expect(sent).toHaveLength(3)
    },
  )

  it('gives up asking after twenty times', async () => {
    const { client, sent } = scripted(...Array.from({ length: 30 }, () => '40001'))
    await expect(postgresStore(client).get('k')).rejects.toMatchObject({ code: '40001' })
    expect(sent).toHaveLength(20)
  })

  it.each(['23505', '08006', '57014', '42P01', '40003'])(
    'does not ask again after %s, whose outcome may be another',
    async (state) => {
      const { client, sent } = scripted(state, changed)
      await expect(postgresStore(client).swap('k', 'a', 'b', null)).rejects.toMatchObject({ code: state })
      expect(sent).toHaveLength(1)
    },
  )

  it.each(['23505', '42P07', '42710'])('goes on creating its schema after %s from another creator', async (state) => {
    const { client, sent } = scripted(state, [], state, [])
    await postgresStore(client).ensureSchema()
    expect(sent.map(({ text }) => text.split(' ').slice(0, 2).join(' '))).toEqual([
      'CREATE TABLE',
      'CREATE TABLE',
      'CREATE INDEX',
      'CREATE INDEX',
    ])
  })

  it('does not ask again when nobody waits any more', async () => {
    const { client, sent } = scripted('40001', changed)
    const call = { signal: AbortSignal.abort(), at: 0 }
    await expect(postgresStore(client).swap('k', 'a', 'b', null, call)).rejects.toMatchObject({ code: '40001' })
    expect(sent).toHaveLength(1)
  })

  it.each([
    [[]],
    [[{ value: 'a' }]],
    [[{ text: 'a' }]],
    [[{ text: 1, role: 'primary' }]],
    [[{ text: 'a', role: 'leader' }]],
    [[null]],
    [['a']],
    [[['a']]],
    [[...read('a'), ...read('a')]],
  ])('takes the rows %j for a broken table, not for an absent record', async (rows) => {
    await expect(postgresStore(scripted(rows).client).get('k')).rejects.toThrow(failed('unexpected answer'))
  })

  it('refuses what a standby answers, which may have what was revoked', async () => {
    for (const text of ['a', null]) {
      const { client } = scripted([{ text, role: 'standby' }])
      await expect(postgresStore(client).get('k')).rejects.toThrow(failed('the server is a standby'))
    }
  })

  it.each([
    ['rows', [{ text: 'a', role: 'primary' }]],
    ['rows and a count, as an object mapper has them', [[], 0]],
    ['nothing', undefined],
    ['text', 'a'],
    ['an object without rows', { rowCount: 1 }],
    ['rows that are none', { rows: { length: 1 } }],
  ])('says what it expected when a client answers with %s', async (_what, answer) => {
    const client = { query: async () => answer } as unknown as PostgresClient
    const expected = failed('query must resolve to { rows }')
    await expect(postgresStore(client).get('k')).rejects.toThrow(expected)
    await expect(postgresStore(client).swap('k', null, 'a', null)).rejects.toThrow(expected)
  })

  it.each([
    ['no row changed', [[], 0]],
    ['one row changed', [[{ changed: 1 }], 1]],
    ['a count', [{ rowCount: 1 }]],
    ['a count of none', [0]],
  ])('does not take rows of an object mapper that say %s for a swap that was lost', async (_what, rows) => {
    await expect(postgresStore(scripted(rows).client).swap('k', 'a', 'b', null)).rejects.toThrow(
      failed('one row for each that the statement changed'),
    )
  })

  it('does not take two rows for a swap', async () => {
    const { client } = scripted([...changed, ...changed])
    await expect(postgresStore(client).swap('k', 'a', 'b', null)).rejects.toThrow(failed('one row or none'))
  })

  it('shows the schema it creates', () => {
    expect(postgresSchema()).toBe(`CREATE TABLE IF NOT EXISTS "countersign" (
  key text COLLATE "C" PRIMARY KEY,
  value text COLLATE "C" NOT NULL,
  expires_at bigint
);

CREATE INDEX IF NOT EXISTS "countersign_expires_at" ON "countersign" (expires_at) WHERE expires_at IS NOT NULL;
`)
  })
})

for (const engine of await engines(['postgres'])) {
  const { table } = engine.address as SqlAddress
  afterAll(() => engine.close())

  describe.each(['repeatable read', 'serializable'])('postgresStore at isolation level %s', (level) => {
    const options = `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`
    const pools = Array.from({ length: 3 }, () => new pg.Pool({ connectionString: urls.postgres, max: 4, options }))
    let calls = 0
    afterAll(() => Promise.all(pools.map((pool) => pool.end())))

    it('does run at that level', async () => {
      expect(
        (await pools[0]!.query<{ level: string }>('SELECT current_setting($1) AS level', ['transaction_isolation']))
          .rows,
      ).toEqual([{ level }])
    })
    storeContract({
      test,
      makeStore: () => postgresStore(pools[calls++ % pools.length]!, { table, preparedStatements: true }),
      refuses: engine.refuses,
      workers: 32,
    })
  })

  describe('postgresStore on a server', () => {
    const schema = `${table}_schema`
    const client = new pg.Client({ connectionString: urls.postgres })
    beforeAll(async () => {
      await client.connect()
      await client.query(`CREATE SCHEMA "${schema}"`)
    })
    afterAll(async () => {
      await client.query(`DROP SCHEMA "${schema}" CASCADE`)
      await client.end()
    })

    it('keeps to the schema its table is in, on a client as on a pool', async () => {
      const store = postgresStore(client, { table: `${schema}.records` })
      await store.ensureSchema()
      await store.ensureSchema()
      expect(await store.swap('k', null, 'a', 7)).toBe(true)
      expect((await client.query(`SELECT key, value, expires_at FROM "${schema}".records`)).rows).toEqual([
        { key: 'k', value: 'a', expires_at: '7' },
      ])
    })

    it('leaves a value that is extended while it is being purged', async () => {
      const store = postgresStore(client, { table: `${schema}.records` })
      const other = new pg.Client({ connectionString: urls.postgres })
      await other.connect()
      await store.swap('extended', null, 'a', 1)
      await other.query('BEGIN')
      await other.query(`UPDATE "${schema}".records SET value = 'b', expires_at = 1000 WHERE key = 'extended'`)
      const purge = store.purgeExpired({ at: 500 })
      await untilWaiting(other, client)
      await other.query('COMMIT')
      await other.end()
      await purge
      expect(await store.get('extended')).toBe('b')
    })
  })
}

for (const engine of await engines(['postgres'])) {
  const { table } = engine.address as SqlAddress
  afterAll(() => engine.close())

  const preparedOn = async (client: pg.Pool | pg.Client): Promise<number> =>
    (await client.query("SELECT 1 FROM pg_prepared_statements WHERE name LIKE 'countersign_%'")).rows.length

  describe('postgresStore on a pool of pg', () => {
    const pool = new pg.Pool({ connectionString: urls.postgres, max: 1 })
    const store = postgresStore(pool, { table })
    afterAll(() => pool.end())

    it('prepares its statements unless told otherwise, on a client of pg too', async () => {
      await postgresStore(pool, { table, preparedStatements: false }).get('k')
      expect(await preparedOn(pool)).toBe(0)
      await store.get('k')
      expect(await preparedOn(pool)).toBe(1)
      const client = new pg.Client({ connectionString: urls.postgres })
      await client.connect()
      await postgresStore(client, { table }).get('k')
      expect(await preparedOn(client)).toBe(1)
      await client.end()
    })

    it('goes on when the server has forgotten what was prepared', async () => {
      const forgetful = postgresStore(pool, { table })
      await forgetful.get('k')
      await pool.query('DEALLOCATE ALL')
      expect(await forgetful.get('k')).toBeNull()
      expect(await forgetful.swap('forgotten', null, 'a', null)).toBe(true)
      expect(await forgetful.get('forgotten')).toBe('a')
    })

    it('does not send a statement that stood in line for a connection until nobody waited any more', async () => {
      const plain = postgresStore(pool, { table, preparedStatements: false })
      const busy = await pool.connect()
      const abort = new AbortController()
      const call = { signal: abort.signal, at: 0 }
      const late = plain.swap('late', null, 'a', null, call)
      const other = plain.swap('other', null, 'a', null, { signal: new AbortController().signal, at: 0 })
      abort.abort()
      busy.release()
      await expect(late).rejects.toThrow('aborted')
      expect(await other).toBe(true)
      expect(await plain.get('late')).toBeNull()
      expect(pool.totalCount).toBe(1)
    })

    it('gives a connection back that broke while it was in use, and goes on with another', async () => {
      const busy = await pool.connect()
      const { processID } = busy as unknown as { readonly processID: number }
      const { signal } = new AbortController()
      const broken = expect(store.get('k', { signal })).rejects.toMatchObject({ code: '57P01' })
      const admin = new pg.Client({ connectionString: urls.postgres })
      await admin.connect()
      await admin.query('BEGIN')
      await admin.query(`LOCK TABLE "${table}"`)
      busy.release()
      await untilWaiting(admin, busy)
      await admin.query('SELECT pg_terminate_backend($1)', [processID])
      await broken
      await admin.query('COMMIT')
      await admin.end()
      expect(await store.get('k', { signal })).toBeNull()
    })

    it('refuses what a server in recovery answers', async () => {
      const schema = `${table}_recovering`
      await pool.query(`CREATE SCHEMA ${schema}`)
      await pool.query(`CREATE FUNCTION ${schema}.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'`)
      // What the server says of itself comes from the schema that is looked into first.
      const options = `-c search_path=${schema},pg_catalog,public`
      const standby = new pg.Pool({ connectionString: urls.postgres, options, max: 1 })
      const stale = postgresStore(standby, { table: `public.${table}` })
      await expect(stale.get('k')).rejects.toThrow(failed('the server is a standby'))
      await expect(stale.swap('k', null, null, null)).rejects.toThrow(failed('the server is a standby'))
      await standby.end()
      await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    })
  })
}

/** Resolves once `waiter` stands in a lock's queue, as `observer` sees it. */
async function untilWaiting(observer: pg.Client, waiter: pg.Client): Promise<void> {
  const { processID } = waiter as unknown as { readonly processID: number }
  for (;;) {
    const { rows } = await observer.query('SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted', [processID])
    if (rows.length > 0) return
  }
}
