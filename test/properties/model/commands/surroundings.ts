import fc from 'fast-check'
import { only, sort, type Step } from '../command.js'
import { rotate } from '../real.js'
import type { ModelWorld } from '../state.js'

export function waiting(seconds: number): Step {
  return {
    says: `wait(${seconds})`,
    async takes({ model: { world }, real }) {
      world.now += seconds * 1000
      real.world.clock.set(world.now)
    },
  }
}

/** A swap that another process wins is done again: nobody notices. */
function losing(swaps: number): Step {
  return {
    says: `lose(${swaps})`,
    async takes({ real }) {
      real.store.lose(swaps)
    },
  }
}

function refusing(reason: NonNullable<ModelWorld['refusing']>): Step {
  return {
    says: `refuse(${reason})`,
    async takes({ model: { world }, real }) {
      world.refusing = reason
      real.world.inbox.fail(reason === 'delivery-failed' ? undefined : reason)
    },
  }
}

/** The new key writes in one of the processes, while the other still writes with the old one: nobody notices. */
const rotation: Step = {
  says: 'rotate()',
  async takes({ process, real }) {
    rotate(real, process)
  },
}

const seconds = [1, 29, 30, 31, 60, 61, 120, 299, 300, 599, 600, 3600, 86_400, 2_592_000]

export const surroundingCommands = [
  sort(5, fc.constantFrom(...seconds), waiting),
  sort(9, fc.constantFrom(30, 60), waiting),
  sort(3, fc.integer({ min: 1, max: 3 }), losing),
  sort(3, fc.constantFrom('delivery-failed', 'opted-out', 'unreachable'), refusing),
  only(2, rotation),
]
