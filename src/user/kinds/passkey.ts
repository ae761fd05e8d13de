import type { PasskeyCredential } from '../../interfaces/passkeys.js'
import { ask, isNeed } from '../decision.js'
import { withFactor, type FactorRecord, type PasskeyFactor } from '../record.js'
import type { Kind } from './kind.js'

/** A passkey or security key (Web Authentication Level 3), as a second factor. */
export const passkey: Kind<'passkey'> = {
  rank: 0,
  isTyped: false,
  isRestricted: false,
  assurance: 'phishing-resistant',
  present: ({ credential }) => ({ destination: null, synced: credential.synced }),
  codeDigits: () => [],
  recipient: () => null,
  show: () => ({}),
  textOf: () => null,
  withText: (enrolment) => enrolment,
  credentialOwner: ({ accountName }) => accountName,
  credential: ({ credential }) => credential,
  isSame: (one, other) => isPasskey(other) && one.credential.id === other.credential.id,
  merge: (one) => one,
  attemptsLeft: () => Infinity,

  check({ record, now }, { subject, factor: asked }, { credentialId }, _compare, facts) {
    const forged = {
      status: 'forged',
      factor: asked,
      next: record,
      attemptsLeft: Infinity,
      amr: [],
      events: [],
    } as const
    const factor = record.factors.filter(isPasskey).find(({ credential }) => credential.id === credentialId)
    if (factor === undefined) return forged
    const { credential } = factor
    // The counter is compared here, so it is no part of what is asked: a counter that moved meanwhile asks nothing twice.
    const still = { ...credential, counter: 0, backedUp: false }
    const fact = ask(facts, 'assertion', { challengeId: subject.id, credential: still })
    if (isNeed(fact)) return fact
    const { answer } = fact
    if (answer.status === 'rejected') return { ...forged, factor }
    const { counter, backedUp, userVerified } = answer
    if (fell(credential, counter)) {
      const event = { type: 'passkey-counter-fell', factorId: factor.id, factorKind: factor.kind } as const
      return { ...forged, factor, events: [event] }
    }
    const used = { ...factor, lastUsedAt: now, credential: { ...credential, counter, backedUp } }
    const amr = [credential.synced ? 'swk' : 'hwk', ...(userVerified ? ['user'] : []), 'mfa']
    return { ...forged, status: 'right', factor: used, next: withFactor(record, used), amr }
  },

  confirm({ record, now }, enrolment, _subject, { credentialId }, _compare, facts) {
    if (credentialId === null) return { status: 'forged' }
    const fact = ask(facts, 'attestation', { enrolmentId: enrolment.id })
    if (isNeed(fact)) return fact
    if (fact.answer.status === 'rejected') return { status: 'forged' }
    const { credential } = fact.answer
    const known = record.factors.some((one) => isPasskey(one) && one.credential.id === credential.id)
    if (known) return { status: 'forged' }
    const { id, name } = enrolment
    return { status: 'right', factor: { kind: 'passkey', id, name, confirmedAt: now, lastUsedAt: null, credential } }
  },
}

/** Whether a signature counter went back, as a copied authenticator's does (section 7.2, step 22). One that counts nothing stays at 0. */
function fell(credential: PasskeyCredential, counter: number): boolean {
  return credential.counter !== 0 && counter <= credential.counter
}

function isPasskey(factor: FactorRecord): factor is PasskeyFactor {
  return factor.kind === 'passkey'
}
