import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { sourceFiles, walk } from '../architecture/source.js'
import { membersOf, stringsOf } from './source-types.js'
import { listedIn, readTables, tablesOf } from './tables.js'

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const read = (name: string): string => readFileSync(path(name), 'utf8')
const pages = readdirSync(path('docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)

const sorted = (words: Iterable<string>): readonly string[] => [...words].sort()

/** Every string written in src, but for the file that declares the union. */
function stringsOutside(declaring: string): ReadonlySet<string> {
  const strings = new Set<string>()
  for (const file of sourceFiles().filter((source) => source.path !== declaring)) {
    walk(file.tree, (node) => (ts.isStringLiteralLike(node) ? strings.add(node.text) : strings))
  }
  return strings
}

describe('the reading of tables', () => {
  it('finds each table with its heading, columns and rows', () => {
    const page = '# One\n\n| a | b |\n|---|---|\n| `x` | two words |\n| `y` and z | |\n\n## Two\n| c |\n|---|\n| 1 |\n'
    expect(readTables(page)).toEqual([
      {
        heading: 'One',
        columns: ['a', 'b'],
        rows: [
          ['x', 'two words'],
          ['`y` and z', ''],
        ],
      },
      { heading: 'Two', columns: ['c'], rows: [['1']] },
    ])
  })
})

describe.each([
  { what: 'error code', page: 'docs/errors.md', column: 'code', file: 'errors.ts', name: 'TwoFactorErrorCode' },
  { what: 'event', page: 'docs/events.md', column: 'event', file: 'interfaces/events.ts', name: 'TwoFactorEventType' },
])('every $what', ({ page, column, file, name }) => {
  const members = stringsOf(file, name)

  it(`stands in ${page} once, and nothing else does`, () => {
    expect(members.length).toBeGreaterThan(20)
    expect(sorted(listedIn(page, column))).toEqual(sorted(members))
  })

  it('is used in src', () => {
    const used = stringsOutside(file)
    expect(members.filter((member) => !used.has(member))).toEqual([])
  })
})

describe.each([
  { heading: 'A proof was not accepted', file: 'interfaces/refusal.ts', name: 'RejectedReason' },
  { heading: 'An operation was refused', file: 'interfaces/refusal.ts', name: 'RefusedReason' },
  { heading: 'A text was not sent', file: 'interfaces/delivery.ts', name: 'NotSentReason' },
])('every reason of $name', ({ heading, file, name }) => {
  const reasons = stringsOf(file, name)

  it('stands in docs/reasons.md once, and nothing else does', () => {
    const table = tablesOf('docs/reasons.md').find((one) => one.heading === heading)
    expect(sorted((table?.rows ?? []).map(([reason = '']) => reason))).toEqual(sorted(reasons))
    expect(table?.rows.filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual([])
  })

  it('is used in src', () => {
    const used = stringsOutside(file)
    expect(reasons.filter((reason) => !used.has(reason))).toEqual([])
  })
})

describe('the fields of every event', () => {
  it('stand in docs/events.md, and nothing else does', () => {
    const common = membersOf('interfaces/events.ts', 'TwoFactorEvent')
    expect(sorted(listedIn('docs/events.md', 'field'))).toEqual(sorted(common))
  })
})

describe('an error code named in README or docs', () => {
  it('exists', () => {
    const codes = stringsOf('errors.ts', 'TwoFactorErrorCode')
    const named = ['README.md', ...pages].flatMap(
      (page) => read(page).match(/\bERR_[A-Z0-9_]*[A-Z0-9]\b(?!_?…)/g) ?? [],
    )
    expect(named.filter((code) => !codes.includes(code))).toEqual([])
  })
})

describe('README', () => {
  it('leads to every page of docs', () => {
    expect(pages.filter((page) => !read('README.md').includes(`(${page})`))).toEqual([])
  })
})

describe('a link in README or docs', () => {
  /** The anchor that a heading gets, as GitHub and npm make it. */
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')

  it('leads to a file that there is, and to a heading that stands in it', () => {
    const dead = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...pages].flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)\s]*?)(?:#([^)\s]+))?\)/g)].flatMap(([whole, target = '', anchor]) => {
        if (/^https?:/.test(target)) return []
        const file = target === '' ? page : new URL(target, `file:///${page}`).pathname.slice(1)
        try {
          const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
          return anchor === undefined || headings.includes(anchor) ? [] : [`${page}: ${whole}`]
        } catch {
          return file.includes('.') ? [`${page}: ${whole}`] : []
        }
      }),
    )
    expect(dead).toEqual([])
  })
})
