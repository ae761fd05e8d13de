import { join } from 'node:path'
import { install as installInto, run, write } from './workshop.js'

/** How a bundler is told to make one file for Node of `main.js`. */
interface Bundler {
  readonly name: string
  readonly packages: readonly string[]
  /** The program that bundles, as a module; it is run beside its packages. */
  script(entry: string, folder: string): string
}

/** What hosts bundle servers with. Only what Node itself has stays outside. */
export const bundlers = [
  {
    name: 'esbuild',
    packages: ['esbuild'],
    script: (entry, folder) => `
      import { build } from 'esbuild'
      await build({ entryPoints: [${entry}], outfile: ${folder} + '/main.mjs', bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })`,
  },
  {
    name: 'rollup',
    packages: ['rollup', '@rollup/plugin-node-resolve', '@rollup/plugin-commonjs', '@rollup/plugin-json'],
    script: (entry, folder) => `
      import { rollup } from 'rollup'
      import resolve from '@rollup/plugin-node-resolve'
      import commonjs from '@rollup/plugin-commonjs'
      import json from '@rollup/plugin-json'
      const bundle = await rollup({ input: ${entry}, plugins: [resolve({ preferBuiltins: true }), commonjs(), json()], onwarn: () => {} })
      await bundle.write({ file: ${folder} + '/main.mjs', format: 'es', inlineDynamicImports: true })`,
  },
  {
    name: 'webpack',
    packages: ['webpack'],
    script: (entry, folder) => `
      import webpack from 'webpack'
      const stats = await new Promise((resolve, reject) => {
        webpack({ mode: 'production', target: 'node20', entry: ${entry}, experiments: { outputModule: true },
          output: { path: ${folder}, filename: 'main.mjs', module: true, library: { type: 'module' } },
          optimization: { splitChunks: false } },
          (error, result) => (error ? reject(error) : resolve(result)))
      })
      if (stats.hasErrors()) throw new Error(stats.toString())`,
  },
  {
    name: 'vite',
    packages: ['vite'],
    script: (entry, folder) => `
      import { build } from 'vite'
      await build({ logLevel: 'error', configFile: false, root: ${folder}, ssr: { noExternal: true },
        build: { ssr: ${entry}, outDir: ${folder}, emptyOutDir: false, rollupOptions: { output: { entryFileNames: 'main.mjs', inlineDynamicImports: true } } } })`,
  },
] as const satisfies readonly Bundler[]

/** Installs them all. */
export function install(folder: string): void {
  installInto(
    bundlers.map(({ name }) => name).join(', '),
    folder,
    bundlers.flatMap(({ packages }): readonly string[] => packages),
  )
}

/** Bundles the program of a project; returns the path of the bundle. */
export function bundleProgram({ name, script }: Bundler, project: string, tools: string): string {
  const folder = join(project, `by-${name}`)
  write(join(folder, 'package.json'), { private: true, type: 'module' })
  const program = join(tools, `${name}-${Date.now()}.mjs`)
  write(program, script(JSON.stringify(join(project, 'main.js')), JSON.stringify(folder)))
  run(`bundle by ${name}`, process.execPath, [program], folder)
  return join(folder, 'main.mjs')
}
