import { afterAll, describe, test } from 'vitest'
import { storeContract } from '../../src/testing/store-contract.js'
import { engines } from './engines.js'

for (const engine of await engines()) {
  describe(engine.name, () => {
    afterAll(() => engine.close())
    storeContract({ test, makeStore: () => engine.makeStore(), refuses: engine.refuses })
  })
}
