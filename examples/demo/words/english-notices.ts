import type { TwoFactorEventType } from 'countersign'

/** What a notice may mention; empty or nought where the event says nothing of it. */
export interface NoticeFacts {
  readonly factor: string
  readonly device: string
  readonly remaining: number
}

/** The e-mails about what happened to an account, in English: a sentence for every event that matters. */
export const englishNotices = {
  notices: {
    unexpected: 'If you did not expect this, change your password and tell Dr Okafor. Your account:',
    sentences: {
      'factor-added': ({ factor }) => `A way to sign in was added: ${factor}`,
      'factor-replaced': ({ factor }) => `A way to sign in was replaced by another: ${factor}`,
      'factor-removed': ({ factor }) => `A way to sign in was removed: ${factor}`,
      'passkey-counter-fell': () => 'One of your passkeys may have been copied, so it was refused',
      'recovery-codes-issued': () => 'New recovery codes were made; those made before are void',
      'recovery-code-redeemed': ({ remaining }) => `A recovery code was used to sign in; ${remaining} are left`,
      'access-pass-issued': () => 'The practice owner issued an access pass for your account',
      'access-pass-redeemed': () => 'An access pass was used to sign in',
      'device-trusted': ({ device }) => `A computer is trusted to sign in without a code: ${device}`,
      'password-changed': () => 'Your password was changed',
      locked: () => 'Codes are locked for a while: somebody with your password entered too many wrong ones',
      suspended: () => 'Codes are suspended: somebody with your password entered far too many wrong ones',
      unlocked: () => 'The practice owner unlocked codes for your account',
      disabled: () => 'Two-factor authentication was turned off',
      reset: () => 'The practice owner reset two-factor authentication for your account',
    } satisfies Partial<Record<TwoFactorEventType, (facts: NoticeFacts) => string>>,
  },
}
