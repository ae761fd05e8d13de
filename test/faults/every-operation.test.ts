import { expect, it } from 'vitest'
import type { TwoFactor } from '../../src/two-factor.js'
import { membersOf, operationGroups } from '../docs/source-types.js'
import { makeFullAccount } from '../support/full-account.js'
import { allOperations } from '../support/operations.js'

/** `twoFactor`, which notes what is called of it. */
function noting(twoFactor: TwoFactor, called: Set<string>): TwoFactor {
  const groups = Object.entries(twoFactor).map(([group, operations]) => {
    const get = (target: object, name: string): unknown => {
      called.add(`${group}.${name}`)
      return Reflect.get(target, name)
    }
    return [group, new Proxy({ ...(operations as object) }, { get })]
  })
  return Object.fromEntries(groups) as TwoFactor
}

it('every operation of the interfaces is in the table of operations, which faults, leaks and hostile input walk through', async () => {
  const called = new Set<string>()
  for (const { run, account } of allOperations) {
    const full = await makeFullAccount(account)
    await run({ ...full, world: { ...full.world, twoFactor: noting(full.world.twoFactor, called) } })
  }
  const declared = Object.entries(operationGroups).flatMap(([group, { file, name }]) =>
    membersOf(file, name).map((operation) => `${group}.${operation}`),
  )
  expect([...called].sort()).toEqual(declared.sort())
})
