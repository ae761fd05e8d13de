import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** A program that the tests compare with, and what it prints when it is asked for its version. */
export interface Command {
  readonly name: string
  readonly version: string | null
}

export function findCommand(name: string): Command {
  const { error, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' })
  return { name, version: error === undefined ? (stdout.split('\n')[0] ?? '') : null }
}

export function run(command: Command, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command.name, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command.name} failed: ${stderr}`)
  return stdout.trimEnd()
}

/** Runs `tests` when the command is there. When it is not, says so, and fails where nothing may go untested. */
export function describeWith(command: Command, title: string, tests: () => void): void {
  if (command.version !== null) {
    describe(`${title} (${command.version})`, tests)
    return
  }
  describe(title, () => {
    it(`did not run, because ${command.name} is not installed`, () => {
      console.log(`NOT RUN: ${title}: ${command.name} is not installed`)
      expect(process.env['CI'], `${command.name} must be installed in continuous integration`).not.toBe('true')
    })
  })
}
