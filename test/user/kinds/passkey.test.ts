import { describe, expect, it } from 'vitest'
import type { PasskeyAssertion, PasskeyCredential } from '../../../src/interfaces/passkeys.js'
import { enrolmentSubject } from '../../../src/user/enrolment.js'
import type { Check } from '../../../src/user/kinds/kind.js'
import { passkey } from '../../../src/user/kinds/passkey.js'
import { subjectOf } from '../../../src/user/standing.js'
import {
  appFactor,
  caseOf,
  claimsOf,
  comparing,
  CREDENTIAL,
  met,
  needOf,
  NOW,
  passkeyFactor,
  pendingPasskey,
  responded,
  typed,
} from '../cases.js'

const subject = subjectOf(claimsOf({ factorId: 'key' }))
const second = passkeyFactor({ id: 'second', credential: { ...CREDENTIAL, id: 'other', synced: false } })

const verified = { status: 'verified', counter: 6, backedUp: true, userVerified: false } as const

function check(answer: PasskeyAssertion | null, id = 'credential', change: Partial<PasskeyCredential> = {}) {
  const asked = passkeyFactor({ credential: { ...CREDENTIAL, ...change } })
  const at = caseOf({ factors: [asked, appFactor(), second] })
  const decide = (facts: Parameters<typeof passkey.check>[4]) =>
    passkey.check(at, { subject, factor: asked }, responded(id), comparing(), facts)
  const checked = answer === null ? decide([]) : decide([met(decide([]), 'assertion', answer)])
  return { at, asked, checked: checked as Check }
}

const forged = { status: 'forged', attemptsLeft: Infinity, amr: [], events: [] }

describe("checking a passkey's response", () => {
  it('asks for its worth, by the challenge and the credential that it names', () => {
    expect(needOf(check(null, 'other').checked)).toStrictEqual({
      need: 'assertion',
      ask: { challengeId: 'challenge', credential: { ...CREDENTIAL, id: 'other', synced: false, counter: 0 } },
    })
  })

  it('asks the same whatever the counter was meanwhile: a fact is fetched once', () => {
    const [one, other] = [
      check(null, 'credential', { counter: 5 }),
      check(null, 'credential', { counter: 9, backedUp: true }),
    ]
    expect(needOf(one.checked)).toStrictEqual(needOf(other.checked))
  })

  it('keeps counter and backup state, and notes the use', () => {
    const { at, asked, checked } = check(verified)
    const used = passkeyFactor({ lastUsedAt: NOW, credential: { ...CREDENTIAL, counter: 6, backedUp: true } })
    expect(asked).toEqual(passkeyFactor())
    expect(checked).toStrictEqual({
      ...forged,
      status: 'right',
      factor: used,
      next: { ...at.record, factors: [used, appFactor(), second] },
      amr: ['swk', 'mfa'],
    })
  })

  it('takes any passkey of the user, and says whether it is bound to a device and who was seen', () => {
    const { checked } = check({ ...verified, userVerified: true }, 'other')
    expect(checked).toMatchObject({ status: 'right', factor: { id: 'second' }, amr: ['hwk', 'user', 'mfa'] })
  })

  it('is forged for a credential that the user does not have, and asks nobody', () => {
    const { at, asked, checked } = check(null, 'unknown')
    expect(checked).toStrictEqual({ ...forged, factor: asked, next: at.record })
  })

  it('is forged for no response', () => {
    const at = caseOf({ factors: [passkeyFactor()] })
    const asked = { subject, factor: passkeyFactor() }
    expect(passkey.check(at, asked, typed('111111'), comparing(), [])).toMatchObject({ status: 'forged' })
  })

  it('is forged where the verifier says so, and names the passkey that was meant', () => {
    const { at, checked } = check({ status: 'rejected' }, 'other')
    expect(checked).toStrictEqual({ ...forged, factor: second, next: at.record })
  })

  it.each([
    [0, 0, true],
    [0, 1, true],
    [5, 6, true],
    [5, 5, false],
    [5, 4, false],
    [5, 0, false],
    [4_294_967_295, 4_294_967_295, false],
  ])('compares counters: after %i comes %i, %s', (counter, answered, right) => {
    const { at, asked, checked } = check({ ...verified, counter: answered }, 'credential', { counter })
    if (right) {
      expect(checked).toMatchObject({ status: 'right', factor: { credential: { counter: answered } } })
    } else {
      expect(checked).toStrictEqual({
        ...forged,
        factor: asked,
        next: at.record,
        events: [{ type: 'passkey-counter-fell', factorId: 'key', factorKind: 'passkey' }],
      })
    }
  })
})

describe('confirming a passkey', () => {
  const credential = { ...CREDENTIAL, id: 'new-credential' }
  const enrolment = pendingPasskey()
  const confirm = (given: ReturnType<typeof typed>, answer: object | null) => {
    const at = caseOf({ factors: [passkeyFactor(), appFactor()] })
    const decide = (facts: Parameters<typeof passkey.confirm>[5]) =>
      passkey.confirm(at, enrolment, enrolmentSubject(enrolment), given, comparing(), facts)
    return answer === null ? decide([]) : decide([met(decide([]), 'attestation', answer as { status: 'rejected' })])
  }

  it('keeps its credential as it was attested', () => {
    const answer = { status: 'verified', credential, userVerified: true }
    expect(confirm(responded('new-credential'), answer)).toStrictEqual({
      status: 'right',
      factor: passkeyFactor({ id: 'new-key', name: 'Pending', confirmedAt: NOW, credential }),
    })
  })

  it('asks for its worth, by the enrolment', () => {
    expect(needOf(confirm(responded('new-credential'), null))).toStrictEqual({
      need: 'attestation',
      ask: { enrolmentId: 'new-key' },
    })
  })

  it.each([
    ['a code', typed('111111'), null],
    ['what the verifier rejects', responded('x'), { status: 'rejected' }],
    ['a passkey that the user has', responded('x'), { status: 'verified', credential: CREDENTIAL, userVerified: true }],
  ])('is forged for %s', (_what, given, answer) => {
    expect(confirm(given, answer)).toStrictEqual({ status: 'forged' })
  })
})

it('is the same as long as its credential is', () => {
  const known = passkeyFactor()
  expect(passkey.isSame(known, passkeyFactor({ id: 'x' }))).toBe(true)
  expect(passkey.isSame(known, second)).toBe(false)
  expect(passkey.merge(known, passkeyFactor({ id: 'x' }))).toBe(known)
  expect(passkey.attemptsLeft(caseOf(), 'challenge')).toBe(Infinity)
})
