import type {
  AccountOperations,
  AdminOperations,
  FactorOperations,
  MaintenanceOperations,
  RecoveryCodeOperations,
  TrustedDeviceOperations,
} from './interfaces/account.js'
import type { ChallengeOperations } from './interfaces/challenge.js'
import type { EnrolmentOperations } from './interfaces/enrolment.js'
import { resolveOptions, type TwoFactorOptions } from './options.js'
import { createAccount } from './services/account.js'
import { createAdmin } from './services/admin.js'
import { createChallenge } from './services/challenge.js'
import { createContext } from './services/context.js'
import { createEnrolment } from './services/enrolment.js'
import { createFactors } from './services/factors.js'
import { createMaintenance } from './services/maintenance.js'
import { createRecoveryCodes } from './services/recovery-codes.js'
import { createTrustedDevices } from './services/trusted-devices.js'

/** Two-factor authentication for the users of one application or tenant. */
export interface TwoFactor {
  readonly challenge: ChallengeOperations
  readonly enrolment: EnrolmentOperations
  readonly factors: FactorOperations
  readonly recoveryCodes: RecoveryCodeOperations
  readonly trustedDevices: TrustedDeviceOperations
  readonly account: AccountOperations
  readonly admin: AdminOperations
  readonly maintenance: MaintenanceOperations
}

/**
 * Makes the two-factor core of an application. It holds no state but its options: make one per process and share it.
 *
 * @throws TwoFactorError with the code of the option that is wrong, such as `ERR_KEYS_INVALID`.
 */
export function createTwoFactor(options: TwoFactorOptions): TwoFactor {
  const context = createContext(resolveOptions(options))
  return Object.freeze({
    challenge: Object.freeze(createChallenge(context)),
    enrolment: Object.freeze(createEnrolment(context)),
    factors: Object.freeze(createFactors(context)),
    recoveryCodes: Object.freeze(createRecoveryCodes(context)),
    trustedDevices: Object.freeze(createTrustedDevices(context)),
    account: Object.freeze(createAccount(context)),
    admin: Object.freeze(createAdmin(context)),
    maintenance: Object.freeze(createMaintenance(context)),
  })
}
