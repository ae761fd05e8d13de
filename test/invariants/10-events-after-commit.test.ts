import { setImmediate as breathe } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { TwoFactorEvent } from '../../src/interfaces/events.js'
import { makeFullAccount } from '../support/full-account.js'
import { operations } from '../support/operations.js'
import { appWorld, enrolTotp, pass } from '../support/people.js'
import { contents } from '../support/world.js'

const handlers: readonly (readonly [string, (event: TwoFactorEvent) => unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('no')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
  ['hangs', () => new Promise(() => undefined)],
  [
    'answers with a thenable that throws',
    () => ({
      then() {
        throw new Error('no')
      },
    }),
  ],
  [
    'answers with something whose then throws when it is read',
    () => ({
      get then() {
        throw new Error('no')
      },
    }),
  ],
  ['tries to change the event', (event) => Object.assign(event, { type: 'forged', userId: 'mallory' })],
]

describe.each(handlers)('invariant 10, with a handler that %s: events cannot change an outcome', (_what, onEvent) => {
  it.each(operations)('of "$name"', async ({ run, ends, account }) => {
    expect(await run(await makeFullAccount({ ...account, onEvent }))).toMatchObject({ status: ends })
  })
})

describe('invariant 10: events come after the commit', () => {
  it('so that a handler finds what it is told of', async () => {
    const seen: Promise<boolean>[] = []
    const { world } = await appWorld({
      onEvent: (event) => {
        if (event.type === 'factor-added')
          seen.push(
            world
              .process()
              .account.status({ userId: event.userId })
              .then(({ enabled }) => enabled),
          )
      },
    })
    await enrolTotp(world, 'bob')
    expect(await Promise.all(seen)).toEqual([true])
  })

  it('and never before a swap that is then lost: what is told once happened once', async () => {
    const { world, ada } = await appWorld()
    await pass(world, ada)
    const told = (): number => world.heard('challenge-approved').length
    const before = told()
    const { token } = await world.twoFactor.challenge
      .begin({ userId: 'ada' })
      .then((begun) => begun as { token: string })
    const code = ada.code()
    world.store.reset()
    world.store.loseSwapAt(2)
    world.store.loseSwapAt(4)
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ status: 'approved' })
    await breathe()
    expect(told()).toBe(before + 1)
  })

  it('and an approval cannot lose its trace: the account remembers it in the same write', async () => {
    const { world, ada } = await appWorld({
      onEvent: () => {
        throw new Error('no')
      },
    })
    const before = await contents(world.data)
    await pass(world, ada, { clientAddress: '192.0.2.7' })
    expect(await contents(world.data)).not.toEqual(before)
    const { activity } = await world.twoFactor.account.activity({ userId: 'ada' })
    expect(activity[0]).toMatchObject({ type: 'challenge-approved', factorId: ada.factor.id })
  })

  it('and are frozen, each with its user, its moment and the address as it was given', async () => {
    const account = await makeFullAccount()
    for (const { run } of operations.filter(({ account: options }) => options.pending === undefined)) await run(account)
    const { events } = account.world
    expect(events.length).toBeGreaterThan(20)
    for (const event of events) {
      expect(Object.isFrozen(event)).toBe(true)
      expect(event).toMatchObject({ userId: 'ada', at: account.world.clock.now() })
      expect([null, '192.0.2.1']).toContain(event.clientAddress)
    }
  })
})
