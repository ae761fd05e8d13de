import { expect, it } from 'vitest'
import type { Store } from '../../src/interfaces/store.js'
import { createRecordGroups } from '../../src/shell/record-groups.js'
import { memoryStore } from '../../src/stores/memory.js'
import { appFactor, NOW } from '../user/cases.js'
import { shellOptions } from './shell-options.js'

it('lists every group of records, for who walks through all of them', () => {
  const { all, users, budgets, regions, spending } = createRecordGroups(shellOptions({ namespace: 'acme' }).options)
  expect(all.map(({ prefix }) => prefix)).toEqual(['user:acme:', 'texts:acme:', 'region:acme:', 'spend:acme:'])
  for (const [index, records] of [users, budgets, regions, spending].entries())
    expect(all[index]?.records).toBe(records)
})

it('has the store keep a user for good, unless there is nothing that time does not end', async () => {
  const kept: (number | null)[] = []
  const data = memoryStore()
  const store: Store = {
    ...data,
    swap: (key, previous, next, expiresAt, options) => {
      kept.push(expiresAt)
      return data.swap(key, previous, next, expiresAt, options)
    },
  }
  const { options, clock } = shellOptions({ store })
  clock.set(NOW)
  const { users } = createRecordGroups(options)
  const held = await users.read('user:default:ada')
  expect(await held.swap({ ...held.record, textedAt: [NOW] })).toBe(true)
  const again = await users.read('user:default:ada')
  expect(await again.swap({ ...again.record, factors: [appFactor()] })).toBe(true)
  expect(kept).toEqual([NOW + 86_400_000, null])
})
