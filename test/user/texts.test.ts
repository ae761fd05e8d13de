import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TextState } from '../../src/user/record.js'
import { codeExpiresAt, isCodeLive, nextTextAt, planText, withinHour, type TextRequest } from '../../src/user/texts.js'
import { policyWith } from '../support/policy.js'

const policy = policyWith()
const NOW = 1_000_000_000_000
const HOUR = 3_600_000

const fresh: TextRequest = { text: null, textedAt: [], phoneNumber: '+14155550123', keyId: 'k1', hasKey: () => true }

/** The text state after a send at `now` that must be allowed. */
function sent(request: TextRequest, now: number): TextState {
  const plan = planText(request, now, policy)
  if (plan.status !== 'send') throw new Error(plan.reason)
  return plan.text
}

describe('a plan to text', () => {
  it('begins with the first code', () => {
    expect(planText(fresh, NOW, policy)).toEqual({
      status: 'send',
      textedAt: [NOW],
      text: { sends: 1, lastSentAt: NOW, generation: 1, phoneNumber: '+14155550123', keyId: 'k1', codeSentAt: NOW },
    })
  })

  it('waits 30, 60, 120 and 300 seconds, and ends with the fifth', () => {
    let text = sent(fresh, NOW)
    for (const wait of [30, 60, 120, 300]) {
      const due = text.lastSentAt + wait * 1000
      expect(nextTextAt(text)).toBe(due)
      expect(planText({ ...fresh, text }, due - 1, policy)).toEqual({
        status: 'not-sent',
        reason: 'too-soon',
        retryAt: due,
        limit: null,
      })
      text = sent({ ...fresh, text }, due)
    }
    expect(nextTextAt(text)).toBeNull()
    expect(planText({ ...fresh, text }, NOW + 1e12, policy)).toEqual({
      status: 'not-sent',
      reason: 'budget-spent',
      retryAt: null,
      limit: null,
    })
  })

  it('repeats the code while it lives, to the same number, under a key that is still there', () => {
    const text = sent(fresh, NOW)
    expect(sent({ ...fresh, text }, NOW + 299_999)).toMatchObject({ generation: 1, codeSentAt: NOW, sends: 2 })
    expect(sent({ ...fresh, text, keyId: 'k2' }, NOW + 60_000)).toMatchObject({ generation: 1, keyId: 'k1' })
    expect(sent({ ...fresh, text }, NOW + 300_000)).toMatchObject({
      generation: 2,
      codeSentAt: NOW + 300_000,
      sends: 2,
    })
    expect(sent({ ...fresh, text, phoneNumber: '+447400123456' }, NOW + 60_000)).toMatchObject({
      generation: 2,
      phoneNumber: '+447400123456',
    })
    expect(sent({ ...fresh, text, keyId: 'k2', hasKey: (id) => id === 'k2' }, NOW + 60_000)).toMatchObject({
      generation: 2,
      keyId: 'k2',
    })
  })

  it('is refused at ten in an hour, until the oldest is an hour old', () => {
    const textedAt = Array.from({ length: 10 }, (_, index) => NOW - HOUR + 1 + index)
    expect(planText({ ...fresh, textedAt }, NOW, policy)).toEqual({
      status: 'not-sent',
      reason: 'budget-spent',
      retryAt: NOW + 1,
      limit: 'user',
    })
    expect(planText({ ...fresh, textedAt }, NOW + 1, policy)).toMatchObject({ status: 'send' })
  })

  it('is not made easier by a clock that was set back', () => {
    const text = sent(fresh, NOW)
    expect(planText({ ...fresh, text }, NOW - HOUR, policy)).toMatchObject({ status: 'not-sent', reason: 'too-soon' })
    const textedAt = Array.from({ length: 10 }, () => NOW)
    expect(planText({ ...fresh, textedAt }, NOW - 10 * HOUR, policy)).toMatchObject({
      status: 'not-sent',
      reason: 'budget-spent',
    })
  })

  it('never keeps more instants than an hour allows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: NOW - 2 * HOUR, max: NOW }), { maxLength: 30 }), (instants) => {
        const textedAt = withinHour(
          instants.sort((a, b) => a - b),
          NOW,
        ).slice(-10)
        const plan = planText({ ...fresh, textedAt }, NOW, policy)
        if (plan.status === 'send') expect(plan.textedAt.length).toBeLessThanOrEqual(10)
      }),
    )
  })
})

describe('a code that is out', () => {
  it('lives five minutes from its first send, and no longer than what it is for', () => {
    const text = { ...sent(fresh, NOW), lastSentAt: NOW + 200_000 }
    expect(codeExpiresAt(text, NOW + 600_000, policy)).toBe(NOW + 300_000)
    expect(codeExpiresAt(text, NOW + 100_000, policy)).toBe(NOW + 100_000)
    for (const [at, live] of [
      [0, true],
      [299_999, true],
      [300_000, false],
      [-30_000, true],
      [-30_001, false],
    ] as const) {
      expect(isCodeLive(text, NOW + 600_000, NOW + at, policy)).toBe(live)
    }
  })
})
