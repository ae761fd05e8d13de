import { TwoFactorError } from '../errors.js'
import type { Store } from '../interfaces/store.js'
import { strippedCause } from '../stripped-cause.js'
import { startTimer } from '../system.js'
import { withDeadline, type Deadline } from './deadline.js'
import { createLine } from './line.js'

/** The calls of a store, each in its turn, within its deadline, and with answers of the right shape. */
export interface StoreCalls {
  /** @throws TwoFactorError `ERR_STORE_BUSY`, `ERR_STORE_FAILED`, `ERR_STORE_TIMEOUT` */
  get(key: string): Promise<string | null>
  /** @throws TwoFactorError `ERR_STORE_BUSY` with nothing written; `ERR_STORE_FAILED`, `ERR_STORE_TIMEOUT` */
  swap(
    key: string,
    previous: string | null,
    next: string | null,
    expiresAt: number | null,
    at: number,
  ): Promise<boolean>
  /**
   * Every key. A walk stands in no line: it is one call at a time, and may hold a connection of its own.
   * @throws TwoFactorError `ERR_STORE_FAILED`, `ERR_STORE_TIMEOUT`
   */
  keys(): AsyncGenerator<string, void, undefined>
}

/** How a store is called. */
export interface StoreCallLimits {
  /** How long a call may take, from when it is handed to the store. */
  readonly timeoutMs: number
  /** How many calls may be under way at once. */
  readonly concurrency: number
  /** How long a call may wait for its turn. */
  readonly patienceMs: number
}

/** Guards a store. */
export function createStoreCalls(store: Store, { timeoutMs, concurrency, patienceMs }: StoreCallLimits): StoreCalls {
  const line = createLine({ places: concurrency, patienceMs })
  let answers = 0

  /** Hands a call to the store. It keeps its place until it has ended: what is late may still be carried out. */
  function handOver<Value>(verb: 'get' | 'swap', work: (deadline: Deadline) => Promise<Value>): Promise<Value> {
    const answersBefore = answers
    let holdsPlace = true
    let cancelGrace = (): void => undefined
    const leave = (): void => {
      if (holdsPlace) line.leave()
      holdsPlace = false
    }
    const late = (): Error => {
      // A driver that loses a call shall not shut the line for good.
      cancelGrace = startTimer(timeoutMs, leave)
      // Nothing has been answered for as long as a call may take: whoever waits would wait in vain.
      if (answers === answersBefore) line.refuseAll()
      return lateCall(verb)
    }
    const ended = (): void => {
      answers += 1
      cancelGrace()
      leave()
    }
    return withDeadline(timeoutMs, work, late, ended)
  }

  async function call<Value>(
    verb: 'get' | 'swap',
    key: string,
    work: (deadline: Deadline) => Promise<unknown>,
    isAnswer: (value: unknown) => value is Value,
    answers: string,
  ): Promise<Value> {
    const turn = line.enter(key, verb === 'swap')
    if (turn !== null) await turn
    let value: unknown
    try {
      value = await handOver(verb, work)
    } catch (error) {
      throw failedCall(verb, error)
    }
    if (isAnswer(value)) return value
    throw new TwoFactorError('ERR_STORE_FAILED', `store.${verb} must give ${answers}`)
  }

  return {
    get: (key) => call('get', key, (deadline) => store.get(key, deadline), isValue, 'a string or null'),

    swap: (key, previous, next, expiresAt, at) =>
      call(
        'swap',
        key,
        (deadline) => store.swap(key, previous, next, expiresAt, Object.assign(deadline, { at })),
        isBoolean,
        'true or false',
      ),

    async *keys() {
      let walk: AsyncIterator<unknown> | null = null
      const step = async (): Promise<IteratorResult<unknown>> => (walk ??= store.keys()[Symbol.asyncIterator]()).next()
      const end = async (): Promise<unknown> => walk?.return?.()
      const late = (): Error => lateCall('keys')
      try {
        for (;;) {
          const result = await withDeadline(timeoutMs, step, late).catch((error: unknown) => {
            throw failedCall('keys', error)
          })
          if (result.done === true) return
          const value: unknown = result.value
          if (typeof value !== 'string') throw new TwoFactorError('ERR_STORE_FAILED', 'store.keys must give strings')
          yield value
        }
      } finally {
        await withDeadline(timeoutMs, end, late).catch(() => undefined)
      }
    },
  }
}

/** Anything else, undefined too, is a fault: read as absent it would switch a second factor off. */
function isValue(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function lateCall(verb: 'get' | 'swap' | 'keys'): TwoFactorError {
  const doubt = verb === 'swap' ? '; it may still be carried out' : ''
  return new TwoFactorError('ERR_STORE_TIMEOUT', `store.${verb} did not answer in time${doubt}`)
}

function failedCall(verb: 'get' | 'swap' | 'keys', error: unknown): TwoFactorError {
  if (error instanceof TwoFactorError) return error
  return new TwoFactorError('ERR_STORE_FAILED', `store.${verb} failed`, { cause: strippedCause(error) })
}
