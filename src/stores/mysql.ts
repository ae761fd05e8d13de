import { TwoFactorError } from '../errors.js'
import type { StoreCallOptions } from '../interfaces/store.js'
import { hasMethod } from './has-method.js'
import { ENGINE, mysqlRules, VARIABLES } from './mysql-settings.js'
import { retryAborted } from './retry-aborted.js'
import { judge } from './settings.js'
import {
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

/** A pool or connection of `mysql2/promise`. It must commit by itself and not be inside a transaction. */
export interface MysqlClient {
  execute(statement: string, values: (Uint8Array | number | null)[]): Promise<readonly [unknown, ...unknown[]]>
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
 * @throws TwoFactorError `ERR_STORE_INVALID`, also for a pool cluster, which may read from another server than it wrote to.
 *   Its calls reject with `ERR_INPUT_INVALID` for a lone surrogate or a key beyond 1024 bytes, which the engine could not
 *   give back; with `ERR_STORE_FAILED` when a server that is read-only answers a read, or the client answers in another shape
 *   than that of mysql2; and with the driver's own error otherwise.
 */
export function mysqlStore(client: MysqlClient, options: MysqlStoreOptions = {}): SqlStore {
  requireOneServer(client)
  const table = resolveTable(options)
  const execute = async (sql: string, values: readonly SqlValue[], call?: StoreCallOptions): Promise<unknown> => {
    const answer: unknown = await retryAborted(isAborted, () => client.execute(sql, values.map(toParameter)), call)
    return listIn(answer, 'execute must resolve to [result, fields], as that of mysql2/promise does')[0]
  }
  const read = async (sql: string, values: readonly SqlValue[], call?: StoreCallOptions): Promise<readonly unknown[]> =>
    listIn(await execute(sql, values, call), 'execute must resolve to [rows, fields], as that of mysql2/promise does')
  const store = sqlStore(
    {
      read,
      write: async (sql, values, call) => {
        try {
          return affectedRows(await execute(sql, values, call))
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
    async verifySettings() {
      const variables = settingsOf(await read(VARIABLES, []))
      const [engine] = await read(ENGINE, [table.schema, table.name])
      return judge(
        mysqlRules,
        new Map([...variables, ...settingsOf(engine === undefined ? [['table', 'missing']] : [engine])]),
      )
    },
  })
}

// Only the callback clients of mysql2 have `promise`; its pool clusters choose a server for each call.
function requireOneServer(client: MysqlClient): void {
  if (!hasMethod(client, 'execute') || hasMethod(client, 'promise'))
    throw new TwoFactorError('ERR_STORE_INVALID', 'client must be a pool or connection of mysql2/promise')
  if (['poolCluster', 'poolNamespace', '_cluster'].some((member) => member in client))
    throw new TwoFactorError('ERR_STORE_INVALID', 'client must be a pool of the primary alone, not of a pool cluster')
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

// MySQL says 0 or 1, MariaDB OFF or ON, and newer releases of it have more than one way to be read-only. Readers of Aurora
// show only the second.
const ROLE =
  "IF(CONCAT(@@global.read_only, @@global.innodb_read_only) IN ('00', 'OFFOFF', '0OFF', 'OFF0'), 'primary', 'standby')"

// A plain INSERT and its duplicate error: INSERT IGNORE would hide every other error, and after ON DUPLICATE KEY UPDATE
// the number of rows says nothing under mysql2's FOUND_ROWS flag.
function statements(table: string): SqlStatements {
  return {
    get: `SELECT (SELECT \`value\` FROM ${table} WHERE \`key\` = ?) AS \`text\`, ${ROLE} AS \`role\``,
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
  const changed: unknown =
    typeof result === 'object' && result !== null ? Reflect.get(result, 'affectedRows') : undefined
  if (typeof changed === 'number' || typeof changed === 'bigint') return Number(changed)
  throw unexpected('execute must say how many rows it changed, in affectedRows')
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
