import type { NotSentReason, RefusedReason, RejectedReason } from 'countersign'

/** What a sentence about an outcome may mention. */
export interface Facts {
  /** Null when tries are not counted. */
  readonly attempts: number | null
  /** Such as "in 40 seconds"; null when waiting does not help. */
  readonly wait: string | null
}

const again = (wait: string | null): string => (wait === null ? '' : ` Try again ${wait}.`)
const left = ({ attempts, wait }: Facts): string => {
  if (attempts === null) return ''
  if (attempts === 0) return `No attempts are left.${again(wait)}`
  return attempts === 1 ? 'One attempt is left.' : `${attempts} attempts are left.`
}

/** A sentence for every reason that Countersign can give. `satisfies` lets none be forgotten. */
export const englishOutcomes = {
  rejected: {
    'wrong-code': (facts) => `That code is not right. ${left(facts)}`.trim(),
    'malformed-code': () => 'That does not look like a code. Check for a missing or extra character.',
    'wrong-response': () => 'That passkey did not answer as it should. Try again, or use another way.',
    'already-used': (facts) => `That code has been used already; wait for the next one. ${left(facts)}`.trim(),
    expired: ({ attempts }): string =>
      (attempts ?? 0) > 0 ? 'That code has run out. Have a new one sent.' : 'This took too long. Please start again.',
    exhausted: () => 'Too many wrong codes. Please start again.',
    revoked: () => 'Something about your account has changed. Please start again.',
    settled: () => 'This was finished already. Please start again.',
    locked: ({ wait }) =>
      `Too many wrong codes, so none is checked for now.${again(wait)} A recovery code still works.`,
    suspended: () => 'Far too many wrong codes. Use a recovery code, or ask the practice owner to unlock your account.',
    'assurance-too-low': () =>
      'This needs a stronger way to confirm. Use another of yours, or add one on your account page.',
    'too-many-factors': () => 'You have as many ways to sign in as there can be. Remove one first.',
    'unknown-challenge': () => 'This sign-in is no longer open. Please start again.',
    'unknown-enrolment': () => 'This set-up is no longer open. Please start again.',
    'unknown-factor': () => 'That way to get a code is no longer there. Choose another.',
    busy: () => 'Too much happened at once. Nothing was counted; please try again.',
  } satisfies Record<RejectedReason, (facts: Facts) => string>,
  refused: {
    'proof-required': () => 'First confirm that it is you.',
    'proof-invalid': () => 'Your confirmation has run out. Please confirm again that it is you.',
    locked: ({ wait }) => `Too many wrong codes, so this is shut for now.${again(wait)}`,
    suspended: () =>
      'Far too many wrong codes. Sign in with a recovery code, or ask the practice owner to unlock your account.',
    'too-many-factors': () => 'You have as many ways to get a code as there can be. Remove one first.',
    'factor-exists': () => 'You have this already.',
    'unknown-factor': () => 'That way to get a code is no longer there.',
    'last-factor-required': () =>
      'The practice requires two-factor authentication, and this is your last way to get a code.',
    'invalid-phone-number': () =>
      'That is not a phone number that can receive texts. Check the country and the digits.',
    'country-not-allowed': () =>
      'That number belongs to a country or island that we do not send texts to, whatever is chosen above. Check the digits, or use an authenticator app.',
    'sms-unavailable': ({ wait }) =>
      `Text messages are not available right now.${again(wait)} An authenticator app works at once.`,
    'passkeys-unavailable': () => 'Passkeys cannot be used here. An authenticator app works at once.',
    'unknown-enrolment': () => 'This set-up is no longer open. Please start again.',
    busy: () => 'Too much happened at once. Nothing was changed; please try again.',
  } satisfies Record<RefusedReason, (facts: Facts) => string>,
  notSent: {
    'too-soon': ({ wait }) => `The last text has only just gone out.${again(wait)}`,
    'budget-spent': ({ wait }) =>
      `Too many texts have been sent.${again(wait)} A code you received works until it runs out.`,
    screened: () => 'We could not send a text to this number. Use another way.',
    'opted-out': () =>
      'This number has asked for no more texts from us. Reply START to the last one, or use another way.',
    unreachable: () => 'This number cannot receive texts.',
    'delivery-failed': ({ wait }) => `We could not hand the text over; it may still arrive.${again(wait)}`,
  } satisfies Record<NotSentReason, (facts: Facts) => string>,
  activity: {
    added: (label: string | null) => (label === null ? 'Added a way to sign in, gone since' : `Added: ${label}`),
    replaced: (label: string | null) => (label === null ? 'Replaced a way to sign in' : `Replaced by: ${label}`),
    preferred: (label: string | null) =>
      label === null ? 'Changed what is asked for first' : `Asked for first: ${label}`,
    removed: 'Removed a way to sign in',
    approved: (label: string | null) => (label === null ? 'Confirmed with a code' : `Confirmed with: ${label}`),
    locked: 'Codes were locked after too many wrong ones',
    suspended: 'Codes were suspended',
    unlocked: 'The practice owner unlocked codes',
    codesIssued: 'New recovery codes were made',
    codeUsed: 'A recovery code was used',
    passIssued: 'The practice owner issued an access pass',
    passUsed: 'An access pass was used',
    trusted: (name: string | null) => (name === null ? 'A computer was trusted' : `A computer was trusted: ${name}`),
    revoked: 'A computer is no longer trusted',
    revokedAll: 'No computer is trusted any more',
    passwordChanged: 'The password was changed',
    disabled: 'Two-factor authentication was turned off',
    reset: 'The practice owner reset two-factor authentication',
  },
}
