import { afterEach, describe, expect, it, vi } from 'vitest'
import { TwoFactorError } from '../../src/errors.js'
import type { Store } from '../../src/interfaces/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { operations, type SceneOperation } from '../support/operations.js'
import { expectCode } from '../support/outcome.js'
import { makeScene, type Scene } from '../support/scene.js'
import { leaks, wordsOf } from '../support/secrets.js'
import { contents } from '../support/world.js'

const RECORD = 'user:default:ada'

/** An engine's error at its most talkative: it repeats all that it was given. */
const talkative = ({ appUri, textCode, recoveryCodes, proof }: Scene): Error => {
  const words = `INSERT failed: ${appUri} ${textCode} ${recoveryCodes.join()} ${proof} +14155550123`
  return Object.assign(new Error(words, { cause: new Error(words) }), {
    name: `Error ${textCode}`,
    code: proof,
    detail: words,
  })
}

interface Trace {
  readonly keys: readonly string[]
  readonly verbs: readonly string[]
  readonly texts: number
}

const traces = new Map<string, Promise<Trace>>()

/** The store calls of an operation when all goes well, in order. */
function traceOf(operation: SceneOperation): Promise<Trace> {
  const known = traces.get(operation.name) ?? trace(operation)
  traces.set(operation.name, known)
  return known
}

async function trace({ run, ends }: SceneOperation): Promise<Trace> {
  const scene = await makeScene()
  const { data, inbox, process } = scene.world
  const calls: [verb: string, key: string][] = []
  const noted: Store = {
    get: (key, options) => (calls.push(['get', key]), data.get(key, options)),
    swap: (key, ...rest) => (calls.push(['swap', key]), data.swap(key, ...rest)),
    keys: () => data.keys(),
  }
  expect(await run({ ...scene, world: { ...scene.world, twoFactor: process({ store: noted }) } })).toMatchObject({
    status: ends,
  })
  return { verbs: calls.map(([verb]) => verb), keys: calls.map(([, key]) => key), texts: inbox.attempts }
}

/** Counts per region are statistics: losing one is no failure. */
const isStatistics = (key = ''): boolean => key.startsWith('region:')

afterEach(() => {
  vi.useRealTimers()
})

