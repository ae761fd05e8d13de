import { describe, expect, it } from 'vitest'
import type { FakeAssertion } from '../support/fake-passkeys.js'
import { must } from '../support/outcome.js'
import { begin, passkeyWorld, phoneWorld, pass, type PasskeyPerson } from '../support/people.js'
import { contents, START, type World } from '../support/world.js'

interface Answered {
  readonly token: string
  readonly response: FakeAssertion
}

/** Ada with a passkey that counts nothing: only the challenge tells one response from another. */
const world = () => passkeyWorld({ passkey: { synced: true } })

/** Begins a challenge and answers it, without giving the answer. */
async function answered(world: World, { passkey }: PasskeyPerson): Promise<Answered> {
  const { token, passkey: asked } = await begin(world, 'ada')
  return { token, response: passkey.get(asked) }
}

/** Begins and passes so many challenges, with `pauseMs` in between, and gives their answers. */
async function settle(world: World, ada: PasskeyPerson, times: number, pauseMs: number): Promise<readonly Answered[]> {
  const settled: Answered[] = []
  for (let count = 0; count < times; count++) {
    const one = await answered(world, ada)
    must(await world.twoFactor.challenge.verify(one), 'approved')
    settled.push(one)
    world.clock.advance(pauseMs)
  }
  return settled
}

describe('a challenge that was settled', () => {
  it.each([
    [10, 1000],
    [11, 1000],
    [12, 0],
    [30, 0],
    [30, 1000],
    [100, 100],
  ])('is never approved again, were it one of %i within their lifetime, %i ms apart', async (times, pauseMs) => {
    const { world: one, ada } = await world()
    const { challenge } = one.twoFactor
    const settled = await settle(one, ada, times, pauseMs)
    expect(one.clock.now()).toBeLessThan(START + 600_000)
    for (const again of settled) expect(await challenge.verify(again)).toMatchObject({ reason: 'settled' })
    for (const { token } of settled) {
      const recoveryCode = ada.recoveryCodes[0] ?? ''
      expect(await challenge.redeemRecoveryCode({ token, recoveryCode })).toMatchObject({ reason: 'settled' })
      expect(await challenge.switchFactor({ token, factorId: ada.factor.id })).toMatchObject({ reason: 'settled' })
    }
    expect(one.heard('challenge-approved')).toHaveLength(times)
  })

  it('is settled in any order: the first ones to be begun may be the last', async () => {
    const { world: one, ada } = await world()
    const { challenge } = one.twoFactor
    const open: Answered[] = []
    for (let count = 0; count < 25; count++) {
      open.push(await answered(one, ada))
      one.clock.advance(1000)
    }
    const approved: Answered[] = []
    for (const each of open.toReversed()) if ((await challenge.verify(each)).status === 'approved') approved.push(each)
    expect(approved.length).toBeGreaterThanOrEqual(10)
    for (const each of open) expect(await challenge.verify(each)).toMatchObject({ reason: 'settled' })
    expect(one.heard('challenge-approved')).toHaveLength(approved.length)
  })

  it('makes no room while one that was cancelled can', async () => {
    const { world: one, ada } = await world()
    const { challenge } = one.twoFactor
    const waiting = await answered(one, ada)
    one.clock.advance(1000)
    const settled = await settle(one, ada, 5, 1000)
    for (let count = 0; count < 40; count++) await challenge.cancel(await begin(one, 'ada'))
    const more = await settle(one, ada, 5, 1000)
    for (let count = 0; count < 40; count++) await challenge.cancel(await begin(one, 'ada'))
    for (const each of [...settled, ...more]) expect(await challenge.verify(each)).toMatchObject({ reason: 'settled' })
    // No settled one was forgotten, so what was begun before all of them is as open as ever.
    must(await challenge.verify(waiting), 'approved')
  })

  it('takes along, when it is forgotten, what was begun no later and nothing that was begun after it', async () => {
    const { world: one, ada } = await world()
    const { challenge } = one.twoFactor
    const before = await answered(one, ada)
    one.clock.advance(1000)
    await settle(one, ada, 1, 1000)
    const after = await answered(one, ada)
    one.clock.advance(1000)
    await settle(one, ada, 10, 1000)
    expect(await challenge.verify(before)).toMatchObject({ reason: 'settled' })
    must(await challenge.verify(after), 'approved')
  })

  it('never keeps a new challenge from working, be it begun in the same millisecond', async () => {
    const { world: one, ada } = await world()
    const { challenge } = one.twoFactor
    await settle(one, ada, 40, 0)
    expect(one.clock.now()).toBe(START)
    const fresh = await answered(one, ada)
    must(await challenge.verify(fresh), 'approved')
    const { token } = await begin(one, 'ada')
    const recoveryCode = ada.recoveryCodes[0] ?? ''
    must(await challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
  })

  it('is forgotten once it expired: the record is no larger than before, and its token is expired', async () => {
    const { world: one, ada } = await world()
    const size = async () => (await contents(one.data)).get('user:default:ada')?.length ?? 0
    await settle(one, ada, 30, 0)
    one.clock.advanceSeconds(600)
    const [old] = await settle(one, ada, 1, 0)
    const small = await size()
    await settle(one, ada, 9, 0)
    expect(await size()).toBeGreaterThan(small + 300)
    one.clock.advanceSeconds(600)
    await settle(one, ada, 1, 0)
    expect(await size()).toBe(small)
    expect(await one.twoFactor.challenge.verify(old!)).toMatchObject({ reason: 'expired' })
  })
})

describe('a text code', () => {
  it('is spent by the approval it gave, and dies with its challenge', async () => {
    const { world: one, ada } = await phoneWorld()
    const { challenge } = one.twoFactor
    const { token } = await begin(one, 'ada')
    const code = ada.code()
    must(await challenge.verify({ token, code }), 'approved')
    expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'settled' })
    const cancelled = await begin(one, 'ada')
    await challenge.cancel(cancelled)
    expect(await challenge.verify({ token: cancelled.token, code: ada.code() })).toMatchObject({ reason: 'settled' })
    await pass(one, ada)
  })
})
