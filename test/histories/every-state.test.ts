import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/interfaces/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { SUSPENDED_AT, type Model } from '../properties/model/state.js'
import { copyOf, makeWorld } from '../support/world.js'
import { makeAccount, perform, specification, type Operation } from './account.js'

/** How many operations lie between the beginning and the states that are looked at. */
const DEPTH = Number(process.env['DEPTH'] ?? 4)

const wait = [30, 60, 120, 600] as const
const tokens = [0, 1] as const
const operations: readonly Operation[] = [
  { do: 'begin' },
  { do: 'begin on a trusted computer' },
  { do: 'revoke all' },
  { do: 'password changed' },
  { do: 'unlock' },
  { do: 'status' },
  { do: 'five wrong codes', token: 0 },
  { do: 'verify', token: 0, typed: 'wrong' },
  ...tokens.map((token): Operation => ({ do: 'verify', token, typed: 'right' })),
  ...tokens.map((token): Operation => ({ do: 'redeem', token, code: token })),
  { do: 'redeem', token: 1, code: 0 },
  { do: 'cancel', token: 0 },
]

/** A state that was reached, with the store as it was then. */
interface Reached {
  readonly model: Model
  readonly data: Store
  readonly path: readonly string[]
}

describe('a small account', () => {
  it(`answers as the model does in every state within ${DEPTH} operations of its beginning`, async () => {
    const beginning = memoryStore()
    const first = makeWorld({ data: beginning, policy: { wrongCodesUntilSuspended: SUSPENDED_AT } })
    const account = await makeAccount(first.twoFactor, first.clock, 'ada')
    const seen = new Set([specification.fingerprint(account.model)])
    let tried = 0

    /** What one more operation, or some time, makes of a state; what was seen before is left out. */
    async function beyond({ model, data, path }: Reached): Promise<readonly Reached[]> {
      const found: Reached[] = []
      const add = (after: Model, store: Store, what: string): void => {
        const fingerprint = specification.fingerprint(after)
        if (!seen.has(fingerprint)) found.push({ model: after, data: store, path: [...path, what] })
        seen.add(fingerprint)
      }
      for (const operation of operations) {
        const copy = await copyOf(data)
        const world = makeWorld({ data: copy, at: model.world.now, policy: { wrongCodesUntilSuspended: SUSPENDED_AT } })
        const answer = await perform(world.twoFactor, account, operation, model.world.now)
        const after = specification.apply(model, operation, answer)
        const what = JSON.stringify(operation)
        expect(after, `${[...path, what].join(', ')} answered ${answer}`).not.toBeNull()
        if (after !== null) add(after, copy, what)
        tried += 1
      }
      for (const seconds of wait) {
        const after = structuredClone(model)
        after.world.now += seconds * 1000
        add(after, data, `wait ${seconds}`)
      }
      return found
    }

    let frontier: readonly Reached[] = [{ model: account.model, data: beginning, path: [] }]
    for (let depth = 0; depth < DEPTH; depth++) {
      const next = []
      for (const reached of frontier) next.push(...(await beyond(reached)))
      frontier = next
    }
    console.log(`${seen.size} states, ${tried} operations tried`)
    expect(seen.size).toBeGreaterThan(500)
  })
})
