import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { sourceFiles, walk } from '../architecture/source.js'

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const read = (name: string): string => readFileSync(path(name), 'utf8')

const program = ts.createProgram([path('src/errors.ts'), path('src/interfaces/events.ts')], {
  strict: true,
  module: ts.ModuleKind.NodeNext,
})

/** The strings of a union type that `file` exports. */
function union(file: string, name: string): readonly string[] {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(path(file))
  const module = source && checker.getSymbolAtLocation(source)
  const symbol = module && checker.getExportsOfModule(module).find((exported) => exported.name === name)
  const type = symbol && checker.getDeclaredTypeOfSymbol(symbol)
  return type?.isUnion() === true
    ? type.types.map((member) => (member.isStringLiteral() ? member.value : checker.typeToString(member)))
    : []
}

/** The first cells of a page's table rows that are one word of code, in order. */
const listed = (page: string): readonly string[] =>
  [...read(page).matchAll(/^\| `([^`]+)` +\|/gm)].map((match) => match[1] ?? '')

const sorted = (words: Iterable<string>): readonly string[] => [...words].sort()

/** Every string written in src, but for the file that declares the union. */
function stringsOutside(declaring: string): ReadonlySet<string> {
  const strings = new Set<string>()
  for (const file of sourceFiles().filter((source) => source.path !== declaring)) {
    walk(file.tree, (node) => (ts.isStringLiteralLike(node) ? strings.add(node.text) : strings))
  }
  return strings
}

describe.each([
  { what: 'error code', page: 'docs/errors.md', file: 'errors.ts', name: 'TwoFactorErrorCode' },
  { what: 'event type', page: 'docs/events.md', file: 'interfaces/events.ts', name: 'TwoFactorEventType' },
])('every $what', ({ page, file, name }) => {
  const members = union(`src/${file}`, name)

  it(`stands in ${page} once, and nothing else does`, () => {
    expect(members.length).toBeGreaterThan(20)
    expect(sorted(listed(page))).toEqual(sorted(members))
  })

  it('is used in src', () => {
    const used = stringsOutside(file)
    expect(members.filter((member) => !used.has(member))).toEqual([])
  })
})

describe('an error code named in README or docs', () => {
  it('exists', () => {
    const codes = union('src/errors.ts', 'TwoFactorErrorCode')
    const pages = [
      'README.md',
      ...readdirSync(path('docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ]
    const named = pages.flatMap((page) => read(page).match(/\bERR_[A-Z0-9_]*[A-Z0-9]\b(?!_?…)/g) ?? [])
    expect(named.filter((code) => !codes.includes(code))).toEqual([])
  })
})
