import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sourceFiles } from './source.js'

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const textOf = (path: string): string => readFileSync(fileOf(path), 'utf8')
const tests: ReadonlySet<string> = new Set(
  readdirSync(fileOf('test'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.test.ts')),
)

describe('the invariants of docs/architecture.md', () => {
  const [, section = ''] = /^## Invariants\n(.*?)^## /ms.exec(textOf('docs/architecture.md')) ?? []
  const numbers = [...section.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number))
  const files = [...tests].filter((path) => /^invariants\/\d\d-/.test(path)).sort()

  it('are thirteen', () => {
    expect(numbers).toEqual(Array.from({ length: 13 }, (_, index) => index + 1))
  })

  it('have a test file each, which names its invariant', () => {
    expect(files.map((path) => Number(path.slice('invariants/'.length, 'invariants/'.length + 2)))).toEqual(numbers)
    for (const [index, path] of files.entries())
      expect([path, textOf(`test/${path}`)]).toEqual([
        path,
        expect.stringMatching(
          new RegExp(`^describe(?:\\.each\\([^)]*\\))?\\(["'\`]invariant ${index + 1}\\b`, 'm'),
        ) as string,
      ])
  })
})

describe('an attack', () => {
  it('comes from outside: through the doors, not from a file of src', () => {
    const attacking = [...tests].filter((path) => path.startsWith('attacks/'))
    expect(attacking.length).toBeGreaterThan(0)
    expect(attacking.filter((path) => textOf(`test/${path}`).includes('/src/'))).toEqual([])
  })
})

describe('every file of src/user', () => {
  /** Nothing but types, and the table, whose test has its folder's name. */
  const elsewhere: Readonly<Record<string, string>> = {
    'user/kinds/kind.ts': 'user/kinds/kinds.test.ts',
    'user/kinds/index.ts': 'user/kinds/kinds.test.ts',
  }

  it('has tests of its own', () => {
    const untested = sourceFiles()
      .map(({ path }) => path)
      .filter((path) => path.startsWith('user/'))
      .filter((path) => !tests.has(elsewhere[path] ?? path.replace(/\.ts$/, '.test.ts')))
    expect(untested).toEqual([])
  })
})
