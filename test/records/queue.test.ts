import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createQueue } from '../../src/records/queue.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a queue', () => {
  it('lets operations on one key take turns, in order of arrival', async () => {
    const queue = createQueue()
    const log: string[] = []
    const work = async (name: string): Promise<void> => {
      const end = await queue.take('k', 1000)
      log.push(`${name} begins`)
      await Promise.resolve()
      log.push(`${name} ends`)
      end?.()
    }
    await Promise.all(['a', 'b', 'c'].map(work))
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('does not hold up another key', async () => {
    const queue = createQueue()
    await queue.take('a', 1000)
    expect(await queue.take('b', 1000)).not.toBeNull()
  })

  it('gives up when the turn does not come in time, and passes it on when it does', async () => {
    const queue = createQueue()
    const end = await queue.take('k', 1000)
    const impatient = queue.take('k', 1000)
    const patient = queue.take('k', 5000)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await impatient).toBeNull()
    end?.()
    expect(await patient).not.toBeNull()
  })

  it('never lets two in, though one in between gave up', async () => {
    const queue = createQueue()
    const end = await queue.take('k', 1000)
    const impatient = queue.take('k', 10)
    let entered = false
    const patient = queue.take('k', 5000).then((turn) => {
      entered = true
      return turn
    })
    await vi.advanceTimersByTimeAsync(10)
    expect(await impatient).toBeNull()
    await vi.advanceTimersByTimeAsync(100)
    expect(entered).toBe(false)
    end?.()
    expect(await patient).not.toBeNull()
  })

  it('leaves no timer behind', async () => {
    const queue = createQueue()
    const end = await queue.take('k', 1000)
    const next = queue.take('k', 1000)
    end?.()
    ;(await next)?.()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets nobody in twice when it is told twice that a turn is over', async () => {
    const queue = createQueue()
    const end = await queue.take('k', 1000)
    end?.()
    end?.()
    const turn = await queue.take('k', 1000)
    let entered = false
    void queue.take('k', 1000).then(() => {
      entered = true
    })
    end?.()
    await vi.advanceTimersByTimeAsync(1)
    expect([turn === null, entered]).toEqual([false, false])
  })
})
