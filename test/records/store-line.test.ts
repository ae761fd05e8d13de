import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TwoFactorErrorCode } from '../../src/errors.js'
import type { Store, StoreCallOptions } from '../../src/interfaces/store.js'
import { createStoreCalls, type StoreCalls } from '../../src/records/store-calls.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  // A process that has run for a while.
  vi.advanceTimersByTime(3_600_000)
})
afterEach(() => {
  vi.useRealTimers()
})

const TIMEOUT_MS = 5000
const PATIENCE_MS = 30_000

/** A call that the store has been given and that ends when the test says so. */
interface Given {
  readonly what: string
  readonly options: StoreCallOptions | undefined
  isOver: boolean
  answer(): void
  fail(): void
}

interface StoreInHand {
  readonly calls: StoreCalls
  /** Every call so far, in the order in which the store was given them. */
  readonly given: Given[]
  /** Ends the calls under way one by one, each after `milliseconds`, so many or until nobody asks any more. */
  serve(milliseconds: number, calls?: number): Promise<void>
}

/** A store that answers when it is told to. */
function storeInHand(concurrency: number): StoreInHand {
  const given: Given[] = []
  const take = <Value>(what: string, value: Value, options: StoreCallOptions | undefined): Promise<Value> =>
    new Promise((resolve, reject) => {
      const call: Given = {
        what,
        options,
        isOver: false,
        answer() {
          call.isOver = true
          resolve(value)
        },
        fail() {
          call.isOver = true
          reject(new Error('down'))
        },
      }
      given.push(call)
    })
  const store: Store = {
    get: (key, options) => take<string | null>(`get ${key}`, null, options),
    swap: (key, _previous, _next, _expiresAt, options) => take(`swap ${key}`, true, options),
    async *keys() {
      yield* await take('keys', ['a', 'b'], undefined)
    },
  }
  return {
    calls: createStoreCalls(store, { timeoutMs: TIMEOUT_MS, concurrency, patienceMs: PATIENCE_MS }),
    given,
    async serve(milliseconds, calls = Infinity) {
      let left = calls
      for (const call of given) {
        if (call.isOver) continue
        if (left === 0) return
        left -= 1
        await vi.advanceTimersByTimeAsync(milliseconds)
        call.answer()
        await settle()
      }
    },
  }
}

const swap = ({ calls }: StoreInHand, key: string): Promise<boolean> => calls.swap(key, null, 'next', null, 0)

/** Lets every promise that can move do so. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

/** What became of calls: what they answered, or the code they failed with. */
async function ends(work: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const results = await Promise.allSettled(work)
  return results.map((result) =>
    result.status === 'fulfilled' ? result.value : (result.reason as { code?: TwoFactorErrorCode }).code,
  )
}

const named = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `k${index}`)
const whats = ({ given }: StoreInHand): readonly string[] => given.map(({ what }) => what)

