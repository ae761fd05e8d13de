import type { KeyRing } from '../crypto/keyring.js'
import { sealedUnder, sealerOf, unreadable, type Sealer } from '../crypto/seal.js'
import { TwoFactorError } from '../errors.js'
import type { Clock } from '../interfaces/clock.js'
import type { Random } from '../interfaces/random.js'
import { createQueue } from './queue.js'
import type { StoreCalls } from './store-calls.js'

/** How one kind of record is written. */
export interface RecordCodec<Content> {
  /** What an absent value stands for. */
  empty(): Content
  encode(content: Content): string
  /** Null for what is no such record, or one that a newer release wrote. */
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

/** What a decision is made about. */
export interface Found<Content> {
  readonly record: Content
  readonly now: number
  /** Whether there is a record; an absent one reads as empty. */
  readonly stored: boolean
}

/** A record as it was read, which one swap may change. */
export interface Held<Content> extends Found<Content> {
  /** Writes what the record becomes, by the time it was read or a later one; false when another process was faster. */
  swap(next: Content, at?: number): Promise<boolean>
}

/** The records of one kind. */
export interface Records<Content> {
  /** Reads without changing. One store call. */
  read(key: string): Promise<Held<Content>>
  /**
   * Get, decide, swap; again from the start when another process was faster, until it gives up with `ERR_STORE_BUSY`. An
   * outcome is only ever returned after the swap that it depends on. What a decision needs is fetched while nobody waits
   * for the record, and the decision made again.
   */
  update<Outcome, Need extends { readonly need: unknown } = never>(
    key: string,
    decide: (found: Found<Content>) => Change<Content, Outcome> | Need,
    fetch?: (need: Need) => Promise<void>,
  ): Promise<Outcome>
  /** Forgets a record, readable or not. Resolves to whether there was one. */
  erase(key: string): Promise<boolean>
  /** Seals a value under the ring's write key, if it is not; unreadable ones are left as they are. */
  reseal(key: string): Promise<'resealed' | 'current' | 'unreadable'>
}

/** What records are made of. */
export interface RecordSource {
  readonly ring: KeyRing
  readonly calls: StoreCalls
  readonly random: Random
  readonly clock: Clock
  /** How long an operation waits for its turn. */
  readonly patienceMs: number
  /** Waits for some milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>
}

const MAX_TRIES = 24
const TRIES_WITHOUT_PAUSE = 3
const LONGEST_PAUSE_MS = 32

/** The records of one kind. */
export function createRecords<Content>(
  { ring, calls, random, clock, patienceMs, pause }: RecordSource,
  codec: RecordCodec<Content>,
): Records<Content> {
  const queue = createQueue()

  function opened(sealer: Sealer, value: string | null): Content {
    if (value === null) return codec.empty()
    const content = codec.decode(sealer.open(value))
    if (content === null) throw unreadable()
    return content
  }

  function write(key: string, sealer: Sealer, previous: string | null, next: Content, at: number): Promise<boolean> {
    const content = codec.prune(next, at)
    const value = sealer.seal(random, codec.encode(content))
    return calls.swap(key, previous, value, codec.expiresAt(content, at), at)
  }

  /** What is under the key, opened once. */
  async function hold(key: string): Promise<Held<Content>> {
    const value = await calls.get(key)
    const now = clock.now()
    const sealer = sealerOf(ring, key)
    return {
      record: opened(sealer, value),
      now,
      stored: value !== null,
      swap: (next, at = now) => write(key, sealer, value, next, at),
    }
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
    read: hold,

    async update(key, decide, fetch) {
      // A record that was read before a fact was fetched serves again: if it is stale by then, its swap is lost.
      let kept: Held<Content> | null = null
      for (;;) {
        const endTurn = await queue.take(key, patienceMs)
        if (endTurn === null) throw busy()
        const settled = await untilWon(async () => {
          const again = kept
          kept = null
          const held = again === null ? await hold(key) : { ...again, now: clock.now() }
          const decision = decide(held)
          if ('need' in decision) {
            kept = held
            return { need: decision }
          }
          const { next, outcome } = decision
          // Without a swap nothing proves that it is not stale: it is read again.
          if (next === held.record) return again === null ? { outcome } : null
          return (await held.swap(next, held.now)) ? { outcome } : null
        }).finally(endTurn)
        if ('outcome' in settled) return settled.outcome
        await fetch?.(settled.need)
      }
    },

    erase(key) {
      return untilWon(async () => {
        const value = await calls.get(key)
        if (value === null) return false
        return (await calls.swap(key, value, null, null, clock.now())) || null
      })
    },

    reseal(key) {
      return untilWon(async () => {
        const value = await calls.get(key)
        if (value === null) return 'current'
        const sealer = sealerOf(ring, key)
        const content = readable(() => opened(sealer, value))
        if (content === null) return 'unreadable'
        if (sealedUnder(value) === ring.writeKeyId) return 'current'
        return (await write(key, sealer, value, content, clock.now())) ? 'resealed' : null
      })
    },
  }
}

/** What `read` gives, or null when no key of the ring opens it, or it holds something else than a record. */
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
