import { makeFullAccount, type FullAccount } from './full-account.js'
import type { WorldOptions } from './world.js'

export { OTHER_PHONE, type FullAccount as Scene } from './full-account.js'

/** Ada's full account without a passkey. Goes once nobody imports it: use `makeFullAccount`. */
export function makeScene(options: WorldOptions = {}): Promise<FullAccount> {
  return makeFullAccount({ passkey: false, ...options })
}
