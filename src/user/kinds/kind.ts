import type { StartedSms, StartedTotp } from '../../interfaces/enrolment.js'
import type { EventBody } from '../../interfaces/events.js'
import type { Assurance, Factor, FactorKind } from '../../interfaces/factor.js'
import type { PasskeyCredential } from '../../interfaces/passkeys.js'
import type { Code } from '../../otp/code.js'
import type { Case, Facts, Need, TextSubject } from '../decision.js'
import type { EnrolmentRecord, FactorRecord, Recipient, TextState, TotpSecret, UserRecord } from '../record.js'

/** What a person or a browser gave as proof. */
export interface Given {
  /** A typed code; null when none was typed, or when it has no right number of digits. */
  readonly code: Code | null
  /** The credential id that a passkey's response names; null when there is no response. */
  readonly credentialId: string | null
}

/** The comparisons that need a key or a hash. They come in as functions, so that decisions hold no cryptography. */
export interface Compare {
  /** Every step around `at` whose code it is, ascending and burnt ones included. */
  totp(secret: TotpSecret, code: Code, at: number, window: number): readonly number[]
  /** Whether it is the texted code; null when the ring lacks the key that the code was derived under. */
  text(subject: TextSubject, state: TextState, code: Code): boolean | null
}

/** The challenge that something is compared for. */
export interface Asked {
  readonly subject: TextSubject
  /** The factor that was asked for. */
  readonly factor: FactorRecord
}

/** What comparing came to. */
export interface Check {
  readonly status:
    | 'right'
    | 'used' // right once, and burnt
    | 'wrong'
    | 'malformed' // no code of the right number of digits was given
    | 'not-live' // no code is out, or it outlived its minutes
    | 'forged' // not a valid response of a passkey of the user
  /** The factor that answered, or the one asked for. */
  readonly factor: FactorRecord
  /** The record with what comparing leaves behind: a burnt step, a counted code, a passkey's counter. */
  readonly next: UserRecord
  /** How many wrong codes the thing itself still takes; Infinity when only the user's budget limits them. */
  readonly attemptsLeft: number
  readonly amr: readonly string[]
  readonly events: readonly EventBody[]
}

/** What proving a pending enrolment came to. */
export type Confirmation<Kind extends FactorKind> =
  | { readonly status: 'right'; readonly factor: FactorRecord<Kind> }
  | { readonly status: Exclude<Check['status'], 'right' | 'used'> }

/** What a person is shown of a pending enrolment. */
export type Shown = Partial<Pick<StartedTotp, 'secret' | 'uri'> & Pick<StartedSms, 'destination' | 'restricted'>>

/** All that is known of one kind of factor. Nothing outside this folder asks which kind a factor is. */
export interface Kind<K extends FactorKind> {
  /** Where it stands among the kinds when nobody said which factor to ask for: the lowest is asked for first. */
  readonly rank: number
  /** Whether it is proved by a typed code, which can be guessed. */
  readonly isTyped: boolean
  /** Whether NIST SP 800-63B-4, section 3.2.9 calls it restricted. */
  readonly isRestricted: boolean
  readonly assurance: Assurance
  /** What a listing shows of it beside its name. */
  present(factor: FactorRecord<K>): Pick<Factor, 'destination' | 'synced'>
  /** The numbers of digits that a right code can have; none when the kind takes no code. */
  codeDigits(factors: readonly FactorRecord[]): readonly number[]
  /** Where a text goes; null when the kind sends none. */
  recipient(of: FactorRecord<K> | EnrolmentRecord<K>): Recipient | null
  /** What of a pending enrolment the person is shown; the id and the times are the same for every kind. */
  show(enrolment: EnrolmentRecord<K>, issuer: string): Shown
  /** The texts of a pending enrolment; null for kinds that send none, and while none went out. */
  textOf(enrolment: EnrolmentRecord<K>): TextState | null
  /** A pending enrolment whose text is out. */
  withText(enrolment: EnrolmentRecord<K>, text: TextState): EnrolmentRecord<K>
  /** Who a new credential is for, as authenticators show it; null for kinds that make none. */
  credentialOwner(enrolment: EnrolmentRecord<K>): string | null
  /** The WebAuthn credential; null for the other kinds. */
  credential(factor: FactorRecord<K>): PasskeyCredential | null
  /** Whether both are the same secret, number or credential. */
  isSame(one: FactorRecord<K>, other: FactorRecord): boolean
  /** What one becomes when the same is imported again as `other`: itself when nothing is new; null when they do not agree. */
  merge(one: FactorRecord<K>, other: FactorRecord): FactorRecord<K> | null
  /** How many wrong codes this challenge's own code still takes; Infinity when the kind has no such limit. */
  attemptsLeft(at: Case, challengeId: string): number
  /** Compares what was given with every factor of the kind that may answer. */
  check(at: Case, asked: Asked, given: Given, compare: Compare, facts: Facts): Check | Need
  /** Compares what was given with what a pending enrolment waits for. */
  confirm(
    at: Case,
    enrolment: EnrolmentRecord<K>,
    subject: TextSubject,
    given: Given,
    compare: Compare,
    facts: Facts,
  ): Confirmation<K> | Need
}
