import { describe, expect, it } from 'vitest'
import type { MinimumAssurance } from '../../src/interfaces/policy.js'
import { factorSuffices, isWorth, suffices } from '../../src/user/assurance.js'
import { appFactor, passkeyFactor, phoneFactor, policyWith } from './cases.js'

const weakestFirst: readonly MinimumAssurance[] = [
  'access-pass',
  'recovery',
  'second-factor',
  'unrestricted',
  'phishing-resistant',
]

describe('an assurance', () => {
  it('is worth itself and whatever is weaker', () => {
    for (const [rank, one] of weakestFirst.entries())
      for (const [other, least] of weakestFirst.entries()) expect(isWorth(one, least)).toBe(rank >= other)
  })

  it('suffices where the policy asks for no more, for each purpose apart', () => {
    const policy = policyWith({ minimumAssurance: { 'sign-in': 'access-pass', 'step-up': 'second-factor' } })
    expect(suffices('recovery', 'sign-in', policy)).toBe(true)
    expect(suffices('recovery', 'step-up', policy)).toBe(false)
    expect(suffices('second-factor', 'step-up', policy)).toBe(true)
  })
})

describe('a factor', () => {
  it.each<[MinimumAssurance, readonly boolean[]]>([
    ['access-pass', [true, true, true]],
    ['recovery', [true, true, true]],
    ['second-factor', [true, true, true]],
    ['unrestricted', [false, true, true]],
    ['phishing-resistant', [false, false, true]],
  ])('suffices for %s as a phone, an app and a passkey do', (least, expected) => {
    const policy = policyWith({ minimumAssurance: { 'sign-in': least, 'step-up': 'access-pass' } })
    const factors = [phoneFactor(), appFactor(), passkeyFactor()]
    expect(factors.map((factor) => factorSuffices(factor, 'sign-in', policy))).toEqual(expected)
    expect(factors.every((factor) => factorSuffices(factor, 'step-up', policy))).toBe(true)
  })
})
