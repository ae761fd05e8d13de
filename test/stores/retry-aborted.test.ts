import { describe, expect, it } from 'vitest'
import { retryAborted } from '../../src/stores/retry-aborted.js'

const undone = new Error('deadlock')
const isUndone = (error: unknown): boolean => error === undone

/** A statement that the engine undoes for so many times. */
function statement(times: number): { readonly run: () => Promise<string>; readonly runs: () => number } {
  let runs = 0
  return {
    run: () => (++runs <= times ? Promise.reject(undone) : Promise.resolve('done')),
    runs: () => runs,
  }
}

describe('a statement that the engine has undone', () => {
  it.each([0, 1, 19])('%i times is run until it is carried out', async (times) => {
    const { run, runs } = statement(times)
    expect(await retryAborted(isUndone, run)).toBe('done')
    expect(runs()).toBe(times + 1)
  })

  it('twenty times fails with what undid it', async () => {
    const { run, runs } = statement(20)
    await expect(retryAborted(isUndone, run)).rejects.toBe(undone)
    expect(runs()).toBe(20)
  })

  it('is not run again when nobody waits for it any more', async () => {
    const { run, runs } = statement(3)
    const over = { at: 0, signal: AbortSignal.abort() }
    await expect(retryAborted(isUndone, run, over)).rejects.toBe(undone)
    expect(runs()).toBe(1)
    const waiting = { at: 0, signal: new AbortController().signal }
    expect(await retryAborted(isUndone, statement(3).run, waiting)).toBe('done')
  })

  it('is not run again after any other fault', async () => {
    const fault = new Error('syntax')
    let runs = 0
    const run = (): Promise<never> => {
      runs += 1
      return Promise.reject(fault)
    }
    await expect(retryAborted(isUndone, run)).rejects.toBe(fault)
    expect(runs).toBe(1)
  })
})
