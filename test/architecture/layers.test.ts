import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { findIn, parse, sourceFiles, type SourceFile } from './source.js'

const files = sourceFiles()
const within = (folder: string): readonly SourceFile[] => files.filter(({ path }) => path.startsWith(`${folder}/`))
const found = (where: readonly SourceFile[], test: (node: ts.Node) => boolean): readonly string[] =>
  where.flatMap(({ path, tree }) => findIn(tree, test).map((node) => `${path}: ${node.getText()}`))

describe('services', () => {
  it('stay under 1,200 lines in all', () => {
    const lines = within('services').map(({ tree }) => tree.text.trimEnd().split('\n').length)
    expect(lines.reduce((sum, each) => sum + each, 0)).toBeLessThan(1200)
  })

  it('hold no policy: they read nothing of it but how long what they sign lives', () => {
    const text = `policy.wrongCodesPerLock; const { totpWindow } = policy; const { policy: { a } } = options
      policy.proofLifetimeSeconds; const { policy } = options`
    expect(findIn(parse('x.ts', text), readsPolicy)).toHaveLength(3)
    expect(found(within('services'), readsPolicy)).toEqual([])
  })

  it('look into no record: what a person may see of it, user/ says', () => {
    const text = `record.factors.length; at.record.guesses; const { epoch } = record; presentFactors(record)`
    expect(findIn(parse('x.ts', text), looksIntoRecord)).toHaveLength(3)
    expect(found(within('services'), looksIntoRecord)).toEqual(['services/account.ts: record.activity'])
  })
})

describe('the shell', () => {
  it('is the only one that tells the host, so that events are stamped in one place', () => {
    const tells = (node: ts.Node): boolean => ts.isIdentifier(node) && node.text === 'onEvent'
    const where = new Set(found(files, tells).map((each) => each.replace(/:.*/s, '')))
    expect([...where]).toEqual(['options.ts', 'shell/shell.ts'])
  })

  it('looks into no user record either', () => {
    expect(found(within('shell'), looksIntoRecord)).toEqual([])
  })
})

describe('interfaces', () => {
  it('are types only: nothing of them is left at run time', () => {
    const statements = within('interfaces').flatMap(({ path, tree }) =>
      tree.statements.filter((statement) => !isType(statement)).map((statement) => `${path}: ${statement.getText()}`),
    )
    expect(statements).toEqual([])
  })
})

describe('store keys', () => {
  it('have their shape in one file', () => {
    const spells = (node: ts.Node): boolean =>
      (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) && /^(?:user|texts|region):/.test(node.text)
    expect(findIn(parse('x.ts', '`user:${a}`; "texts:default:"; "user: who"'), spells)).toHaveLength(3)
    expect(found(files, spells)).toEqual([])
    const knows = (node: ts.Node): boolean =>
      ts.isPropertyAssignment(node) && node.name.getText() === 'budget' && node.initializer.getText() === "'texts'"
    expect(found(files, knows).map((each) => each.replace(/:.*/s, ''))).toEqual(['records/keys.ts'])
  })
})

/** Whether it reads a member of the policy, other than a lifetime. */
function readsPolicy(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node))
    return node.expression.getText().endsWith('policy') && !node.name.text.endsWith('LifetimeSeconds')
  if (!ts.isObjectBindingPattern(node)) return false
  const { parent } = node
  if (ts.isVariableDeclaration(parent)) return parent.initializer?.getText().endsWith('policy') ?? false
  return ts.isBindingElement(parent) && parent.propertyName?.getText() === 'policy'
}

/** Whether it reads a member of a record. */
function looksIntoRecord(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return /(?:^|\.)record$/.test(node.expression.getText())
  if (!ts.isObjectBindingPattern(node) || !ts.isVariableDeclaration(node.parent)) return false
  return /(?:^|\.)record$/.test(node.parent.initializer?.getText() ?? '')
}

function isType(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true
  if (ts.isImportDeclaration(statement)) return statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  return ts.isExportDeclaration(statement) && statement.isTypeOnly
}
