import {
  decodeRegion,
  EMPTY_REGION_SIGNAL,
  encodeRegion,
  regionAt,
  regionExpiresAt,
  type RegionSignal,
} from '../limits/region.js'
import {
  decodeSendBudget,
  encodeSendBudget,
  pruneSendBudget,
  sendBudgetExpiresAt,
  type SendBudget,
} from '../limits/send-budget.js'
import {
  decodeSpending,
  encodeSpending,
  NOTHING_SPENT,
  spendingAt,
  spendingEndsAt,
  type Spending,
} from '../limits/spending.js'
import type { ResolvedOptions } from '../options.js'
import { pause } from '../records/deadline.js'
import { keyPrefix } from '../records/keys.js'
import { createStoreCalls, type StoreCalls } from '../records/store-calls.js'
import { createRecords, type Records } from '../records/swap.js'
import { decodeRecord, encodeRecord } from '../user/codec.js'
import { prune, recordExpiresAt } from '../user/limits.js'
import { emptyRecord, type UserRecord } from '../user/record.js'

const EPOCH_BYTES = 6

/** Every kind of record of one namespace. */
export interface RecordGroups {
  readonly calls: StoreCalls
  readonly users: Records<UserRecord>
  readonly budgets: Records<SendBudget>
  readonly regions: Records<RegionSignal>
  readonly spending: Records<Spending>
  /** All of them, by what their store keys begin with. */
  readonly all: readonly { readonly prefix: string; readonly records: Pick<Records<unknown>, 'reseal'> }[]
}

/** Makes the records of a namespace over the host's store. */
export function createRecordGroups({
  ring,
  store,
  storeTimeoutMs: timeoutMs,
  storeConcurrency: concurrency,
  storeWaitMs: patienceMs,
  random,
  clock,
  policy,
  namespace,
}: ResolvedOptions): RecordGroups {
  const calls = createStoreCalls(store, { timeoutMs, concurrency, patienceMs })
  const source = { ring, calls, random, clock, patienceMs, pause }
  const users = createRecords<UserRecord>(source, {
    empty: () => emptyRecord(Buffer.from(random.bytes(EPOCH_BYTES)).readUIntBE(0, EPOCH_BYTES)),
    encode: encodeRecord,
    decode: decodeRecord,
    prune: (record, now) => prune(record, now, policy),
    expiresAt: (record, now) => recordExpiresAt(record, now, policy),
  })
  const budgets = createRecords<SendBudget>(source, {
    empty: () => ({ grantedAt: [] }),
    encode: encodeSendBudget,
    decode: decodeSendBudget,
    prune: pruneSendBudget,
    expiresAt: sendBudgetExpiresAt,
  })
  const regions = createRecords<RegionSignal>(source, {
    empty: () => EMPTY_REGION_SIGNAL,
    encode: encodeRegion,
    decode: decodeRegion,
    prune: regionAt,
    expiresAt: regionExpiresAt,
  })
  const spending = createRecords<Spending>(source, {
    empty: () => NOTHING_SPENT,
    encode: encodeSpending,
    decode: decodeSpending,
    prune: spendingAt,
    expiresAt: spendingEndsAt,
  })
  return {
    calls,
    users,
    budgets,
    regions,
    spending,
    all: [
      { prefix: keyPrefix('user', namespace), records: users },
      { prefix: keyPrefix('budget', namespace), records: budgets },
      { prefix: keyPrefix('region', namespace), records: regions },
      { prefix: keyPrefix('spending', namespace), records: spending },
    ],
  }
}
