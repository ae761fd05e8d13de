import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { contents, NEW_KEY, OLD_KEY } from '../support/world.js'
import { makePopulation } from './records.js'

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const driver = fileURLToPath(new URL('project-driver.ts', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'countersign-project-'))
const values = join(project, 'values.json')
const keys = [NEW_KEY, OLD_KEY].map(({ id, secret }) => ({
  id,
  secret: Buffer.from(secret as Uint8Array).toString('base64url'),
}))
const population = await makePopulation({ enrolling: 60 })

afterAll(() => {
  rmSync(project, { recursive: true })
})

beforeEach(async () => {
  writeFileSync(values, JSON.stringify([...(await contents(population.world.data))]))
})

/** Runs the command in a project that brings its own driver, as npx would. */
async function countersign(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', tsx, main, ...args], {
    cwd: project,
    env: { PATH: process.env['PATH'] ?? '', COUNTERSIGN_KEYS: JSON.stringify(keys), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { code, out, err }
}

function sealedUnder(keyId: string): number {
  const entries = JSON.parse(readFileSync(values, 'utf8')) as [string, string][]
  return entries.filter(([, value]) => value.startsWith(`v1.${keyId}.`)).length
}

describe('the countersign process', () => {
  it('tells the version of the package', async () => {
    const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string }
    expect(await countersign(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it('ends with 2 and a hint when it was typed wrong', async () => {
    expect(await countersign(['reseal', '--secret', 'hush'])).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /^countersign: unknown option --secret: (?!.*hush).+\nsee: countersign help reseal\n$/s,
      ) as string,
    })
  })

  it("takes the project's own driver, stops at Ctrl-C after the batch, and continues when run again", async () => {
    const reseal = ['reseal', '--store', 'redis://:hush@nowhere', '--progress']
    const modules = join(project, 'node_modules/redis')
    mkdirSync(modules, { recursive: true })
    cpSync(driver, join(modules, 'index.ts'))
    writeFileSync(join(modules, 'package.json'), JSON.stringify({ name: 'redis', main: 'index.ts' }))

    const aborted = await countersign(reseal, { INTERRUPT_AT_SWAP: '20' })
    expect(aborted).toEqual({
      code: 130,
      out: 'aborted: 32 records seen, 32 resealed, 0 unreadable\n',
      err: expect.stringContaining('stopping after this batch') as string,
    })
    expect(aborted.err).toContain('run the same command again')
    expect([sealedUnder('k1'), sealedUnder('k2')]).toEqual([28, 32])

    const { code, out } = await countersign(reseal)
    expect([code, out]).toEqual([0, 'completed: 60 records seen, 28 resealed, 0 unreadable\n'])
    expect([sealedUnder('k1'), sealedUnder('k2')]).toEqual([0, 60])
  })
})
