import { setImmediate as breathe } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TwoFactorError } from '../../src/errors.js'
import { appWorld, begin, phoneWorld, proofOf, type Person } from '../support/people.js'
import { contents, type World } from '../support/world.js'

interface Outcome {
  readonly status: string
  readonly reason?: string
}
type Operation = (world: World, ada: Person) => Promise<() => Promise<Outcome>>

/** Each operation, prepared up to its last call. */
const operations: Readonly<Record<string, Operation>> = {
  begin: async (world) => () => world.twoFactor.challenge.begin({ userId: 'ada' }),
  'verify, right': async (world, ada) => {
    const { token } = await begin(world, 'ada', { factorId: ada.factor.id })
    const code = ada.code()
    return () => world.twoFactor.challenge.verify({ token, code })
  },
  'verify, wrong': async (world, ada) => {
    const { token } = await begin(world, 'ada', { factorId: ada.factor.id })
    const code = ada.wrongCode()
    return () => world.twoFactor.challenge.verify({ token, code })
  },
  redeem: async (world, ada) => {
    const { token } = await begin(world, 'ada')
    return () => world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: ada.recoveryCodes[0]! })
  },
  resend: async (world) => {
    const { token } = await begin(world, 'ada')
    world.clock.advanceSeconds(30)
    return () => world.twoFactor.challenge.resend({ token })
  },
  status: async (world) => () => world.twoFactor.account.status({ userId: 'ada' }),
  disable: async (world, ada) => {
    const proof = await proofOf(world, ada)
    return () => world.twoFactor.account.disable({ userId: 'ada', proof })
  },
  passwordChanged: async (world) => () => world.twoFactor.account.passwordChanged({ userId: 'ada' }),
}

type Fault = (world: World, call: number) => void
const faults: Readonly<Record<string, Fault>> = {
  'fails before it is made': ({ store }, call) => {
    store.failAt(call, new Error('postgres://user:secret@db, parameters: 123456'))
  },
  'is made and its answer lost': ({ store }, call) => {
    store.commitThenFailAt(call, new Error('connection reset, 123456'))
  },
  'never answers': ({ store }, call) => {
    store.hangAt(call)
  },
}

const worlds = { app: appWorld, phone: phoneWorld }

afterEach(() => {
  vi.useRealTimers()
})

