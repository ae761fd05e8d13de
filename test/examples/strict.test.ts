import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { allFences, TYPES_ELSEWHERE } from '../docs/fences.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const examples = readdirSync(`${root}examples`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `${root}examples/${name}`)

/**
 * What projects elsewhere compile with, where examples are copied to, and which this one, stricter in most things, does not
 * show: a bundler finds their modules, and they have the types of the web. NestJS needs its decorators everywhere.
 */
const elsewhere: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.d.ts'],
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  experimentalDecorators: true,
  paths: {
    ...TYPES_ELSEWHERE,
    countersign: [`${root}src/index.ts`],
    'countersign/*': [`${root}src/*.ts`, `${root}src/stores/*.ts`, `${root}src/*/index.ts`],
  },
}

/** What the compiler says of these files, and not of what they import. */
function complaints(files: ReadonlyMap<string, string | null>, options: ts.CompilerOptions): readonly string[] {
  const real = ts.createCompilerHost(options)
  const program = ts.createProgram([...files.keys()], options, {
    ...real,
    fileExists: (path) => files.has(path) || real.fileExists(path),
    getSourceFile: (path, version) => {
      const text = files.get(path) ?? real.readFile(path)
      return text === undefined ? undefined : ts.createSourceFile(path, text, version)
    },
  })
  return [...files.keys()].flatMap((path) => {
    const file = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${path.slice(root.length)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
  })
}

it('the compiler tells of what only settings of ours would take', () => {
  const odd =
    "const a = process.argv[2] ? { b: '' } : { c: '' }\nexport const d: Record<string, string> = { e: '', ...a }\n"
  const files = new Map([[`${root}examples/odd.ts`, odd]])
  expect(complaints(files, elsewhere)).toEqual([expect.stringMatching(/^examples\/odd\.ts: .* is not assignable/)])
  expect(complaints(files, { ...elsewhere, exactOptionalPropertyTypes: true })).toEqual([])
})

it('every example, and every fence of the docs, compiles in a project that is strict', () => {
  expect(examples.length).toBeGreaterThan(50)
  const fences = allFences().map(({ code }, index) => [`${root}test/docs/fence-${index}.ts`, code] as const)
  const files = new Map([...examples.map((path) => [path, null] as const), ...fences])
  expect(complaints(files, elsewhere)).toEqual([])
})
