import { open, seal, sealedUnder, unreadable } from '../crypto/seal.js'
import { TwoFactorError } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import { strippedCause } from '../stripped-cause.js'
import { pause, withDeadline } from './deadline.js'
import { createQueue } from './queue.js'

/** How one kind of record is written. */
export interface RecordKind<Content> {
  /** What an absent value stands for. */
  empty(): Content
  encode(content: Content): string
  /** Null when a newer release wrote it. */
  decode(json: string): Content | null
  /** The content without what has expired. */
  prune(content: Content, now: number): Content
  expiresAt(content: Content, now: number): number | null
}

/** What a decision makes of a record: itself when nothing changes. */
export interface Change<Content, Outcome> {
  readonly next: Content
  readonly outcome: Outcome
}

/** What was committed, or found. */
export interface Committed<Content, Outcome> {
  readonly record: Content
  readonly outcome: Outcome
  readonly now: number
}

/** The records of one kind. */
export interface Records<Content> {
  /** Reads without changing. One store call. */
  read(key: string): Promise<{ readonly record: Content; readonly now: number }>
  /**
   * Get, decide, swap; again from the start when another process was faster, until it gives up with `ERR_STORE_BUSY`. An
   * outcome is only ever returned after the swap that it depends on.
   */
  update<Outcome>(
    key: string,
    decide: (
      record: Content,
      now: number,
      stored: boolean,
    ) => Change<Content, Outcome> | Promise<Change<Content, Outcome>>,
  ): Promise<Committed<Content, Outcome>>
  /** Forgets a record, readable or not. Resolves to whether there was one. */
  erase(key: string): Promise<boolean>
  /** Seals a value under the ring's write key, if it is not; unreadable ones are left as they are. */
  reseal(key: string): Promise<'resealed' | 'current' | 'unreadable'>
}

const MAX_TRIES = 24
const TRIES_WITHOUT_PAUSE = 3
const LONGEST_PAUSE_MS = 32

export function createRecords<Content>(options: ResolvedOptions, kind: RecordKind<Content>): Records<Content> {
  const { ring, store, random, clock, storeTimeoutMs } = options
  const queue = createQueue()

  function call<Value>(verb: 'get' | 'swap', work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const late = (): Error => new TwoFactorError('ERR_STORE_TIMEOUT', `store.${verb} did not answer in time`)
    return withDeadline(storeTimeoutMs, work, late).catch((error: unknown) => {
      if (error instanceof TwoFactorError) throw error
      throw new TwoFactorError('ERR_STORE_FAILED', `store.${verb} failed`, { cause: strippedCause(error) })
    })
  }

  async function get(key: string): Promise<string | null> {
    const value: unknown = await call('get', (signal) => store.get(key, { signal }))
    if (value === null || typeof value === 'string') return value
    throw new TwoFactorError('ERR_STORE_FAILED', 'store.get must give a string or null')
  }

  async function swap(key: string, previous: string | null, next: Content | null, at: number): Promise<boolean> {
    const content = next === null ? null : kind.prune(next, at)
    const value = content === null ? null : seal(ring, random, key, kind.encode(content))
    const expiresAt = content === null ? null : kind.expiresAt(content, at)
    const won: unknown = await call('swap', (signal) => store.swap(key, previous, value, expiresAt, { signal, at }))
    if (typeof won === 'boolean') return won
    throw new TwoFactorError('ERR_STORE_FAILED', 'store.swap must give true or false')
  }

  function opened(key: string, value: string | null): Content {
    if (value === null) return kind.empty()
    const content = kind.decode(open(ring, key, value))
    if (content === null) throw unreadable()
    return content
  }

  /** Runs `attempt` until it wins its swap (null means that it lost), pausing longer as others keep being faster. */
  async function untilWon<Outcome>(attempt: () => Promise<Outcome | null>): Promise<Outcome> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (tries > TRIES_WITHOUT_PAUSE) await backOff(tries - TRIES_WITHOUT_PAUSE)
      const outcome = await attempt()
      if (outcome !== null) return outcome
    }
    throw busy()
  }

  /** A random wait, so that contending processes fall out of step. */
  function backOff(pauses: number): Promise<void> {
    const share = (random.bytes(1)[0] ?? 0) / 256
    return pause(Math.min(2 ** pauses, LONGEST_PAUSE_MS) * share)
  }

  return {
    async read(key) {
      const value = await get(key)
      return { now: clock.now(), record: opened(key, value) }
    },

    async update(key, decide) {
      const endTurn = await queue.take(key, storeTimeoutMs)
      if (endTurn === null) throw busy()
      try {
        return await untilWon(async () => {
          const value = await get(key)
          const now = clock.now()
          const record = opened(key, value)
          const { next, outcome } = await decide(record, now, value !== null)
          if (next === record) return { record, outcome, now }
          return (await swap(key, value, next, now)) ? { record: next, outcome, now } : null
        })
      } finally {
        endTurn()
      }
    },

    erase(key) {
      return untilWon(async () => {
        const value = await get(key)
        if (value === null) return false
        return (await swap(key, value, null, clock.now())) || null
      })
    },

    reseal(key) {
      return untilWon(async () => {
        const value = await get(key)
        if (value === null) return 'current'
        const content = readable(() => opened(key, value))
        if (content === null) return 'unreadable'
        if (sealedUnder(value) === ring.writeKeyId) return 'current'
        return (await swap(key, value, content, clock.now())) ? 'resealed' : null
      })
    },
  }
}

/** What `read` gives, or null when no key of the ring opens it. */
function readable<Content>(read: () => Content): Content | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof TwoFactorError && error.code === 'ERR_RECORD_UNREADABLE') return null
    throw error
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
