import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** For many processes: packages are in the file too, but for those that find binaries beside them. They start in half the time. */
const inside: BuildOptions = {
  external: ['libsql', 'better-sqlite3', 'pg-native'],
  // What packages in CommonJS require of Node.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url)",
  },
}

/** For other versions of Node: packages stay as they were installed. The source imports its own names, which stand for src/. */
const outside: BuildOptions = {
  plugins: [
    {
      name: 'packages stay outside',
      setup: ({ onResolve }) => {
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || path.startsWith('countersign') ? undefined : { path, external: true },
        )
      },
    },
  ],
}

/** One file with all of a script in it, its packages too unless they are to be found from a folder; answers the file's path. */
export async function bundled(script: string, packagesFrom?: string): Promise<string> {
  const name = `${script.slice(root.length).replaceAll('/', '-').replace(/\.ts$/, '')}-${process.pid}.mjs`
  const outfile = join(packagesFrom ?? root, 'node_modules/.cache/countersign', name)
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    ...(packagesFrom === undefined ? inside : outside),
  })
  return outfile
}
