import { memoryStore } from '../../src/stores/memory.js'
import type { Policy, PolicyOverrides } from '../../src/interfaces/policy.js'
import { resolveOptions } from '../../src/options.js'
import { OLD_KEY } from './world.js'

/** The policy of the design, but for what is said. */
export function policyWith(policy: PolicyOverrides = {}): Policy {
  return resolveOptions({ issuer: 'Acme', keys: [OLD_KEY], store: memoryStore(), policy }).policy
}
