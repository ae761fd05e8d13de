import { createHash } from 'node:crypto'
import { TwoFactorError } from '../errors.js'
import type { StoreCallOptions } from '../interfaces/store.js'
import { hasMethod } from './has-method.js'
import { postgresRules, SETTINGS } from './postgres-settings.js'
import { retryAborted } from './retry-aborted.js'
import { judge } from './settings.js'
import {
  column,
  listIn,
  PAGE,
  settingsOf,
  sqlStore,
  unexpected,
  type SqlStatements,
  type SqlStore,
  type SqlValue,
} from './sql-store.js'
import { quoteTable, resolveTable, type SqlTable, type SqlTableOptions } from './sql-table.js'

export type { SettingFinding } from './settings.js'
export type { SqlStore, SqlValue } from './sql-store.js'
export type { SqlTableOptions } from './sql-table.js'

/** What a client answers. */
export interface PostgresResult {
  readonly rows: readonly unknown[]
}

/** PGlite, an adapter of any other client, or a `pg` pool or client. It must not be inside a transaction. */
export interface PostgresClient {
  query(text: string, values?: SqlValue[]): Promise<PostgresResult>
}

/** A statement that `pg` prepares once per connection. */
export interface NamedStatement {
  readonly name: string
  readonly text: string
  readonly values: SqlValue[]
}

/** A `pg` pool or client, or another that prepares statements which have a name. It must not be inside a transaction. */
export interface PreparingPostgresClient {
  // A property, not a method, so that the compiler refuses a client which takes text alone.
  readonly query: (query: string | NamedStatement, values?: SqlValue[]) => Promise<PostgresResult>
}

/** Which table, for a client of any kind. */
export interface PostgresStoreOptions extends SqlTableOptions {
  readonly preparedStatements?: false | undefined
}

/** Which table, and how statements are sent. */
export interface PreparingPostgresStoreOptions extends SqlTableOptions {
  /**
   * Whether each statement is prepared once per connection, which saves the server its planning. On for a pool or client of
   * `pg` unless said otherwise, off for any other. A pooler between that loses prepared statements switches it off for good
   * at the first one that is lost, which nothing was done by.
   */
  readonly preparedStatements?: boolean | undefined
}

/** The statements that create the table of a `postgresStore`, for a migration of your own. */
export function postgresSchema(options: SqlTableOptions = {}): string {
  return schemaStatements(resolveTable(options))
    .map((statement) => `${statement};\n`)
    .join('\n')
}

/**
 * Records in one table of PostgreSQL 12 or later. One round trip per call, at any isolation level.
 * @throws TwoFactorError `ERR_STORE_INVALID`. Its calls reject with `ERR_INPUT_INVALID` for text with U+0000 or a lone
 *   surrogate in it or U+FEFF before it, and for a key beyond 1024 bytes: some driver or the engine would not give them
 *   back. They reject with `ERR_STORE_FAILED` when a hot standby answers a read, or the client answers in another shape than
 *   `{ rows }`; and with the driver's own error otherwise.
 */
export function postgresStore(client: PostgresClient, options?: PostgresStoreOptions): SqlStore
export function postgresStore(client: PreparingPostgresClient, options?: PreparingPostgresStoreOptions): SqlStore
export function postgresStore(
  client: PostgresClient | PreparingPostgresClient,
  options: PreparingPostgresStoreOptions = {},
): SqlStore {
  if (!isPreparing(client))
    throw new TwoFactorError('ERR_STORE_INVALID', 'client must be a pg pool or client, or PGlite')
  const table = resolveTable(options)
  const name = quoteTable(table, '"')
  const sql = statements(name)
  const query = createQuery(client, resolvePrepared(client, options) ? statementNames(sql) : new Map<string, string>())
  const store = sqlStore(
    {
      read: query,
      write: async (text, values, call) => changedRows(await query(text, values, call)),
    },
    sql,
    { holdsNul: false, holdsMark: false, keyBytes: 1024 },
  )
  return Object.freeze({
    ...store,
    schema: postgresSchema(options),
    async ensureSchema() {
      for (const statement of schemaStatements(table)) await retryAborted(isBeingCreated, () => client.query(statement))
    },
    async verifySettings() {
      return judge(postgresRules, settingsOf(await query(SETTINGS, [name])))
    },
  })
}

type Query = (text: string, values: readonly SqlValue[], call?: StoreCallOptions) => Promise<readonly unknown[]>

/** Sends a statement, by its name as long as it has one and the server keeps what was prepared. */
function createQuery(client: PreparingPostgresClient, names: ReadonlyMap<string, string>): Query {
  let prepares = names.size > 0
  const once = async (text: string, values: readonly SqlValue[], call?: StoreCallOptions): Promise<unknown> => {
    const name = names.get(text)
    if (!prepares || name === undefined) return send(client, text, [...values], call)
    try {
      return await send(client, { name, text, values: [...values] }, undefined, call)
    } catch (error) {
      if (!isUnprepared(error)) throw error
      prepares = false
      return send(client, text, [...values], call)
    }
  }
  return async (text, values, call) => {
    const result = await retryAborted(isAborted, () => once(text, values, call), call)
    const rows: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'rows') : undefined
    return listIn(rows, 'query must resolve to { rows }, an array of the rows that the statement gave')
  }
}

