import { setImmediate as breathe } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../../src/interfaces/store.js'
import type { MessageTemplate } from '../../src/sms/message.js'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import { operations, type AccountOperation } from '../support/operations.js'
import { expectCode } from '../support/outcome.js'
import { appWorld, begin, phoneWorld } from '../support/people.js'
import { leaks, wordsOf } from '../support/secrets.js'
import { contents } from '../support/world.js'

const RECORD = 'user:default:ada'

/** An engine's error at its most talkative: it repeats all that it was given. */
const talkative = ({ appUri, textCode, recoveryCodes, proof }: FullAccount): Error => {
  const words = `INSERT failed: ${appUri} ${textCode} ${recoveryCodes.join()} ${proof} +14155550123`
  return Object.assign(new Error(words, { cause: new Error(words) }), {
    name: `Error ${textCode}`,
    code: proof,
    detail: words,
  })
}

interface Trace {
  readonly calls: readonly { readonly verb: 'get' | 'swap'; readonly statistics: boolean }[]
  readonly texts: number
}

const traces = new Map<string, Promise<Trace>>()

/** The store calls of an operation when all goes well, in order. */
function traceOf(operation: AccountOperation): Promise<Trace> {
  const known = traces.get(operation.name) ?? trace(operation)
  traces.set(operation.name, known)
  return known
}

async function trace({ run, ends, account: options }: AccountOperation): Promise<Trace> {
  const account = await makeFullAccount(options)
  const { data, inbox, process } = account.world
  const calls: { readonly verb: 'get' | 'swap'; readonly key: string }[] = []
  const noted: Store = {
    get: (key, given) => (calls.push({ verb: 'get', key }), data.get(key, given)),
    swap: (key, ...rest) => (calls.push({ verb: 'swap', key }), data.swap(key, ...rest)),
    keys: () => data.keys(),
  }
  const noting = { ...account, world: { ...account.world, twoFactor: process({ store: noted }) } }
  expect(await run(noting)).toMatchObject({ status: ends })
  await breathe()
  const committed = calls.findLastIndex(({ verb, key }) => verb === 'swap' && key === RECORD)
  return {
    // Once the operation is committed, a region is only counted: losing that is no failure, and nobody waits for it.
    calls: calls.map(({ verb, key }, index) => ({ verb, statistics: index > committed && key.startsWith('region:') })),
    texts: inbox.attempts,
  }
}

/** Every call of an operation, by number: those that its outcome depends on, or those that it does not. */
async function callsOf(operation: AccountOperation, statistics: boolean): Promise<readonly number[]> {
  const { calls } = await traceOf(operation)
  return calls.flatMap((call, index) => (call.statistics === statistics ? [index + 1] : []))
}

/** Ada's account for an operation, with every store call counted from now on. */
async function accountFor({ account: options }: AccountOperation): Promise<FullAccount> {
  const account = await makeFullAccount(options)
  account.world.store.reset()
  return account
}

afterEach(() => {
  vi.useRealTimers()
})

describe.each(operations)(
  'invariant 3, whatever the store does to "$name": no success before the commit',
  (operation) => {
    it('fails with its call, changes nothing, sends nothing, tells nothing, and works afterwards', async () => {
      for (const call of await callsOf(operation, false)) {
        const account = await accountFor(operation)
        const { store, data, inbox, events } = account.world
        const before = await data.get(RECORD)
        store.failAt(call, talkative(account))
        const error = await expectCode(operation.run(account), 'ERR_STORE_FAILED')
        expect(leaks(account, wordsOf(error))).toEqual([])
        expect(await data.get(RECORD)).toBe(before)
        expect([inbox.attempts, events]).toEqual([0, []])
        store.reset()
        expect(await operation.run(account)).toMatchObject({ status: operation.ends })
      }
    })

    it('fails although its write was committed, says no success, and is not done twice', async () => {
      for (const call of await callsOf(operation, false)) {
        const account = await accountFor(operation)
        const { store, inbox } = account.world
        store.commitThenFailAt(call, talkative(account))
        const error = await expectCode(operation.run(account), 'ERR_STORE_FAILED')
        expect(leaks(account, wordsOf(error))).toEqual([])
        expect(inbox.attempts).toBe(0)
        store.reset()
        const again = await operation.run(account)
        if (operation.ends === 'approved' || operation.ends === 'confirmed') {
          expect([operation.ends, 'rejected']).toContain(again.status)
          expect(await operation.run(account)).toMatchObject({ status: 'rejected' })
        }
      }
    })

    it('starts over when it loses a swap, and ends alike', async () => {
      const { calls, texts } = await traceOf(operation)
      for (const [index, { verb }] of calls.entries()) {
        if (verb !== 'swap') continue
        const account = await accountFor(operation)
        account.world.store.loseSwapAt(index + 1)
        expect(await operation.run(account)).toMatchObject({ status: operation.ends })
        expect(account.world.inbox.attempts).toBe(texts)
      }
    })

    it('does not wait for ever', async () => {
      for (const call of await callsOf(operation, false)) {
        const account = await accountFor(operation)
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
        const held = account.world.store.hangAt(call)
        const outcome = expectCode(operation.run(account), 'ERR_STORE_TIMEOUT')
        await held.reached
        await vi.advanceTimersByTimeAsync(5000)
        await outcome
        vi.useRealTimers()
        expect([account.world.inbox.attempts, account.world.events]).toEqual([0, []])
      }
    })

    it('does not depend on what is only counted', async () => {
      for (const call of await callsOf(operation, true)) {
        for (const fault of ['failAt', 'commitThenFailAt', 'hangAt'] as const) {
          const account = await accountFor(operation)
          account.world.store[fault](call)
          expect(await operation.run(account)).toMatchObject({ status: operation.ends })
        }
      }
    })

    it('fails closed on a record that cannot be read', async () => {
      const { data: original } = (await makeFullAccount(operation.account)).world
      const values = await contents(original)
      const value = values.get(RECORD) ?? ''
      const strangers = [...values].find(([key]) => key !== RECORD)?.[1] ?? ''
      for (const bad of [
        '',
        'x',
        value.slice(0, -4),
        value.replace('v1.k1', 'v1.k9'),
        value.replace('v1', 'v2'),
        strangers,
        `${value}A`,
      ]) {
        const account = await accountFor(operation)
        await account.world.data.swap(RECORD, value, bad, null)
        if (operation.name === 'erase') expect(await operation.run(account)).toEqual({ status: 'erased' })
        else await expectCode(operation.run(account), 'ERR_RECORD_UNREADABLE')
        expect(account.world.inbox.attempts).toBe(0)
      }
    })
  },
)

