import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './workshop.js'

const REPORT = join(root, 'test/package/surface.txt')

/**
 * Holds the public declarations, as they are shipped, to the report that was agreed on: nothing that hosts compile against
 * changes unannounced. `UPDATE=1` writes the report anew; its diff is what a reviewer reads.
 */
export function holdSurface(dist: string): void {
  const surface = readSurface(dist)
  if (process.env['UPDATE'] === '1') writeFileSync(REPORT, surface)
  if (readFileSync(REPORT, 'utf8') !== surface)
    throw new Error(
      'the public surface is not the one in test/package/surface.txt: run npm run surface, and tell CHANGELOG.md',
    )
}

/** The declarations of all doors, without comments and without the hashes in the names of shared files. */
function readSurface(dist: string): string {
  const printer = ts.createPrinter({ removeComments: true })
  const files = readdirSync(dist)
    .filter((name) => name.endsWith('.d.ts'))
    .map((name): [string, string] => [withoutHash(name), print(printer, join(dist, name))])
  return files
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `// ${name}\n${text}`)
    .join('\n')
}

function print(printer: ts.Printer, file: string): string {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)
  return printer.printFile(source).replaceAll(/(?<=from "\.\/)[^"]+/g, withoutHash)
}

function withoutHash(name: string): string {
  return name.replace(/-[\w-]{8}(?=\.(?:d\.ts|js)$)/, '')
}
