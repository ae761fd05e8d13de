import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTwoFactor, memoryStore, type TwoFactor } from '../../src/index.js'
import { enrol, fixedClock } from '../../src/testing/index.js'
import { must } from '../support/outcome.js'

const AT = Date.UTC(2026, 0, 15, 12)
const base = { issuer: 'Acme', keys: [{ id: 'test', secret: new Uint8Array(32).fill(1) }] }

async function signIn(twoFactor: TwoFactor, code: string) {
  const { token } = must(await twoFactor.challenge.begin({ userId: 'ada' }), 'challenged')
  return twoFactor.challenge.verify({ token, code })
}

describe('enrol', () => {
  afterEach(() => vi.useRealTimers())

  it('leaves the current code good for a sign-in', async () => {
    const clock = fixedClock(AT)
    const twoFactor = createTwoFactor({ ...base, store: memoryStore(), clock })
    const ada = await enrol(twoFactor, 'ada', { clock })
    expect(ada.recoveryCodes).toHaveLength(10)
    expect(await signIn(twoFactor, ada.authenticator.code(clock))).toMatchObject({ status: 'approved' })
  })

  it('goes by the machine, under fake timers too', async () => {
    vi.useFakeTimers({ now: AT, toFake: ['Date'] })
    const twoFactor = createTwoFactor({ ...base, store: memoryStore() })
    const { authenticator } = await enrol(twoFactor, 'ada')
    expect(await signIn(twoFactor, authenticator.code(AT))).toMatchObject({ status: 'approved' })
  })

  it('uses the current code where the policy takes no earlier one', async () => {
    const clock = fixedClock(AT)
    const twoFactor = createTwoFactor({ ...base, store: memoryStore(), clock, policy: { totpWindow: 0 } })
    const { authenticator } = await enrol(twoFactor, 'ada', { clock })
    clock.advanceSeconds(30)
    expect(await signIn(twoFactor, authenticator.code(clock))).toMatchObject({ status: 'approved' })
  })

  it('gives a proof that another enrolment takes, and throws the reason when one is refused', async () => {
    const clock = fixedClock(AT)
    const twoFactor = createTwoFactor({ ...base, store: memoryStore(), clock })
    const { proof } = await enrol(twoFactor, 'ada', { clock })
    await expect(enrol(twoFactor, 'ada', { clock })).rejects.toThrow('proof-required')
    expect(await enrol(twoFactor, 'ada', { clock, proof })).toMatchObject({ recoveryCodes: null })
  })
})
