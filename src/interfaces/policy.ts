import type { ChallengePurpose } from './challenge.js'
import type { Assurance } from './factor.js'

/** Every number that shapes behaviour. Durations say their unit; each has a range that the record's bounds and safety allow. */
export interface Policy {
  /** How long a challenge stays open. 60 to 900; 600. */
  readonly challengeLifetimeSeconds: number
  /** How long an enrolment stays pending. 60 to 3600; 600. */
  readonly enrolmentLifetimeSeconds: number
  /** How long a texted code works, from its first send. 60 to 600; 300. */
  readonly smsCodeLifetimeSeconds: number
  /** How long a proof is good for. 60 to 3600; 600. */
  readonly proofLifetimeSeconds: number
  /** How many steps before and after the current one an app's code may be of (RFC 6238, section 5.2). 0 to 2; 1. */
  readonly totpWindow: number
  /** Whether people may trust a device at all; `off` for shared workstations, and then no token is honoured. `on`. */
  readonly trustedDevices: 'on' | 'off'
  /** How long a device is trusted, absolutely. 3600 to 31536000; 2592000 (30 days). */
  readonly trustedDeviceLifetimeSeconds: number
  /** Wrong codes that end a text's code or an enrolment. 1 to 10; 5. */
  readonly wrongCodesPerCode: number
  /** Wrong codes in a row that lock, and lock again twice as long. 3 to 10; 5. */
  readonly wrongCodesPerLock: number
  /** The first lock. 10 to 3600; 60. */
  readonly firstLockSeconds: number
  /** The longest lock. 60 to 604800; 86400. */
  readonly longestLockSeconds: number
  /** Wrong codes in a row that suspend. 10 to 100, which NIST SP 800-63B-4, section 3.2.2 sets as the most; 100. */
  readonly wrongCodesUntilSuspended: number
  /** Texts per user and hour. 1 to 10; 10. */
  readonly textsPerUserHour: number
  /** Texts per phone number in ten minutes. 1 to 20; 5. */
  readonly textsPerNumberTenMinutes: number
  /** Texts per phone number and day. 1 to 20; 20. */
  readonly textsPerNumberDay: number
  /** Texts per client address and hour. 1 to 50; 20. */
  readonly textsPerAddressHour: number
  /**
   * Texts with a code per clock hour over the whole namespace, 1 to 1000000, as a cap on what they can cost; null, the
   * default, for none. It is split into shards, so the last few texts of a nearly spent hour may be refused early.
   */
  readonly textsPerHour: number | null
  /**
   * What a proof must be worth at least, by purpose. `access-pass`, the default of both, takes anything; `second-factor`
   * refuses access passes and recovery codes, `unrestricted` text messages too, `phishing-resistant` all but passkeys.
   */
  readonly minimumAssurance: Readonly<Record<ChallengePurpose, MinimumAssurance>>
  /** `record-only` reports what the limits per number, address and region would have stopped, and lets it pass. */
  readonly textLimits: 'enforce' | 'record-only'
  /** Enrolment texts to a region within an hour before its unverified share is looked at. 5 to 10000; 20. */
  readonly regionMinimumTexts: number
  /** The unverified share of a region's enrolment texts that shuts it. 0.5 to 1; 0.8. */
  readonly regionUnverifiedShare: number
}

/** What a proof can be asked to be worth: an assurance, or `unrestricted` for a typed code that was not texted. */
export type MinimumAssurance = Assurance | 'unrestricted'

/** What a host wants otherwise. */
export type PolicyOverrides = {
  readonly [Name in Exclude<keyof Policy, 'minimumAssurance'>]?: Policy[Name] | undefined
} & {
  readonly minimumAssurance?: Partial<Policy['minimumAssurance']> | undefined
}
