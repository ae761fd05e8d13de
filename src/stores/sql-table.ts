import { TwoFactorError } from '../errors.js'

/** What every SQL store can be told. */
export interface SqlTableOptions {
  /** `countersign` unless said otherwise: `name` or `schema.name`, ASCII letters, digits and underscores, 48 each. */
  readonly table?: string | undefined
}

/** A table name taken apart; its characters need no escaping within quotes of any engine. */
export interface SqlTable {
  readonly schema: string | null
  readonly name: string
}

// 48 leaves room for the index's suffix within the 63 bytes that PostgreSQL keeps of a name.
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,47}$/

/**
 * The table a store was told to use.
 * @throws TwoFactorError `ERR_STORE_INVALID`
 */
export function resolveTable(options: SqlTableOptions): SqlTable {
  const given: unknown = options
  if (typeof given !== 'object' || given === null)
    throw new TwoFactorError('ERR_STORE_INVALID', 'options must be an object')
  const { table = 'countersign' }: { readonly table?: unknown } = given
  const parts = typeof table === 'string' ? table.split('.') : []
  const [first, second] = parts
  if (first === undefined || parts.length > 2 || !parts.every((part) => IDENTIFIER.test(part))) {
    throw new TwoFactorError(
      'ERR_STORE_INVALID',
      'option table must be a name or schema.name of letters, digits and underscores',
    )
  }
  return second === undefined ? { schema: null, name: first } : { schema: first, name: second }
}

/** `"schema"."name"`, in the quotes given. */
export function quoteTable(table: SqlTable, quote: '"' | '`'): string {
  const name = quote + table.name + quote
  return table.schema === null ? name : `${quote}${table.schema}${quote}.${name}`
}