describe('calls of a store', () => {
  it('are never more under way than the store has connections for, and leave in the order they came', async () => {
    const inHand = storeInHand(3)
    const work = named(10).map((key) => inHand.calls.get(key))
    await settle()
    expect(whats(inHand)).toEqual(['get k0', 'get k1', 'get k2'])
    inHand.given[1]?.answer()
    await settle()
    expect(whats(inHand)).toEqual(['get k0', 'get k1', 'get k2', 'get k3'])
    await inHand.serve(1)
    expect(whats(inHand)).toEqual(named(10).map((key) => `get ${key}`))
    expect(await ends(work)).toEqual(named(10).map(() => null))
  })

  it('of a crowd at one key take turns with those of everybody else', async () => {
    const inHand = storeInHand(1)
    const work = [...Array.from({ length: 5 }, () => 'crowd'), 'ada', 'bob'].map((key) => inHand.calls.get(key))
    await inHand.serve(1)
    await ends(work)
    expect(whats(inHand)).toEqual([
      'get crowd',
      'get crowd',
      'get ada',
      'get bob',
      'get crowd',
      'get crowd',
      'get crowd',
    ])
  })

  it('that write go before those that read, so that what was read does not grow stale', async () => {
    const inHand = storeInHand(1)
    const work = [inHand.calls.get('ada'), inHand.calls.get('bob'), swap(inHand, 'cyd'), swap(inHand, 'dan')]
    await inHand.serve(1)
    await ends(work)
    expect(whats(inHand)).toEqual(['get ada', 'swap cyd', 'swap dan', 'get bob'])
  })

  it('have their time from when the store is given them, not from when they stand in line', async () => {
    const inHand = storeInHand(1)
    const work = ends(named(4).map((key) => inHand.calls.get(key)))
    await inHand.serve(TIMEOUT_MS - 1)
    expect(await work).toEqual([null, null, null, null])
  })

  it('none of which takes too long are all answered, however many come at once', async () => {
    const inHand = storeInHand(10)
    const work = ends(named(600).map((key) => inHand.calls.get(key)))
    await inHand.serve(1)
    expect((await work).every((end) => end === null)).toBe(true)
  })

  it('are refused at once where the line is longer than anybody waits, and the store hears nothing of them', async () => {
    const inHand = storeInHand(1)
    const waiting = named(100).map((key) => inHand.calls.get(key))
    const served = ends(waiting)
    // The line moves by one call in 400 ms, so 75 may stand in it.
    await inHand.serve(400, 40)
    const slow = ends(named(100).map((key) => inHand.calls.get(`slow ${key}`)))
    await settle()
    await inHand.serve(400)
    expect(new Set(await slow)).toEqual(new Set([null, 'ERR_STORE_BUSY']))
    expect(whats(inHand).filter((what) => what.startsWith('get slow'))).toHaveLength(
      (await slow).filter((end) => end === null).length,
    )
    await served
  })

  it('that are refused say that nothing was written', async () => {
    const inHand = storeInHand(1)
    const work = [inHand.calls.get('ada'), inHand.calls.get('bob')]
    const told = expect(work[1]).rejects.toMatchObject({
      code: 'ERR_STORE_BUSY',
      message: expect.stringContaining('nothing was written') as string,
    })
    const late = expect(work[0]).rejects.toMatchObject({
      code: 'ERR_STORE_TIMEOUT',
      message: 'store.get did not answer in time',
    })
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
    await Promise.all([told, late])
  })

  it('are refused at once too where people keep coming', async () => {
    const inHand = storeInHand(1)
    const quiet = inHand.calls.get('when nobody else was there')
    await inHand.serve(1)
    await quiet
    const work: Promise<unknown>[] = []
    for (let index = 0; index < 40; index++) {
      work.push(ends(named(3).map((key) => inHand.calls.get(`${key} of ${index}`))))
      await vi.advanceTimersByTimeAsync(400)
      inHand.given[1 + index]?.answer()
      await settle()
    }
    await inHand.serve(1)
    // Forty were answered and the store had one. The line moves by one call in 400 ms: 75 there mean a wait of 30 seconds.
    const refused = (await Promise.all(work)).flat().filter((end) => end === 'ERR_STORE_BUSY')
    expect(refused).toHaveLength(40 * 3 - 40 - 1 - 75)
  })

  it('of a crowd at one key are refused where others are still let in', async () => {
    const inHand = storeInHand(1)
    const work = ends([...named(40).map(() => 'crowd'), 'ada'].map((key) => inHand.calls.get(key)))
    await inHand.serve(4000, 3)
    const late = [inHand.calls.get('crowd'), inHand.calls.get('bob')]
    const ended = ends(late)
    await inHand.serve(100)
    expect([await ended, (await work).at(-1)]).toEqual([['ERR_STORE_BUSY', null], null])
  })

  it('that have waited as long as anybody may are refused with nothing written', async () => {
    const inHand = storeInHand(1)
    const first = inHand.calls.get('first')
    const work = ends([swap(inHand, 'ada'), inHand.calls.get('bob')])
    // Each is answered in time, but others always come before.
    const others: Promise<unknown>[] = [first]
    for (let index = 0; index < 8; index++) {
      others.push(swap(inHand, `other ${index}`))
      await vi.advanceTimersByTimeAsync(4000)
      inHand.given[index]?.answer()
      await settle()
    }
    const ended = await Promise.race([work, Promise.resolve(null)])
    expect(ended ?? (await work)).toEqual([true, 'ERR_STORE_BUSY'])
    expect(whats(inHand)).not.toContain('get bob')
    await inHand.serve(0)
    await ends(others)
  })

  it('that are refused leave the line to those who came later', async () => {
    const inHand = storeInHand(1)
    const first = inHand.calls.get('first')
    const early = ends([inHand.calls.get('bob'), swap(inHand, 'bob')])
    const others: Promise<unknown>[] = [first]
    for (let index = 0; index < 8; index++) {
      if (index === 1) others.push(inHand.calls.get('bob'))
      // Writing goes first, so nobody who reads moves; the one that wrote is given the store last of all.
      others.push(swap(inHand, `other ${index}`))
      await vi.advanceTimersByTimeAsync(4000)
      inHand.given[index]?.answer()
      await settle()
    }
    expect((await early)[0]).toBe('ERR_STORE_BUSY')
    await inHand.serve(0)
    expect((await ends(others)).every((end) => end === null || end === true)).toBe(true)
    expect(whats(inHand).filter((what) => what === 'get bob')).toHaveLength(1)
  })

  it('that wait to write and are refused take nobody the place they would have had', async () => {
    const inHand = storeInHand(1)
    void inHand.calls.get('hanging').catch(() => undefined)
    const crowd = named(20).map((key) => swap(inHand, key))
    const ended = ends(crowd)
    await inHand.serve(4500, 7)
    // Fourteen have waited half a minute by now.
    expect((await ended).filter((end) => end === 'ERR_STORE_BUSY')).toHaveLength(14)
    const next = ends([swap(inHand, 'ada'), inHand.calls.get('bob')])
    await inHand.serve(1)
    expect(await next).toEqual([true, null])
  })

  it('are not refused for one that took long among many that did not', async () => {
    const inHand = storeInHand(1)
    const work = named(300).map((key) => inHand.calls.get(key))
    const served = ends(work)
    await inHand.serve(1, 99)
    await inHand.serve(450, 1)
    const late = ends([inHand.calls.get('late')])
    await inHand.serve(1)
    expect([await late, new Set(await served)]).toEqual([[null], new Set([null])])
  })

  it('of many for each of many keys are refused where all of them come first', async () => {
    const inHand = storeInHand(1)
    const ten = named(10).flatMap((key) => named(10).map(() => key))
    const work = ends(ten.map((key) => inHand.calls.get(key)))
    await inHand.serve(400, 10)
    // Eighty-nine wait, and the line moves by one call in 400 ms.
    const late = ends([inHand.calls.get('k0')])
    await inHand.serve(1)
    expect(await late).toEqual(['ERR_STORE_BUSY'])
    await work
  })

  it('are counted no longer once they were sent away', async () => {
    const inHand = storeInHand(1)
    const sent = ends(named(50).map((key) => inHand.calls.get(key)))
    await vi.advanceTimersByTimeAsync(2 * TIMEOUT_MS)
    expect((await sent).filter((end) => end === 'ERR_STORE_BUSY')).toHaveLength(49)
    const seven = named(10).flatMap((key) => named(7).map(() => key))
    const work = ends(seven.map((key) => inHand.calls.get(key)))
    for (let index = 1; index < 4; index++) {
      await vi.advanceTimersByTimeAsync(420)
      inHand.given[index]?.answer()
      await settle()
    }
    // Sixty-six wait, for 420 ms each.
    const late = ends([inHand.calls.get('k0')])
    await inHand.serve(1)
    expect(await late).toEqual([null])
    await work
  })

  it('that are late say so, keep their place until they end, and abort their signal if it was read', async () => {
    const inHand = storeInHand(1)
    const written = swap(inHand, 'ada')
    const late = expect(written).rejects.toMatchObject({
      code: 'ERR_STORE_TIMEOUT',
      message: expect.stringContaining('may still be carried out') as string,
    })
    const { options } = inHand.given[0] ?? {}
    expect(options?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
    await late
    expect(options?.signal.aborted).toBe(true)
    const next = inHand.calls.get('bob')
    await settle()
    expect(whats(inHand)).toEqual(['swap ada'])
    inHand.given[0]?.answer()
    await settle()
    inHand.given[1]?.answer()
    expect([await next, vi.getTimerCount()]).toEqual([null, 0])
  })

  it('give a signal that is aborted already to a store that first reads it when the time is up', async () => {
    const inHand = storeInHand(1)
    const late = expect(inHand.calls.get('ada')).rejects.toMatchObject({ code: 'ERR_STORE_TIMEOUT' })
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
    await late
    expect(inHand.given[0]?.options?.signal.aborted).toBe(true)
  })

  it('that a driver has lost give their place back after as long again', async () => {
    const inHand = storeInHand(1)
    const lost = ends([inHand.calls.get('lost')])
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
    expect(await lost).toEqual(['ERR_STORE_TIMEOUT'])
    const next = inHand.calls.get('ada')
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect(inHand.given).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    inHand.given[1]?.answer()
    expect(await next).toBeNull()
  })

  it('that a driver has lost give their place back once, also when they are answered after all', async () => {
    const inHand = storeInHand(1)
    const lost = ends([inHand.calls.get('lost')])
    await vi.advanceTimersByTimeAsync(2 * TIMEOUT_MS)
    expect(await lost).toEqual(['ERR_STORE_TIMEOUT'])
    const others = ends([inHand.calls.get('ada'), inHand.calls.get('bob')])
    inHand.given[0]?.answer()
    await settle()
    expect(whats(inHand)).toEqual(['get lost', 'get ada'])
    await inHand.serve(0)
    expect(await others).toEqual([null, null])
  })

  it('that wait are sent away at once when nothing has been answered for as long as a call may take', async () => {
    const inHand = storeInHand(2)
    const work = ends(named(50).map((key, index) => (index % 2 === 0 ? inHand.calls.get(key) : swap(inHand, key))))
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
    const ended = await work
    expect(ended.filter((end) => end === 'ERR_STORE_TIMEOUT')).toHaveLength(2)
    expect(ended.filter((end) => end === 'ERR_STORE_BUSY')).toHaveLength(48)
    expect(inHand.given).toHaveLength(2)
  })

  it('that wait stay where one call hangs and the others are answered', async () => {
    const inHand = storeInHand(2)
    const work = ends(named(20).map((key) => inHand.calls.get(key)))
    for (let index = 1; index < 11; index++) {
      await vi.advanceTimersByTimeAsync(500)
      inHand.given[index]?.answer()
      await settle()
    }
    await inHand.serve(1)
    expect(await work).toEqual(['ERR_STORE_TIMEOUT', ...named(19).map(() => null)])
  })

  it('give their place back where they fail, and where the store throws before it makes a promise', async () => {
    const inHand = storeInHand(1)
    const work = ends(named(3).map((key) => inHand.calls.get(key)))
    for (let index = 0; index < 3; index++) {
      inHand.given[index]?.fail()
      await settle()
    }
    expect(await work).toEqual(named(3).map(() => 'ERR_STORE_FAILED'))
    const throwing = (): never => {
      throw new Error('own')
    }
    const limits = { timeoutMs: TIMEOUT_MS, concurrency: 1, patienceMs: PATIENCE_MS }
    const calls = createStoreCalls({ get: throwing, swap: throwing, keys: throwing }, limits)
    expect(await ends([calls.get('a'), calls.get('b'), calls.get('c')])).toEqual(named(3).map(() => 'ERR_STORE_FAILED'))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('are let in again as if nothing had been, once a slow line is empty', async () => {
    const inHand = storeInHand(1)
    const slow = ends(named(6).map((key) => inHand.calls.get(key)))
    await inHand.serve(4900)
    await slow
    const crowd = ends(named(1000).map((key) => inHand.calls.get(key)))
    await inHand.serve(1)
    expect((await crowd).every((end) => end === null)).toBe(true)
  })

  it('that walk over the keys stand in no line', async () => {
    const inHand = storeInHand(1)
    const waiting = [inHand.calls.get('a'), inHand.calls.get('b')]
    const walk = inHand.calls.keys()
    const first = walk.next()
    await settle()
    inHand.given.find(({ what }) => what === 'keys')?.answer()
    expect((await first).value).toBe('a')
    await walk.return()
    await inHand.serve(1)
    await ends(waiting)
  })
})
