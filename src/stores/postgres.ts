import { createHash } from 'node:crypto'
import { TwoFactorError } from '../errors.js'
import { hasMethod } from './has-method.js'
import { retryAborted } from './retry-aborted.js'
import { PAGE, sqlStore, textColumn, type SqlStatements, type SqlStore, type SqlValue } from './sql-store.js'
import { quoteTable, resolveTable, type SqlTable, type SqlTableOptions } from './sql-table.js'

export type { SqlStore, SqlValue } from './sql-store.js'
export type { SqlTableOptions } from './sql-table.js'

/** A statement that `pg` prepares once per connection. */
export interface NamedStatement {
  readonly name: string
  readonly text: string
  readonly values: SqlValue[]
}

/** A `pg` pool or client, PGlite, or anything else with their `query`. It must not be inside a transaction. */
export interface PostgresClient {
  query(query: string | NamedStatement, values?: SqlValue[]): Promise<{ readonly rows: readonly unknown[] }>
}

/** Which table, and how statements are sent. */
export interface PostgresStoreOptions extends SqlTableOptions {
  /**
   * Has `pg` prepare each statement once per connection: about a third faster. Not with PGlite, and not through a
   * connection pooler that hands out connections per transaction, unless it supports prepared statements. Off by default.
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
 *   back. They reject with the driver's own error otherwise.
 */
export function postgresStore(client: PostgresClient, options: PostgresStoreOptions = {}): SqlStore {
  if (!hasMethod(client, 'query'))
    throw new TwoFactorError('ERR_STORE_INVALID', 'client must be a pg pool or client, or PGlite')
  const table = resolveTable(options)
  const sql = statements(quoteTable(table, '"'))
  const names = options.preparedStatements === true ? statementNames(sql) : new Map<string, string>()

  const query = (text: string, values: readonly SqlValue[]): ReturnType<PostgresClient['query']> => {
    const name = names.get(text)
    return retryAborted(isAborted, () =>
      name === undefined ? client.query(text, [...values]) : client.query({ name, text, values: [...values] }),
    )
  }
  const store = sqlStore(
    {
      read: async (text, values) => textColumn((await query(text, values)).rows),
      write: async (text, values) => (await query(text, values)).rows.length,
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
  })
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
  return {
    get: `SELECT value AS text FROM ${table} WHERE key = $1`,
    insert: `INSERT INTO ${table} (key, value, expires_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING RETURNING 1`,
    update: `UPDATE ${table} SET value = $1, expires_at = $2 WHERE key = $3 AND value = $4 RETURNING 1`,
    remove: `DELETE FROM ${table} WHERE key = $1 AND value = $2 RETURNING 1`,
    firstKeys: `SELECT key AS text FROM ${table} ORDER BY key LIMIT ${PAGE}`,
    nextKeys: `SELECT key AS text FROM ${table} WHERE key > $1 ORDER BY key LIMIT ${PAGE}`,
    purge:
      `DELETE FROM ${table} WHERE expires_at < $1 AND key IN ` +
      `(SELECT key FROM ${table} WHERE expires_at < $1 LIMIT ${PAGE}) RETURNING 1`,
  }
}

function statementNames(sql: SqlStatements): ReadonlyMap<string, string> {
  const name = (text: string): string => `countersign_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  return new Map(Object.values<string>({ ...sql }).map((text) => [text, name(text)]))
}

function sqlState(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

// serialization_failure, deadlock_detected: under a stricter isolation level than the default, another writer was first.
function isAborted(error: unknown): boolean {
  return ['40001', '40P01'].includes(String(sqlState(error)))
}

// unique_violation in the catalogue, duplicate_table, duplicate_object: IF NOT EXISTS does not wait for another creator.
function isBeingCreated(error: unknown): boolean {
  return ['23505', '42P07', '42710'].includes(String(sqlState(error)))
}
