import type { ResealProgress } from '../interfaces/maintenance.js'
import type { Store } from '../interfaces/store.js'
import type { KeyOption } from '../options.js'
import { createTwoFactor } from '../two-factor.js'
import { EXIT, type ExitCode, type Io } from './io.js'
import { openStore } from './open-store.js'
import { createProgressReport, silence, type ProgressReport } from './progress.js'
import { readArguments } from './read-arguments.js'
import { readKeys } from './read-keys.js'
import { namespaceOf } from '../records/keys.js'
import { readStoreAddress, STORE_OPTIONS } from './store-address.js'

/** What is to be sealed again, and how much to say meanwhile. */
export interface ResealRequest {
  readonly store: Store
  readonly keys: readonly KeyOption[]
  readonly namespace: string
  readonly progress: boolean
}

// The host's policy is not known here. Under the strictest one, the store is told to keep whoever may be suspended.
const CAUTIOUS = { wrongCodesUntilSuspended: 10 }

/** `countersign reseal`: seals every record under the first key. */
export async function reseal(args: readonly string[], io: Io): Promise<ExitCode> {
  const { texts, flags } = readArguments(args, { texts: [...STORE_OPTIONS, 'keys', 'namespace'], flags: ['progress'] })
  const { namespace = 'default' } = texts
  const address = readStoreAddress(texts, io)
  const keys = readKeys(texts.keys, io)
  const opened = await openStore(address, io)
  try {
    return await resealStore({ store: opened.store, keys, namespace, progress: flags.has('progress') }, io)
  } finally {
    await opened.close()
  }
}

/** The same for a store that is open. */
export async function resealStore({ store, keys, namespace, progress }: ResealRequest, io: Io): Promise<ExitCode> {
  const { maintenance } = createTwoFactor({
    issuer: 'countersign',
    keys,
    store,
    namespace,
    policy: CAUTIOUS,
    clock: io.clock,
    random: io.random,
  })
  const abort = new AbortController()
  const { signal } = abort
  const stopListening = io.onInterrupt(() => {
    io.report(`${io.columns === null ? '' : '\n'}stopping after this batch; Ctrl-C again stops at once\n`)
    abort.abort()
  })
  try {
    const total = progress && io.columns !== null ? await countRecords(store, namespace, signal, io) : null
    const report = progress ? createProgressReport(io, total) : silence
    const outcome = await walk(report, (onProgress) => maintenance.reseal({ onProgress, signal }))
    io.print(
      `${outcome.status}: ${outcome.seen} records seen, ${outcome.resealed} resealed, ${outcome.unreadable} unreadable\n`,
    )
    return conclude(outcome, io)
  } finally {
    stopListening()
  }
}

async function walk<Outcome>(
  report: ProgressReport,
  work: (onProgress: (progress: ResealProgress) => void) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work((progress) => {
      report.update(progress)
    })
  } finally {
    report.end()
  }
}

async function countRecords(store: Store, namespace: string, signal: AbortSignal, io: Io): Promise<number> {
  let count = 0
  io.report('counting the records\n')
  for await (const key of store.keys()) {
    if (signal.aborted) break
    if (namespaceOf(key) === namespace) count++
  }
  return count
}

function conclude(
  { status, unreadable }: { readonly status: 'completed' | 'aborted'; readonly unreadable: number },
  io: Io,
): ExitCode {
  if (unreadable > 0) {
    io.report(
      `${unreadable} records cannot be opened with these keys and were left as they are. Is an old key missing?\n` +
        'countersign inspect --summary tells which keys seal the records.\n',
    )
  }
  if (status === 'aborted') {
    io.report('Nothing is lost: run the same command again, and it continues with the records that are left.\n')
    return EXIT.aborted
  }
  return unreadable > 0 ? EXIT.unreadable : EXIT.completed
}
