import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { hasRunners } from '../realms/runners.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Where the types are that a page's own project would have installed. */
export const TYPES_ELSEWHERE = { '@jest/globals': [`${root}test/realms/node_modules/@jest/globals/build/index.d.ts`] }

/** One `ts` fence of a page. */
export interface Fence {
  /** Where it stands, such as `docs/testing.md:12`. */
  readonly place: string
  readonly code: string
}

/** The fences of README.md and every page of docs/; Jest's only where its types are installed. */
export function allFences(): readonly Fence[] {
  const pages = readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .sort()
  return ['README.md', ...pages.map((name) => `docs/${name}`)].flatMap((page) =>
    fencesOf(page, readFileSync(root + page, 'utf8')).filter(
      ({ code }) => hasRunners() || !code.includes("'@jest/globals'"),
    ),
  )
}

/** The fences of one page, in order. A fence inside a list is indented; its code is not. */
export function fencesOf(page: string, text: string): readonly Fence[] {
  return [...text.matchAll(/^([ \t]*)```(?:ts|typescript)\b[^\n]*\n(.*?)^\1```[ \t]*$/gms)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length}`,
    code: (match[2] ?? '').replaceAll(new RegExp(`^${match[1] ?? ''}`, 'gm'), ''),
  }))
}

/**
 * Whether a fence runs as it stands: it brings all it needs, so nothing is left to `declare`.
 * One that needs a driver, a server or a key declares it, and is compiled only.
 */
export function runs(fence: Fence): boolean {
  return !/^\s*(?:export )?declare\b/m.test(fence.code)
}

/** What the compiler says of fences, each a module of its own under the repository's settings. */
export function complaints(fences: readonly Fence[]): readonly string[] {
  const texts = new Map(fences.map((fence, index) => [`${root}test/docs/fence-${index}.ts`, fence]))
  const { options, ambient } = settings()
  const program = ts.createProgram([...texts.keys(), ...ambient], options, host(texts, options))
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0
    return `${texts.get(diagnostic.file?.fileName ?? '')?.place ?? diagnostic.file?.fileName ?? 'options'} +${line + 1}: ${message}`
  })
}

/** The repository's compiler options, and the declarations of its own that no module imports. */
function settings(): { readonly options: ts.CompilerOptions; readonly ambient: readonly string[] } {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: unknown }
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const ambient = fileNames.filter((name) => name.startsWith(`${root}src/`) && name.endsWith('.d.ts'))
  // An example may name a result that it does not use; and it is a module, whatever it imports.
  return {
    options: {
      ...options,
      paths: { ...options.paths, ...TYPES_ELSEWHERE },
      noUnusedLocals: false,
      noUnusedParameters: false,
      moduleDetection: ts.ModuleDetectionKind.Force,
    },
    ambient,
  }
}

function host(texts: ReadonlyMap<string, Fence>, options: ts.CompilerOptions): ts.CompilerHost {
  const real = ts.createCompilerHost(options)
  return {
    ...real,
    fileExists: (path) => texts.has(path) || real.fileExists(path),
    readFile: (path) => texts.get(path)?.code ?? real.readFile(path),
    getSourceFile: (path, languageVersion) => {
      const code = texts.get(path)?.code ?? real.readFile(path)
      return code === undefined ? undefined : ts.createSourceFile(path, code, languageVersion)
    },
  }
}
