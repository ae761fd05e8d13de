import { TwoFactorError } from '../errors.js'
import type { Store } from '../interfaces/store.js'
import { checkKey, checkSwap, isInstant, type EngineLimits } from './call-arguments.js'

/** A store whose engine has a schema and forgets nothing by itself. */
export interface SqlStore extends Store {
  /** The statements that `ensureSchema` runs, for a migration of your own. */
  readonly schema: string
  /** Creates the table and its index if they are missing. Any number of processes may call it at once. */
  ensureSchema(): Promise<void>
  /**
   * Removes every value whose `expiresAt` lies before `at` (epoch ms, an instant that has passed), and says how many it
   * removed. Nothing depends on it but disk space: once a day is plenty.
   * @throws TwoFactorError `ERR_AT_INVALID`
   */
  purgeExpired(options: { readonly at: number }): Promise<number>
}

/** One engine's text for each statement; the comment gives its parameters in order. */
export interface SqlStatements {
  readonly get: string // key → value
  readonly insert: string // key, next, expires_at; no row when the key is taken
  readonly update: string // next, expires_at, key, previous
  readonly remove: string // key, previous
  readonly firstKeys: string // → key, at most PAGE, in the engine's order
  readonly nextKeys: string // key → key, those after it
  readonly purge: string // at; at most PAGE rows
}

/** What statements are given. */
export type SqlValue = string | number | null

/** The rows a statement names or the number it changed, sent in one round trip. */
export interface SqlDriver {
  read(statement: string, parameters: readonly SqlValue[]): Promise<readonly string[]>
  write(statement: string, parameters: readonly SqlValue[]): Promise<number>
}

/** How many rows one statement walks or purges. */
export const PAGE = 500

/** The store that every SQL engine shares. Expiry matters to `purgeExpired` alone, so `get` and `swap` always agree. */
export function sqlStore(
  driver: SqlDriver,
  sql: SqlStatements,
  limits: EngineLimits,
): Omit<SqlStore, 'schema' | 'ensureSchema'> {
  const write = async (statement: string, parameters: readonly SqlValue[]): Promise<boolean> =>
    (await driver.write(statement, parameters)) === 1
  const get = async (key: string): Promise<string | null> => {
    checkKey(key, limits)
    const [value] = await driver.read(sql.get, [key])
    return value ?? null
  }
  return {
    get,
    async swap(key, previous, next, expiresAt) {
      checkKey(key, limits)
      checkSwap(previous, next, expiresAt, limits)
      if (previous === null)
        return next === null ? (await get(key)) === null : write(sql.insert, [key, next, expiresAt])
      return next === null ? write(sql.remove, [key, previous]) : write(sql.update, [next, expiresAt, key, previous])
    },
    async *keys() {
      let page = await driver.read(sql.firstKeys, [])
      for (;;) {
        yield* page
        const last = page.at(-1)
        if (last === undefined || page.length < PAGE) return
        page = await driver.read(sql.nextKeys, [last])
      }
    },
    async purgeExpired({ at }) {
      if (!isInstant(at)) throw new TwoFactorError('ERR_AT_INVALID', 'at must be whole epoch milliseconds')
      let removed = 0
      for (;;) {
        const batch = await driver.write(sql.purge, [at])
        removed += batch
        if (batch < PAGE) return removed
      }
    },
  }
}

/**
 * The column `text` of driver rows, of objects or arrays, strings or bytes; or a loud failure: a table of another shape
 * must not read as "no record".
 */
export function textColumn(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => {
    const text: unknown =
      typeof row === 'object' && row !== null ? Reflect.get(row, Array.isArray(row) ? 0 : 'text') : undefined
    if (typeof text === 'string') return text
    if (text instanceof Uint8Array) return Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8')
    throw new TwoFactorError(
      'ERR_STORE_FAILED',
      'the table does not hold text: compare it with the schema of the store',
    )
  })
}
