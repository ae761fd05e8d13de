import type { AccountStatus, Activity } from 'countersign'
import { labelOf } from './factor-label.js'
import type { Words } from './words/english.js'

/** What happened, in a sentence for the person it happened to; null for what another entry tells of as well. */
export function describeActivity(
  { type, factorId, deviceId }: Activity,
  words: Words,
  { factors, trustedDevices }: AccountStatus,
): string | null {
  const { activity } = words
  const factor = factors.find(({ id }) => id === factorId) ?? null
  const device = trustedDevices.find(({ id }) => id === deviceId) ?? null
  const label = factor === null ? null : labelOf(words, factor)
  switch (type) {
    case 'factor-added':
    case 'factor-imported':
      return activity.added(label)
    case 'factor-replaced':
      return activity.replaced(label)
    case 'factor-preferred':
      return activity.preferred(label)
    case 'factor-removed':
      return activity.removed
    case 'challenge-approved':
      // A recovery code and an access pass have entries of their own.
      return factorId === null ? null : activity.approved(label)
    case 'locked':
      return activity.locked
    case 'suspended':
      return activity.suspended
    case 'unlocked':
      return activity.unlocked
    case 'recovery-codes-issued':
      return activity.codesIssued
    case 'recovery-code-redeemed':
      return activity.codeUsed
    case 'access-pass-issued':
      return activity.passIssued
    case 'access-pass-redeemed':
      return activity.passUsed
    case 'device-trusted':
      return activity.trusted(device?.name ?? null)
    case 'device-revoked':
      return activity.revoked
    case 'devices-revoked':
      return activity.revokedAll
    case 'password-changed':
      return activity.passwordChanged
    case 'disabled':
      return activity.disabled
    case 'reset':
      return activity.reset
  }
}