describe('invariant 3: a fault is never a free guess, and never "no second factor"', () => {
  it('counts a wrong code though its answer was lost', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    ada.code()
    for (let guess = 0; guess < 4; guess++) {
      world.store.reset()
      world.store.commitThenFailAt(2)
      await expectCode(world.twoFactor.challenge.verify({ token, code: ada.wrongCode() }), 'ERR_STORE_FAILED')
    }
    expect(await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })).toMatchObject({
      reason: 'wrong-code',
      attemptsRemaining: 0,
    })
  })

  it('spends a code though its answer was lost', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    world.store.reset()
    world.store.commitThenFailAt(2)
    await expectCode(world.twoFactor.challenge.verify({ token, code }), 'ERR_STORE_FAILED')
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'settled' })
    const again = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.verify({ token: again.token, code })).toMatchObject({
      reason: 'already-used',
    })
  })

  it('never reads an absent answer of the store as an absent record', async () => {
    const { world } = await appWorld()
    const broken = world.process({ store: { ...world.data, get: () => Promise.resolve(undefined as never) } })
    await expectCode(broken.challenge.begin({ userId: 'ada' }), 'ERR_STORE_FAILED')
  })

  it('fails closed on a record that no key opens, which can still be erased', async () => {
    const { world } = await appWorld()
    const stranger = world.process({ keys: [{ id: 'k9', secret: new Uint8Array(32).fill(9) }] })
    await expectCode(stranger.challenge.begin({ userId: 'ada' }), 'ERR_RECORD_UNREADABLE')
    await expectCode(stranger.account.status({ userId: 'ada' }), 'ERR_RECORD_UNREADABLE')
    expect(await stranger.account.erase({ userId: 'ada' })).toEqual({ status: 'erased' })
    expect(await stranger.account.status({ userId: 'ada' })).toMatchObject({ enabled: false })
  })

  it('fails closed on a value that was moved to another user', async () => {
    const { world } = await appWorld()
    const value = await world.data.get(RECORD)
    await world.data.swap('user:default:mallory', null, value, null)
    await expectCode(world.twoFactor.challenge.begin({ userId: 'mallory' }), 'ERR_RECORD_UNREADABLE')
  })

  it('lets nobody in and spends nothing when the screen or the template of the host fails', async () => {
    const screen = (): Promise<never> => Promise.reject(new Error('no'))
    const message: MessageTemplate = ({ notice, code, summary, locale }) => {
      if (locale === 'xx') throw new Error('no')
      return [notice, code, summary].filter((part) => part !== null).join(' ')
    }
    for (const [texts, code] of [
      [{ screen }, 'ERR_SCREEN_FAILED'],
      [{ message }, 'ERR_MESSAGE_INVALID'],
    ] as const) {
      const { world } = await phoneWorld({ texts })
      const before = await contents(world.data)
      await expectCode(world.twoFactor.challenge.begin({ userId: 'ada', locale: 'xx' }), code)
      expect(await contents(world.data)).toEqual(before)
      expect(world.inbox.attempts).toBe(0)
    }
  })

  it('approves nothing when the verifier of passkeys fails', async () => {
    const { world, passkeyToken: token, passkeyResponse } = await makeFullAccount()
    const fails = (): Promise<never> => Promise.reject(new Error('no'))
    const failing = { creationOptions: fails, verifyAttestation: fails, requestOptions: fails, verifyAssertion: fails }
    const before = await contents(world.data)
    const broken = world.process({ passkeys: failing })
    await expectCode(broken.challenge.verify({ token, response: passkeyResponse() }), 'ERR_PASSKEYS_FAILED')
    expect(await contents(world.data)).toEqual(before)
  })
})
