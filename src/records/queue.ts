import { startTimer } from '../system.js'

/**
 * Lets the operations of one process on one key take turns, so that a process never races itself. `take` resolves to the
 * function that ends the turn, or to null when the turn did not come within `patienceMs`.
 */
export interface Queue {
  take(key: string, patienceMs: number): Promise<(() => void) | null>
}

export function createQueue(): Queue {
  const tails = new Map<string, Promise<void>>()
  return {
    async take(key, patienceMs) {
      const previous = tails.get(key)
      let end: () => void = () => undefined
      const turn = new Promise<void>((resolve) => {
        end = resolve
      })
      // Whoever gives up still passes the turn on when it comes.
      const tail = previous === undefined ? turn : previous.then(() => turn)
      tails.set(key, tail)
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
      if (previous !== undefined && !(await arrives(previous, patienceMs))) {
        end()
        return null
      }
      return end
    },
  }
}

function arrives(turn: Promise<void>, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = startTimer(patienceMs, () => {
      resolve(false)
    })
    void turn.then(() => {
      cancel()
      resolve(true)
    })
  })
}
