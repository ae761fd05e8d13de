import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from './workshop.js'

/** What can run the package: its name, the npm package that brings its binary, and where in it that is. */
interface Runtime {
  readonly packageName: string
  readonly binary: string
}

/** Platforms as npm packages name them. */
const arch = process.arch
const arm = arch === 'arm64'

const node = (range: string): Runtime => ({ packageName: `node-linux-${arch}@${range}`, binary: 'bin/node' })

/** The oldest Node that `engines` allows, the newest of each line that is kept up, and the others. */
export const runtimes = {
  'node-20.19': node('20.19'),
  'node-22': node('22'),
  'node-24': node('24'),
  'node-26': node('26'),
  bun: { packageName: `@oven/bun-linux-${arm ? 'aarch64' : 'x64'}`, binary: 'bin/bun' },
  deno: { packageName: `@deno/linux-${arm ? 'arm64' : 'x64'}-glibc`, binary: 'deno' },
  workerd: { packageName: `@cloudflare/workerd-linux-${arm ? 'arm64' : '64'}`, binary: 'bin/workerd' },
} as const satisfies Readonly<Record<string, Runtime>>

export type RuntimeName = keyof typeof runtimes

/** Installs runtimes into a folder; returns the path of each one's binary. */
export function installRuntimes<Name extends RuntimeName>(
  folder: string,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  // Under names of their own, so that four versions of one package fit into one folder.
  const packages = names.map((name) => `${name}@npm:${runtimes[name].packageName}`)
  install(names.join(', '), folder, packages)
  const entries = names.map((name) => [name, join(folder, 'node_modules', name, runtimes[name].binary)] as const)
  return Object.fromEntries(entries) as Readonly<Record<Name, string>>
}

// Run by itself, it prints the paths: tsx test/package/runtimes.ts FOLDER NAME...
const [, script, folder, ...names] = process.argv
if (script === fileURLToPath(import.meta.url) && folder !== undefined) {
  const known = names.filter((name): name is RuntimeName => name in runtimes)
  if (known.length !== names.length) throw new Error(`runtimes are ${Object.keys(runtimes).join(', ')}`)
  for (const binary of Object.values(installRuntimes(folder, known))) process.stdout.write(`${binary}\n`)
}
