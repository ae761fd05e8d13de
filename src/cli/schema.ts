import { mysqlSchema } from '../stores/mysql.js'
import { postgresSchema } from '../stores/postgres.js'
import type { SqlTableOptions } from '../stores/sql-table.js'
import { sqliteSchema } from '../stores/sqlite.js'
import { UsageError } from './failure.js'
import { EXIT, type ExitCode, type Io } from './io.js'
import { readArguments } from './read-arguments.js'

const schemas: ReadonlyMap<string, (options: SqlTableOptions) => string> = new Map([
  ['postgres', postgresSchema],
  ['mysql', mysqlSchema],
  ['sqlite', sqliteSchema],
])

/** `countersign schema`: prints the statements that create a store's table. */
export function schema(args: readonly string[], io: Io): ExitCode {
  const { texts, positionals } = readArguments(args, { texts: ['table'], flags: [], positionals: 1 })
  const print = schemas.get(positionals[0] ?? '')
  if (print === undefined) throw new UsageError(`schema is for one of ${[...schemas.keys()].join(', ')}`)
  io.print(print(texts))
  return EXIT.completed
}
