import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What has parts of its own that are found beside it. */
const WITH_BINARIES = ['libsql', 'better-sqlite3', 'pg-native']

/** One file with all of a script in it, its packages too: many processes start in half the time. Answers the file's path. */
export async function bundled(script: string): Promise<string> {
  const name = `${script.slice(root.length).replaceAll('/', '-').replace(/\.ts$/, '')}-${process.pid}.mjs`
  const outfile = join(root, 'node_modules/.cache/countersign', name)
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: WITH_BINARIES,
    // What packages in CommonJS require of Node.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url)",
    },
    logLevel: 'warning',
  })
  return outfile
}
