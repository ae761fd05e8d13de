import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** What `package.json` says, as far as the checks read it. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: unknown
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

/** The `package.json` of the checkout. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
}

/** A tool that the checkout has installed, as a file for Node to run. */
export function tool(path: string): string {
  return join(root, 'node_modules', path)
}

/** Calls `work` with a new folder outside the checkout, and removes it afterwards, whatever came of it. */
export function inWorkshop(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-package-'))
  try {
    work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Runs a command, says so, and returns what it printed to its output. What it printed to both is in the error when it fails.
 * Nothing of a test runner's environment reaches it.
 */
export function run(what: string, command: string, args: readonly string[], cwd: string): string {
  const began = performance.now()
  const env = { ...process.env, NODE_OPTIONS: '', CI: 'true', NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' }
  try {
    const printed = execFileSync(command, args, {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 600_000,
      maxBuffer: 64 * 1024 * 1024,
    })
    console.error(`package: ${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
    return printed
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${what} failed\n${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
}

/** Writes a file, and the folders above it. */
export function write(path: string, content: string | object): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
}

/** Installs packages into a folder, none of whose scripts run. */
export function install(what: string, folder: string, packages: readonly string[]): void {
  write(join(folder, 'package.json'), { private: true })
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock']
  run(`install ${what}`, 'npm', ['install', ...flags, ...packages], folder)
}
