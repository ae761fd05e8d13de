import type { Factor } from './factor.js'
import type { Refused } from './refusal.js'

/** Whose account staff act on, and who does it. */
export interface AdminInput {
  readonly userId: string
  /** Who does it, 1 to 255 bytes; told in the event. */
  readonly actor: string
}

/** A secret from another system, in the form it is stored there. */
export type ImportedSecret =
  | { readonly encoding: 'base32' | 'hex' | 'ascii'; readonly value: string }
  | { readonly encoding: 'raw'; readonly value: Uint8Array }

/** What an import may bring in the way of recovery codes. */
export interface ImportedRecoveryCodes {
  /**
   * `issue` (the default) makes a set of new codes with the first factor, `none` makes none, and a list takes over the
   * codes of the other system, in plain text: 1 to 20 codes of 10 to 64 letters and digits.
   */
  readonly recoveryCodes?: 'issue' | 'none' | readonly string[] | null | undefined
}

/** An authenticator-app factor that another system confirmed, with the parameters it has there. */
export interface ImportTotpInput extends AdminInput, ImportedRecoveryCodes {
  readonly secret: ImportedSecret
  readonly name?: string | null | undefined
  readonly algorithm?: 'SHA-1' | 'SHA-256' | 'SHA-512' | null | undefined
  readonly digits?: number | null | undefined
  readonly periodSeconds?: number | null | undefined
  /** The last step the other system accepted, so that its code cannot be used again; every step up to now when absent. */
  readonly lastStep?: number | null | undefined
  /** When it was confirmed there; now unless said otherwise. */
  readonly confirmedAt?: number | null | undefined
  /** Accepts 80 to 127 bits where RFC 4226, section 4 asks for 128. Have these people enrol a new secret soon. */
  readonly allowShortSecret?: boolean | null | undefined
}

/** A phone number that another system confirmed. */
export interface ImportSmsInput extends AdminInput, ImportedRecoveryCodes {
  /** In international form. */
  readonly phoneNumber: string
  readonly name?: string | null | undefined
  /** When it was confirmed there; now unless said otherwise. */
  readonly confirmedAt?: number | null | undefined
}

/** The factor was taken over. */
export interface Imported {
  readonly status: 'imported'
  readonly factor: Factor
  /** The codes just made, never shown again; null when none were. */
  readonly recoveryCodes: readonly string[] | null
}

/** An access pass just issued: hand it over in person, or by a way that proves who it reaches. */
export interface IssuedAccessPass {
  readonly status: 'issued'
  /** 120 random bits in six groups of four, never shown again. */
  readonly pass: string
  readonly expiresAt: number
}

/** For staff and scripts: what a user cannot do for themselves. `actor` says who did it, in the event. */
export interface AdminOperations {
  /** Drops every factor, code and trusted device of someone who has lost them all. Check who is asking first. */
  reset(input: AdminInput): Promise<{ readonly status: 'reset' }>
  /** Lifts a lock or a suspension. Throws `ERR_STORE_BUSY` under contention. */
  unlock(input: AdminInput): Promise<{ readonly status: 'unlocked' }>
  /** Removes one factor, such as a stolen phone; the last one takes the recovery codes along. */
  removeFactor(
    input: AdminInput & { readonly factorId: string },
  ): Promise<{ readonly status: 'removed'; readonly factor: Factor; readonly enabled: boolean } | Refused>
  /**
   * Issues the only access pass of somebody who lost everything: single use, redeemed where recovery codes are. Somebody
   * without a factor must redeem it before enrolling. A new one replaces the last. Lifetime 900 to 604800 seconds; a day.
   */
  issueAccessPass(
    input: AdminInput & { readonly lifetimeSeconds?: number | null | undefined },
  ): Promise<IssuedAccessPass | Refused>
  /** Takes over an authenticator-app factor from another system; the first factor comes with recovery codes. */
  importTotp(input: ImportTotpInput): Promise<Imported | Refused>
  /** Takes over a phone number that another system confirmed and `actor` vouches for. */
  importSms(input: ImportSmsInput): Promise<Imported | Refused>
}
