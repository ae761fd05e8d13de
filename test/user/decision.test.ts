import { describe, expect, it } from 'vitest'
import { ask, decided, isNeed, unchanged, type Fact } from '../../src/user/decision.js'
import { caseOf, GRANTED, recordWith } from './cases.js'

const question = { to: '+14155550123', country: 'US', channel: 'sms', purpose: 'sign-in', summary: null } as const
const permit: Fact = { need: 'permit', ask: question, answer: GRANTED }
const hash: Fact = { need: 'slow-hash', ask: { code: 'A', salt: 's' }, answer: 'hash' }

describe('asking for a fact', () => {
  it('is a need while nobody has fetched it', () => {
    expect(ask([], 'permit', question)).toStrictEqual({ need: 'permit', ask: question })
    expect(ask([hash], 'permit', question)).toStrictEqual({ need: 'permit', ask: question })
  })

  it('gives the answer once it was fetched, among whatever else', () => {
    expect(ask([hash, permit], 'permit', { ...question })).toStrictEqual({ answer: GRANTED })
    expect(ask([hash, permit], 'slow-hash', { code: 'A', salt: 's' })).toStrictEqual({ answer: 'hash' })
  })

  it.each([[{ to: '+14155550124' }], [{ country: 'CA' }], [{ purpose: 'step-up' as const }], [{ summary: 'EUR 5' }]])(
    'takes no answer to another question: %o',
    (change) => {
      expect(ask([permit], 'permit', { ...question, ...change })).toStrictEqual({
        need: 'permit',
        ask: { ...question, ...change },
      })
    },
  )

  it('tells needs from decisions, orders and answers', () => {
    expect(isNeed(ask([], 'permit', question))).toBe(true)
    expect(isNeed(ask([permit], 'permit', question))).toBe(false)
    expect(isNeed(unchanged(caseOf(), null))).toBe(false)
  })
})

describe('a decision', () => {
  it('has no events and no effects unless it is given some', () => {
    const next = recordWith({ epoch: 9 })
    expect(decided(next, 'done')).toStrictEqual({ next, outcome: 'done', events: [], effects: [] })
    const effects = [{ effect: 'count-region', country: 'US', field: 'sent' }] as const
    expect(decided(next, 'done', [{ type: 'suspended' }], effects)).toStrictEqual({
      next,
      outcome: 'done',
      events: [{ type: 'suspended' }],
      effects,
    })
  })

  it('that changes nothing keeps the record itself', () => {
    const at = caseOf()
    const decision = unchanged(at, 'same', [{ type: 'suspended' }])
    expect(decision).toStrictEqual({ next: at.record, outcome: 'same', events: [{ type: 'suspended' }], effects: [] })
    expect(decision.next).toBe(at.record)
  })
})
