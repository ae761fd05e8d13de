import type { Store } from '../interfaces/store.js'
import { runCase, type ContractCase, type Refusal } from './contract/contract-case.js'
import { exactCases } from './contract/exact-cases.js'
import { expiryCases } from './contract/expiry-cases.js'
import { keyCases } from './contract/key-cases.js'
import { raceCases } from './contract/race-cases.js'
import { verbCases } from './contract/verb-cases.js'

/** What `storeContract` is given. */
export interface StoreContractOptions {
  /** Your test runner's `test` or `it`: vitest, jest and node:test fit as they are. */
  readonly test: (name: string, body: () => Promise<void>) => void
  /**
   * A store over the same data each time. Called several times by the tests that race: give each call a connection of its
   * own where the engine has connections, as two of your processes would have, and close them after the tests.
   */
  readonly makeStore: () => Store | Promise<Store>
  /**
   * What the engine cannot hold and your store refuses with a rejection: `nul` (U+0000), `lone-surrogate`,
   * `byte-order-mark` (U+FEFF in front). Nothing unless said otherwise.
   */
  readonly refuses?: readonly Refusal[] | undefined
  /** How many race at once; 64 unless said otherwise. */
  readonly workers?: number | undefined
}

/**
 * Registers the tests that every store must pass, one `test` each. They write keys that begin with `store-contract:`, remove
 * them again, leave others alone, wait for no clock, and finish within seconds on any engine.
 */
export function storeContract({ test, makeStore, refuses = [], workers = 64 }: StoreContractOptions): void {
  const cases: readonly ContractCase[] = [...verbCases, ...exactCases, ...expiryCases, ...keyCases, ...raceCases]
  for (const contractCase of cases)
    test(contractCase.name, () => runCase(contractCase, { makeStore, refuses, workers }))
}
