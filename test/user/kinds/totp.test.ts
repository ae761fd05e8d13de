import { describe, expect, it } from 'vitest'
import type { Code } from '../../../src/otp/code.js'
import type { Check, Compare } from '../../../src/user/kinds/kind.js'
import { ENROLLED_TOTP, totp } from '../../../src/user/kinds/totp.js'
import type { FactorRecord, TotpSecret } from '../../../src/user/record.js'
import { enrolmentSubject } from '../../../src/user/enrolment.js'
import { subjectOf } from '../../../src/user/standing.js'
import { appFactor, caseOf, claimsOf, NOW, pendingApp, phoneFactor, policyWith, responded, typed } from '../cases.js'

/** Comparisons by table, of secrets and the steps that the one code is of. */
const steps = (table: Readonly<Record<string, readonly number[]>>): Compare => ({
  totp: ({ secret }) => table[secret] ?? [],
  text: () => expect.unreachable(),
})

const first = appFactor({ id: 'first', secret: 'Zmlyc3Q', lastStep: 10 })
const second = appFactor({ id: 'second', secret: 'c2Vjb25k', lastStep: 20 })
const factors = [phoneFactor(), first, second]

function check(table: Readonly<Record<string, readonly number[]>>, asked: FactorRecord = first, code = '111111') {
  const at = caseOf({ factors })
  const subject = subjectOf(claimsOf({ factorId: asked.id }))
  return { at, checked: totp.check(at, { subject, factor: asked }, typed(code), steps(table), []) as Check }
}

const used = (app: typeof first, lastStep: number) => ({ ...app, lastStep, lastUsedAt: NOW })
const answer = { attemptsLeft: Infinity, amr: ['otp', 'mfa'], events: [] }

describe("checking an app's code", () => {
  it('burns the step that matched', () => {
    const { at, checked } = check({ [first.secret]: [11] })
    expect(checked).toStrictEqual({
      ...answer,
      status: 'right',
      factor: used(first, 11),
      next: { ...at.record, factors: [phoneFactor(), used(first, 11), second] },
    })
  })

  it('takes every app of the user, the one asked for first', () => {
    expect(check({ [second.secret]: [21] }).checked).toMatchObject({ status: 'right', factor: used(second, 21) })
    const both = { [first.secret]: [11], [second.secret]: [21] }
    expect(check(both, first).checked).toMatchObject({ status: 'right', factor: used(first, 11) })
    expect(check(both, second).checked).toMatchObject({ status: 'right', factor: used(second, 21) })
  })

  it('burns a code in every app that it is right for', () => {
    const { checked } = check({ [first.secret]: [11], [second.secret]: [21] }, second)
    expect(checked.next.factors).toEqual([phoneFactor(), { ...first, lastStep: 11 }, used(second, 21)])
  })

  it('burns the latest of the steps that it is of', () => {
    expect(check({ [first.secret]: [11, 13] }).checked).toMatchObject({ status: 'right', factor: used(first, 13) })
  })

  it.each<[string, Readonly<Record<string, readonly number[]>>, Check['status']]>([
    ['of no step', {}, 'wrong'],
    ['of the last step burnt', { [first.secret]: [10] }, 'used'],
    ['of a step before it', { [first.secret]: [9] }, 'used'],
    ['of a burnt step and a later one', { [first.secret]: [10, 11] }, 'used'],
    ['burnt in one app and wrong in the other', { [second.secret]: [20] }, 'used'],
  ])('is not right for a code %s, and changes nothing', (_what, table, status) => {
    const { at, checked } = check(table)
    expect(checked).toStrictEqual({ ...answer, status, factor: first, next: at.record })
    expect(checked.next).toBe(at.record)
  })

  it('is right where one app burnt it and another did not', () => {
    expect(check({ [first.secret]: [10], [second.secret]: [21] }).checked).toMatchObject({
      status: 'right',
      factor: { id: 'second' },
      next: { factors: [phoneFactor(), first, used(second, 21)] },
    })
  })

  it('calls a code malformed that none of the apps could show', () => {
    const { at, checked } = check({ [first.secret]: [11] }, first, '1111111')
    expect(checked).toStrictEqual({ ...answer, status: 'malformed', factor: first, next: at.record })
    const asked = { subject: subjectOf(claimsOf()), factor: first }
    expect(totp.check(at, asked, responded('x'), steps({}), [])).toMatchObject({ status: 'malformed' })
  })

  it('compares with the secret, the instant and the window that it has', () => {
    const seen: unknown[] = []
    const compare: Compare = {
      totp: (...call) => (seen.push(call), []),
      text: () => expect.unreachable(),
    }
    const at = caseOf({ factors: [first] }, { policy: policyWith({ totpWindow: 2 }) })
    totp.check(at, { subject: subjectOf(claimsOf()), factor: first }, typed('111111'), compare, [])
    expect(seen).toEqual([[first, '111111', NOW, 2]])
  })

  it('has no limit of its own', () => {
    expect(totp.attemptsLeft(caseOf({ factors }), 'challenge')).toBe(Infinity)
  })
})

describe('confirming an app', () => {
  const enrolment = pendingApp()
  const confirm = (found: readonly number[], code: string | null) => {
    const seen: [TotpSecret, Code, number, number][] = []
    const compare: Compare = {
      totp: (...call) => (seen.push(call), found),
      text: () => expect.unreachable(),
    }
    return { seen, result: totp.confirm(caseOf(), enrolment, enrolmentSubject(enrolment), typed(code), compare, []) }
  }

  it('keeps its secret with what every app understands, and burns the step', () => {
    const { seen, result } = confirm([11, 12], '111111')
    expect(seen).toEqual([[{ secret: 'bmV3', ...ENROLLED_TOTP }, '111111', NOW, 1]])
    expect(result).toStrictEqual({
      status: 'right',
      factor: appFactor({
        id: 'new-app',
        name: 'Pending',
        confirmedAt: NOW,
        secret: 'bmV3',
        lastStep: 12,
      }),
    })
    expect(ENROLLED_TOTP).toEqual({ algorithm: 'SHA-1', digits: 6, periodSeconds: 30 })
  })

  it('is wrong for a code of no step, and malformed for what is none of six digits', () => {
    expect(confirm([], '111111').result).toStrictEqual({ status: 'wrong' })
    for (const code of ['1111111', null]) {
      const { seen, result } = confirm([11], code)
      expect([result, seen]).toEqual([{ status: 'malformed' }, []])
    }
  })
})

describe('importing an app again', () => {
  it('agrees with the same parameters, and takes a later step over', () => {
    const known = appFactor({ lastStep: 5 })
    expect(totp.merge(known, appFactor({ lastStep: 5 }))).toBe(known)
    expect(totp.merge(known, appFactor({ lastStep: 4, name: 'Other' }))).toBe(known)
    expect(totp.merge(known, appFactor({ lastStep: 6, name: 'Other' }))).toStrictEqual(appFactor({ lastStep: 6 }))
  })

  it.each([[{ algorithm: 'SHA-512' as const }], [{ digits: 7 }], [{ periodSeconds: 31 }]])(
    'does not agree with others: %o',
    (change) => {
      expect(totp.merge(appFactor(), appFactor(change))).toBeNull()
    },
  )

  it('agrees with no other kind', () => {
    expect(totp.merge(appFactor(), phoneFactor())).toBeNull()
  })
})
