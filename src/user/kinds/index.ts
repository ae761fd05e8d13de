import type { FactorKind } from '../../interfaces/factor.js'
import type { Kind } from './kind.js'
import { passkey } from './passkey.js'
import { sms } from './sms.js'
import { totp } from './totp.js'

/** Every kind of factor. A new one does not compile until it is complete. */
const KINDS = { totp, sms, passkey } as const satisfies { readonly [K in FactorKind]: Kind<K> }

/** All that is known of the kind of a factor, or of an enrolment. */
export function kindOf(of: { readonly kind: FactorKind }): Kind<FactorKind> {
  return KINDS[of.kind]
}
