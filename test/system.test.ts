import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { monotonicMs, startMachineTimer, startTimer, systemClock, systemRandom } from '../src/system.js'

afterEach(() => {
  vi.useRealTimers()
})

describe('the clock of the machine', () => {
  it('gives the epoch milliseconds of now', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_123 })
    expect(systemClock.now()).toBe(1_700_000_000_123)
  })

  it('has a second reading that only goes forward', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const start = monotonicMs()
    vi.advanceTimersByTime(1500)
    expect(monotonicMs() - start).toBe(1500)
  })
})

describe('the random bytes of the machine', () => {
  /** Sixteen bytes at a time: two that are the same, or one of zeros, would be a fault and no chance. */
  const piecesOf = (bytes: Uint8Array): readonly string[] =>
    Array.from({ length: Math.floor(bytes.length / 16) }, (_, index) =>
      Buffer.from(bytes.subarray(16 * index, 16 * index + 16)).toString('hex'),
    )
  const zeros = '00'.repeat(16)

  it.each([0, 1, 16, 20, 32, 1000, 1023, 1024, 1025, 5000])('are as many as asked for: %i', (length) => {
    const drawn = Array.from({ length: 9 }, () => systemRandom.bytes(length))
    expect(drawn.map((bytes) => bytes.length)).toEqual(Array(9).fill(length))
    const pieces = drawn.flatMap(piecesOf)
    expect(new Set(pieces).size).toBe(pieces.length)
    expect(pieces).not.toContain(zeros)
  })

  it('are never given twice, however they are drawn', () => {
    const drawn = Array.from({ length: 400 }, (_, index) => systemRandom.bytes(16 * ((index % 7) + 1)))
    const pieces = drawn.flatMap(piecesOf)
    expect(new Set(pieces).size).toBe(pieces.length)
    expect(pieces).not.toContain(zeros)
  })

  it('belong to whoever drew them', () => {
    const first = systemRandom.bytes(16)
    const copy = first.slice()
    systemRandom.bytes(16).fill(0)
    systemRandom.bytes(2048)
    expect(first).toEqual(copy)
  })
})

describe('a timer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })

  it('calls once, after its time', () => {
    const callback = vi.fn()
    startTimer(1000, callback)
    vi.advanceTimersByTime(999)
    expect(callback).not.toHaveBeenCalled()
    vi.advanceTimersByTime(5000)
    expect(callback).toHaveBeenCalledOnce()
  })

  it('never calls once it is cancelled, also after the fake timers that started it have gone', () => {
    const callback = vi.fn()
    startTimer(1000, callback)()
    const cancel = startTimer(1000, callback)
    vi.useRealTimers()
    const clear = vi.spyOn(globalThis, 'clearTimeout')
    cancel()
    expect(clear).not.toHaveBeenCalled()
    clear.mockRestore()
    expect(callback).not.toHaveBeenCalled()
  })

  it('of the machine calls whatever a test has put in the place of its timers', async () => {
    await new Promise<void>((resolve) => {
      startMachineTimer(0, resolve)
    })
    expect(vi.getTimerCount()).toBe(0)
  })
})
