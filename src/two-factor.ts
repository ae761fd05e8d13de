import type { AccountOperations } from './interfaces/account.js'
import type { AdminOperations } from './interfaces/admin.js'
import type { ChallengeOperations } from './interfaces/challenge.js'
import type { EnrolmentOperations } from './interfaces/enrolment.js'
import type { FactorOperations } from './interfaces/factors.js'
import type { MaintenanceOperations } from './interfaces/maintenance.js'
import type { RecoveryCodeOperations } from './interfaces/recovery-codes.js'
import type { TrustedDeviceOperations } from './interfaces/trusted-devices.js'
import { resolveOptions, type TwoFactorOptions } from './options.js'
import { createAccount } from './services/account.js'
import { createAdmin } from './services/admin.js'
import { createChallenge } from './services/challenge.js'
import { createEnrolment } from './services/enrolment.js'
import { createFactors } from './services/factors.js'
import { createMaintenance } from './services/maintenance.js'
import { createRecoveryCodes } from './services/recovery-codes.js'
import { createShell } from './shell/shell.js'
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
  const shell = createShell(resolveOptions(options))
  return Object.freeze({
    challenge: Object.freeze(createChallenge(shell)),
    enrolment: Object.freeze(createEnrolment(shell)),
    factors: Object.freeze(createFactors(shell)),
    recoveryCodes: Object.freeze(createRecoveryCodes(shell)),
    trustedDevices: Object.freeze(createTrustedDevices(shell)),
    account: Object.freeze(createAccount(shell)),
    admin: Object.freeze(createAdmin(shell)),
    maintenance: Object.freeze(createMaintenance(shell)),
  })
}
