import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MAIN } from './program.js'
import { readManifest, root, run, tool, write } from './workshop.js'

/** A project that uses the package: what its files are, and how its compiler finds the package. */
export interface Project {
  readonly name: string
  readonly type: 'module' | 'commonjs'
  readonly compilerOptions: Readonly<Record<string, string>>
}

/** A compiler, and the settings that hosts differ in. */
export interface Compiler {
  readonly name: string
  readonly path: string
  readonly options: Readonly<Record<string, unknown>>
}

/** Every way in which a compiler finds a package, from files of either kind. */
export const projects: readonly Project[] = [
  { name: 'esm-node16', type: 'module', compilerOptions: { module: 'node16', moduleResolution: 'node16' } },
  { name: 'cjs-node16', type: 'commonjs', compilerOptions: { module: 'node16', moduleResolution: 'node16' } },
  { name: 'esm-nodenext', type: 'module', compilerOptions: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'cjs-nodenext', type: 'commonjs', compilerOptions: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'esm-bundler', type: 'module', compilerOptions: { module: 'esnext', moduleResolution: 'bundler' } },
  { name: 'cjs-node10', type: 'commonjs', compilerOptions: { module: 'commonjs', moduleResolution: 'node10' } },
]

/** The compiler of the checkout, at its strictest. */
export const strictest: Compiler = {
  name: 'the strictest settings',
  path: tool('typescript/bin/tsc'),
  options: { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
}

const doors = Object.keys(JSON.parse(readFileSync(join(root, 'src/doors.json'), 'utf8')) as object)
const specifiers = doors.map((door) => (door === 'index' ? 'countersign' : `countersign/${door}`))

/** The doors whose types need neither those of Node nor those of the web. */
const bare: readonly string[] = ['countersign/otp', 'countersign/passkeys', 'countersign/qr']

/** What the projects need beside the package. */
export function besides(): readonly string[] {
  const { peerDependencies } = readManifest()
  return Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`)
}

/** Compiles a project that lives in `folder`, under an installation that has the package. */
export function compile(folder: string, { name, type, compilerOptions }: Project, { options, ...by }: Compiler): void {
  const project = join(folder, name)
  cpSync(join(root, 'test/package/consumer.ts'), join(project, 'consumer.ts'))
  write(join(project, 'main.ts'), MAIN)
  write(join(project, 'package.json'), { private: true, type })
  const settings = { ...base, lib: ['es2023'], types: ['node'], ...compilerOptions, ...options }
  write(join(project, 'tsconfig.json'), { compilerOptions: settings, files: ['main.ts'] })
  run(`types for ${name}, ${by.name}`, process.execPath, [by.path, '-p', project], folder)
}

/** Compiles every door where the types of Node are not installed: with those of the web, and with nothing where that will do. */
export function compileBare(folder: string, { options, ...by }: Compiler): void {
  for (const [name, names, lib] of [
    ['web', specifiers, ['es2023', 'dom']],
    ['neither', bare, ['es2023']],
  ] as const) {
    const project = join(folder, `bare-${name}`)
    const lines = names.map((specifier, index) => `export * as door${index} from '${specifier}'`)
    write(join(project, 'doors.ts'), `${lines.join('\n')}\n`)
    write(join(project, 'package.json'), { private: true, type: 'module' })
    const settings = { ...base, lib, types: [], module: 'nodenext', noEmit: true, ...options }
    write(join(project, 'tsconfig.json'), { compilerOptions: settings, files: ['doors.ts'] })
    run(`types without those of Node (${name}), ${by.name}`, process.execPath, [by.path, '-p', project], folder)
  }
}

const base = { target: 'es2022', strict: true, skipLibCheck: false }
