import { describe, expect, it } from 'vitest'
import type { TwoFactor } from '../../src/two-factor.js'
import { appWorld, begin, phoneWorld } from '../support/people.js'
import { scatteredStore } from '../support/scattered-store.js'
import { copyOf, type World } from '../support/world.js'
import { memoryStore } from '../../src/stores/memory.js'
import { authenticator } from '../../src/testing/index.js'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

/** Two processes over one store that answers in the order of a seed. */
async function twoProcesses(seed: number): Promise<{ world: World; ada: Awaited<ReturnType<typeof appWorld>>['ada']; processes: readonly TwoFactor[] }> {
  const original = await appWorld()
  const store = scatteredStore(await copyOf(original.world.data), seed)
  const { world, ada } = await appWorld({ data: store, store })
  return { world, ada, processes: [world.twoFactor, world.process({ store, seed })] }
}

const reasons = (results: readonly { status: string; reason?: string }[]): readonly string[] => results.map(({ status, reason }) => reason ?? status)
const count = (all: readonly string[], wanted: string): number => all.filter((one) => one === wanted).length

describe('invariant 1: N parallel guesses reveal at most the attempts left', () => {
  it.each(SEEDS)('fifty guesses over two processes give five answers, and none after (order %i)', async (seed) => {
    const { world, ada, processes } = await twoProcesses(seed)
    const { token } = await begin(world, 'ada')
    const right = ada.code()
    const wrong = ada.wrongCode()
    const codes = Array.from({ length: 50 }, (_, index) => (index === 40 ? right : wrong))
    const all = reasons(await Promise.all(codes.map((code, index) => processes[index % 2]!.challenge.verify({ token, code }))))
    const compared = count(all, 'wrong-code') + count(all, 'approved')
    expect(compared).toBeLessThanOrEqual(5)
    if (count(all, 'exhausted') > 0) expect(count(all, 'wrong-code')).toBe(5)
    expect(compared + count(all, 'exhausted') + count(all, 'settled') + count(all, 'busy') + count(all, 'locked')).toBe(50)
  })

  it.each(SEEDS)('guesses spread over five challenges share one budget (order %i)', async (seed) => {
    const { world, ada, processes } = await twoProcesses(seed)
    const tokens: string[] = []
    for (let index = 0; index < 5; index++) tokens.push((await begin(world, 'ada')).token)
    ada.code()
    const code = ada.wrongCode()
    const all = reasons(await Promise.all(Array.from({ length: 50 }, (_, index) => processes[index % 2]!.challenge.verify({ token: tokens[index % 5]!, code }))))
    expect(count(all, 'wrong-code')).toBe(5)
    expect(count(all, 'wrong-code') + count(all, 'locked') + count(all, 'exhausted') + count(all, 'busy')).toBe(50)
  })
})

describe('invariant 2: one code, one approval', () => {
  it.each(SEEDS)('twenty-five times the same right code on one challenge (order %i)', async (seed) => {
    const { world, ada, processes } = await twoProcesses(seed)
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    const all = reasons(await Promise.all(Array.from({ length: 25 }, (_, index) => processes[index % 2]!.challenge.verify({ token, code }))))
    expect(count(all, 'approved')).toBe(1)
  })

  it.each(SEEDS)('the same right code across challenges and purposes (order %i)', async (seed) => {
    const { world, ada, processes } = await twoProcesses(seed)
    const tokens: string[] = []
    for (let index = 0; index < 5; index++) {
      tokens.push((await begin(world, 'ada', { purpose: index % 2 === 0 ? 'sign-in' : 'step-up' })).token)
    }
    const code = ada.code()
    const all = reasons(await Promise.all(tokens.map((token, index) => processes[index % 2]!.challenge.verify({ token, code }))))
    expect(count(all, 'approved')).toBe(1)
    expect(count(all, 'already-used')).toBe(4)
  })

  it('the code that confirmed an enrolment opens no challenge', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const used = ada.app.code(world.clock.now() - 30_000)
    expect(await world.twoFactor.challenge.verify({ token, code: used })).toMatchObject({ reason: 'already-used' })
  })

  it('a texted code opens the challenge it was sent for, and no other', async () => {
    const { world, ada } = await phoneWorld()
    const first = await begin(world, 'ada')
    const code = ada.code()
    const second = await begin(world, 'ada', { purpose: 'step-up' })
    expect(code).not.toBe(ada.code())
    expect(await world.twoFactor.challenge.verify({ token: second.token, code })).toMatchObject({ reason: 'wrong-code' })
    expect(await world.twoFactor.challenge.verify({ token: first.token, code })).toMatchObject({ status: 'approved' })
    expect(await world.twoFactor.challenge.verify({ token: first.token, code })).toMatchObject({ reason: 'settled' })
  })

  it.each(SEEDS)('thirty times the same recovery code over two challenges (order %i)', async (seed) => {
    const { world, ada, processes } = await twoProcesses(seed)
    const tokens = [(await begin(world, 'ada')).token, (await begin(world, 'ada')).token]
    const recoveryCode = ada.recoveryCodes[0]!
    const all = reasons(
      await Promise.all(Array.from({ length: 30 }, (_, index) => processes[index % 2]!.challenge.redeemRecoveryCode({ token: tokens[index % 2]!, recoveryCode }))),
    )
    expect(count(all, 'approved')).toBe(1)
  })

  it.each(SEEDS)('one enrolment is confirmed once, with one set of recovery codes (order %i)', async (seed) => {
    const store = scatteredStore(memoryStore(), seed)
    const { world } = await appWorld({ data: store, store })
    const { twoFactor } = world
    const started = await twoFactor.enrolment.beginTotp({ userId: 'new', accountName: 'new' })
    if (started.status === 'refused') throw new Error(started.reason)
    const code = authenticator(started.uri).code(world.clock)
    const processes = [twoFactor, world.process({ store, seed })]
    const input = { userId: 'new', enrolmentId: started.enrolmentId, code }
    const all = await Promise.all(Array.from({ length: 10 }, (_, index) => processes[index % 2]!.enrolment.confirm(input)))
    expect(reasons(all).filter((one) => one === 'confirmed')).toHaveLength(1)
    expect((await twoFactor.factors.list({ userId: 'new' })).factors).toHaveLength(1)
  })
})
