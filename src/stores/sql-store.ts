import { TwoFactorError } from '../errors.js'
import { isBytes } from '../is-bytes.js'
import type { Store, StoreCallOptions } from '../interfaces/store.js'
import { checkKey, checkSwap, isInstant, type EngineLimits } from './call-arguments.js'
import type { SettingFinding } from './settings.js'

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
  /** Reads the settings of the engine and of the table that endanger records. Empty when there is nothing to say. */
  verifySettings(): Promise<readonly SettingFinding[]>
}

/** One engine's text for each statement; the comment gives its parameters in order. */
export interface SqlStatements {
  readonly get: string // key → always one row: the value or null as `text`, and `role`, `primary` or `standby`
  readonly insert: string // key, next, expires_at; no row when the key is taken
  readonly update: string // next, expires_at, key, previous
  readonly remove: string // key, previous
  readonly firstKeys: string // → key as `text`, at most PAGE, in the engine's order
  readonly nextKeys: string // key → key as `text`, those after it
  readonly purge: string // at; at most PAGE rows
}

/** What statements are given. */
export type SqlValue = string | number | null

/** The rows a statement gives or the number it changed, sent in one round trip. */
export interface SqlDriver {
  read(statement: string, parameters: readonly SqlValue[], call?: StoreCallOptions): Promise<readonly unknown[]>
  write(statement: string, parameters: readonly SqlValue[], call?: StoreCallOptions): Promise<number>
}

/** How many rows one statement walks or purges. */
export const PAGE = 500

/** The store that every SQL engine shares. Expiry matters to `purgeExpired` alone, so `get` and `swap` always agree. */
export function sqlStore(
  driver: SqlDriver,
  sql: SqlStatements,
  limits: EngineLimits,
): Pick<SqlStore, 'get' | 'swap' | 'keys' | 'purgeExpired'> {
  const write = async (
    statement: string,
    parameters: readonly SqlValue[],
    call: StoreCallOptions | undefined,
  ): Promise<boolean> => {
    const changed = await driver.write(statement, parameters, call)
    if (changed !== 0 && changed !== 1) throw unexpected('a swap must change one row or none')
    return changed === 1
  }
  const get = async (key: string, call?: StoreCallOptions): Promise<string | null> => {
    checkKey(key, limits)
    return valueOnPrimary(await driver.read(sql.get, [key], call))
  }
  const pageOfKeys = async (statement: string, parameters: readonly SqlValue[]): Promise<readonly string[]> =>
    (await driver.read(statement, parameters)).map((row) => textOf(column(row, 0, 'text')))
  return {
    get,
    async swap(key, previous, next, expiresAt, call) {
      checkKey(key, limits)
      checkSwap(previous, next, expiresAt, limits)
      if (previous === null)
        return next === null ? (await get(key, call)) === null : write(sql.insert, [key, next, expiresAt], call)
      return next === null
        ? write(sql.remove, [key, previous], call)
        : write(sql.update, [next, expiresAt, key, previous], call)
    },
    async *keys() {
      let page = await pageOfKeys(sql.firstKeys, [])
      for (;;) {
        yield* page
        const last = page.at(-1)
        if (last === undefined || page.length < PAGE) return
        page = await pageOfKeys(sql.nextKeys, [last])
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

// Every read says which server answered it: behind a pooler that splits reads from writes, or after a failover, nothing
// else shows that it was a standby, which may still have what was revoked.
function valueOnPrimary(rows: readonly unknown[]): string | null {
  const [row] = rows
  if (rows.length !== 1) throw unexpected('a read must give one row')
  const role = textOf(column(row, 1, 'role'))
  if (role === 'standby')
    throw new TwoFactorError('ERR_STORE_FAILED', 'the server is a standby, whose answers may be stale: use the primary')
  if (role !== 'primary') throw unexpected('a read must say which server answered')
  const text = column(row, 0, 'text')
  return text === null ? null : textOf(text)
}

/** A column of a driver's row, which is an object or an array. */
export function column(row: unknown, index: number, name: string): unknown {
  return typeof row === 'object' && row !== null ? Reflect.get(row, Array.isArray(row) ? index : name) : undefined
}

/** Text of a driver, a string or bytes; or a loud failure: a table of another shape must not read as "no record". */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (isBytes(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
  throw unexpected('the table must hold text, as the schema of the store has it')
}

/** Settings as they were read: the first two columns of each row. */
export function settingsOf(rows: readonly unknown[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap((row): [string, string][] => {
      const [setting, value] = cells(row)
      return value === null ? [] : [[textOf(setting), textOf(value)]]
    }),
  )
}

/** Every column of a driver's row, in the order of the statement. */
export function cells(row: unknown): readonly unknown[] {
  return typeof row === 'object' && row !== null ? Object.values<unknown>({ ...row }) : []
}

/** A list that a driver gave. */
export function listIn(answer: unknown, expected: string): readonly unknown[] {
  if (isList(answer)) return answer
  throw unexpected(expected)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** The driver, or what stands between, gives answers of another shape. */
export function unexpected(expected: string): TwoFactorError {
  return new TwoFactorError('ERR_STORE_FAILED', `unexpected answer of the client: ${expected}`)
}
