import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { build } from 'tsup'
import configurations from '../../tsup.config.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What hosts run, each as an ES module and as CommonJS. */
const programs = { consumer: 'test/package/consumer.ts', scenarios: 'test/realms/scenarios.ts' }

/** A project of somebody else's, in which the package is installed as a release would have it. */
export interface Host {
  readonly folder: string
  /** Writes a file of the project. */
  write(path: string, content: string | object): void
  /** Runs a script by Node; resolves to what it printed, and rejects with that when it fails. */
  run(script: string, args?: readonly string[]): Promise<string>
  remove(): void
}

/**
 * Makes such a project: the package as it is built, without its types, what it depends on, and the programs.
 */
export async function makeHost(): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-realms-'))
  const installed = join(folder, 'node_modules/countersign')
  mkdirSync(installed, { recursive: true })
  cpSync(join(root, 'package.json'), join(installed, 'package.json'))
  for (const configuration of [configurations].flat()) {
    if (typeof configuration === 'function') throw new TypeError('a configuration of tsup is a function')
    const { onSuccess: _, ...options } = configuration
    await build({ ...options, config: false, dts: false, silent: true, outDir: join(installed, 'dist') })
  }
  for (const name of ['libphonenumber-js', '@simplewebauthn/server']) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }

  const write = (path: string, content: string | object): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  write('package.json', { private: true })
  for (const [name, source] of Object.entries(programs)) {
    const code = readFileSync(join(root, source), 'utf8')
    write(`${name}.mjs`, transformSync(code, { loader: 'ts', format: 'esm' }).code)
    write(`${name}.cjs`, transformSync(code, { loader: 'ts', format: 'cjs' }).code)
  }

  return {
    folder,
    write,
    run: (script, args = []) => run(folder, script, args),
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Nothing of the environment of the runner that this is part of reaches the script. */
function run(folder: string, script: string, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: tmpdir(), CI: 'true', NO_COLOR: '1' }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout + stderr)
      else reject(new Error(`${script} failed\n${stdout}${stderr}`))
    })
  })
}
