import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeLines, findIn, parse, sourceFiles, walk, type SourceFile } from './source.js'

const doors = Object.values(
  JSON.parse(readFileSync(new URL('../../src/doors.json', import.meta.url), 'utf8')) as Readonly<
    Record<string, string>
  >,
)
const mostCodeLines = 250
const drawers = /(?:^|\/)(?:utils?|helpers?|common|types|misc|shared)\.ts$/
/** Words for which the vocabulary has another; a name is looked at word by word, so `pinned` is no `pin`. */
/** What a package that we call has named itself. */
const foreignNames: ReadonlySet<string> = new Set(['verifyRegistrationResponse', 'registrationInfo'])
const otherWords = ['setup', 'registration', 'backup', 'pin', 'mfa', 'session', 'flow', 'bypass', 'stamp']
const ambient = /^(?:Date|performance|process|console|setTimeout|setInterval|setImmediate|queueMicrotask|fetch)$/

const files = sourceFiles()
const pathsWhere = (test: (file: SourceFile) => boolean): readonly string[] =>
  files.filter(test).map(({ path }) => path)
const wordsOf = (name: string): readonly string[] =>
  (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toLowerCase())

describe('a file of src', () => {
  it(`has at most ${mostCodeLines} lines of code`, () => {
    expect(codeLines(parse('x.ts', '// a\n\nconst b = `\n`\n/* c\n */ export { b }\n'))).toBe(3)
    expect(pathsWhere(({ tree }) => codeLines(tree) > mostCodeLines)).toEqual([])
  })

  it('is named after its concept, in kebab-case', () => {
    expect(
      pathsWhere(({ path }) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(path)),
    ).toEqual([])
    expect(pathsWhere(({ path }) => drawers.test(path))).toEqual([])
  })

  it('exports by name only', () => {
    expect(pathsWhere(({ tree }) => findIn(tree, exportsWithoutName).length > 0)).toEqual([])
  })

  it('uses the words of the vocabulary', () => {
    expect(wordsOf('verifyOTPPin')).toEqual(['verify', 'otp', 'pin'])
    const strange = new Set<string>()
    for (const { path, tree } of files) {
      walk(tree, (node) => {
        if (
          ts.isIdentifier(node) &&
          !foreignNames.has(node.text) &&
          wordsOf(node.text).some((word) => otherWords.includes(word))
        )
          strange.add(`${path}: ${node.text}`)
      })
    }
    expect([...strange]).toEqual([])
  })

  it('takes time, randomness and output from its options', () => {
    const reaching = pathsWhere(
      ({ path, tree }) => !['system.ts', 'cli/main.ts'].includes(path) && findIn(tree, reachesForTheAmbient).length > 0,
    )
    expect(reaching).toEqual([])
  })
})

describe('a door', () => {
  let program: ts.Program
  beforeAll(() => {
    const config = fileURLToPath(new URL('../../tsconfig.json', import.meta.url))
    const parsed = ts.parseJsonConfigFileContent(
      ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config,
      ts.sys,
      fileURLToPath(new URL('../..', import.meta.url)),
    )
    program = ts.createProgram(doors.map(fileOf), parsed.options)
  })

  it.each(doors)('%s says what each of its exports is', (door) => {
    const checker = program.getTypeChecker()
    const file = program.getSourceFile(fileOf(door))
    const module = file && checker.getSymbolAtLocation(file)
    const exported = module === undefined ? [] : checker.getExportsOfModule(module)
    expect(exported.length).toBeGreaterThan(0)
    expect(exported.filter((symbol) => !isDocumented(symbol, checker)).map(({ name }) => name)).toEqual([])
  })
})

function fileOf(door: string): string {
  return fileURLToPath(new URL(`../../src/${door}`, import.meta.url))
}

function isDocumented(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const target = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
  return target.getDocumentationComment(checker).length > 0
}

function exportsWithoutName(node: ts.Node): boolean {
  if (ts.isExportDeclaration(node)) return node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)
  return (
    ts.isExportAssignment(node) ||
    (node.kind === ts.SyntaxKind.DefaultKeyword && node.parent.kind !== ts.SyntaxKind.DefaultClause)
  )
}

/** A value use of an ambient name: not a type, not a member or property of that name. */
function reachesForTheAmbient(node: ts.Node): boolean {
  if (!ts.isIdentifier(node)) return false
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return node.text === 'random' && parent.expression.getText() === 'Math'
  }
  // The calendar of a given instant is arithmetic.
  if (node.text === 'Date' && ts.isNewExpression(parent) && (parent.arguments?.length ?? 0) > 0) return false
  return (
    ambient.test(node.text) &&
    (ts.isPropertyAccessExpression(parent) || ts.isCallExpression(parent) || ts.isNewExpression(parent)) &&
    !isParameter(node)
  )
}

/** Whether a function around it has a parameter of its name. */
function isParameter({ text, parent }: ts.Identifier): boolean {
  for (let around: ts.Node = parent; !ts.isSourceFile(around); around = around.parent) {
    if (ts.isFunctionLike(around) && around.parameters.some(({ name }) => name.getText() === text)) return true
  }
  return false
}
