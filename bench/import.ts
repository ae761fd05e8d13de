import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'tsup'

// What `import 'countersign'` costs: the time in a fresh process, and the size of our own code. Run `npm run build` first.

const rounds = 31
const aim = { milliseconds: 25, bytes: 20_000 }
/** What the door may not outgrow unnoticed, carried packages included, as long as it is above the aim. */
const ceiling = 70_000
const door = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'countersign-import-'))

try {
  const time = importTime()
  const shipped = gzipped(door)
  const minified = gzipped(await minify())
  console.log(
    `import 'countersign'   ${time.toFixed(1)} ms over an empty import, median of ${rounds} processes (aim ${aim.milliseconds})`,
  )
  console.log(
    `own code, gzip         ${shipped} bytes as shipped (aim ${aim.bytes}, ceiling ${ceiling}), ${minified} bytes minified`,
  )
  // The size is a fact, the time a reading that a busy machine spoils.
  if (shipped > ceiling) process.exitCode = 1
} finally {
  rmSync(work, { recursive: true })
}

/** The two are measured by turns, so that what else the machine does falls on both alike. */
function importTime(): number {
  const empty = join(work, 'empty.mjs')
  writeFileSync(empty, 'export {}\n')
  const times = Array.from({ length: rounds }, () => ({ empty: timeOf(empty), full: timeOf(door) }))
  return median(times.map(({ full }) => full)) - median(times.map((pair) => pair.empty))
}

function timeOf(file: string): number {
  const url = JSON.stringify(pathToFileURL(file).href)
  const script = `const start = performance.now(); await import(${url}); console.log(performance.now() - start)`
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

/** Size of the file and all that it imports by relative path at once, each file compressed as it is served. */
function gzipped(entry: string): number {
  const sizes = new Map<string, number>()
  const add = (file: string): void => {
    if (sizes.has(file)) return
    const code = readFileSync(file, 'utf8')
    sizes.set(file, gzipSync(code).length)
    for (const [, name] of code.matchAll(/\b(?:from|import)\s*["'](\.[^"']+)["']/g))
      add(join(dirname(file), name ?? ''))
  }
  add(entry)
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}

async function minify(): Promise<string> {
  const options = { format: 'esm', target: 'node20', minify: true, dts: false, config: false, silent: true } as const
  await build({
    ...options,
    entry: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    outDir: work,
    outExtension: () => ({ js: '.mjs' }),
  })
  return join(work, 'index.mjs')
}
