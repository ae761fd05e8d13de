import type { SettingRule } from './settings.js'

const READ = [
  'read_only',
  'innodb_read_only',
  'innodb_flush_log_at_trx_commit',
  'log_bin',
  'sync_binlog',
  'wsrep_on',
  'wsrep_sync_wait',
]

/** What `mysqlRules` judge of the server, as this connection has it, as rows of name and value. */
export const VARIABLES = `SHOW VARIABLES WHERE Variable_name IN (${READ.map((name) => `'${name}'`).join(', ')})`

/** The engine of the table, in a row of name and value. Its parameters are the schema, null for the current one, and the name. */
export const ENGINE =
  `SELECT 'table' AS setting, ENGINE AS value FROM information_schema.TABLES ` +
  `WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?`

// It waits before reads when its lowest bit is set.
const WAITS_BEFORE_READS = 1

/** What endangers records in MySQL and MariaDB. */
export const mysqlRules: readonly SettingRule[] = [
  {
    setting: 'read_only',
    severity: 'unsafe',
    isSafe: isOff,
    advice: 'A replica may answer with what was revoked, so every read is refused: connect to the primary.',
  },
  {
    setting: 'innodb_read_only',
    severity: 'unsafe',
    isSafe: isOff,
    advice: 'A replica may answer with what was revoked, so every read is refused: connect to the primary.',
  },
  {
    setting: 'table',
    severity: 'unsafe',
    isSafe: (value) => value === 'InnoDB',
    advice: 'The table must exist and be InnoDB: no other engine is both atomic and durable here.',
  },
  {
    setting: 'wsrep_sync_wait',
    severity: 'unsafe',
    isSafe: (value, others) => isOff(others.get('wsrep_on') ?? 'OFF') || (Number(value) & WAITS_BEFORE_READS) !== 0,
    optional: true,
    advice: 'A node of the cluster may not have applied the last swap yet: set wsrep_sync_wait to 1 or use one node.',
  },
  {
    setting: 'innodb_flush_log_at_trx_commit',
    severity: 'advice',
    isSafe: (value) => value === '1',
    advice: 'A crash takes back the last swaps, and a code that was spent works again: set it to 1.',
  },
  {
    setting: 'sync_binlog',
    severity: 'advice',
    isSafe: (value, others) => value === '1' || isOff(others.get('log_bin') ?? 'OFF'),
    advice: 'After a crash a replica may lack the last swaps: set sync_binlog to 1.',
  },
]

function isOff(value: string): boolean {
  return value === 'OFF' || value === '0'
}
