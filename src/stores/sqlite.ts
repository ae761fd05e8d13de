import { TwoFactorError } from '../errors.js'
import { hasMethod } from './has-method.js'
import { judge } from './settings.js'
import { listIn, PAGE, sqlStore, unexpected, type SqlStatements, type SqlStore, type SqlValue } from './sql-store.js'
import { quoteTable, resolveTable, type SqlTable, type SqlTableOptions } from './sql-table.js'
import { readPragmas, sqliteRules } from './sqlite-settings.js'

export type { SettingFinding } from './settings.js'
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
 *   key beyond 1024 bytes, none of which every driver gives back; with `ERR_STORE_FAILED` when the database answers in
 *   another shape, as an asynchronous one does; and with the driver's own error otherwise.
 */
export function sqliteStore(database: SqliteDatabase, options: SqliteStoreOptions = {}): SqlStore {
  if (!hasMethod(database, 'prepare')) {
    throw new TwoFactorError('ERR_STORE_INVALID', 'database must be of better-sqlite3, libsql or node:sqlite')
  }
  if (Reflect.get(database, 'readonly') === true)
    throw new TwoFactorError('ERR_STORE_INVALID', 'database must not be open for reading only')
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
      read: (sql, values) => settled(() => rowsOf(prepare(sql), values)),
      write: (sql, values) => settled(() => changesOf(prepare(sql), values)),
    },
    statements(quoteTable(table, '"')),
    { holdsNul: false, holdsMark: true, keyBytes: 1024 },
  )
  return Object.freeze({
    ...store,
    schema: sqliteSchema(options),
    ensureSchema: () =>
      settled(() => {
        for (const statement of schemaStatements(table)) changesOf(database.prepare(statement), [])
      }),
    verifySettings: () =>
      settled(() =>
        judge(
          sqliteRules,
          readPragmas(table, (sql) => rowsOf(database.prepare(sql), [])),
        ),
      ),
  })
}

function rowsOf(statement: SqliteStatement, values: readonly SqlValue[]): readonly unknown[] {
  const rows: unknown = hasMethod(statement, 'all') ? statement.all(...values) : undefined
  return listIn(rows, 'all must return the rows at once: the database must be a synchronous one')
}

function changesOf(statement: SqliteStatement, values: readonly SqlValue[]): number {
  const result: unknown = hasMethod(statement, 'run') ? statement.run(...values) : undefined
  const changes: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'changes') : undefined
  if (typeof changes === 'number' || typeof changes === 'bigint') return Number(changes)
  throw unexpected('run must return { changes } at once: the database must be a synchronous one')
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
    get: `SELECT (SELECT value FROM ${table} WHERE key = ?) AS text, 'primary' AS role`,
    insert: `INSERT INTO ${table} (key, value, expires_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING`,
    update: `UPDATE ${table} SET value = ?, expires_at = ? WHERE key = ? AND value = ?`,
    remove: `DELETE FROM ${table} WHERE key = ? AND value = ?`,
    firstKeys: `SELECT key AS text FROM ${table} ORDER BY key LIMIT ${PAGE}`,
    nextKeys: `SELECT key AS text FROM ${table} WHERE key > ? ORDER BY key LIMIT ${PAGE}`,
    purge: `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires_at < ? LIMIT ${PAGE})`,
  }
}
