import type { EventBody } from '../interfaces/events.js'
import type { PasskeyAssertion, PasskeyAttestation, PasskeyCredential } from '../interfaces/passkeys.js'
import type { Policy } from '../interfaces/policy.js'
import type { SmsPurpose, SmsScreenRequest } from '../interfaces/sms-sender.js'
import type { Recipient, TextState, UserRecord } from './record.js'

/** What every decision is made about: a user's record, and the moment. */
export interface Case {
  readonly record: UserRecord
  /** Whether there is a record in the store; an absent one reads as empty. */
  readonly stored: boolean
  readonly userId: string
  readonly now: number
  readonly policy: Policy
}

/** What came of a decision. All plain data. */
export interface Decision<Outcome> {
  /** What the record becomes: itself when nothing changes. */
  readonly next: UserRecord
  readonly outcome: Outcome
  /** What to do once it is committed. */
  readonly effects: readonly Effect[]
  /** What to tell the host once it is committed. */
  readonly events: readonly EventBody[]
}

/** What to do once a decision is committed. */
export type Effect =
  | { readonly effect: 'send-code'; readonly text: CodeText }
  | { readonly effect: 'send-notice'; readonly notice: Notice; readonly to: readonly NoticeRecipient[] }
  | { readonly effect: 'count-region'; readonly country: string; readonly field: 'sent' | 'verified' }

/** Which notice a phone number gets. */
export type Notice = 'number-replaced' | 'number-removed'

/** A factor whose phone number gets a notice. */
export interface NoticeRecipient extends Recipient {
  readonly factorId: string
}

/** What a texted code is for. */
export interface TextSubject {
  /** The challenge's or the enrolment's id. */
  readonly id: string
  readonly purpose: Exclude<SmsPurpose, 'notice'>
  /** The digest of the host's binding, base64url. */
  readonly bindingDigest: string | null
  readonly summary: string | null
  readonly expiresAt: number
  /** Null while the number is being enrolled. */
  readonly factorId: string | null
}

/** A code to be texted. */
export interface CodeText {
  readonly subject: TextSubject
  readonly recipient: Recipient
  readonly state: TextState
  readonly expiresAt: number
  readonly resendAt: number | null
}

/** A text that somebody wants sent, as host and shared limits are asked about it. */
export type PermitRequest = Pick<SmsScreenRequest, 'to' | 'country' | 'purpose' | 'channel'> & {
  readonly summary: string | null
}

/** Whether a text may go out, as far as the host and the limits know that all users share. */
export interface Permit {
  readonly verdict: 'granted' | 'screened' | 'budget-spent' | 'region-shut'
  readonly retryAt: number | null
  /** The limits that it came up against, whether they were enforced or not. */
  readonly exceeded: readonly ('number' | 'address' | 'region' | 'namespace')[]
  readonly enforced: boolean
}

/** The facts that only the outside world knows: what is asked, and what the answer is. */
interface NeedTable {
  /** Whether a text may go out. Its budgets are charged when it is granted. */
  readonly permit: { readonly ask: PermitRequest; readonly answer: Permit }
  /** The scrypt hash of a typed recovery code of fewer than 112 bits. */
  readonly 'slow-hash': { readonly ask: { readonly code: string; readonly salt: string }; readonly answer: string }
  /** What a passkey's response to a challenge is worth. */
  readonly assertion: {
    readonly ask: { readonly challengeId: string; readonly credential: PasskeyCredential }
    readonly answer: PasskeyAssertion
  }
  /** What a new passkey's answer to an enrolment is worth. */
  readonly attestation: { readonly ask: { readonly enrolmentId: string }; readonly answer: PasskeyAttestation }
}

export type NeedName = keyof NeedTable

/** A fact without which the decision cannot be made. */
export type Need<Name extends NeedName = NeedName> = {
  readonly [N in Name]: { readonly need: N; readonly ask: NeedTable[N]['ask'] }
}[Name]

/** The answer to a need. */
export type Answer<Name extends NeedName> = NeedTable[Name]['answer']

/** A need that was met. */
export type Fact<Name extends NeedName = NeedName> = {
  readonly [N in Name]: { readonly need: N; readonly ask: NeedTable[N]['ask']; readonly answer: NeedTable[N]['answer'] }
}[Name]

/** Every fact that the operation has fetched. */
export type Facts = readonly Fact[]

/** What a decision gives: itself, or what it needs first. */
export type Deciding<Outcome> = Decision<Outcome> | Need

/** Whether something else is needed first. */
export function isNeed(value: object): value is Need {
  return 'need' in value
}

/** The answer to what is needed, or the need. A need that was met is never asked again. */
export function ask<Name extends NeedName>(
  facts: Facts,
  need: Name,
  question: NeedTable[Name]['ask'],
): { readonly answer: Answer<Name> } | Need {
  const known = facts.find((fact) => fact.need === need && JSON.stringify(fact.ask) === JSON.stringify(question))
  return known === undefined ? ({ need, ask: question } as Need) : { answer: known.answer }
}

/** A decision that changes the record. */
export function decided<Outcome>(
  next: UserRecord,
  outcome: Outcome,
  events: readonly EventBody[] = [],
  effects: readonly Effect[] = [],
): Decision<Outcome> {
  return { next, outcome, events, effects }
}

/** The decision to leave everything as it is. */
export function unchanged<Outcome>(
  { record }: Case,
  outcome: Outcome,
  events: readonly EventBody[] = [],
): Decision<Outcome> {
  return { next: record, outcome, events, effects: [] }
}