describe.each(operations)('invariant 3, whatever fault the store has: "$name"', (operation) => {
  it('fails with its call, changes nothing, sends nothing, tells nothing, and works afterwards', async () => {
    const { keys } = await traceOf(operation)
    for (const [index, key] of keys.entries()) {
      const scene = await makeScene()
      const { store, data, inbox, events } = scene.world
      const before = await data.get(RECORD)
      store.reset()
      store.failAt(index + 1, talkative(scene))
      if (isStatistics(key)) {
        const outcome = await operation.run(scene).catch((error: unknown) => error)
        expect([operation.ends, 'ERR_STORE_FAILED']).toContain(
          outcome instanceof TwoFactorError ? outcome.code : (outcome as { status: string }).status,
        )
        continue
      }
      const error = await expectCode(operation.run(scene), 'ERR_STORE_FAILED')
      expect(leaks(scene, wordsOf(error))).toEqual([])
      expect(await data.get(RECORD)).toBe(before)
      expect([inbox.attempts, events]).toEqual([0, []])
      store.reset()
      expect(await operation.run(scene)).toMatchObject({ status: operation.ends })
    }
  })

  it('fails although its write was committed, says no success, and is not done twice', async () => {
    const { keys } = await traceOf(operation)
    for (const [index, key] of keys.entries()) {
      if (isStatistics(key)) continue
      const scene = await makeScene()
      const { store, inbox } = scene.world
      store.reset()
      store.commitThenFailAt(index + 1, talkative(scene))
      const error = await expectCode(operation.run(scene), 'ERR_STORE_FAILED')
      expect(leaks(scene, wordsOf(error))).toEqual([])
      expect(inbox.attempts).toBe(0)
      store.reset()
      const again = await operation.run(scene)
      if (operation.ends === 'approved' || operation.ends === 'confirmed') {
        expect(['approved', 'confirmed', 'rejected']).toContain(again.status)
        expect(await operation.run(scene)).toMatchObject({ status: 'rejected' })
      }
    }
  })

  it('starts over when it loses a swap, and ends alike', async () => {
    const { verbs, texts } = await traceOf(operation)
    for (const [index, verb] of verbs.entries()) {
      if (verb !== 'swap') continue
      const scene = await makeScene()
      scene.world.store.reset()
      scene.world.store.loseSwapAt(index + 1)
      expect(await operation.run(scene)).toMatchObject({ status: operation.ends })
      expect(scene.world.inbox.attempts).toBe(texts)
    }
  })

  it('does not wait for ever', async () => {
    const { keys } = await traceOf(operation)
    for (const [index, key] of keys.entries()) {
      if (isStatistics(key)) continue
      const scene = await makeScene()
      scene.world.store.reset()
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const held = scene.world.store.hangAt(index + 1)
      const outcome = expectCode(operation.run(scene), 'ERR_STORE_TIMEOUT')
      await held.reached
      await vi.advanceTimersByTimeAsync(5000)
      await outcome
      vi.useRealTimers()
      expect(scene.world.inbox.attempts).toBe(0)
    }
  })

  it('fails closed on a record that cannot be read', async () => {
    const { data: original } = (await makeScene()).world
    const value = (await original.get(RECORD)) ?? ''
    const strangers =
      (await contents(original)).get([...(await contents(original)).keys()].find((key) => key !== RECORD) ?? '') ?? ''
    for (const bad of [
      '',
      'x',
      value.slice(0, -4),
      value.replace('v1.k1', 'v1.k9'),
      value.replace('v1', 'v2'),
      strangers,
      `${value}A`,
    ]) {
      const scene = await makeScene()
      await scene.world.data.swap(RECORD, value, bad, null)
      if (operation.name === 'erase') expect(await operation.run(scene)).toEqual({ status: 'erased' })
      else await expectCode(operation.run(scene), 'ERR_RECORD_UNREADABLE')
      expect(scene.world.inbox.attempts).toBe(0)
    }
  })
})

describe.each(operations)('invariant 8, whatever happens: "$name"', (operation) => {
  it('says nothing secret in events or on the console, and stores nothing in the clear', async () => {
    const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) => vi.spyOn(console, method))
    const scene = await makeScene()
    const outcome = await operation.run(scene)
    await operation.run(scene).catch(() => undefined)
    for (const method of consoles) {
      expect(method).not.toHaveBeenCalled()
      method.mockRestore()
    }
    expect(leaks(scene, JSON.stringify(scene.world.events))).toEqual([])
    expect(leaks(scene, JSON.stringify([...(await contents(scene.world.data))]))).toEqual([])
    if (['listed', 'known', 'rejected', 'renamed', 'preferred', 'removed', 'sent'].includes(operation.ends))
      expect(leaks(scene, JSON.stringify(outcome))).toEqual([])
  })
})

describe.each(operations)('invariant 11, whatever the clock says: "$name"', (operation) => {
  it.each([Number.NaN, -1, Infinity, -Infinity, 1e300])('%s stops it, and changes nothing', async (at) => {
    const scene = await makeScene()
    const before = await contents(scene.world.data)
    const settled = {
      ...scene,
      appCode: () => '123456',
      wrongAppCode: () => '123456',
      pendingApp: { ...scene.pendingApp, code: () => '123456' },
    }
    scene.world.clock.set(at)
    await expectCode(operation.run(settled), 'ERR_CLOCK_INVALID')
    expect(await contents(scene.world.data)).toEqual(before)
    expect([scene.world.inbox.attempts, scene.world.events]).toEqual([0, []])
  })
})

describe('a store without a record', () => {
  it('opens nothing to whoever holds tokens of before', async () => {
    const scene = await makeScene({ data: memoryStore() })
    for (const { run } of operations)
      expect(['approved', 'trusted', 'valid', 'confirmed', 'challenged', 'sent']).not.toContain(
        (await run(scene)).status,
      )
  })
})
