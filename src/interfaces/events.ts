import type { ChallengePurpose, RejectedReason } from './challenge.js'
import type { NotSentReason } from './delivery.js'
import type { FactorKind, ProofMethod } from './factors.js'
import type { SmsPurpose } from './sms-sender.js'

interface UserEvent {
  readonly userId: string
  readonly at: number
}

interface FactorEvent extends UserEvent {
  readonly factorId: string
  readonly factorKind: FactorKind
}

/**
 * What happened, emitted after it was committed. Free of secrets: no code, token, key or full phone number.
 * A handler that throws, rejects or hangs changes nothing.
 */
export type TwoFactorEvent =
  | (UserEvent & { readonly type: 'enrolment-begun'; readonly factorKind: FactorKind })
  | (UserEvent & {
      readonly type: 'enrolment-rejected'
      readonly factorKind: FactorKind
      readonly reason: RejectedReason
    })
  | (FactorEvent & { readonly type: 'factor-added'; readonly first: boolean })
  | (FactorEvent & {
      readonly type: 'factor-replaced'
      readonly replacedFactorId: string
      readonly replacedFactorKind: FactorKind
    })
  | (FactorEvent & { readonly type: 'factor-renamed' })
  | (FactorEvent & { readonly type: 'factor-preferred' })
  | (FactorEvent & { readonly type: 'factor-removed'; readonly last: boolean })
  | (FactorEvent & { readonly type: 'factor-imported'; readonly actor: string; readonly first: boolean })
  | (UserEvent & {
      readonly type: 'challenge-begun'
      readonly purpose: ChallengePurpose
      readonly factorKind: FactorKind
    })
  | (UserEvent & {
      readonly type: 'challenge-approved'
      readonly purpose: ChallengePurpose
      readonly method: ProofMethod
    })
  | (UserEvent & {
      readonly type: 'challenge-rejected'
      readonly purpose: ChallengePurpose
      readonly reason: RejectedReason
    })
  | (UserEvent & { readonly type: 'challenge-skipped'; readonly deviceId: string })
  | (UserEvent & { readonly type: 'locked'; readonly retryAt: number; readonly budget: 'codes' | 'recovery-codes' })
  | (UserEvent & { readonly type: 'suspended' })
  | (UserEvent & { readonly type: 'unlocked'; readonly actor: string })
  | (UserEvent & {
      readonly type: 'text-sent'
      readonly purpose: SmsPurpose
      readonly country: string
      readonly destination: string
    })
  | (UserEvent & {
      readonly type: 'text-not-sent'
      readonly purpose: SmsPurpose
      readonly country: string
      readonly destination: string
      readonly reason: NotSentReason
    })
  | (UserEvent & { readonly type: 'text-verified'; readonly purpose: SmsPurpose; readonly country: string })
  | (UserEvent & {
      readonly type: 'limit-exceeded'
      readonly limit: 'user' | 'number' | 'address' | 'region'
      readonly enforced: boolean
    })
  | (UserEvent & { readonly type: 'recovery-codes-issued' })
  | (UserEvent & { readonly type: 'recovery-code-redeemed'; readonly remaining: number })
  | (UserEvent & { readonly type: 'recovery-codes-low'; readonly remaining: number })
  | (UserEvent & { readonly type: 'recovery-codes-exhausted' })
  | (UserEvent & { readonly type: 'device-trusted'; readonly deviceId: string; readonly deviceName: string })
  | (UserEvent & { readonly type: 'device-revoked'; readonly deviceId: string })
  | (UserEvent & { readonly type: 'devices-revoked'; readonly count: number })
  | (UserEvent & { readonly type: 'password-changed' })
  | (UserEvent & { readonly type: 'disabled' })
  | (UserEvent & { readonly type: 'reset'; readonly actor: string })
  | (UserEvent & { readonly type: 'erased' })

/** The names of all events. */
export type TwoFactorEventType = TwoFactorEvent['type']
