import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import build from '../../tsup.config.js'

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const json = (name: string): unknown => JSON.parse(readFileSync(path(name), 'utf8'))

interface Manifest {
  readonly name: string
  readonly bin: Readonly<Record<string, string>>
  readonly main: string
  readonly types: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly typesVersions: Readonly<Record<string, unknown>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly engines: { readonly node: string }
}

/** Every door: the name behind `countersign/`, and the source behind it. */
const doors = Object.fromEntries(
  Object.entries(json('src/doors.json') as Readonly<Record<string, string>>).map(([name, file]) => [
    name,
    `src/${file}`,
  ]),
)
const names = Object.keys(doors)
const subpaths = names.filter((name) => name !== 'index')
const manifest = json('package.json') as Manifest

describe('package.json', () => {
  it('exports each door to import and to require, with the types of each', () => {
    const conditions = (name: string): object => ({
      import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
      require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
    })
    expect(manifest.exports).toEqual({
      '.': conditions('index'),
      ...Object.fromEntries(subpaths.map((name) => [`./${name}`, conditions(name)])),
      './package.json': './package.json',
    })
    expect(manifest.bin).toEqual({ countersign: 'dist/cli.js' })
    expect([manifest.main, manifest.types]).toEqual(['./dist/index.cjs', './dist/index.d.cts'])
  })

  it('leads resolvers that know no exports map to the types too', () => {
    expect(manifest.typesVersions).toEqual({
      '*': Object.fromEntries(subpaths.map((name) => [name, [`./dist/${name}.d.cts`]])),
    })
  })

  it('depends at run time on the four packages of the design', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['@noble/hashes', 'libphonenumber-js', 'qrcode', 'thirty-two'])
    expect(manifest.engines.node).toBe('>=20.19')
  })
})

describe('the doors', () => {
  it('exist', () => {
    expect(Object.values(doors).filter((file) => !existsSync(path(file)))).toEqual([])
  })

  it('are what the build builds, in both formats, beside the command line', () => {
    expect(build).toMatchObject([
      { format: 'esm', entry: { ...doors, cli: 'src/cli/main.ts' } },
      { format: 'cjs', entry: doors },
    ])
  })

  it('are what the reference documents', async () => {
    const { default: reference } = (await import(path('typedoc.config.js'))) as {
      readonly default: { readonly entryPoints: readonly string[] }
    }
    expect(reference.entryPoints).toEqual(Object.values(doors))
  })

  it.each(subpaths)('countersign/%s means the source in tests', async (name) => {
    const [specifier, source] = [`countersign/${name}`, path(doors[name] ?? '')]
    const byName: unknown = await import(specifier)
    const byPath: unknown = await import(source)
    expect(byName).toStrictEqual(byPath)
  })
})
