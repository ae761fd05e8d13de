import { TwoFactorError } from '../errors.js'
import { hasMethod } from './has-method.js'
import { retryAborted } from './retry-aborted.js'
import { PAGE, sqlStore, textColumn, type SqlStatements, type SqlStore, type SqlValue } from './sql-store.js'
import { quoteTable, resolveTable, type SqlTable, type SqlTableOptions } from './sql-table.js'

export type { SqlStore, SqlValue } from './sql-store.js'
export type { SqlTableOptions } from './sql-table.js'

/** A pool or connection of `mysql2/promise`. It must commit by itself and not be inside a transaction. */
export interface MysqlClient {
  execute(statement: string, values: (Buffer | number | null)[]): Promise<readonly [unknown, ...unknown[]]>
}

/** Which table. */
export type MysqlStoreOptions = SqlTableOptions

/** The statement that creates the table of a `mysqlStore`, for a migration of your own. */
export function mysqlSchema(options: MysqlStoreOptions = {}): string {
  return `${schemaStatement(resolveTable(options))};\n`
}

/**
 * Records in one InnoDB table of MySQL 8 or MariaDB 10.6, or later. One round trip per call, once a connection has
 * prepared the statement; at any isolation level.
 * @throws TwoFactorError `ERR_STORE_INVALID`. Its calls reject with `ERR_INPUT_INVALID` for a lone surrogate or a key beyond
 *   1024 bytes, which the engine could not give back; and with the driver's own error otherwise.
 */
export function mysqlStore(client: MysqlClient, options: MysqlStoreOptions = {}): SqlStore {
  // Only the callback clients of mysql2 have `promise`.
  if (!hasMethod(client, 'execute') || hasMethod(client, 'promise')) {
    throw new TwoFactorError('ERR_STORE_INVALID', 'client must be a pool or connection of mysql2/promise')
  }
  const table = resolveTable(options)
  const execute = (sql: string, values: readonly SqlValue[]): Promise<readonly [unknown, ...unknown[]]> =>
    retryAborted(isAborted, () => client.execute(sql, values.map(toParameter)))
  const store = sqlStore(
    {
      read: async (sql, values) => {
        const [rows] = await execute(sql, values)
        return textColumn(Array.isArray(rows) ? rows : [rows])
      },
      write: async (sql, values) => {
        try {
          const [result] = await execute(sql, values)
          return affectedRows(result)
        } catch (error) {
          if (errorNumber(error) === DUPLICATE_ENTRY) return 0
          throw error
        }
      },
    },
    statements(quoteTable(table, '`')),
    { holdsNul: true, holdsMark: true, keyBytes: 1024 },
  )
  return Object.freeze({
    ...store,
    schema: mysqlSchema(options),
    async ensureSchema() {
      await execute(schemaStatement(table), [])
    },
  })
}

// Binary columns compare bytes: no collation, no padding, no look-alikes.
function schemaStatement(table: SqlTable): string {
  const columns = [
    '`key` VARBINARY(1024) NOT NULL PRIMARY KEY',
    '`value` LONGBLOB NOT NULL',
    '`expires_at` BIGINT NULL',
    'KEY `expires_at` (`expires_at`)',
  ]
  return `CREATE TABLE IF NOT EXISTS ${quoteTable(table, '`')} (\n  ${columns.join(',\n  ')}\n) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`
}

// A plain INSERT and its duplicate error: INSERT IGNORE would hide every other error, and after ON DUPLICATE KEY UPDATE
// the number of rows says nothing under mysql2's FOUND_ROWS flag.
function statements(table: string): SqlStatements {
  return {
    get: `SELECT \`value\` AS \`text\` FROM ${table} WHERE \`key\` = ?`,
    insert: `INSERT INTO ${table} (\`key\`, \`value\`, \`expires_at\`) VALUES (?, ?, ?)`,
    update: `UPDATE ${table} SET \`value\` = ?, \`expires_at\` = ? WHERE \`key\` = ? AND \`value\` = ?`,
    remove: `DELETE FROM ${table} WHERE \`key\` = ? AND \`value\` = ?`,
    firstKeys: `SELECT \`key\` AS \`text\` FROM ${table} ORDER BY \`key\` LIMIT ${PAGE}`,
    nextKeys: `SELECT \`key\` AS \`text\` FROM ${table} WHERE \`key\` > ? ORDER BY \`key\` LIMIT ${PAGE}`,
    purge: `DELETE FROM ${table} WHERE \`expires_at\` < ? ORDER BY \`expires_at\` LIMIT ${PAGE}`,
  }
}

// As bytes, text is untouched by whatever character set the connection was given.
function toParameter(value: SqlValue): Buffer | number | null {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
}

function affectedRows(result: unknown): number {
  if (typeof result === 'object' && result !== null && 'affectedRows' in result) return Number(result.affectedRows)
  throw new TwoFactorError('ERR_STORE_FAILED', 'the driver does not say how many rows it changed')
}

const DUPLICATE_ENTRY = 1062
const DEADLOCK = 1213
const CHANGED_SINCE_LAST_READ = 1020

function errorNumber(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'errno' in error ? error.errno : undefined
}

// Each rolled the statement back as a whole. A lock wait timeout did too, but has already taken its time.
function isAborted(error: unknown): boolean {
  const number = errorNumber(error)
  return number === DEADLOCK || number === CHANGED_SINCE_LAST_READ
}
