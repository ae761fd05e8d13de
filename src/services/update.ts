import { open, seal, sealedUnder, unreadable } from '../crypto/seal.js'
import { TwoFactorError } from '../errors.js'
import type { StoreCallOptions } from '../interfaces/store.js'
import type { ResolvedOptions } from '../options.js'
import { pause, strippedCause, withDeadline } from './deadline.js'
import { createQueue } from './queue.js'

/** How one kind of record is written. */
export interface RecordKind<Record> {
  /** What an absent value stands for. */
  empty(): Record
  encode(record: Record): string
  /** Null when a newer release wrote it. */
  decode(json: string): Record | null
  /** The record without what has expired. */
  prune(record: Record, now: number): Record
  expiresAt(record: Record, now: number): number | null
}

/** What a decision makes of a record: itself when nothing changes, null when it is to be forgotten. */
export interface Change<Record, Outcome> {
  readonly next: Record | null
  readonly outcome: Outcome
}

/** What was committed, or found. */
export interface Committed<Record, Outcome> {
  readonly record: Record
  readonly outcome: Outcome
  readonly now: number
}

/** One record of the store, opened. */
export interface Records<Record> {
  /** Reads without changing. One store call. */
  read(key: string): Promise<{ readonly record: Record; readonly now: number }>
  /**
   * Get, decide, swap; again from the start when another process was faster, until it gives up with `ERR_STORE_BUSY`. An
   * outcome is only ever returned after the swap that it depends on.
   */
  update<Outcome>(
    key: string,
    decide: (record: Record, now: number, stored: boolean) => Change<Record, Outcome> | Promise<Change<Record, Outcome>>,
  ): Promise<Committed<Record, Outcome>>
  /** Seals a value under the ring's write key, if it is not; unreadable ones are left as they are. */
  reseal(key: string): Promise<'resealed' | 'current' | 'unreadable'>
}

const MAX_TRIES = 24
const TRIES_WITHOUT_PAUSE = 3
const LONGEST_PAUSE_MS = 32

export function createRecords<Record>(options: ResolvedOptions, kind: RecordKind<Record>): Records<Record> {
  const { ring, store, random, clock, storeTimeoutMs } = options
  const queue = createQueue()

  function call<Value>(verb: 'get' | 'swap', work: (callOptions: StoreCallOptions) => Promise<Value>): Promise<Value> {
    const late = (): Error => new TwoFactorError('ERR_STORE_TIMEOUT', `store.${verb} did not answer in time`)
    return withDeadline(storeTimeoutMs, work, late).catch((error: unknown) => {
      if (error instanceof TwoFactorError) throw error
      throw new TwoFactorError('ERR_STORE_FAILED', `store.${verb} failed`, { cause: strippedCause(error) })
    })
  }

  async function get(key: string): Promise<{ readonly value: string | null; readonly record: Record; readonly now: number }> {
    const value = await call('get', (callOptions) => store.get(key, callOptions))
    const now = clock.now()
    if (value === null) return { value, record: kind.empty(), now }
    if (typeof value !== 'string') throw new TwoFactorError('ERR_STORE_FAILED', 'store.get must give a string or null')
    const record = kind.decode(open(ring, key, value))
    if (record === null) throw unreadable()
    return { value, record, now }
  }

  /** Whether the swap was won. A store that answers with anything but a boolean has not said that it wrote. */
  async function swap(key: string, previous: string | null, next: Record | null, now: number): Promise<boolean> {
    const pruned = next === null ? null : kind.prune(next, now)
    const value = pruned === null ? null : seal(ring, random, key, kind.encode(pruned))
    const expiresAt = pruned === null ? null : kind.expiresAt(pruned, now)
    const won: unknown = await call('swap', (callOptions) => store.swap(key, previous, value, expiresAt, callOptions))
    return won === true
  }

  /** A random wait that grows with every lost swap, so that contending processes fall out of step. */
  function backOff(tries: number): Promise<void> {
    const most = Math.min(2 ** (tries - TRIES_WITHOUT_PAUSE), LONGEST_PAUSE_MS)
    const share = (random.bytes(1)[0] ?? 0) / 256
    return pause(most * share)
  }

  return {
    read: (key) => get(key),
    async update(key, decide) {
      const endTurn = await queue.take(key, storeTimeoutMs)
      if (endTurn === null) throw busy()
      try {
        for (let tries = 0; tries < MAX_TRIES; tries++) {
          if (tries > TRIES_WITHOUT_PAUSE) await backOff(tries)
          const { value, record, now } = await get(key)
          const { next, outcome } = await decide(record, now, value !== null)
          if (next === record || (next === null && value === null)) return { record, outcome, now }
          if (await swap(key, value, next, now)) return { record: next ?? kind.empty(), outcome, now }
        }
        throw busy()
      } finally {
        endTurn()
      }
    },
    async reseal(key) {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const found = await get(key).catch((error: unknown) => {
          if (error instanceof TwoFactorError && error.code === 'ERR_RECORD_UNREADABLE') return null
          throw error
        })
        if (found === null) return 'unreadable'
        const { value, record, now } = found
        if (value === null || sealedUnder(value) === ring.writeKeyId) return 'current'
        if (await swap(key, value, record, now)) return 'resealed'
      }
      throw busy()
    },
  }
}

function busy(): TwoFactorError {
  return new TwoFactorError('ERR_STORE_BUSY', 'too many operations on one record at once')
}

/** The outcome of `work`, or `otherwise` when the record was too contended. */
export async function unlessBusy<Outcome, Busy>(work: Promise<Outcome>, otherwise: Busy): Promise<Outcome | Busy> {
  try {
    return await work
  } catch (error) {
    if (error instanceof TwoFactorError && error.code === 'ERR_STORE_BUSY') return otherwise
    throw error
  }
}
