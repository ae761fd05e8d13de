import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

// What `import 'countersign'` costs: the time in a fresh process, in both formats, and the size of our own code, minified and
// gzipped, without the packages it uses. Run `npm run build` first. Fails when a door outgrows its ceiling.

const rounds = 31
const aimMs = 25
/** The most that each door may load of our own code at once, in bytes, and what it is meant to. */
const doors = [
  { name: 'countersign', entry: 'src/index.ts', aim: 20_000, ceiling: 40_000 },
  { name: 'countersign/otp', entry: 'src/otp/index.ts', aim: 4096, ceiling: 4096 },
] as const
const root = fileURLToPath(new URL('../', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'countersign-import-'))

try {
  for (const { name, entry, aim, ceiling } of doors) {
    const bytes = await ownCode(entry)
    console.log(
      `${name.padEnd(22)} ${bytes} bytes of our own code, minified and gzipped (aim ${aim}, ceiling ${ceiling})`,
    )
    // The size is a fact, the time a reading that a busy machine spoils.
    if (bytes > ceiling) process.exitCode = 1
  }
  for (const [verb, file] of [
    ['import', 'dist/index.js'],
    ['require', 'dist/index.cjs'],
  ] as const)
    console.log(
      `${`${verb} 'countersign'`.padEnd(22)} ${importTime(file).toFixed(1)} ms over an empty one, median of ${rounds} processes (aim ${aimMs})`,
    )
} finally {
  rmSync(work, { recursive: true })
}

/** The empty file and ours are measured by turns, so that what else the machine does falls on both alike. */
function importTime(file: string): number {
  const empty = join(work, file.endsWith('.cjs') ? 'empty.cjs' : 'empty.mjs')
  writeFileSync(empty, '')
  const times = Array.from({ length: rounds }, () => ({ empty: timeOf(empty), full: timeOf(join(root, file)) }))
  return median(times.map(({ full }) => full)) - median(times.map((pair) => pair.empty))
}

function timeOf(file: string): number {
  const [type, load] = file.endsWith('.cjs')
    ? ['commonjs', `require(${JSON.stringify(file)})`]
    : ['module', `await import(${JSON.stringify(pathToFileURL(file).href)})`]
  const script = `const start = performance.now(); ${load}; console.log(performance.now() - start)`
  return Number(execFileSync(process.execPath, [`--input-type=${type}`, '--eval', script], { encoding: 'utf8' }))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

/** The size of what a door loads at once: its chunk and those it imports, each compressed by itself. */
async function ownCode(entry: string): Promise<number> {
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    outdir: work,
    write: false,
    metafile: true,
  })
  const sizes = new Map(outputFiles.map(({ path, contents }) => [relative(root, path), gzipSync(contents).length]))
  const loaded = new Set<string>()
  const load = (path: string): void => {
    if (loaded.has(path)) return
    loaded.add(path)
    for (const { kind, path: next, external } of metafile.outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) load(next)
  }
  load(Object.keys(metafile.outputs).find((path) => metafile.outputs[path]?.entryPoint === entry) ?? dirname(entry))
  return [...loaded].reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0)
}
