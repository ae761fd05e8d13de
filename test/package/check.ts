import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Checks the package as others get it: packs it, looks into the tarball, and uses it from projects of every kind.
//
//   tsx test/package/check.ts [node binary ...]      also runs the projects under these versions of Node

interface Project {
  readonly name: string
  readonly type: 'module' | 'commonjs'
  readonly compilerOptions: Readonly<Record<string, string>>
}

const projects: readonly Project[] = [
  { name: 'esm-node16', type: 'module', compilerOptions: { module: 'node16', moduleResolution: 'node16' } },
  { name: 'cjs-node16', type: 'commonjs', compilerOptions: { module: 'node16', moduleResolution: 'node16' } },
  { name: 'esm-nodenext', type: 'module', compilerOptions: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'cjs-nodenext', type: 'commonjs', compilerOptions: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'esm-bundler', type: 'module', compilerOptions: { module: 'esnext', moduleResolution: 'bundler' } },
  { name: 'cjs-node10', type: 'commonjs', compilerOptions: { module: 'commonjs', moduleResolution: 'node10' } },
]

const root = fileURLToPath(new URL('../../', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string
  readonly exports: unknown
}
const modules = join(root, 'node_modules')
const nodes = [process.execPath, ...process.argv.slice(2)]
const work = mkdtempSync(join(tmpdir(), 'countersign-package-'))

try {
  const tarball = pack()
  run('publint', process.execPath, [join(modules, 'publint/src/cli.js'), 'run', tarball, '--strict'])
  run('are the types wrong', process.execPath, [
    join(modules, '@arethetypeswrong/cli/dist/index.js'),
    tarball,
    '--format',
    'ascii',
    '--no-emoji',
  ])
  install(tarball)
  for (const project of projects) compile(project)
  for (const node of nodes) {
    for (const project of projects) runIn(project, node)
    commandLine(node)
  }
  jest()
  console.log('package: all well')
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** Packs as a release would, which builds first, and holds what the tarball contains. */
function pack(): string {
  const report = run('pack', 'npm', ['pack', '--json', '--pack-destination', work], root)
  const [packed] = JSON.parse(report.slice(report.search(/^\[/m))) as [
    { filename: string; size: number; files: { path: string }[] },
  ]
  const paths = packed.files.map(({ path }) => path)
  const fixed = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json']
  const stray = paths.filter(
    (path) => !fixed.includes(path) && !/^dist\/[a-zA-Z0-9_-]+\.(?:js|cjs|d\.ts|d\.cts|LICENSE)$/.test(path),
  )
  const missing = [...fixed, ...exportedFiles()].filter((path) => !paths.includes(path))
  if (stray.length + missing.length > 0)
    throw new Error(`tarball: stray ${stray.join(' ')}; missing ${missing.join(' ')}`)
  console.log(`  ${paths.length} files, ${packed.size} bytes packed`)
  return join(work, packed.filename)
}

function exportedFiles(): readonly string[] {
  return [...JSON.stringify(manifest.exports).matchAll(/"\.\/(dist\/[^"]+)"/g)].map(([, path]) => path ?? '')
}

/** One installation, above all projects: it has the package and its dependencies, and no driver. */
function install(tarball: string): void {
  writeFileSync(join(work, 'package.json'), JSON.stringify({ private: true }))
  run('install', 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball])
  for (const name of ['node', 'undici-types']) {
    const from = name === 'node' ? '@types/node' : name
    cpSync(join(modules, from), join(work, 'node_modules', from), { recursive: true })
  }
}

function compile({ name, type, compilerOptions }: Project): void {
  const folder = join(work, name)
  mkdirSync(folder)
  cpSync(join(root, 'test/package/consumer.ts'), join(folder, 'consumer.ts'))
  writeFileSync(join(folder, 'main.ts'), "import { consume } from './consumer.js'\n\nvoid consume()\n")
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type }))
  const strictest = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noUncheckedIndexedAccess: true,
  }
  const settings = { target: 'es2022', lib: ['es2023'], types: ['node'], ...strictest, ...compilerOptions }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings, files: ['main.ts'] }))
  run(`types for ${name}`, process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', folder])
}

function runIn({ name }: Project, node: string): void {
  run(`${name} under ${versionOf(node)}`, node, ['--throw-deprecation', join(work, name, 'main.js')])
}

/** The command that the installation put beside the others. */
function commandLine(node: string): void {
  const command = join(work, 'node_modules/.bin/countersign')
  const printed = run(`countersign --version under ${versionOf(node)}`, node, [command, '--version']).trim()
  if (printed !== manifest.version) throw new Error(`countersign --version printed ${printed}`)
  run(`countersign --help under ${versionOf(node)}`, node, [command, '--help'])
}

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
}

/** Jest as it comes: no configuration, no transform of node_modules, no import(). */
function jest(): void {
  const folder = join(work, 'jest')
  mkdirSync(folder)
  cpSync(join(work, 'cjs-node16/consumer.js'), join(folder, 'consumer.js'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  writeFileSync(
    join(folder, 'consumer.test.js'),
    "const { consume } = require('./consumer')\n\ntest('both factors, from enrolment to sign-in', consume)\n",
  )
  run('jest', process.execPath, [join(modules, 'jest/bin/jest.js'), '--ci', '--no-cache'], folder)
}

/** Runs a command and returns what it printed; a failure prints it all and ends the check. */
function run(what: string, command: string, args: readonly string[], cwd: string = work): string {
  console.log(`package: ${what}`)
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${what} failed\n${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
}
