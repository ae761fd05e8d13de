import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { bundleProgram, bundlers, install as installBundlers } from './bundlers.js'
import { besides, compile, projects, strictest } from './projects.js'
import { DONE, runFile, runProgram } from './program.js'
import { installRuntimes, runtimes, type RuntimeName } from './runtimes.js'
import { pack } from './tarball.js'
import { inWorkshop, install, run, tool, write } from './workshop.js'

// `npm run consumers`: the packed package in every runtime, bundler and compiler that is named, each a whole sign-in. It takes
// some minutes and some hundred megabytes of the registry, so that a gate has the part of it that `check.ts` is.

inWorkshop((folder) => {
  const tarball = pack(folder)
  install('the tarball', folder, [tarball, ...besides()])
  for (const name of ['@types/node', 'undici-types']) {
    cpSync(tool(name), join(folder, 'node_modules', name), { recursive: true })
  }
  const compilers = [
    strictest,
    { ...strictest, name: 'lax settings', options: { strict: false, skipLibCheck: true } },
    { ...strictest, name: 'TypeScript 6', path: typescript6(join(folder, 'typescript-6')) },
  ]
  for (const compiler of compilers.toReversed())
    for (const project of projects)
      // TypeScript 6 knows this resolution only as a deprecation.
      if (compiler.name !== 'TypeScript 6' || project.name !== 'cjs-node10') compile(folder, project, compiler)

  const binaries = installRuntimes(join(folder, 'runtimes'), Object.keys(runtimes) as RuntimeName[])
  for (const { name } of projects)
    for (const runtime of ['node-20.19', 'node-22', 'node-24', 'node-26', 'bun'] as const)
      runFile(name, binaries[runtime], join(folder, name, 'main.js'), folder)
  for (const name of ['esm-nodenext', 'cjs-nodenext'])
    runProgram(name, binaries.deno, ['run', '--allow-all', '--no-check', join(folder, name, 'main.js')], folder)

  installBundlers(join(folder, 'bundlers'))
  for (const bundler of bundlers) {
    const file = bundleProgram(bundler, join(folder, 'esm-bundler'), join(folder, 'bundlers'))
    runFile(`a bundle by ${bundler.name}`, binaries['node-20.19'], file, folder)
  }
  workerd(binaries.workerd, folder)
  console.log('consumers: all well')
})

function typescript6(folder: string): string {
  install('TypeScript 6', folder, ['typescript@6'])
  return join(folder, 'node_modules/typescript/bin/tsc')
}

/** Cloudflare's runtime takes one bundled module, and has what Node has only where it is asked for. */
function workerd(binary: string, folder: string): void {
  const project = join(folder, 'workerd')
  const [esbuild] = bundlers
  write(
    join(project, 'main.js'),
    `import { consume } from '../esm-bundler/consumer.js'\nexport default { async test() { await consume(); console.log('${DONE}') } }\n`,
  )
  const file = bundleProgram(esbuild, project, join(folder, 'bundlers'))
  write(
    join(project, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "main", esModule = embed "${file.slice(project.length + 1)}")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat"],
))]);
`,
  )
  const printed = run('workerd', binary, ['test', join(project, 'config.capnp')], project)
  if (!printed.includes(DONE)) throw new Error(`workerd printed ${JSON.stringify(printed)}`)
}
