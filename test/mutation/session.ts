import { startTests, type File, type Test } from '@vitest/runner'
import fc from 'fast-check'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { beforeAll, it, TestRunner, vi } from 'vitest'
import { onImport, outside, type Answer, type Hits, type Job } from './worker.js'

interface WorkerState {
  readonly config: ConstructorParameters<typeof TestRunner>[0]
  readonly evaluatedModules: {
    getModulesByFile(file: string): Iterable<{ evaluated: boolean; exports?: unknown; promise?: unknown }> | undefined
  }
  filepath: string
}

const { __vitest_worker__: state } = globalThis as unknown as { __vitest_worker__: WorkerState }
/** The mutant that is awake, and the one under which the modules that are kept were imported. */
let active: string | undefined
let imported: string | undefined
/** How often the active one was passed, and how often it may be. */
let passed = 0
let limit = Infinity
/** Who is passing mutants while none is awake. */
let scope = outside
let hits = new Map<string, Hits>()
const importing: (readonly [active: string | undefined, scope: string])[] = []

/** What the sources call once they are instrumented; the last two stand around every module that is not a test. */
Object.assign(globalThis, {
  stryMutAct_9fa48(id: string): boolean {
    if (id !== active) return false
    if (++passed > limit) throw new Error('a mutant that goes on and on')
    return true
  },
  stryCov_9fa48(...ids: readonly string[]): void {
    if (active !== undefined) return
    for (const id of ids) {
      let counted = hits.get(id)
      if (counted === undefined) hits.set(id, (counted = { count: 0, scopes: [] }))
      counted.count++
      if (counted.scopes.at(-1) !== scope) counted.scopes.push(scope)
    }
  },
  beginImport_9fa48(): void {
    importing.push([active, scope])
    active = imported
    scope = onImport
  },
  endImport_9fa48(): void {
    ;[active, scope] = importing.pop() ?? [undefined, outside]
  },
})

/** Runs one test file within the test below, and none of its tests after the first that fails. */
class FileRunner extends TestRunner {
  failed = false
  readonly durations: Record<string, number> = {}
  private readonly seed: number

  constructor(config: WorkerState['config'], seed: number) {
    super(config)
    this.seed = seed
  }

  override trace = <T>(_: string, attributes: unknown, run?: () => T): T => (run ?? (attributes as () => T))()

  // Its tests are collected then, and the setup file has run.
  onBeforeRunFiles(): void {
    fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: this.seed })
  }

  override importFile(path: string): Promise<unknown> {
    for (const module of state.evaluatedModules.getModulesByFile(path) ?? []) {
      module.evaluated = false
      module.exports = module.promise = undefined
    }
    return import(path)
  }

  override async onBeforeRunTask(test: Test): Promise<void> {
    if (this.failed) test.mode = 'skip'
    scope = test.id
    await super.onBeforeRunTask(test)
  }

  override onAfterRunTask(test: Test): void {
    super.onAfterRunTask(test)
    scope = outside
    this.durations[test.id] = test.result?.duration ?? 0
    this.failed ||= test.result?.state === 'fail'
  }
}

async function run({ path, mutant, hitLimit = Infinity, tests, fresh, seed }: Job): Promise<Answer> {
  const imports = fresh ? mutant : undefined
  if (imported !== imports) vi.resetModules()
  imported = imports
  active = mutant
  passed = 0
  limit = hitLimit
  scope = outside
  state.filepath = path
  hits = new Map()
  importing.length = 0
  const start = performance.now()
  const runner = new FileRunner(state.config, seed)
  const [file] = await startTests([{ filepath: path, testIds: tests as string[] | undefined }], runner)
  const milliseconds = performance.now() - start
  active = undefined
  vi.restoreAllMocks()
  return { failure: failureOf(file!), milliseconds, durations: runner.durations, hits: Object.fromEntries(hits) }
}

function failureOf(task: File | File['tasks'][number]): string | null {
  if (task.result?.state !== 'fail') return null
  const within = 'tasks' in task ? task.tasks.map(failureOf).find((failure) => failure !== null) : undefined
  return within ?? `${task.name}: ${task.result.errors?.[0]?.message ?? ''}`
}

/** For whoever reads lines, these two end one as well. */
function onOneLine(answer: Answer): string {
  return JSON.stringify(answer).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

// Tests cannot be declared within a test, but they can within a hook.
beforeAll(async () => {
  const socket = connect(process.env['MUTATION_SOCKET'] ?? '')
  for await (const line of createInterface(socket)) {
    socket.write(`${onOneLine(await run(JSON.parse(line) as Job))}\n`)
  }
})

it('has done what it was told to', () => undefined)
