import { expect, it } from 'vitest'
import { createRecordGroups } from '../../src/shell/record-groups.js'
import { shellOptions } from './shell-options.js'

it('lists every group of records, for who walks through all of them', () => {
  const { all, users, budgets, regions, spending } = createRecordGroups(shellOptions({ namespace: 'acme' }).options)
  expect(all.map(({ prefix }) => prefix)).toEqual(['user:acme:', 'texts:acme:', 'region:acme:', 'spend:acme:'])
  for (const [index, records] of [users, budgets, regions, spending].entries())
    expect(all[index]?.records).toBe(records)
})
