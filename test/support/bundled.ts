import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * One file with all of a script in it but the packages, for many processes, or other versions of Node, to run. Packages are
 * found from `folder`; answers the file's path.
 */
export async function bundled(script: string, folder = root): Promise<string> {
  const name = `${script.slice(root.length).replaceAll('/', '-').replace(/\.ts$/, '')}-${process.pid}.mjs`
  const outfile = join(folder, 'node_modules/.cache/countersign', name)
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // The source imports its own names, which stand for src/; packages stay where they are.
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
    logLevel: 'warning',
  })
  return outfile
}
