import { describe, expect, it } from 'vitest'
import type { ProofClaims } from '../../src/crypto/claims.js'
import type { ProofPurpose } from '../../src/interfaces/challenge.js'
import type { Assurance } from '../../src/interfaces/factor.js'
import type { Case } from '../../src/user/decision.js'
import { guessRefusal, proofRefusal, provenBy, refused, type ProofFact } from '../../src/user/proof.js'
import {
  appFactor,
  caseOf,
  FORGED_PROOF,
  FRESH_PROOF,
  LOCK_ENDS,
  LOCKED,
  MINUTE,
  NO_PROOF,
  NOW,
  policyWith,
  refusal,
  SUSPENDED,
} from './cases.js'

const claims: ProofClaims = { method: 'totp', at: NOW, epoch: 7, purpose: 'sign-in', assurance: 'second-factor' }
const signed = (change: Partial<ProofClaims> = {}): ProofFact => ({
  status: 'signed',
  claims: { ...claims, ...change },
})
const any = { maxAgeSeconds: 600, purpose: null, assurance: null }
const pass = { salt: 's', hash: 'h', issuedAt: NOW, expiresAt: NOW, used: true }

/** Somebody with a factor, so many milliseconds after the proof was earned. */
const later = (milliseconds: number): Case => caseOf({ factors: [appFactor()] }, { now: NOW + milliseconds })

describe('a proof', () => {
  it.each<[string, ProofFact, number, string | null]>([
    ['just earned', signed(), 0, null],
    ['in its last millisecond', signed(), 10 * MINUTE - 1, null],
    ['at its end', signed(), 10 * MINUTE, 'proof-invalid'],
    ['of an earlier epoch', signed({ epoch: 6 }), 0, 'proof-invalid'],
    ['of a later epoch', signed({ epoch: 8 }), 0, 'proof-invalid'],
    ['by a clock half a minute ahead', signed({ at: NOW + 30_000 }), 0, null],
    ['from the future', signed({ at: NOW + 30_001 }), 0, 'proof-invalid'],
    ['forged', FORGED_PROOF, 0, 'proof-invalid'],
    ['absent', NO_PROOF, 0, 'proof-required'],
  ])('holds, or is refused: %s', (_what, proof, after, reason) => {
    const at = later(after)
    expect(provenBy(at, proof, any)).toEqual(reason === null && proof.status === 'signed' ? proof.claims : null)
    expect(proofRefusal(at, proof)).toEqual(reason === null ? null : refusal(reason))
  })

  it('holds as long as was asked, and as the policy says', () => {
    for (const [after, holds] of [
      [59_999, true],
      [60_000, false],
    ] as const) {
      expect(provenBy(later(after), signed(), { ...any, maxAgeSeconds: 60 }) !== null).toBe(holds)
      const at = { ...later(after), policy: policyWith({ proofLifetimeSeconds: 60 }) }
      expect(proofRefusal(at, signed()) === null).toBe(holds)
    }
  })

  it.each<[ProofPurpose, ProofPurpose | null, boolean]>([
    ['sign-in', null, true],
    ['sign-in', 'sign-in', true],
    ['sign-in', 'step-up', false],
    ['step-up', 'sign-in', false],
    ['enrolment', 'enrolment', true],
    ['enrolment', 'sign-in', false],
  ])('by %s holds where %s was asked for: %s', (earned, purpose, holds) => {
    expect(provenBy(later(0), signed({ purpose: earned }), { ...any, purpose }) !== null).toBe(holds)
  })

  const weakestFirst: readonly Assurance[] = ['access-pass', 'recovery', 'second-factor', 'phishing-resistant']
  it('holds for its own assurance and every weaker one', () => {
    for (const [worth, assurance] of weakestFirst.entries()) {
      const proof = signed({ assurance })
      const enough = weakestFirst.filter((asked) => provenBy(later(0), proof, { ...any, assurance: asked }) !== null)
      expect(enough).toEqual(weakestFirst.slice(0, worth + 1))
      expect(provenBy(later(0), proof, any)).not.toBeNull()
    }
  })

  it('proves nothing for somebody without a factor, but for one by access pass', () => {
    expect(provenBy(caseOf(), signed(), any)).toBeNull()
    expect(provenBy(caseOf(), signed({ method: 'recovery-code' }), any)).toBeNull()
    expect(provenBy(caseOf(), signed({ method: 'access-pass' }), any)).not.toBeNull()
  })

  it('is needed by nobody without a factor, unless staff issued an access pass', () => {
    for (const proof of [NO_PROOF, FORGED_PROOF]) expect(proofRefusal(caseOf(), proof)).toBeNull()
    const at = caseOf({ accessPass: pass })
    expect(proofRefusal(at, NO_PROOF)).toEqual(refusal('proof-required'))
    expect(proofRefusal(at, FRESH_PROOF)).toEqual(refusal('proof-invalid'))
    expect(proofRefusal(at, signed({ method: 'access-pass', assurance: 'access-pass' }))).toBeNull()
  })
})

describe('the refusal of what would lead to a typed code', () => {
  it('says until when codes are locked, and spares who got into a suspended account', () => {
    expect(guessRefusal(caseOf())).toBeNull()
    expect(guessRefusal(caseOf({ guesses: LOCKED }))).toStrictEqual(refusal('locked', LOCK_ENDS))
    expect(guessRefusal(caseOf({ guesses: LOCKED, enrolmentRequired: true }))).toStrictEqual(
      refusal('locked', LOCK_ENDS),
    )
    expect(guessRefusal(caseOf({ guesses: LOCKED }, { now: LOCK_ENDS }))).toBeNull()
    expect(guessRefusal(caseOf({ guesses: SUSPENDED }))).toStrictEqual(refusal('suspended'))
    expect(guessRefusal(caseOf({ guesses: SUSPENDED, enrolmentRequired: true }))).toBeNull()
  })

  it('has no instant unless it is given one', () => {
    expect(refused('busy')).toStrictEqual(refusal('busy', null))
  })
})
