import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { tablesOf } from './tables.js'

const tables = tablesOf('docs/compliance.md')
const rows = tables.flatMap(({ rows }) => rows)

const numbered = (from: number, to: number, prefix: string): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`)

/** The clauses that the page has to speak of, by the heading that they stand under. */
const clauses: Readonly<Record<string, readonly string[]>> = {
  'NIST SP 800-63B-4': numbered(1, 27, 'N'),
  'OWASP ASVS 5.0': [
    ...['6.1.1', '6.1.3', '6.3.1', ...numbered(3, 8, '6.3.'), '6.4.3', '6.4.4', ...numbered(1, 6, '6.5.'), '6.5.8'],
    ...[...numbered(1, 4, '6.6.'), '16.2.5', '16.3.1', '16.3.3', '16.4.1', '16.5.3'],
    ...['2.3.1', '2.3.3', '2.3.4', '2.4.1', ...numbered(1, 5, '3.3.'), '7.2.3', '7.2.4', '7.4.1', '7.4.3', '7.5.1'],
    ...[...numbered(1, 3, '9.1.'), ...numbered(1, 4, '9.2.'), '11.2.2', '11.2.4', '11.5.1', '13.3.1', '14.2.1'],
    ...['14.3.2', '15.3.4', '15.3.5', '15.3.6', '15.4.2'],
  ],
  'RFC 4226': ['4, R6', '5.3', ...numbered(1, 5, '7.')],
  'RFC 6238': ['3', '4.2', '5.1', '5.2', '6'],
  'Web Authentication Level 3': [
    ...['type', 'challenge', 'origin', 'RP id hash', 'user presence', 'user verification', 'backup flags'].flatMap(
      (check) => [`7.1, ${check}`, `7.2, ${check}`],
    ),
    ...['algorithm', 'attestation', 'credential id length', 'unique credential id'].map((check) => `7.1, ${check}`),
    ...['allowed credential', 'user handle', 'signature', 'signature counter'].map((check) => `7.2, ${check}`),
  ],
  'PSD2 RTS (EU) 2018/389': ['4(1)', '4(2)', '4(3)(a)', '4(3)(b)', '4(3)(d)', '4, alert', '5'],
}

/** The files of tests that a row names. */
const testsIn = (row: readonly string[]): readonly string[] => row.join(' ').match(/test\/[\w/-]+\.test\.ts/g) ?? []

describe('docs/compliance.md', () => {
  it.each(Object.entries(clauses))('speaks of every clause of %s, once, and of no other', (heading, ids) => {
    const listed = tables.filter((table) => table.heading === heading).flatMap(({ rows }) => rows.map(([id]) => id))
    expect(listed.toSorted()).toEqual([...ids].sort())
  })

  it('has tables under no other heading, and whole rows in them', () => {
    expect([...new Set(tables.map(({ heading }) => heading))].sort()).toEqual(Object.keys(clauses).sort())
    expect(rows.filter((row) => row.length !== 4 || row.includes(''))).toEqual([])
  })

  it('says of each whether it is met, enabled, done otherwise or not applicable', () => {
    const known = ['met', 'enabled', 'otherwise', 'not applicable']
    expect(rows.filter(([, , stands = '']) => !known.includes(stands))).toEqual([])
  })

  it('names a test for each that is met', () => {
    expect(rows.filter((row) => row[2] === 'met' && testsIn(row).length === 0)).toEqual([])
  })

  it('names tests that there are', () => {
    const named = new Set(rows.flatMap(testsIn))
    expect(named.size).toBeGreaterThan(50)
    const missing = [...named].filter((name) => !existsSync(fileURLToPath(new URL(`../../${name}`, import.meta.url))))
    expect(missing).toEqual([])
  })
})
