import { groupBy } from './group-by.js'
import type { Mutant } from './instrument.js'

export interface Result {
  readonly mutant: Mutant
  readonly status: 'killed' | 'timeout' | 'survived' | 'uncovered'
  /** What noticed it. */
  readonly by?: string
}

/** Prints a mutant that no test noticed. */
export function printUnnoticed({ mutant, status }: Result): void {
  if (status !== 'survived' && status !== 'uncovered') return
  console.log(`${status}: ${mutant.file}:${mutant.line} ${mutant.mutator}`)
  console.log(`- ${shown(mutant.original)}\n+ ${shown(mutant.replacement)}\n`)
}

/** Prints the score of each folder. Returns that of all, in percent. */
export function printScores(results: readonly Result[]): number {
  const folders = groupBy(results, ({ mutant }) => /^src\/([^/]+)\//.exec(mutant.file)?.[1] ?? 'src')
  for (const [folder, within] of [...folders].sort()) printScore(folder, within)
  return printScore('all', results)
}

function printScore(name: string, results: readonly Result[]): number {
  const count = (status: Result['status']): number => results.filter((result) => result.status === status).length
  const noticed = count('killed') + count('timeout')
  const score = results.length === 0 ? 100 : (100 * noticed) / results.length
  console.log(
    `${name.padEnd(10)} ${score.toFixed(1).padStart(5)} %  ${noticed} of ${results.length}` +
      ` (${count('timeout')} by time, ${count('uncovered')} passed by no test)`,
  )
  return score
}

function shown(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .slice(0, 160)
}
