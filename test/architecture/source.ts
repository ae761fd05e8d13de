import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../src/', import.meta.url))

/** A file of `src/`, parsed; `path` is relative to `src/`. */
export interface SourceFile {
  readonly path: string
  readonly tree: ts.SourceFile
}

/** Every module of `src/`, ambient declarations apart. */
export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .sort()
    .map((path) => ({ path, tree: parse(path, readFileSync(join(root, path), 'utf8')) }))
}

/** Parses one file's text, for tests that try a rule on a text of their own. */
export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
}

/** Calls `visit` for every node of the file. */
export function walk(tree: ts.SourceFile, visit: (node: ts.Node) => void): void {
  const step = (node: ts.Node): void => {
    visit(node)
    ts.forEachChild(node, step)
  }
  step(tree)
}

/** The nodes that pass `test`, in order. */
export function findIn(tree: ts.SourceFile, test: (node: ts.Node) => boolean): readonly ts.Node[] {
  const found: ts.Node[] = []
  walk(tree, (node) => {
    if (test(node)) found.push(node)
  })
  return found
}

/** One import or re-export of a module: static, on use, or as a type. */
export interface Import {
  readonly name: string
  /** Whether nothing of it is left at run time. */
  readonly typeOnly: boolean
}

/** What a file imports or re-exports, in order. */
export function importsOf(tree: ts.SourceFile): readonly Import[] {
  const imports: Import[] = []
  walk(tree, (node) => {
    const name = importedName(node)
    if (name === undefined) return
    imports.push({
      name: ts.isStringLiteralLike(name) ? name.text : `(computed) ${name.getText()}`,
      typeOnly: isTypeOnly(node),
    })
  })
  return imports
}

function importedName(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isExternalModuleReference(node)) return node.expression
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
    return node.argument.literal
  if (!ts.isCallExpression(node)) return undefined
  const imports = node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require'
  return imports ? node.arguments[0] : undefined
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true
  if (ts.isExportDeclaration(node)) return node.isTypeOnly || areTypes(node.exportClause)
  if (!ts.isImportDeclaration(node) || node.importClause === undefined) return false
  const { phaseModifier, name, namedBindings } = node.importClause
  return phaseModifier === ts.SyntaxKind.TypeKeyword || (name === undefined && areTypes(namedBindings))
}

/** Whether every one of these names is marked as a type. */
function areTypes(names: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  if (names === undefined || ts.isNamespaceImport(names) || ts.isNamespaceExport(names)) return false
  const { elements }: { readonly elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] } = names
  return elements.length > 0 && elements.every(({ isTypeOnly: isType }) => isType)
}

/** How many lines carry code: neither blank nor comment alone. */
export function codeLines(tree: ts.SourceFile): number {
  const lines = new Set<number>()
  walk(tree, (node) => {
    if (node.getChildCount(tree) > 0) return
    const from = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line
    const to = tree.getLineAndCharacterOfPosition(node.getEnd()).line
    for (let line = from; line <= to && node.getWidth(tree) > 0; line++) lines.add(line)
  })
  return lines.size
}
