import type { TwoFactorEvent } from 'countersign'
import type { Words } from './words/english.js'

/** What happened, in a sentence for the person it happened to; null for what is of no use to them. */
export function describeEvent(event: TwoFactorEvent, words: Words, nameOf: (actor: string) => string): string | null {
  const { activity, method } = words
  switch (event.type) {
    case 'factor-added':
    case 'factor-imported':
      return activity.added(method[event.factorKind])
    case 'factor-replaced':
      return activity.replaced(method[event.factorKind])
    case 'factor-renamed':
      return activity.renamed
    case 'factor-preferred':
      return activity.preferred(method[event.factorKind])
    case 'factor-removed':
      return activity.removed(method[event.factorKind])
    case 'challenge-approved':
      return event.purpose === 'sign-in'
        ? activity.signedIn(method[event.method])
        : activity.confirmed(method[event.method])
    case 'challenge-rejected':
      return event.reason === 'wrong-code' || event.reason === 'already-used' ? activity.wrongCode : null
    case 'challenge-skipped':
      return activity.skipped
    case 'locked':
      return activity.locked
    case 'suspended':
      return activity.suspended
    case 'unlocked':
      return activity.unlocked(nameOf(event.actor))
    case 'text-sent':
      return activity.texted(event.destination)
    case 'text-not-sent':
      return activity.notTexted(event.destination)
    case 'recovery-codes-issued':
      return activity.codesIssued
    case 'recovery-code-redeemed':
      return activity.codeUsed(event.remaining)
    case 'recovery-codes-low':
      return activity.codesLow
    case 'recovery-codes-exhausted':
      return activity.codesGone
    case 'device-trusted':
      return activity.trusted(event.deviceName)
    case 'device-revoked':
      return activity.revoked
    case 'devices-revoked':
      return activity.revokedAll
    case 'password-changed':
      return activity.passwordChanged
    case 'disabled':
      return activity.disabled
    case 'reset':
      return activity.reset(nameOf(event.actor))
    case 'enrolment-begun':
    case 'enrolment-rejected':
    case 'challenge-begun':
    case 'text-verified':
    case 'limit-exceeded':
    case 'erased':
      return null
  }
}
