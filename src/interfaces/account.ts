import type { Factor, TrustedDevice } from './factors.js'
import type { Refused } from './enrolment.js'

/** What an operation that needs a fresh proof is given. */
export interface ProvenInput {
  readonly userId: string
  readonly proof: string
  /** What the proof was bound to, when it was. */
  readonly binding?: string | undefined
}

/** The factors that a user has. */
export interface FactorOperations {
  /** Every confirmed factor, oldest first. One store call. */
  list(input: { readonly userId: string }): Promise<{ readonly status: 'listed'; readonly factors: readonly Factor[] }>
  /** Changes what a factor is called; null takes the name away. Needs no proof: a name opens nothing. */
  rename(input: {
    readonly userId: string
    readonly factorId: string
    readonly name: string | null
  }): Promise<{ readonly status: 'renamed'; readonly factor: Factor } | Refused>
  /** Has sign-in ask for this factor first. */
  prefer(
    input: ProvenInput & { readonly factorId: string },
  ): Promise<{ readonly status: 'preferred'; readonly factor: Factor } | Refused>
  /** Removes a factor; the last one takes the recovery codes along. With `required`, the last one stays. */
  remove(
    input: ProvenInput & {
      readonly factorId: string
      readonly required?: boolean | undefined
      readonly locale?: string | undefined
    },
  ): Promise<{ readonly status: 'removed'; readonly factor: Factor; readonly enabled: boolean } | Refused>
}

/** The ten single-use codes kept for the day the phone is lost. The first set comes with the first factor. */
export interface RecoveryCodeOperations {
  /** Replaces the whole set. The codes are never shown again. */
  regenerate(
    input: ProvenInput,
  ): Promise<{ readonly status: 'regenerated'; readonly recoveryCodes: readonly string[] } | Refused>
}

/** The browsers that skip the sign-in challenge. Revoking needs no proof: it only makes things safer. */
export interface TrustedDeviceOperations {
  list(input: {
    readonly userId: string
  }): Promise<{ readonly status: 'listed'; readonly devices: readonly TrustedDevice[] }>
  /** Ends one device's trust; `revoked` also when there was no such device. */
  revoke(input: { readonly userId: string; readonly deviceId: string }): Promise<{ readonly status: 'revoked' }>
  revokeAll(input: { readonly userId: string }): Promise<{ readonly status: 'revoked' }>
  /** The name for this user's cookie on a shared browser: letters and digits only. Prefix it with `__Host-` under HTTPS. */
  cookieName(input: { readonly userId: string }): string
}

/** All that a host may show of a user's second factor. */
export interface AccountStatus {
  readonly status: 'known'
  readonly userId: string
  /** Whether sign-in asks for a second factor. */
  readonly enabled: boolean
  readonly factors: readonly Factor[]
  readonly recoveryCodesRemaining: number
  readonly trustedDevices: readonly TrustedDevice[]
  /** Until when codes are not compared; null when they are. */
  readonly lockedUntilAt: number | null
  readonly suspended: boolean
  readonly enrolmentRequired: boolean
}

/** A user's two-factor authentication as a whole. */
export interface AccountOperations {
  /** One store call. */
  status(input: { readonly userId: string }): Promise<AccountStatus>
  /** The same for many users, in the order given, reading at most eight at a time. */
  statuses(input: { readonly userIds: readonly string[] }): Promise<readonly AccountStatus[]>
  /** Switches two-factor authentication off. With `required`, it stays on. */
  disable(
    input: ProvenInput & { readonly required?: boolean | undefined; readonly locale?: string | undefined },
  ): Promise<{ readonly status: 'disabled' } | Refused>
  /** Tell it after every change or reset of the password: revokes challenges, trusted devices and proofs, keeps factors. */
  passwordChanged(input: { readonly userId: string }): Promise<{ readonly status: 'recorded' }>
  /** Forgets the user, for instance when the account is deleted. */
  erase(input: { readonly userId: string }): Promise<{ readonly status: 'erased' }>
}

/** A secret from another system, in the form it is stored there. */
export type ImportedSecret =
  | { readonly encoding: 'base32' | 'hex' | 'ascii'; readonly value: string }
  | { readonly encoding: 'raw'; readonly value: Uint8Array }

/** An authenticator-app factor that another system confirmed, with the parameters it has there. */
export interface ImportTotpInput {
  readonly userId: string
  readonly actor: string
  readonly secret: ImportedSecret
  readonly name?: string | undefined
  readonly algorithm?: 'SHA-1' | 'SHA-256' | 'SHA-512' | undefined
  readonly digits?: number | undefined
  readonly periodSeconds?: number | undefined
  /** The last step the other system accepted, so that its code cannot be used again. */
  readonly lastStep?: number | undefined
  /** When it was confirmed there; now unless said otherwise. */
  readonly confirmedAt?: number | undefined
  /** Accepts a secret shorter than the 128 bits of RFC 4226, section 4. Have these people enrol anew soon. */
  readonly allowShortSecret?: boolean | undefined
}

/** For staff and scripts: what a user cannot do for themselves. `actor` says who did it, in the event. */
export interface AdminOperations {
  /** Drops every factor, code and trusted device of someone who has lost them all. Check who is asking first. */
  reset(input: { readonly userId: string; readonly actor: string }): Promise<{ readonly status: 'reset' }>
  /** Lifts a lock or a suspension. */
  unlock(input: { readonly userId: string; readonly actor: string }): Promise<{ readonly status: 'unlocked' }>
  /** Takes over an authenticator-app factor from another system; the first factor comes with recovery codes. */
  importTotp(
    input: ImportTotpInput,
  ): Promise<
    { readonly status: 'imported'; readonly factor: Factor; readonly recoveryCodes: readonly string[] | null } | Refused
  >
}

/** How far a walk over all records has come. */
export interface ResealProgress {
  /** Keys seen so far. */
  readonly seen: number
  /** Records sealed anew under the first key. */
  readonly resealed: number
  /** Records that no key of the ring opens. They were left as they are. */
  readonly unreadable: number
}

/** What is done to all records at once. */
export interface MaintenanceOperations {
  /**
   * Seals every record under the first key that is not yet, so that an old key can be retired. Safe beside live traffic;
   * running it again goes on where an interrupted run stopped. Aborting resolves with what was done.
   */
  reseal(options?: {
    readonly onProgress?: ((progress: ResealProgress) => void) | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<ResealProgress & { readonly status: 'completed' | 'aborted' }>
}
