import type { ChallengePurpose, ProofPurpose } from './challenge.js'
import type { NotSentReason } from './delivery.js'
import type { Assurance, FactorKind, ProofMethod } from './factor.js'
import type { RejectedReason } from './refusal.js'
import type { SmsChannel, SmsPurpose } from './sms-sender.js'

/** The factor that an event is about. */
interface AboutFactor {
  readonly factorId: string
  readonly factorKind: FactorKind
}

/** The challenge that an event is about. */
interface AboutChallenge {
  readonly purpose: ChallengePurpose
  /** The same for every event of one challenge; opens nothing. */
  readonly challengeId: string
  /** The factor asked for, or the one that answered; null for a recovery code and an access pass. */
  readonly factorId: string | null
}

/** The text message that an event is about. */
interface AboutText {
  readonly purpose: SmsPurpose
  /** The challenge, or the enrolment, that the text belongs to; null for a notice. */
  readonly subjectId: string | null
  /** The factor that the text went to; null while a number is being enrolled. */
  readonly factorId: string | null
  /** A text message, or a call that reads the code aloud. */
  readonly channel: SmsChannel
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** The masked phone number. */
  readonly destination: string
}

/** What happened, before it is said whose and when. */
export type EventBody =
  | { readonly type: 'enrolment-begun'; readonly factorKind: FactorKind; readonly enrolmentId: string }
  | {
      readonly type: 'enrolment-rejected'
      readonly factorKind: FactorKind
      readonly enrolmentId: string
      readonly reason: RejectedReason
    }
  | (AboutFactor & { readonly type: 'factor-added'; readonly first: boolean })
  | (AboutFactor & {
      readonly type: 'factor-replaced'
      readonly replacedFactorId: string
      readonly replacedFactorKind: FactorKind
    })
  | (AboutFactor & { readonly type: 'factor-renamed' })
  | (AboutFactor & { readonly type: 'factor-preferred' })
  | (AboutFactor & { readonly type: 'factor-removed'; readonly last: boolean; readonly actor: string | null })
  | (AboutFactor & { readonly type: 'factor-imported'; readonly actor: string; readonly first: boolean })
  | (AboutChallenge & {
      readonly type: 'challenge-begun'
      readonly factorKind: FactorKind
      /** Whether typed codes are compared now; a `locked` or `suspended` account takes recovery codes only. */
      readonly standing: 'open' | 'locked' | 'suspended'
      /** Whether this begin joined a challenge whose text was out already. */
      readonly joined: boolean
    })
  | (AboutChallenge & {
      readonly type: 'challenge-approved'
      readonly method: ProofMethod
      readonly assurance: Assurance
      /** How many wrong codes in a row came before this. */
      readonly failuresBefore: number
    })
  | (AboutChallenge & { readonly type: 'challenge-rejected'; readonly reason: RejectedReason })
  | (AboutChallenge & { readonly type: 'challenge-cancelled' })
  | { readonly type: 'challenge-skipped'; readonly deviceId: string }
  | { readonly type: 'locked'; readonly retryAt: number }
  | { readonly type: 'suspended' }
  | { readonly type: 'unlocked'; readonly actor: string }
  | (AboutText & { readonly type: 'text-sent' })
  | (AboutText & { readonly type: 'text-not-sent'; readonly reason: NotSentReason })
  | {
      readonly type: 'text-verified'
      readonly purpose: ProofPurpose
      readonly subjectId: string
      readonly factorId: string
      readonly country: string
    }
  | {
      readonly type: 'limit-exceeded'
      readonly limit: 'user' | 'number' | 'address' | 'region' | 'namespace'
      readonly enforced: boolean
    }
  | { readonly type: 'recovery-codes-issued' }
  | { readonly type: 'recovery-codes-acknowledged' }
  | { readonly type: 'recovery-code-redeemed'; readonly remaining: number }
  | { readonly type: 'recovery-codes-low'; readonly remaining: number }
  | { readonly type: 'recovery-codes-exhausted' }
  | { readonly type: 'access-pass-issued'; readonly actor: string; readonly expiresAt: number }
  | { readonly type: 'access-pass-redeemed' }
  | (AboutFactor & { readonly type: 'passkey-counter-fell' })
  | { readonly type: 'device-trusted'; readonly deviceId: string; readonly deviceName: string }
  | { readonly type: 'device-revoked'; readonly deviceId: string }
  | { readonly type: 'devices-revoked'; readonly count: number }
  | { readonly type: 'password-changed' }
  | { readonly type: 'disabled' }
  | { readonly type: 'reset'; readonly actor: string }
  | { readonly type: 'erased' }

/** Whose event it is, and when it happened. */
interface EventFrame {
  readonly userId: string
  readonly at: number
  /** The client's network address exactly as the host gave it to this operation; null when it gave none. */
  readonly clientAddress: string | null
}

/**
 * What happened, emitted after it was committed. Free of secrets: no code, token, key or full phone number.
 * A handler that throws, rejects or hangs changes nothing.
 */
export type TwoFactorEvent = EventBody & EventFrame

/** The names of all events. */
export type TwoFactorEventType = TwoFactorEvent['type']
