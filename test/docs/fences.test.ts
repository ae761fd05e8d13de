import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { allFences, complaints, fencesOf, runs } from './fences.js'

const fences = allFences()

describe('the reading of fences', () => {
  const page =
    'Words\n\n```ts\nexport const a: number = 1\n```\n\n- in a list\n\n  ```ts\n  const b: string = 2\n    c()\n  ```\n\n```sh\nnpm test\n```\n'

  it('finds each ts fence, where it stands and without its indent', () => {
    expect(fencesOf('page.md', page)).toEqual([
      { place: 'page.md:3', code: 'export const a: number = 1\n' },
      { place: 'page.md:9', code: 'const b: string = 2\n  c()\n' },
    ])
  })

  it('hears what the compiler says, by place', () => {
    expect(complaints(fencesOf('page.md', page))).toEqual([
      "page.md:9 +1: Type 'number' is not assignable to type 'string'.",
      "page.md:9 +2: Cannot find name 'c'.",
    ])
  })

  it('tells a fence that runs from one that leaves something to declare', () => {
    expect(runs({ place: '', code: "import { a } from 'b'\na('declare')\n" })).toBe(true)
    expect(runs({ place: '', code: 'declare const a: () => void\na()\n' })).toBe(false)
  })
})

describe('the fences of README and docs', () => {
  it('compile', () => {
    expect(fences.length).toBeGreaterThan(0)
    expect(complaints(fences)).toEqual([])
  })

  const folder = mkdtempSync(fileURLToPath(new URL('.fences-', import.meta.url)))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  // A ring as `countersign keygen --env` prints it, which the fences read.
  vi.stubEnv('COUNTERSIGN_KEYS', JSON.stringify([{ id: 'k1', secret: Buffer.alloc(32, 7).toString('base64url') }]))
  afterAll(() => vi.unstubAllEnvs())

  it.each(fences.filter(runs).map((fence, index) => ({ ...fence, index })))('$place runs', async ({ code, index }) => {
    const file = join(folder, `fence-${index}.ts`)
    writeFileSync(file, code)
    await expect(import(pathToFileURL(file).href)).resolves.toBeDefined()
  })
})
