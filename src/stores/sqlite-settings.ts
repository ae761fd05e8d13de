import type { SettingRule } from './settings.js'
import { cells } from './sql-store.js'
import type { SqlTable } from './sql-table.js'

const READ = ['journal_mode', 'synchronous', 'busy_timeout']

/** What `sqliteRules` judge of the database that the table is in. */
export function readPragmas(
  { schema, name }: SqlTable,
  all: (statement: string) => readonly unknown[],
): ReadonlyMap<string, string> {
  const database = schema ?? 'main'
  const values = new Map(
    READ.map((pragma): [string, string] => [pragma, String(first(all(`PRAGMA "${database}".${pragma}`)))]),
  )
  const files = all('PRAGMA database_list').map(cells)
  const [, , file] = files.find(([, attached]) => attached === database) ?? []
  values.set('file', typeof file === 'string' && file !== '' ? 'on disk' : 'in memory')
  const tables = all(`SELECT count(*) FROM "${database}".sqlite_master WHERE type = 'table' AND name = '${name}'`)
  values.set('table', String(first(tables)) === '0' ? 'missing' : 'present')
  return values
}

function first(rows: readonly unknown[]): unknown {
  return cells(rows[0])[0]
}

/** What endangers records in SQLite. */
export const sqliteRules: readonly SettingRule[] = [
  {
    setting: 'file',
    severity: 'unsafe',
    isSafe: (value) => value === 'on disk',
    advice: 'Records in memory end with the process: open a file on a local disk.',
  },
  {
    setting: 'table',
    severity: 'unsafe',
    isSafe: (value) => value === 'present',
    advice: 'The table is not there: call ensureSchema, or run the statements of schema.',
  },
  {
    setting: 'journal_mode',
    severity: 'unsafe',
    isSafe: (value, others) => !['off', 'memory'].includes(value) || others.get('file') !== 'on disk',
    advice: 'Without a journal on disk a process that ends in a write can destroy the file: set it to WAL.',
  },
  {
    setting: 'synchronous',
    severity: 'advice',
    isSafe: (value, others) => ['2', '3'].includes(value) || others.get('file') !== 'on disk',
    advice: 'A power cut takes back the last swaps, and a code that was spent works again: set it to FULL.',
  },
  {
    setting: 'busy_timeout',
    severity: 'advice',
    isSafe: (value) => value !== '0',
    advice: 'A write that meets that of another process fails at once: set it to some seconds.',
  },
]
