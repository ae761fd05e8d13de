import { TwoFactorError } from '../errors.js'
import { monotonicMs, startTimer } from '../system.js'

/**
 * The line for the store: a bounded number of calls is under way at once, the rest wait. Keys take turns, so that a crowd
 * at one of them delays nobody else; who asks for one key is served in order. Swaps go first: they finish what was begun,
 * before somebody else makes it stale.
 */
export interface Line {
  /**
   * Takes a place among the calls under way: null when there is one, else a promise of one.
   * Rejects with `ERR_STORE_BUSY` when the wait is too long, and at once when it is sure to be.
   */
  enter(key: string, isSwap: boolean): Promise<void> | null
  /** Gives a place back. */
  leave(): void
  /** Sends everybody away who still waits: nothing moves. */
  refuseAll(): void
}

interface Waiter {
  readonly go: () => void
  readonly refuse: () => void
}

/** Over how long it is measured how fast the line moves: a hiccup is no reason to refuse anybody. */
const MEASURED_MS = 1000

/** Makes a line. */
export function createLine({ places, patienceMs }: { readonly places: number; readonly patienceMs: number }): Line {
  let free = places
  const swaps = new Set<Waiter>()
  const others = new Map<string, Set<Waiter>>()
  let othersWaiting = 0
  // Iterators that go on where they were: what has left is not walked over again.
  const nextSwap = swaps.values()
  const nextKey = others.keys()
  // How long it takes the line to move by one (ms), as last measured since somebody stands in it; 0 when nothing tells.
  let paceMs = 0
  let moves = 0
  let measuredSince = 0

  function next(): Waiter | null {
    if (swaps.size > 0) {
      const swap = nextSwap.next().value ?? null
      if (swap !== null) swaps.delete(swap)
      return swap
    }
    const key = others.size > 0 ? nextKey.next().value : undefined
    if (key === undefined) return null
    const ofKey = others.get(key) ?? new Set()
    const [first = null] = ofKey
    others.delete(key)
    if (first !== null) ofKey.delete(first)
    // To the end: the other keys come first.
    if (ofKey.size > 0) others.set(key, ofKey)
    othersWaiting -= 1
    move()
    return first
  }

  function move(): void {
    moves += 1
    const now = monotonicMs()
    if (now - measuredSince < MEASURED_MS) return
    paceMs = (now - measuredSince) / moves
    moves = 0
    measuredSince = now
  }

  /** An empty line said nothing of how fast this one moves. */
  function formLine(): void {
    paceMs = 0
    moves = 0
    measuredSince = monotonicMs()
  }

  /** How long whoever comes now for `key` has to wait (ms), as far as the line tells. */
  function expectedWaitMs(key: string): number {
    const ownTurn = 1 + (others.get(key)?.size ?? 0)
    return paceMs * Math.min(othersWaiting, ownTurn * others.size)
  }

  function addOther(key: string, waiter: Waiter): void {
    if (othersWaiting === 0) formLine()
    const ofKey = others.get(key)
    if (ofKey === undefined) others.set(key, new Set([waiter]))
    else ofKey.add(waiter)
    othersWaiting += 1
  }

  function removeOther(key: string, waiter: Waiter): void {
    const ofKey = others.get(key)
    if (ofKey?.delete(waiter) !== true) return
    othersWaiting -= 1
    if (ofKey.size === 0) others.delete(key)
  }

  return {
    enter(key, isSwap) {
      if (free > 0) {
        free -= 1
        return null
      }
      if (!isSwap && expectedWaitMs(key) > patienceMs) return Promise.reject(tooLong())
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          go() {
            cancel()
            resolve()
          },
          refuse() {
            cancel()
            if (isSwap) swaps.delete(waiter)
            else removeOther(key, waiter)
            reject(tooLong())
          },
        }
        const cancel = startTimer(patienceMs, waiter.refuse)
        if (isSwap) swaps.add(waiter)
        else addOther(key, waiter)
      })
    },

    leave() {
      const waiter = next()
      if (waiter === null) free += 1
      else waiter.go()
    },

    refuseAll() {
      const everybody = [...swaps, ...[...others.values()].flatMap((ofKey) => [...ofKey])]
      for (const waiter of everybody) waiter.refuse()
    },
  }
}

function tooLong(): TwoFactorError {
  return new TwoFactorError('ERR_STORE_BUSY', 'the line for the store is too long; nothing was written')
}
