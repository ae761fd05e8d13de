import { TwoFactorError } from '../errors.js'
import { hasMethod } from './has-method.js'
import { PAGE, sqlStore, textColumn, type SqlStatements, type SqlStore } from './sql-store.js'
import { quoteTable, resolveTable, type SqlTable, type SqlTableOptions } from './sql-table.js'

export type { SqlStore } from './sql-store.js'
export type { SqlTableOptions } from './sql-table.js'

/** A statement of `better-sqlite3`, `libsql` or `node:sqlite`. */
export interface SqliteStatement {
  all(...values: unknown[]): unknown[]
  run(...values: unknown[]): { readonly changes: number | bigint }
}

/** A database of `better-sqlite3`, `libsql` or `node:sqlite`. It must not be inside a transaction. */
export interface SqliteDatabase {
  prepare(statement: string): SqliteStatement
}

/** Which table. */
export type SqliteStoreOptions = SqlTableOptions

/** The statements that create the table of a `sqliteStore`, for a migration of your own. */
export function sqliteSchema(options: SqliteStoreOptions = {}): string {
  return schemaStatements(resolveTable(options))
    .map((statement) => `${statement};\n`)
    .join('\n')
}

/**
 * Records in one table of SQLite 3.24 or later. Every call is synchronous inside and blocks the event loop while it runs,
 * also while it waits for another process: set WAL and a busy timeout on the database.
 * @throws TwoFactorError `ERR_STORE_INVALID`. Its calls reject with `ERR_INPUT_INVALID` for U+0000, a lone surrogate, or a
 *   key beyond 1024 bytes, none of which every driver gives back; and with the driver's own error otherwise.
 */
export function sqliteStore(database: SqliteDatabase, options: SqliteStoreOptions = {}): SqlStore {
  if (!hasMethod(database, 'prepare')) {
    throw new TwoFactorError('ERR_STORE_INVALID', 'database must be of better-sqlite3, libsql or node:sqlite')
  }
  const table = resolveTable(options)
  const prepared = new Map<string, SqliteStatement>()
  // Prepared on first use, because the table may not exist before `ensureSchema`.
  const prepare = (sql: string): SqliteStatement => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  const store = sqlStore(
    {
      read: (sql, values) => settled(() => textColumn(prepare(sql).all(...values))),
      write: (sql, values) => settled(() => Number(prepare(sql).run(...values).changes)),
    },
    statements(quoteTable(table, '"')),
    { holdsNul: false, holdsMark: true, keyBytes: 1024 },
  )
  return Object.freeze({
    ...store,
    schema: sqliteSchema(options),
    ensureSchema: () =>
      settled(() => {
        for (const statement of schemaStatements(table)) database.prepare(statement).run()
      }),
  })
}

function settled<Result>(run: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    resolve(run())
  })
}

function schemaStatements(table: SqlTable): readonly string[] {
  const columns = ['key TEXT NOT NULL PRIMARY KEY', 'value TEXT NOT NULL', 'expires_at INTEGER']
  const index = quoteTable({ schema: table.schema, name: `${table.name}_expires_at` }, '"')
  return [
    `CREATE TABLE IF NOT EXISTS ${quoteTable(table, '"')} (\n  ${columns.join(',\n  ')}\n)`,
    `CREATE INDEX IF NOT EXISTS ${index} ON "${table.name}" (expires_at) WHERE expires_at IS NOT NULL`,
  ]
}

function statements(table: string): SqlStatements {
  return {
    get: `SELECT value AS text FROM ${table} WHERE key = ?`,
    insert: `INSERT INTO ${table} (key, value, expires_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING`,
    update: `UPDATE ${table} SET value = ?, expires_at = ? WHERE key = ? AND value = ?`,
    remove: `DELETE FROM ${table} WHERE key = ? AND value = ?`,
    firstKeys: `SELECT key AS text FROM ${table} ORDER BY key LIMIT ${PAGE}`,
    nextKeys: `SELECT key AS text FROM ${table} WHERE key > ? ORDER BY key LIMIT ${PAGE}`,
    purge: `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires_at < ? LIMIT ${PAGE})`,
  }
}
