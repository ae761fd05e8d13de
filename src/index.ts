export { createTwoFactor, type TwoFactor } from './two-factor.js'
export type { KeyOption, SmsOptions, TwoFactorOptions } from './options.js'
export type { MinimumAssurance, Policy, PolicyOverrides } from './interfaces/policy.js'

export {
  isSmsDeliveryError,
  isTwoFactorError,
  SmsDeliveryError,
  TwoFactorError,
  type SmsDeliveryFailure,
  type TwoFactorErrorCode,
} from './errors.js'
export { memoryStore } from './stores/memory.js'
export { failover, type FailoverOptions } from './sms/failover.js'
export { builtInMessage, type MessageRequest, type MessageTemplate } from './sms/message.js'
export { exampleNumber } from './sms/phone-number.js'
export { isCountryCode, type CountryCode } from './sms/country-code.js'

export type { Clock } from './interfaces/clock.js'
export type { Random } from './interfaces/random.js'
export type { Store, StoreCallOptions, StoreSwapOptions } from './interfaces/store.js'
export type { SmsAlphabet } from './sms/text-value.js'
export type { SmsChannel, SmsMessage, SmsPurpose, SmsScreenRequest, SmsSender } from './interfaces/sms-sender.js'
export type { TwoFactorEvent, TwoFactorEventType } from './interfaces/events.js'
export type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyCreationRequest,
  PasskeyCredential,
  PasskeyProofRequest,
  PasskeyRequestOptions,
  PasskeyVerifier,
} from './interfaces/passkeys.js'

export type { Assurance, Factor, FactorKind, ProofMethod } from './interfaces/factor.js'
export type { Delivery, NotSent, NotSentReason, Sent } from './interfaces/delivery.js'
export type { Refused, RefusedReason, Rejected, RejectedReason } from './interfaces/refusal.js'
export type { ProvenInput } from './interfaces/proven-input.js'
export type {
  Approved,
  BeginChallengeInput,
  BeginChallengeResult,
  Challenged,
  ChallengeOperations,
  ChallengePurpose,
  CheckProofInput,
  CheckProofResult,
  EnrolmentRequired,
  Locked,
  NotRequired,
  ProofPurpose,
  RedeemRecoveryCodeInput,
  ResendInput,
  Suspended,
  SwitchFactorInput,
  Trusted,
  VerifyChallengeInput,
} from './interfaces/challenge.js'
export type {
  BeginPasskeyInput,
  BeginSmsInput,
  BeginTotpInput,
  Confirmed,
  ConfirmEnrolmentInput,
  EnrolmentOperations,
  ResendEnrolmentInput,
  StartedPasskey,
  StartedSms,
  StartedTotp,
} from './interfaces/enrolment.js'
export type { FactorOperations } from './interfaces/factors.js'
export type { RecoveryCodeOperations, RecoveryCodesStatus } from './interfaces/recovery-codes.js'
export type {
  IssuedTrustedDevice,
  ListedTrustedDevice,
  TrustedDevice,
  TrustedDeviceOperations,
} from './interfaces/trusted-devices.js'
export type { AccountOperations, AccountStatus } from './interfaces/account.js'
export type { Activity, ActivityType } from './interfaces/activity.js'
export type {
  AdminInput,
  AdminOperations,
  Imported,
  ImportedRecoveryCodes,
  ImportedSecret,
  ImportSmsInput,
  ImportTotpInput,
  IssuedAccessPass,
} from './interfaces/admin.js'
export type { MaintenanceOperations, ResealProgress } from './interfaces/maintenance.js'
