import mysql from 'mysql2/promise'
import { afterAll, describe, expect, it, test } from 'vitest'
import { mysqlSchema, mysqlStore, type MysqlClient } from '../../src/stores/mysql.js'
import { storeContract } from '../../src/testing/store-contract.js'
import { engines, urls } from '../contract/engines.js'
import type { SqlAddress } from '../contract/open-store.js'

/** A client that answers from a script: a result, or an error number to reject with. */
function scripted(...answers: unknown[]): {
  readonly client: MysqlClient
  readonly sent: { readonly sql: string; readonly values: unknown[] }[]
} {
  const sent: { sql: string; values: unknown[] }[] = []
  const client: MysqlClient = {
    async execute(sql, values) {
      sent.push({ sql, values })
      const answer = answers.shift()
      if (typeof answer === 'number') throw Object.assign(new Error(`error ${answer}`), { errno: answer })
      return [answer]
    },
  }
  return { client, sent }
}

const changed = (affectedRows: number): object => ({ affectedRows })
const read = (text: unknown): unknown[] => [{ text, role: 'primary' }]
const failed = (expected: string): Error =>
  expect.objectContaining({ code: 'ERR_STORE_FAILED', message: expect.stringContaining(expected) as string }) as Error

describe('mysqlStore', () => {
  it('sends one statement per call, text as bytes', async () => {
    const { client, sent } = scripted(read(Buffer.from('é')), changed(1), changed(1), changed(1), read(null))
    const store = mysqlStore(client, { table: 'auth.records' })
    expect(await store.get('k')).toBe('é')
    expect(await store.swap('k', null, 'a', null)).toBe(true)
    expect(await store.swap('k', 'a', 'b', 5)).toBe(true)
    expect(await store.swap('k', 'b', null, null)).toBe(true)
    expect(await store.swap('k', null, null, null)).toBe(true)
    expect(sent.map(({ sql }) => sql.split(' ')[0])).toEqual(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'SELECT'])
    expect(sent.every(({ sql }) => sql.includes('`auth`.`records`'))).toBe(true)
    expect(sent[2]!.values).toEqual([Buffer.from('b'), 5, Buffer.from('k'), Buffer.from('a')])
  })

  it('loses the swap when the key is taken', async () => {
    expect(await mysqlStore(scripted(1062).client).swap('k', null, 'a', null)).toBe(false)
  })

  it.each([1213, 1020])('asks again after error %i, which undid the statement', async (number) => {
    const { client, sent } = scripted(number, number, changed(0))
    expect(await mysqlStore(client).swap('k', 'a', 'b', null)).toBe(false)
    expect(sent).toHaveLength(3)
  })

  it.each([1205, 1317, 1146, 2013])('does not ask again after error %i', async (number) => {
    const { client, sent } = scripted(number, changed(1))
    await expect(mysqlStore(client).swap('k', 'a', 'b', null)).rejects.toMatchObject({ errno: number })
    expect(sent).toHaveLength(1)
  })

  it('does not ask again when nobody waits any more', async () => {
    const { client, sent } = scripted(1213, changed(1))
    const call = { signal: AbortSignal.abort(), at: 0 }
    await expect(mysqlStore(client).swap('k', 'a', 'b', null, call)).rejects.toMatchObject({ errno: 1213 })
    expect(sent).toHaveLength(1)
  })

  it.each([
    [[]],
    [[{ value: 'a' }]],
    [[{ text: 'a' }]],
    [[{ text: 1, role: 'primary' }]],
    [[[1]]],
    [[[]]],
    ['rows'],
    [{ text: 'a', role: 'primary' }],
  ])('takes the result %j for a broken table, not for an absent record', async (result) => {
    await expect(mysqlStore(scripted(result).client).get('k')).rejects.toThrow(failed('unexpected answer'))
  })

  it('refuses what a server that is read-only answers, which may have what was revoked', async () => {
    const { client } = scripted([{ text: 'a', role: 'standby' }])
    await expect(mysqlStore(client).get('k')).rejects.toThrow(failed('the server is a standby'))
  })

  it.each([
    ['rows without fields, as the driver of MariaDB has them', [{ text: 'a', role: 'primary' }]],
    ['a count', { affectedRows: 1 }],
    ['nothing', undefined],
  ])('says what it expected when a client answers with %s', async (_what, answer) => {
    const client = { execute: async () => answer } as unknown as MysqlClient
    await expect(mysqlStore(client).get('k')).rejects.toThrow(failed('mysql2/promise'))
    await expect(mysqlStore(client).swap('k', 'a', 'b', null)).rejects.toThrow(failed('execute must'))
  })

  it.each([[[]], [{}], [{ affectedRows: '1' }], [{ changedRows: 1 }]])(
    'fails when the result %j does not say what was changed',
    async (result) => {
      await expect(mysqlStore(scripted(result).client).swap('k', 'a', 'b', null)).rejects.toThrow(
        failed('in affectedRows'),
      )
    },
  )

  it('takes any whole number for the number of rows', async () => {
    expect(await mysqlStore(scripted({ affectedRows: 1n }).client).swap('k', 'a', 'b', null)).toBe(true)
    await expect(mysqlStore(scripted(changed(2)).client).swap('k', 'a', 'b', null)).rejects.toThrow(
      failed('one row or none'),
    )
  })

  it('refuses a pool cluster, whose next call may go to another server', async () => {
    const cluster = mysql.createPoolCluster()
    cluster.add('MASTER', { host: '127.0.0.1', port: 1 })
    cluster.add('SLAVE1', { host: '127.0.0.1', port: 1 })
    const invalid = expect.objectContaining({ code: 'ERR_STORE_INVALID' }) as Error
    for (const client of [cluster, cluster.of('SLAVE*'), cluster.of('*', 'RANDOM')]) {
      expect(() => mysqlStore(client as unknown as MysqlClient)).toThrow(invalid)
    }
    expect(() => mysqlStore(cluster.of('*'))).toThrow('of the primary alone')
    await cluster.end()
  })

  it('shows the schema it creates', () => {
    expect(mysqlSchema()).toBe(`CREATE TABLE IF NOT EXISTS \`countersign\` (
  \`key\` VARBINARY(1024) NOT NULL PRIMARY KEY,
  \`value\` LONGBLOB NOT NULL,
  \`expires_at\` BIGINT NULL,
  KEY \`expires_at\` (\`expires_at\`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
`)
  })
})

