import { UsageError } from './failure.js'
import type { Io } from './io.js'

/** The engines that a store URL can name. */
export type Engine = 'postgres' | 'mysql' | 'redis' | 'sqlite' | 'pglite'

/** Where the records are. */
export interface StoreAddress {
  readonly engine: Engine
  /** What the driver is given: the URL, or a path. */
  readonly location: string
  readonly table: string | undefined
  readonly prefix: string | undefined
}

/** The options that say where the records are. */
export const STORE_OPTIONS = ['store', 'table', 'prefix'] as const

const engines: ReadonlyMap<string, Engine> = new Map([
  ['postgres', 'postgres'],
  ['postgresql', 'postgres'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
  ['redis', 'redis'],
  ['rediss', 'redis'],
  ['sqlite', 'sqlite'],
  ['pglite', 'pglite'],
])

/**
 * The address that the options give, or COUNTERSIGN_STORE where there is no `--store`.
 * @throws UsageError which repeats nothing of it
 */
export function readStoreAddress(
  options: Readonly<Partial<Record<(typeof STORE_OPTIONS)[number], string>>>,
  io: Pick<Io, 'env'>,
): StoreAddress {
  const { store = io.env['COUNTERSIGN_STORE'] ?? '', table, prefix } = options
  if (store === '') throw new UsageError('there is no store: give --store URL, or set COUNTERSIGN_STORE')
  const [, scheme = '', path = ''] = /^([a-z]+):(?:\/\/)?(.*)$/s.exec(store) ?? []
  const engine = engines.get(scheme)
  if (engine === undefined)
    throw new UsageError(`the URL of the store must begin with one of ${[...engines.keys()].join(', ')}`)
  if (engine === 'redis' && table !== undefined) throw new UsageError('--table is for SQL; Redis has --prefix')
  if (engine !== 'redis' && prefix !== undefined) throw new UsageError('--prefix is for Redis; SQL has --table')
  if (path === '') throw new UsageError('the URL of the store lacks what comes after the colon')
  const isFile = engine === 'sqlite' || engine === 'pglite'
  if (!isFile && !URL.canParse(store))
    throw new UsageError('the URL of the store is none; in a password, special characters are percent-encoded')
  return { engine, location: isFile ? path : store.replace(/^mariadb:/, 'mysql:'), table, prefix }
}

/** The first line of a driver's message, without any password of the address. */
export function redacted(message: string, { location }: StoreAddress): string {
  const line = message.split('\n', 1)[0] ?? ''
  return passwordsOf(location).reduce((text, password) => text.replaceAll(password, '***'), line)
}

/** Every spelling of every password in a URL: as written, decoded, and as a driver may have read it. */
function passwordsOf(location: string): readonly string[] {
  const written = [/^\w+:\/\/[^:@/]*:(.*)@/s.exec(location)?.[1] ?? '']
  if (URL.canParse(location)) {
    const { password, searchParams } = new URL(location)
    written.push(password)
    for (const [name, value] of searchParams)
      if (/pass|secret|token/i.test(name)) written.push(value, encodeURIComponent(value))
  }
  const spellings = written.filter((text) => text !== '').flatMap((text) => [text, decoded(text)])
  return [...new Set(spellings)].sort((a, b) => b.length - a.length)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
