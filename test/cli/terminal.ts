import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Io } from '../../src/cli/io.js'
import { run } from '../../src/cli/run.js'
import { fixedClock, type FixedClock } from '../../src/testing/fixed-clock.js'
import { seededRandom } from '../../src/testing/seeded-random.js'
import { START } from '../support/world.js'

/** A terminal that a person types commands into. */
export interface Terminal extends Io {
  readonly clock: FixedClock
  /** Everything printed and reported so far. */
  readonly printed: string
  readonly reported: string
  /** Presses Ctrl-C; says whether anybody listened. */
  interrupt(): boolean
}

export type TerminalOptions = Partial<Pick<Io, 'env' | 'columns' | 'load' | 'random'>>

/** A terminal of no width (output goes to a file), with an empty environment and this repository's drivers, unless said otherwise. */
export function makeTerminal({
  env = {},
  columns = null,
  load = ownDriver,
  random = seededRandom('terminal'),
}: TerminalOptions = {}): Terminal {
  const output = { printed: '', reported: '' }
  const listeners = new Set<() => void>()
  return {
    env,
    columns,
    load,
    random,
    version: '1.2.3',
    clock: fixedClock(START),
    print: (text) => void (output.printed += text),
    report: (text) => void (output.reported += text),
    onInterrupt(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    interrupt() {
      const heard = listeners.size > 0
      for (const listener of listeners) listener()
      return heard
    },
    get printed() {
      return output.printed
    },
    get reported() {
      return output.reported
    },
  }
}

/** Runs one command in a fresh terminal. */
export async function command(args: readonly string[], options?: TerminalOptions) {
  const at = makeTerminal(options)
  const code = await run(args, at)
  return { code, out: at.printed, err: at.reported }
}

/** A key as `keygen` makes it. */
export function newKey(id: string): { readonly id: string; readonly secret: string } {
  return { id, secret: randomBytes(32).toString('base64url') }
}

const own = createRequire(import.meta.url)

/** A driver of this repository, or null. */
export function ownDriver(name: string): unknown {
  return name.startsWith('node:') ? (process.getBuiltinModule(name) ?? null) : packageFrom(own, name)
}

function packageFrom(base: NodeJS.Require, name: string): unknown {
  try {
    return base(name)
  } catch {
    return null
  }
}
