import { readFileSync } from 'node:fs'
import { groupBy } from './group-by.js'
import type { Mutant } from './instrument.js'

/** Mutants that no test can notice, as nothing that they do differs; found again by their texts, wherever they moved to. */
export interface Equivalent {
  readonly file: string
  /** The line that the mutant begins on. */
  readonly line: string
  readonly original: string
  readonly replacement: string
  readonly reason: string
}

/** The ids of those that `equivalents.json` lists, and the entries that match none any more. */
export function listEquivalents(mutants: readonly Mutant[]): {
  readonly listed: ReadonlySet<string>
  readonly stale: readonly Equivalent[]
} {
  const entries = JSON.parse(
    readFileSync(new URL('equivalents.json', import.meta.url), 'utf8'),
  ) as readonly Equivalent[]
  const ids = groupBy(mutants, ({ file, lineText, original, replacement }) =>
    keyOf(file, lineText, original, replacement),
  )
  const found = entries.map((entry) => ids.get(keyOf(entry.file, entry.line, entry.original, entry.replacement)) ?? [])
  return {
    listed: new Set(found.flat().map(({ id }) => id)),
    stale: entries.filter((_, index) => found[index]?.length === 0),
  }
}

function keyOf(...texts: readonly string[]): string {
  return JSON.stringify(texts.map((text) => text.replace(/\s+/g, ' ')))
}