// What MariaDB alone has is in a comment that MariaDB alone reads.
const sessions: Readonly<Record<string, readonly string[]>> = {
  'the strictest isolation': [
    'SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    'SET @none = 0 /*M! , SESSION innodb_snapshot_isolation = ON */',
  ],
  'snapshot isolation': ['SET @none = 0 /*M! , SESSION innodb_snapshot_isolation = ON */'],
  'the laxest settings and another character set': [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH'",
    'SET NAMES latin1',
  ],
}

for (const engine of await engines(['mysql'])) {
  const { table } = engine.address as SqlAddress
  afterAll(() => engine.close())

  const levels = ['SERIALIZABLE', 'REPEATABLE-READ', 'READ-COMMITTED']
  describe.each(Object.entries(sessions))('mysqlStore with %s', (name, statements) => {
    const pools = Array.from({ length: 3 }, () =>
      mysql.createPool({ uri: urls.mysql, connectionLimit: 4, rowsAsArray: true, supportBigNumbers: true }),
    )
    for (const pool of pools) {
      pool.on('connection', (connection) => {
        for (const statement of statements) void connection.query(statement)
      })
    }
    let calls = 0
    it('does run at that level', async () => {
      const [rows] = await pools[0]!.query(
        "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
      )
      expect(rows).toContainEqual([expect.any(String), levels[Object.keys(sessions).indexOf(name)]])
    })
    afterAll(() => Promise.all(pools.map((pool) => pool.end())))
    storeContract({
      test,
      makeStore: () => mysqlStore(pools[calls++ % pools.length]!, { table }),
      refuses: engine.refuses,
      workers: 32,
    })
  })

  describe('mysqlStore on a server', () => {
    it('keeps to the database its table is in, on a connection as on a pool', async () => {
      const connection = await mysql.createConnection(urls.mysql)
      const [[row]] = await connection.query<mysql.RowDataPacket[]>('SELECT DATABASE() AS name')
      const store = mysqlStore(connection, { table: `${(row as { name: string }).name}.${table}` })
      expect(await store.swap('connection', null, 'a', null)).toBe(true)
      expect(await (await engine.makeStore()).get('connection')).toBe('a')
      await connection.end()
    })
  })
}