describe('invariant 3: a store fault is never a success, never "no second factor", never a free guess', () => {
  const cases = (['app', 'phone'] as const).flatMap((kind) =>
    Object.keys(operations).flatMap((operation) => Object.keys(faults).map((fault) => ({ kind, operation, fault }))),
  )

  it.each(cases)(
    '$operation with a factor by $kind, when any of its calls $fault',
    async ({ kind, operation, fault }) => {
      for (let call = 1; call <= 8; call++) {
        const { world, ada } = await worlds[kind]()
        const act = await operations[operation]!(world, ada)
        world.store.reset()
        faults[fault]!(world, call)
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
        const sent = world.inbox.attempts
        const result = act().then(
          (outcome) => outcome,
          (error: unknown) => error,
        )
        const outcome = await whileTimePasses(result)
        vi.useRealTimers()
        if (world.store.calls.length < call) return
        expect(outcome).toBeInstanceOf(TwoFactorError)
        expect((outcome as TwoFactorError).code).toMatch(/^ERR_STORE_(FAILED|TIMEOUT)$/)
        expect(
          JSON.stringify([(outcome as Error).message, String((outcome as Error).cause), (outcome as Error).stack]),
        ).not.toMatch(/secret|123456/)
        expect(world.inbox.attempts).toBe(sent)
        world.store.reset()
        await expectIntact(world, ada, operation)
      }
      throw new Error('no operation takes so many calls')
    },
  )

  /** Lets fake seconds pass, a turn of the event loop each, until `work` is done: hashing happens on threads of its own. */
  async function whileTimePasses(work: Promise<unknown>): Promise<unknown> {
    const going = Symbol('going')
    const turn = async (): Promise<unknown> => {
      await vi.advanceTimersByTimeAsync(1000)
      await breathe()
      return Promise.race([work, Promise.resolve(going)])
    }
    let outcome = await turn()
    while (outcome === going) outcome = await turn()
    return outcome
  }

  /** Afterwards the user still needs a second factor, and a code that was spent stays spent. */
  async function expectIntact(world: World, ada: Person, operation: string): Promise<void> {
    const status = await world.twoFactor.account.status({ userId: 'ada' })
    if (operation !== 'disable') expect(status.enabled).toBe(true)
    if (status.enabled)
      expect(await world.twoFactor.challenge.begin({ userId: 'ada', factorId: ada.factor.id })).toMatchObject({
        status: 'challenged',
      })
  }

  it.each(Object.keys(operations))(
    '%s starts again when another process was faster, and comes to the same',
    async (operation) => {
      const { world, ada } = await phoneWorld()
      const act = await operations[operation]!(world, ada)
      world.store.reset()
      const expected = (await act()).status
      const swaps = [...world.store.calls.entries()].filter(([, verb]) => verb === 'swap').map(([index]) => index + 1)
      for (const swap of swaps) {
        const other = await phoneWorld()
        const again = await operations[operation]!(other.world, other.ada)
        other.world.store.reset()
        other.world.store.loseSwapAt(swap)
        const texted = other.world.inbox.attempts
        expect((await again()).status).toBe(expected)
        expect(other.world.inbox.attempts - texted).toBeLessThanOrEqual(1)
      }
    },
  )

  it('a code counted whose answer was lost stays counted', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    ada.code()
    for (let guess = 0; guess < 4; guess++) {
      world.store.reset()
      world.store.commitThenFailAt(2)
      await expect(world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })).rejects.toMatchObject({
        code: 'ERR_STORE_FAILED',
      })
    }
    expect(await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })).toMatchObject({
      reason: 'wrong-code',
      attemptsRemaining: 0,
    })
  })

  it('a record that no key opens fails closed', async () => {
    const { world } = await appWorld()
    const stranger = world.process({ keys: [{ id: 'k9', secret: new Uint8Array(32).fill(9) }] })
    await expect(stranger.challenge.begin({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_RECORD_UNREADABLE' })
    await expect(stranger.account.status({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_RECORD_UNREADABLE' })
    expect(await stranger.account.erase({ userId: 'ada' })).toEqual({ status: 'erased' })
    expect(await stranger.account.status({ userId: 'ada' })).toMatchObject({ enabled: false })
  })

  it('a value moved to another user fails closed', async () => {
    const { world } = await appWorld()
    const value = (await contents(world.data)).get('user:default:ada')
    await world.data.swap('user:default:mallory', null, value!, null)
    await expect(world.twoFactor.challenge.begin({ userId: 'mallory' })).rejects.toMatchObject({
      code: 'ERR_RECORD_UNREADABLE',
    })
  })
})

describe('a slow screen', () => {
  it('holds up neither a password change nor another sign-in of the same user', async () => {
    let asked = (): void => undefined
    const reached = new Promise<void>((resolve) => (asked = resolve))
    let answer: (verdict: 'send') => void = () => undefined
    const verdict = new Promise<'send'>((resolve) => (answer = resolve))
    const { world } = await phoneWorld({ texts: { screen: () => (asked(), verdict) } })
    const slow = world.twoFactor.challenge.begin({ userId: 'ada' })
    await reached
    expect(await world.twoFactor.account.passwordChanged({ userId: 'ada' })).toEqual({ status: 'recorded' })
    answer('send')
    expect(await slow).toMatchObject({ status: 'challenged', delivery: { status: 'sent' } })
    expect(world.inbox.messages.filter(({ purpose }) => purpose === 'sign-in')).toHaveLength(1)
  })
})
