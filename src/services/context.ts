import type { TwoFactorEvent } from '../interfaces/events.js'
import type { ResolvedOptions } from '../options.js'
import { prune, recordExpiresAt } from '../user/bounds.js'
import type { Decision, UserRecord } from '../user/record.js'
import { emptyRecord } from '../user/record.js'
import { decodeRecord, encodeRecord } from '../user/record-codec.js'
import { REGION_SIGNAL, SEND_BUDGET, sharedKeyPrefix } from './text-permits.js'
import { createTexting, type Texting } from './texting.js'
import { createRecords, type Committed, type RecordKind, type Records } from './update.js'

/** What every service works with. */
export interface Context {
  readonly options: ResolvedOptions
  readonly users: Users
  readonly texting: Texting
  /** Every kind of record of the namespace, for maintenance. */
  readonly kinds: readonly { readonly prefix: string; reseal(key: string): ReturnType<Records<unknown>['reseal']> }[]
  readonly emit: (events: readonly TwoFactorEvent[]) => void
}

/** The users' records, by user id. */
export interface Users {
  read(userId: string): Promise<{ readonly record: UserRecord; readonly now: number }>
  /** Commits a decision, then tells the host what happened. */
  update<Outcome>(
    userId: string,
    decide: (record: UserRecord, now: number, stored: boolean) => Decision<Outcome> | Promise<Decision<Outcome>>,
  ): Promise<Committed<UserRecord, Outcome>>
  /** Forgets a user, whose record may be unreadable. Resolves to whether there was one. */
  erase(userId: string): Promise<boolean>
}

const EPOCH_BYTES = 6

/** How users' records are written. */
export function userRecordKind({ random, policy }: Pick<ResolvedOptions, 'random' | 'policy'>): RecordKind<UserRecord> {
  return {
    empty: () => emptyRecord(Buffer.from(random.bytes(EPOCH_BYTES)).readUIntBE(0, EPOCH_BYTES)),
    encode: encodeRecord,
    decode: decodeRecord,
    prune,
    expiresAt: (record, now) => recordExpiresAt(record, now, policy),
  }
}

/** What the keys of a namespace's users' records begin with. */
export function userKeyPrefix(namespace: string): string {
  return `user:${encodeURIComponent(namespace)}:`
}

/** Where a user's record is: plain ASCII, whatever the id, so that every engine compares it exactly. */
export function userKey(namespace: string, userId: string): string {
  return userKeyPrefix(namespace) + encodeURIComponent(userId)
}

export function createContext(options: ResolvedOptions): Context {
  const emit = createEmit(options.onEvent)
  const { namespace } = options
  const users = createRecords(options, userRecordKind(options))
  const budgets = createRecords(options, SEND_BUDGET)
  const regions = createRecords(options, REGION_SIGNAL)
  return {
    options,
    emit,
    users: createUsers(users, namespace, emit),
    texting: createTexting(options, { budgets, regions }, emit),
    kinds: [
      { prefix: userKeyPrefix(namespace), reseal: (key) => users.reseal(key) },
      { prefix: sharedKeyPrefix('texts', namespace), reseal: (key) => budgets.reseal(key) },
      { prefix: sharedKeyPrefix('region', namespace), reseal: (key) => regions.reseal(key) },
    ],
  }
}

function createUsers(records: Records<UserRecord>, namespace: string, emit: Context['emit']): Users {
  const keyOf = (userId: string): string => userKey(namespace, userId)
  return {
    read: (userId) => records.read(keyOf(userId)),
    async update(userId, decide) {
      const committed = await records.update(keyOf(userId), async (record, now, stored) => {
        const { next, outcome, events } = await decide(record, now, stored)
        return { next, outcome: { outcome, events } }
      })
      emit(committed.outcome.events)
      return { ...committed, outcome: committed.outcome.outcome }
    },
    erase: (userId) => records.erase(keyOf(userId)),
  }
}

/** A handler that throws, rejects or hangs changes nothing. */
function createEmit(onEvent: (event: TwoFactorEvent) => unknown): Context['emit'] {
  const deliver = async (event: TwoFactorEvent): Promise<void> => {
    await onEvent(Object.freeze({ ...event }))
  }
  return (events) => {
    for (const event of events) void deliver(event).catch(() => undefined)
  }
}
