import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('node_modules/', import.meta.url))

/** How the runners of others are installed: they are many packages, and apart from these tests nobody needs them. */
export const INSTALL_RUNNERS = 'npm ci --prefix test/realms'

/** Whether they are. */
export function hasRunners(): boolean {
  return existsSync(join(folder, 'jest'))
}

/** A file of theirs, for Node to run. */
export function runner(path: string): string {
  return join(folder, path)
}

/** Tests that need them. Without them it is said that none ran, which fails where it counts. */
export function describeWithRunners(title: string, tests: () => void): void {
  if (hasRunners()) {
    describe(title, tests)
    return
  }
  it(`${title} did not run, which takes ${INSTALL_RUNNERS}`, () => {
    console.log(`NOT RUN: ${title}, which takes ${INSTALL_RUNNERS}`)
    expect(process.env['CI']).not.toBe('true')
  })
}
