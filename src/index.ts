export { createTwoFactor, type TwoFactor } from './two-factor.js'
export type { KeyOption, SmsOptions, TwoFactorOptions } from './options.js'
export type { Policy, PolicyOverrides } from './interfaces/policy.js'

export { SmsDeliveryError, TwoFactorError, type SmsDeliveryFailure, type TwoFactorErrorCode } from './errors.js'
export { memoryStore } from './stores/memory.js'
export { failover, type FailoverOptions } from './sms/failover.js'
export { builtInMessage, type MessageRequest, type MessageTemplate } from './sms/message.js'
export { isCountryCode, type CountryCode } from './sms/country-code.js'

export type { Clock } from './interfaces/clock.js'
export type { Random } from './interfaces/random.js'
export type { Store, StoreCallOptions, StoreSwapOptions } from './interfaces/store.js'
export type { SmsMessage, SmsPurpose, SmsScreenRequest, SmsSender } from './interfaces/sms-sender.js'
export type { TwoFactorEvent, TwoFactorEventType } from './interfaces/events.js'

export type { Factor, FactorKind, IssuedTrustedDevice, ProofMethod, TrustedDevice } from './interfaces/factors.js'
export type { Delivery, NotSent, NotSentReason, Sent } from './interfaces/delivery.js'
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
  RedeemRecoveryCodeInput,
  Rejected,
  RejectedReason,
  ResendInput,
  Suspended,
  SwitchFactorInput,
  Trusted,
  VerifyChallengeInput,
} from './interfaces/challenge.js'
export type {
  BeginSmsInput,
  BeginTotpInput,
  Confirmed,
  ConfirmEnrolmentInput,
  EnrolmentOperations,
  Refused,
  RefusedReason,
  StartedSms,
  StartedTotp,
} from './interfaces/enrolment.js'
export type {
  AccountOperations,
  AccountStatus,
  AdminOperations,
  FactorOperations,
  ImportedSecret,
  ImportTotpInput,
  MaintenanceOperations,
  ProvenInput,
  RecoveryCodeOperations,
  ResealProgress,
  TrustedDeviceOperations,
} from './interfaces/account.js'
