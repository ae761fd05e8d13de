import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { findIn, parse, sourceFiles, type SourceFile } from './source.js'

/** Where decisions are made: synchronous, pure, and without exceptions as control flow. */
const isDecision = ({ path }: SourceFile): boolean => path.startsWith('user/') || path.startsWith('limits/')
const decisions = sourceFiles().filter(isDecision)

const inDecisions = (test: (node: ts.Node) => boolean): readonly string[] =>
  decisions.flatMap(({ path, tree }) => findIn(tree, test).map((node) => `${path}: ${node.getText()}`))
const inText = (text: string, test: (node: ts.Node) => boolean): number => findIn(parse('x.ts', text), test).length

describe('a decision', () => {
  it('never waits: no async, no await, no promise, no callback that comes later', () => {
    const text = 'async () => { await x; for await (const y of z); }; Promise.resolve(); a.then(b); setTimeout(c)'
    expect(inText(text, waits)).toBe(6)
    expect(inDecisions(waits)).toEqual([])
  })

  it('has values for outcomes: no exception but for what cannot be, and nobody who catches one', () => {
    expect(inText('throw e; throw new Error(); throw new RangeError(x); try { a() } catch {}', throws)).toBe(3)
    expect(inDecisions(throws)).toEqual([])
  })

  it('is plain data: no class, no this, no generator', () => {
    const text = 'class A {}; function* b() { yield this.x }; const c = class {}'
    expect(inText(text, isObject)).toBe(4)
    expect(inDecisions(isObject)).toEqual([])
  })
})

function waits(node: ts.Node): boolean {
  return (
    node.kind === ts.SyntaxKind.AsyncKeyword ||
    ts.isAwaitExpression(node) ||
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (ts.isIdentifier(node) && /^(?:Promise|then|setTimeout|queueMicrotask)$/.test(node.text))
  )
}

function throws(node: ts.Node): boolean {
  if (ts.isTryStatement(node)) return true
  if (!ts.isThrowStatement(node)) return false
  return !ts.isNewExpression(node.expression) || node.expression.expression.getText() !== 'RangeError'
}

function isObject(node: ts.Node): boolean {
  return (
    ts.isClassLike(node) ||
    node.kind === ts.SyntaxKind.ThisKeyword ||
    (ts.isFunctionDeclaration(node) && node.asteriskToken !== undefined)
  )
}
