import type { Store } from '../interfaces/store.js'
import { resolveOptions, type KeyOption } from '../options.js'
import { userKey } from '../records/keys.js'
import { requireUserId } from '../services/input.js'
import { UsageError } from './failure.js'
import { EXIT, type ExitCode, type Io } from './io.js'
import { countByKey, formatKeyCounts } from './key-summary.js'
import { openStore } from './open-store.js'
import { readArguments } from './read-arguments.js'
import { readKeys } from './read-keys.js'
import { readStoreAddress, STORE_OPTIONS } from './store-address.js'
import { reportUser } from './user-report.js'
import { formatUserReport } from './user-report-text.js'

/** Whose record is shown, and how. */
export interface InspectRequest {
  readonly store: Store
  readonly keys: readonly KeyOption[]
  readonly namespace: string
  readonly userId: string
  readonly json: boolean
}

/** Which records are counted, and how that is shown. */
export interface SummaryRequest {
  readonly store: Store
  /** Null for all. */
  readonly namespace: string | null
  readonly json: boolean
}

/** `countersign inspect`: shows what is known of a user, or how many records each key seals. */
export async function inspect(args: readonly string[], io: Io): Promise<ExitCode> {
  const { texts, flags } = readArguments(args, {
    texts: [...STORE_OPTIONS, 'keys', 'namespace', 'user'],
    flags: ['json', 'summary'],
  })
  const { namespace, user } = texts
  const json = flags.has('json')
  if ((user === undefined) !== flags.has('summary')) throw new UsageError('inspect takes either --user ID or --summary')
  const address = readStoreAddress(texts, io)
  const keys = user === undefined ? [] : readKeys(texts.keys, io)
  const opened = await openStore(address, io)
  try {
    if (user === undefined) return await inspectAll({ store: opened.store, namespace: namespace ?? null, json }, io)
    return await inspectUser({ store: opened.store, keys, namespace: namespace ?? 'default', userId: user, json }, io)
  } finally {
    await opened.close()
  }
}

/** Shows one user's record. */
export async function inspectUser({ store, keys, namespace, userId, json }: InspectRequest, io: Io): Promise<ExitCode> {
  const { ring, clock } = resolveOptions({ issuer: 'countersign', keys, store, namespace, clock: io.clock })
  const key = userKey(namespace, requireUserId(userId))
  const report = reportUser(ring, key, await store.get(key), clock.now())
  io.print(
    json
      ? `${JSON.stringify({ userId, namespace, ...report }, null, 2)}\n`
      : formatUserReport(userId, namespace, report),
  )
  return report.status === 'unreadable' ? EXIT.unreadable : EXIT.completed
}

/** Counts the records by namespace and key. */
export async function inspectAll({ store, namespace, json }: SummaryRequest, io: Io): Promise<ExitCode> {
  const counts = await countByKey(store, namespace)
  io.print(json ? `${JSON.stringify(counts, null, 2)}\n` : formatKeyCounts(counts))
  return EXIT.completed
}
