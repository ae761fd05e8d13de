import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { findIn, parse, sourceFiles } from './source.js'

const kinds: readonly string[] = ['totp', 'sms', 'passkey']

const asking = (tree: ts.SourceFile): readonly string[] => findIn(tree, asksForKind).map((node) => node.getText())

describe('the kind of a factor', () => {
  it('is asked for nowhere but in user/kinds', () => {
    const strangers = sourceFiles()
      .filter(({ path }) => !path.startsWith('user/kinds/'))
      .flatMap(({ path, tree }) => asking(tree).map((text) => `${path}: ${text}`))
    expect(strangers).toEqual([])
  })

  it('would be seen wherever somebody asked for it', () => {
    const questions = [
      `factor.kind === 'totp'`,
      `'sms' !== kind`,
      `one?.kind == "passkey"`,
      `factor['kind'] === 'sms'`,
      `factorKind === 'totp'`,
      `event.method !== 'passkey'`,
      `(factor.kind) === ('totp')`,
      `['totp', 'sms'].includes(kind)`,
      `TYPED.has(factor.kind)`,
      `switch (factor.kind) { case 'sms': break }`,
    ]
    for (const question of questions) expect(asking(parse('x.ts', question))).toHaveLength(1)
  })

  it('may be compared with another kind, and be the key of a table', () => {
    const fair = `one.kind === other.kind; KINDS[of.kind]; channel === 'sms'; message.purpose === 'sms'
      switch (token.kind) { case 'option': break }; const table = { totp: 1, sms: 2 }`
    expect(asking(parse('x.ts', fair))).toEqual([])
  })
})

/** Whether a node compares a kind, or the method of a proof, with one of the three. */
function asksForKind(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) {
    const { left, right, operatorToken } = node
    const compares = /^[!=]==?$/.test(operatorToken.getText())
    return compares && ((namesKind(left) && isKind(right)) || (isKind(left) && namesKind(right)))
  }
  if (ts.isSwitchStatement(node)) {
    const cases = node.caseBlock.clauses.filter(ts.isCaseClause)
    return namesKind(node.expression) && cases.some(({ expression }) => isKind(expression))
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  const { name, expression: list } = node.expression
  if (!/^(?:includes|has|indexOf)$/.test(name.text)) return false
  const listsKinds = ts.isArrayLiteralExpression(list) && list.elements.some(isKind)
  return node.arguments.some((argument) => /\.kind$|[a-z]Kind$/.test(argument.getText()) || listsKinds)
}

function namesKind(node: ts.Expression): boolean {
  return /(?:^|[.'"])(?:kind|\w+Kind|method)['"]?[\])]*$/.test(node.getText())
}

function isKind(node: ts.Expression): boolean {
  const bare = ts.isParenthesizedExpression(node) ? node.expression : node
  return ts.isStringLiteralLike(bare) && kinds.includes(bare.text)
}
