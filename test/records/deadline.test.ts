import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pause, withDeadline, type Deadline } from '../../src/records/deadline.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const late = (): Error => new Error('late')

describe('work with a deadline', () => {
  it('gives its answer, and leaves no timer behind', async () => {
    expect(await withDeadline(1000, () => Promise.resolve(5), late)).toBe(5)
    await Promise.resolve()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives its failure, and leaves no timer behind', async () => {
    await expect(withDeadline(1000, () => Promise.reject(new Error('own')), late)).rejects.toThrow('own')
    await Promise.resolve()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has failed also when it throws before it makes a promise', async () => {
    const work = (): Promise<never> => {
      throw new Error('own')
    }
    await expect(withDeadline(1000, work, late)).rejects.toThrow('own')
  })

  it('is late after its time, and has its signal aborted then and not before', async () => {
    let signal: AbortSignal | undefined
    const hangs = (given: Deadline): Promise<never> => {
      signal = given.signal
      return new Promise(() => undefined)
    }
    const answer = expect(withDeadline(1000, hangs, late)).rejects.toThrow('late')
    await vi.advanceTimersByTimeAsync(999)
    expect(signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(signal?.aborted).toBe(true)
    await answer
  })

  // A getter of its own would be kept, with all that its closure holds, until the next full collection.
  it('is given a signal that can be copied, by the getter of every other', async () => {
    const given = await Promise.all([1, 2].map(() => withDeadline(1000, (one) => Promise.resolve(one), late)))
    const [getter, ...others] = given.map((one) => Object.getOwnPropertyDescriptor(one, 'signal')?.get)
    expect(getter).toBeTypeOf('function')
    expect(others).toEqual([getter])
    expect(given.map((one) => ({ ...one }).signal)).toEqual(given.map(({ signal }) => signal))
  })

  it.each([
    ['a copy', (one: Deadline) => ({ ...one })],
    ['an object that inherits', (one: Deadline) => Object.create(one) as Deadline],
    ['a proxy', (one: Deadline) => new Proxy(one, {})],
  ])('has its signal aborted through %s as well', async (_what, wrapped) => {
    const signals: AbortSignal[] = []
    const hangs = (given: Deadline): Promise<never> => {
      signals.push(wrapped(given).signal, given.signal)
      return new Promise(() => undefined)
    }
    const answer = expect(withDeadline(1000, hangs, late)).rejects.toThrow('late')
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
    await vi.advanceTimersByTimeAsync(1000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    await answer
  })

  it.each([
    ['answers', false],
    ['fails', true],
  ])('is ignored when it %s afterwards', async (_what, fails) => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    let end: () => void = () => undefined
    const slow = (): Promise<number> =>
      new Promise((resolve, reject) => {
        end = () => {
          if (fails) reject(new Error('too late'))
          else resolve(5)
        }
      })
    const answer = expect(withDeadline(1000, slow, late)).rejects.toThrow('late')
    await vi.advanceTimersByTimeAsync(1000)
    await answer
    end()
    await vi.advanceTimersByTimeAsync(1)
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('a pause', () => {
  it('ends by itself, though nobody moves the fake timers on', async () => {
    await pause(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
