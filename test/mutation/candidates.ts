import { posix } from 'node:path'
import ts from 'typescript'
import { groupBy } from './group-by.js'
import type { Instrumented, Mutant } from './instrument.js'
import { onImport, outside, type Answer, type Hits, type Job } from './worker.js'

/** One test file that passes a mutant. */
export interface Candidate extends Pick<Job, 'path' | 'hitLimit' | 'tests' | 'fresh'> {
  /** How long its tests took without a mutant. */
  readonly milliseconds: number
}

/** What every test file did without a mutant, by its absolute path. */
export type Baseline = ReadonlyMap<string, Answer>

/** A test file that passes a mutant. */
interface Pass extends Hits {
  readonly path: string
  readonly mutant: string
}

/** For each mutant the test files that may notice it, the likeliest and quickest first. */
export function candidates(source: Instrumented, baseline: Baseline): (mutant: Mutant) => readonly Candidate[] {
  const passes = [...baseline].flatMap(([path, { hits }]) =>
    Object.entries(hits).map(([mutant, each]): Pass => ({ path, mutant, ...each })),
  )
  const awakeOnImport = new Set(passes.filter(({ scopes }) => scopes.includes(onImport)).map(({ mutant }) => mutant))
  const byMutant = groupBy(
    passes.filter(({ scopes }) => scopes.some((scope) => scope !== onImport)),
    ({ mutant }) => mutant,
  )
  const pathsOf = pathsByFile(source, byMutant)
  const wholeFile = (path: string): Candidate => ({ path, milliseconds: baseline.get(path)?.milliseconds ?? 0 })
  const someTests = ({ path, count, scopes }: Pass): Candidate => {
    const hitLimit = 1000 + 10 * count
    if (scopes.includes(outside)) return { ...wholeFile(path), hitLimit }
    const milliseconds = scopes.reduce((total, test) => total + (baseline.get(path)?.durations[test] ?? 0), 0)
    return { path, hitLimit, tests: scopes, milliseconds }
  }
  return ({ id, file }) => {
    const found = awakeOnImport.has(id)
      ? [...pathsOf(file)].map((path) => ({ ...wholeFile(path), fresh: true }))
      : (byMutant.get(id) ?? []).map(someTests)
    return found.sort((a, b) => distance(a.path, file) - distance(b.path, file) || a.milliseconds - b.milliseconds)
  }
}

/** The test files that do anything with a source file; with what imports it, where it has nothing to do. */
function pathsByFile(
  { code, mutants }: Instrumented,
  byMutant: ReadonlyMap<string, readonly Pass[]>,
): (file: string) => ReadonlySet<string> {
  const byFile = groupBy(mutants, ({ file }) => file)
  const users = usersOf(code)
  return (file) => {
    const files = new Set([file])
    for (const each of files) {
      const within = (byFile.get(each) ?? []).flatMap(({ id }) => byMutant.get(id) ?? [])
      if (within.length > 0) return new Set(within.map(({ path }) => path))
      for (const user of users.get(each) ?? []) files.add(user)
    }
    return new Set()
  }
}

/** 0 for the test file of that source, 1 for those of its folder, else 2. */
function distance(test: string, source: string): number {
  const name = source.replace(/^src\/(.*)\.ts$/, '/test/$1')
  if (test.endsWith(`${name}.test.ts`)) return 0
  return test.includes(`${posix.dirname(name)}/`) && posix.dirname(name) !== '/test' ? 1 : 2
}

/** By source file, those that import it. */
function usersOf(code: Instrumented['code']): ReadonlyMap<string, readonly string[]> {
  const imports = Object.entries(code).flatMap(([user, text]) =>
    ts.preProcessFile(text).importedFiles.map(({ fileName }) => ({
      user,
      imported: posix.join(posix.dirname(user), fileName).replace(/\.js$/, '.ts'),
    })),
  )
  return new Map(
    [...groupBy(imports, ({ imported }) => imported)].map(([file, by]) => [file, by.map(({ user }) => user)]),
  )
}
