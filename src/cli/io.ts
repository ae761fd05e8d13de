import type { Clock } from '../interfaces/clock.js'
import type { Random } from '../interfaces/random.js'

/** What a command may touch of the world around it. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** The width of the terminal that `report` writes to; null when it is none, or one that cannot draw a line over again. */
  readonly columns: number | null
  readonly clock: Clock
  readonly random: Random
  /** Writes a result, to standard output. */
  print(text: string): void
  /** Writes what is said beside the result, to standard error. */
  report(text: string): void
  /** A package of the user's own project; null when it is not installed. */
  load(name: string): unknown
  /** Calls `listener` at the first Ctrl-C; a second one ends the process. The returned function stops listening. */
  onInterrupt(listener: () => void): () => void
}

/** What a command ends with. */
export const EXIT = { completed: 0, failed: 1, usage: 2, unreadable: 3, unsafe: 4, aborted: 130 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
