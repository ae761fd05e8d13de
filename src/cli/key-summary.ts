import { sealedUnder } from '../crypto/seal.js'
import type { Store } from '../interfaces/store.js'
import { quote } from './quote.js'
import { namespaceOf } from '../records/keys.js'

/** How many records of a namespace one key seals. */
export interface KeyCount {
  readonly namespace: string
  /** Null for values that are not sealed. */
  readonly keyId: string | null
  readonly records: number
}

const AT_ONCE = 16

/** Counts the records of one namespace, or of all (null), by the key that seals them. Key ids stand in the clear: no keys needed. */
export async function countByKey(store: Store, namespace: string | null): Promise<readonly KeyCount[]> {
  const counts = new Map<string, KeyCount>()
  let batch: Promise<void>[] = []
  const count = async (key: string, of: string): Promise<void> => {
    const value = await store.get(key)
    if (value === null) return
    const keyId = sealedUnder(value)
    const at = JSON.stringify([of, keyId])
    counts.set(at, { namespace: of, keyId, records: (counts.get(at)?.records ?? 0) + 1 })
  }
  for await (const key of store.keys()) {
    const of = namespaceOf(key)
    if (of === null || (namespace !== null && of !== namespace)) continue
    batch.push(count(key, of))
    if (batch.length < AT_ONCE) continue
    await Promise.all(batch)
    batch = []
  }
  await Promise.all(batch)
  return [...counts.keys()].sort().flatMap((at) => counts.get(at) ?? [])
}

/** The counts as a table. */
export function formatKeyCounts(counts: readonly KeyCount[]): string {
  if (counts.length === 0) return 'no records\n'
  const rows = [
    ['namespace', 'key', 'records'],
    ...counts.map(({ namespace, keyId, records }) => [quote(namespace), keyId ?? 'not sealed', String(records)]),
  ]
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('')
}
