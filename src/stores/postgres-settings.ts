import type { SettingRule } from './settings.js'

const READ = ['fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names', 'server_encoding']

/** What `postgresRules` judge, as rows of name and value. Its parameter is the quoted table. */
export const SETTINGS = [
  `SELECT name AS setting, setting AS value FROM pg_settings WHERE name IN (${READ.map((name) => `'${name}'`).join(', ')})`,
  `SELECT 'pg_is_in_recovery()', CAST(pg_is_in_recovery() AS text)`,
  `SELECT 'streaming standbys', CAST(count(*) AS text) FROM pg_stat_replication`,
  `SELECT 'table', COALESCE((SELECT CAST(relpersistence AS text) FROM pg_class WHERE oid = to_regclass($1)), 'missing')`,
  `SELECT 'row_security_active()', CAST(row_security_active(CAST(to_regclass($1) AS oid)) AS text)`,
].join('\nUNION ALL ')

/** What endangers records in PostgreSQL. */
export const postgresRules: readonly SettingRule[] = [
  {
    setting: 'pg_is_in_recovery()',
    severity: 'unsafe',
    isSafe: (value) => value === 'false',
    advice: 'A hot standby may answer with what was revoked, so every call is refused: connect to the primary.',
  },
  {
    setting: 'table',
    severity: 'unsafe',
    isSafe: (value) => value === 'p',
    advice:
      'The table must exist and be permanent: an unlogged one is emptied by a crash, a temporary one by its session.',
  },
  {
    setting: 'row_security_active()',
    severity: 'unsafe',
    isSafe: (value) => value === 'false',
    optional: true,
    advice: 'A policy that hides a row hides a second factor: let the table have no row-level security for this role.',
  },
  {
    setting: 'fsync',
    severity: 'advice',
    isSafe: (value) => value === 'on',
    advice: 'Without fsync a crash of the machine can destroy the database: set it to on.',
  },
  {
    setting: 'full_page_writes',
    severity: 'advice',
    isSafe: (value) => value === 'on',
    advice: 'Without full_page_writes a crash of the machine can destroy pages: set it to on.',
  },
  {
    setting: 'synchronous_commit',
    severity: 'advice',
    isSafe: (value) => value !== 'off',
    advice: 'A crash takes back the last swaps, and a code that was spent works again: set synchronous_commit to on.',
  },
  {
    setting: 'synchronous_standby_names',
    severity: 'advice',
    isSafe: (value, others) => value !== '' || others.get('streaming standbys') === '0',
    advice: 'A failover to a standby that lags takes back the last swaps: name a synchronous standby.',
  },
  {
    setting: 'server_encoding',
    severity: 'advice',
    isSafe: (value) => value === 'UTF8',
    advice: 'The contract of stores holds with UTF8 alone; Countersign itself writes ASCII.',
  },
]
