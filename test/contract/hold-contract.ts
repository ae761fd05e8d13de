import { afterAll, describe, test } from 'vitest'
import { storeContract } from '../../src/testing/store-contract.js'
import { engines, type EngineName } from './engines.js'

/** Puts the store of every engine that answers through the contract. */
export async function holdContract(names: readonly EngineName[]): Promise<void> {
  for (const engine of await engines(names)) {
    describe(engine.name, () => {
      afterAll(() => engine.close())
      storeContract({ test, makeStore: () => engine.makeStore(), refuses: engine.refuses })
    })
  }
}
