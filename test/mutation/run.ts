import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createVitest } from 'vitest/node'
import { candidates, type Baseline, type Candidate } from './candidates.js'
import { listEquivalents } from './equivalents.js'
import { instrument, type Mutant } from './instrument.js'
import { printScores, printUnnoticed, type Result } from './report.js'
import { Worker, type Answer } from './worker.js'

// Changes the sources in one place at a time and asks the quick tests whether they notice. README.md says how to use it.

const { values: options } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string', default: '' },
    tests: { type: 'string', default: '' },
    floor: { type: 'string', default: '95' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
const seed = Number(options.seed)
const work = mkdtempSync(join(tmpdir(), 'countersign-mutation-'))
const start = performance.now()
const seconds = (): number => Math.round((performance.now() - start) / 1000)

const source = await instrument()
const codePath = join(work, 'code.json')
writeFileSync(codePath, JSON.stringify(source.code))
const workers = Array.from(
  { length: Number(options.workers) },
  (_, index) => new Worker(codePath, join(work, `${index}`)),
)
try {
  const { listed, stale } = listEquivalents(source.mutants)
  const chosen = choose(source.mutants.filter(({ id, file }) => !listed.has(id) && new RegExp(options.only).test(file)))
  console.log(
    `${source.mutants.length} mutants, ${listed.size} of them listed as equivalent; ${chosen.length} to try; seed ${seed}`,
  )
  const baseline = await runUnchanged()
  console.log(`the quick tests pass without a mutant (after ${seconds()}s)`)
  const candidatesOf = candidates(source, baseline)
  const results: Result[] = []
  // Those that need imports of their own come last, so that the others share theirs.
  const isFresh = (mutant: Mutant): number => Number(candidatesOf(mutant)[0]?.fresh ?? false)
  const inTurn = chosen.toSorted((a, b) => isFresh(a) - isFresh(b))
  await share(inTurn, async (mutant, worker) => {
    const result = { mutant, ...(await challenge(mutant, candidatesOf(mutant), worker)) }
    results.push(result)
    printUnnoticed(result)
    if (results.length % 100 === 0) console.log(`${results.length} tried (after ${seconds()}s)\n`)
  })
  const score = printScores(results)
  console.log(`seed ${seed}, ${seconds()}s`)
  for (const entry of stale) console.log(`no such mutant any more: ${JSON.stringify(entry)}`)
  if (score < Number(options.floor) || stale.length > 0) process.exitCode = 1
} finally {
  for (const worker of workers) worker.end()
  rmSync(work, { recursive: true })
}

/** All in the order of the source, or as many as were asked for in the order of the seed. */
function choose(mutants: readonly Mutant[]): readonly Mutant[] {
  if (options.sample === undefined) return mutants
  const rank = ({ id }: Mutant): string => createHash('sha256').update(`${seed} ${id}`).digest('hex')
  const ranked = mutants.map((mutant) => ({ mutant, rank: rank(mutant) })).sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked.slice(0, Number(options.sample)).map(({ mutant }) => mutant)
}

/** Runs every quick test file once, to learn which of its tests pass which mutants. */
async function runUnchanged(): Promise<Baseline> {
  const vitest = await createVitest('test', { watch: false, reporters: [{}] })
  const specifications = await vitest.globTestSpecifications()
  await vitest.close()
  const paths = specifications
    .filter(({ moduleId, project }) => isAsked(moduleId, project.name) && new RegExp(options.tests).test(moduleId))
    .map(({ moduleId }) => moduleId)
  const baseline = new Map<string, Answer>()
  await share(paths, async (path, worker) => {
    const answer = await worker.run({ path, seed }, 300_000)
    if (answer?.failure !== null) throw new Error(`${path} fails without a mutant: ${answer?.failure ?? 'too slow'}`)
    baseline.set(path, answer)
  })
  return baseline
}

/** Quick tests that do not read the sources instead of running them, and those of the stores that need no server. */
function isAsked(path: string, project: string): boolean {
  return project === 'quick'
    ? !/\/test\/(?:architecture|types)\//.test(path)
    : /\/test\/stores\/(?:arguments|memory|retry-aborted|sqlite)\./.test(path)
}

/** Has the mutant tried by one test file after the other until one notices it. */
async function challenge({ id }: Mutant, files: readonly Candidate[], worker: Worker): Promise<Omit<Result, 'mutant'>> {
  for (const { milliseconds, ...file } of files) {
    const answer = await worker.run({ ...file, mutant: id, seed }, 5000 + 5 * milliseconds)
    if (answer === null) return { status: 'timeout', by: file.path }
    if (answer.failure !== null) return { status: 'killed', by: `${file.path}: ${answer.failure}` }
  }
  return { status: files.length === 0 ? 'uncovered' : 'survived' }
}

/** Each worker takes the next item as soon as it is done with its last. */
async function share<T>(items: readonly T[], take: (item: T, worker: Worker) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(
    workers.map(async (worker) => {
      for (const item of left) await take(item, worker)
    }),
  )
}