/** A pool of `pg`, as far as one is asked more than a statement. */
interface PgPool extends PreparingPostgresClient {
  readonly totalCount: number
  readonly idleCount: number
  readonly options: { readonly max: number }
  connect(): Promise<PgPoolClient>
}

interface PgPoolClient extends PreparingPostgresClient {
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  release(destroy: boolean): void
}

// In a pool that is full, a statement stands in line. Once nobody waits for its answer any more, it is not sent.
async function send(
  client: PreparingPostgresClient,
  query: string | NamedStatement,
  values: SqlValue[] | undefined,
  call: StoreCallOptions | undefined,
): Promise<PostgresResult> {
  if (call === undefined || !isPool(client) || client.idleCount > 0 || client.totalCount < client.options.max)
    return client.query(query, values)
  const connection = await client.connect()
  // A connection that breaks says so twice: by the rejection, and by an event that would end the process.
  connection.on('error', ignore)
  let isDoubtful = false
  try {
    call.signal.throwIfAborted()
    isDoubtful = true
    const result = await connection.query(query, values)
    isDoubtful = false
    return result
  } finally {
    connection.removeListener('error', ignore)
    connection.release(isDoubtful)
  }
}

function ignore(): void {
  return
}

function isPreparing(client: unknown): client is PreparingPostgresClient {
  return hasMethod(client, 'query')
}

function isPool(client: object): client is PgPool {
  return ['totalCount', 'idleCount', 'options'].every((name) => name in client) && hasMethod(client, 'connect')
}

// Only these are sure to send a name on as the name of a prepared statement.
function isPg(client: object): boolean {
  return isPool(client) || ('connectionParameters' in client && hasMethod(client, 'escapeIdentifier'))
}

function resolvePrepared(client: object, { preparedStatements }: PreparingPostgresStoreOptions): boolean {
  const given: unknown = preparedStatements
  if (given === undefined) return isPg(client)
  if (typeof given === 'boolean') return given
  throw new TwoFactorError('ERR_STORE_INVALID', 'option preparedStatements must be true or false')
}

// A row that was changed comes back as 1; what an object mapper makes of it would count for another number of rows.
function changedRows(rows: readonly unknown[]): number {
  if (rows.every((row) => Number(column(row, 0, 'changed')) === 1)) return rows.length
  throw unexpected('rows must hold one row for each that the statement changed')
}

// COLLATE "C" compares bytes: exact everywhere, and no index breaks when the operating system changes its collations.
function schemaStatements(table: SqlTable): readonly string[] {
  const name = quoteTable(table, '"')
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (\n  key text COLLATE "C" PRIMARY KEY,\n  value text COLLATE "C" NOT NULL,\n  expires_at bigint\n)`,
    `CREATE INDEX IF NOT EXISTS "${table.name}_expires_at" ON ${name} (expires_at) WHERE expires_at IS NOT NULL`,
  ]
}

// RETURNING counts rows the same way for every driver. The outer condition of `purge` is checked again once a row's lock
// is held, so a value that a swap has just extended stays.
function statements(table: string): SqlStatements {
  const role = `CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END`
  return {
    get: `SELECT (SELECT value FROM ${table} WHERE key = $1) AS text, ${role} AS role`,
    insert: `INSERT INTO ${table} (key, value, expires_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING RETURNING 1 AS changed`,
    update: `UPDATE ${table} SET value = $1, expires_at = $2 WHERE key = $3 AND value = $4 RETURNING 1 AS changed`,
    remove: `DELETE FROM ${table} WHERE key = $1 AND value = $2 RETURNING 1 AS changed`,
    firstKeys: `SELECT key AS text FROM ${table} ORDER BY key LIMIT ${PAGE}`,
    nextKeys: `SELECT key AS text FROM ${table} WHERE key > $1 ORDER BY key LIMIT ${PAGE}`,
    purge:
      `DELETE FROM ${table} WHERE expires_at < $1 AND key IN ` +
      `(SELECT key FROM ${table} WHERE expires_at < $1 LIMIT ${PAGE}) RETURNING 1 AS changed`,
  }
}

function statementNames(sql: SqlStatements): ReadonlyMap<string, string> {
  const name = (text: string): string => `countersign_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  return new Map(Object.values<string>({ ...sql }).map((text) => [text, name(text)]))
}

function sqlState(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

// serialization_failure, deadlock_detected: under a stricter isolation level than the default, another writer was first.
function isAborted(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error))
}

// unique_violation in the catalogue, duplicate_table, duplicate_object: IF NOT EXISTS does not wait for another creator.
function isBeingCreated(error: unknown): boolean {
  return ['23505', '42P07', '42710'].includes(sqlState(error))
}

// invalid_sql_statement_name, duplicate_prepared_statement: raised before anything runs, by a server connection that is not
// the one on which the statement was prepared.
function isUnprepared(error: unknown): boolean {
  return ['26000', '42P05'].includes(sqlState(error))
}
