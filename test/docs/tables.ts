import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A table of a page. */
export interface Table {
  /** The heading that it stands under. */
  readonly heading: string
  readonly columns: readonly string[]
  /** The cells of each row. A cell that is one word of code is that word. */
  readonly rows: readonly (readonly string[])[]
}

/** The tables of a page of the repository, in order. */
export function tablesOf(page: string): readonly Table[] {
  return readTables(readFileSync(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8'))
}

/** The tables of a page's text, in order. */
export function readTables(text: string): readonly Table[] {
  const tables: Table[] = []
  let heading = ''
  let block: string[] = []
  for (const line of [...text.split('\n'), '']) {
    if (line.startsWith('|')) {
      block.push(line)
      continue
    }
    const [columns, , ...rows] = block.map(cellsOf)
    if (columns !== undefined) tables.push({ heading, columns, rows })
    block = []
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '')
  }
  return tables
}

function cellsOf(line: string): readonly string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`([^`]+)`$/, '$1'))
}

/** The first cells of every table whose first column is called this. */
export function listedIn(page: string, column: string): readonly string[] {
  return tablesOf(page)
    .filter(({ columns }) => columns[0] === column)
    .flatMap(({ rows }) => rows.map(([first = '']) => first))
}
