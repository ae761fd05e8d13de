import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { postgresSchema, postgresStore, type NamedStatement, type PostgresClient } from '../../src/stores/postgres.js'
import { storeContract } from '../../src/testing/store-contract.js'
import { engines, urls } from '../contract/engines.js'
import type { SqlAddress } from '../contract/open-store.js'

interface Sent {
  readonly text: string
  readonly name: string | null
  readonly values: unknown[]
}

/** A client that answers from a script: rows, or a SQLSTATE to reject with. */
function scripted(...answers: (unknown[] | string)[]): { readonly client: PostgresClient; readonly sent: Sent[] } {
  const sent: Sent[] = []
  const query = async (statement: string | NamedStatement, values: unknown[] = []): Promise<{ rows: unknown[] }> => {
    sent.push(typeof statement === 'string' ? { text: statement, name: null, values } : statement)
    const answer = answers.shift()
    if (typeof answer === 'string') throw Object.assign(new Error(`state ${answer}`), { code: answer })
    return { rows: answer ?? [] }
  }
  return { client: { query }, sent }
}

describe('postgresStore', () => {
  it('sends one statement per call', async () => {
    const { client, sent } = scripted([{ text: 'a' }], [{}], [{}], [{}], [])
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

  it('names its statements only when told to, the same text always by the same name', async () => {
    const { client, sent } = scripted()
    const one = postgresStore(client, { preparedStatements: true })
    const other = postgresStore(client, { preparedStatements: true, table: 'other' })
    for (const store of [one, one, other]) await store.get('k')
    const names = sent.map(({ name }) => name)
    expect(names[0]).toMatch(/^countersign_[0-9a-f]{24}$/)
    expect(names[1]).toBe(names[0])
    expect(names[2]).not.toBe(names[0])
  })

  it.each(['40001', '40P01'])(
    'asks again after %s, which undid the statement, and gives the answer of then',
    async (state) => {
      const { client, sent } = scripted(state, state, [])
      expect(await postgresStore(client).swap('k', 'a', 'b', null)).toBe(false)
      expect(sent).toHaveLength(3)
    },
  )

  it('gives up asking after eight times', async () => {
    const { client, sent } = scripted(...Array.from({ length: 20 }, () => '40001'))
    await expect(postgresStore(client).get('k')).rejects.toMatchObject({ code: '40001' })
    expect(sent).toHaveLength(8)
  })

  it.each(['23505', '08006', '57014', '42P01', '40003'])(
    'does not ask again after %s, whose outcome may be another',
    async (state) => {
      const { client, sent } = scripted(state, [{}])
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

  it.each([[[{ value: 'a' }]], [[{ text: 1 }]], [[null]], [['a']]])(
    'takes the rows %j for a broken table, not for an absent record',
    async (rows) => {
      await expect(postgresStore(scripted(rows).client).get('k')).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
    },
  )

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

/** Resolves once `waiter` stands in a lock's queue, as `observer` sees it. */
async function untilWaiting(observer: pg.Client, waiter: pg.Client): Promise<void> {
  const { processID } = waiter as unknown as { readonly processID: number }
  for (;;) {
    const { rows } = await observer.query('SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted', [processID])
    if (rows.length > 0) return
  }
}
