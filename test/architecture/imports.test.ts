import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, parse, sourceFiles } from './source.js'

/**
 * The edges of docs/architecture.md. An area is a folder of `src/` or a file at its top; it may import itself and what
 * stands here. A new edge changes that page first.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  'stripped-cause': [],
  'json-fields': [],
  'is-bytes': [],
  checks: ['errors'],
  policy: ['checks', 'interfaces'],
  interfaces: ['errors'],
  system: ['interfaces'],
  otp: ['errors', 'is-bytes'],
  crypto: ['errors', 'json-fields', 'interfaces', 'otp'],
  sms: ['errors', 'interfaces', 'otp'],
  limits: ['json-fields', 'interfaces'],
  user: ['json-fields', 'interfaces', 'otp', 'crypto', 'sms'],
  records: ['errors', 'stripped-cause', 'interfaces', 'system', 'crypto'],
  options: ['checks', 'is-bytes', 'policy', 'errors', 'stripped-cause', 'interfaces', 'system', 'otp', 'crypto', 'sms'],
  shell: [
    'errors',
    'stripped-cause',
    'json-fields',
    'interfaces',
    'crypto',
    'sms',
    'limits',
    'user',
    'records',
    'options',
  ],
  services: ['errors', 'is-bytes', 'interfaces', 'otp', 'crypto', 'sms', 'user', 'records', 'shell'],
  'two-factor': ['interfaces', 'options', 'shell', 'services'],
  index: ['errors', 'interfaces', 'sms', 'options', 'two-factor', 'stores'],
  passkeys: ['errors', 'stripped-cause', 'interfaces'],
  stores: ['errors', 'is-bytes', 'interfaces'],
  testing: ['errors', 'interfaces', 'otp', 'system'],
  qr: ['errors', 'otp'],
  cli: [
    'errors',
    'stripped-cause',
    'interfaces',
    'system',
    'crypto',
    'sms',
    'user',
    'records',
    'options',
    'services',
    'two-factor',
    'stores',
  ],
}

/** Edges of which nothing may be left at run time: decisions hold no cryptography. */
const typesOnly: readonly (readonly [from: string, to: string])[] = [['user', 'crypto']]

/** One service a group of the public API; the other files of `services/` are what they share. */
const groups: ReadonlySet<string> = new Set(
  ['account', 'admin', 'challenge', 'enrolment', 'factors', 'maintenance', 'recovery-codes', 'trusted-devices'].map(
    (name) => `services/${name}.ts`,
  ),
)

/** Who may know a package: a file, or a folder ending in a slash. */
const packageHomes: Readonly<Record<string, readonly string[]>> = {
  '@noble/hashes': ['crypto/', 'otp/', 'testing/'],
  '@simplewebauthn/server': ['passkeys/'],
  'libphonenumber-js': ['sms/phone-number.ts'],
  qrcode: ['qr.ts'],
  'thirty-two': ['otp/base32.ts'],
  // A driver, out of the project that the command line runs in.
  '(computed) name': ['cli/main.ts'],
}

const nodeHomes: readonly string[] = ['system.ts', 'crypto/', 'stores/', 'cli/', 'testing/software-passkey.ts']

const files = sourceFiles()
const paths = new Set(files.map(({ path }) => path))

interface Edge {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const isRelative = (name: string): boolean => name.startsWith('.')
const areaOf = (path: string): string => path.replace(/\/.*|\.ts$/, '')
const packageOf = (name: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name
const livesIn = (path: string, homes: readonly string[]): boolean =>
  homes.some((home) => (home.endsWith('/') ? path.startsWith(home) : path === home))

const imports: readonly Edge[] = files.flatMap(({ path, tree }) =>
  importsOf(tree).map(({ name, typeOnly }) => ({ from: path, to: name, typeOnly })),
)
const foreign = imports.filter(({ to }) => !isRelative(to))
const edges = imports
  .filter(({ to }) => isRelative(to))
  .map((edge) => ({ ...edge, to: posix.join(posix.dirname(edge.from), edge.to.replace(/\.js$/, '.ts')) }))
const shown = (list: readonly Edge[]): readonly string[] => list.map(({ from, to }) => `${from} -> ${to}`)

describe('the reading of imports', () => {
  it('sees every way to import', () => {
    const text = `import a from 'a'; import type { B } from 'b'; export { c } from 'c'; export * from 'd'
      const e = await import('e'); type F = import('f').F; const g = require('g'); import 'h'; await import(i)
      import { type J, type K } from 'j'; import { type L, m } from 'l'; export { type N } from 'n'`
    const found = importsOf(parse('x.ts', text))
    expect(found.map(({ name }) => name)).toEqual([
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', '(computed) i', 'j', 'l', 'n'],
    ])
    expect(found.filter(({ typeOnly }) => typeOnly).map(({ name }) => name)).toEqual(['b', 'f', 'j', 'n'])
  })

  it('sees all of src', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(edges.length).toBeGreaterThan(300)
  })
})

describe('the imports inside src', () => {
  it('name files that exist', () => {
    expect(shown(edges.filter(({ to }) => !paths.has(to)))).toEqual([])
  })

  it('start in an area that the architecture page knows', () => {
    expect([...paths].filter((path) => mayImport[areaOf(path)] === undefined)).toEqual([])
  })

  it('point one way', () => {
    const wrong = edges.filter(
      ({ from, to }) => areaOf(from) !== areaOf(to) && mayImport[areaOf(from)]?.includes(areaOf(to)) === false,
    )
    expect(shown(wrong)).toEqual([])
    expect(cyclesOf(mayImport)).toEqual([])
  })

  it('are of types alone where nothing else may be known', () => {
    const wrong = edges.filter(
      ({ from, to, typeOnly }) =>
        !typeOnly && typesOnly.some(([one, other]) => one === areaOf(from) && other === areaOf(to)),
    )
    expect(shown(wrong)).toEqual([])
  })

  it('never lead from one service to another: only two-factor.ts knows the services', () => {
    expect(shown(edges.filter(({ from, to }) => groups.has(to) && from !== 'two-factor.ts'))).toEqual([])
    expect([...groups].filter((group) => !edges.some(({ to }) => to === group))).toEqual([])
  })

  it('keep the engines behind their own doors: the root door knows only the memory store', () => {
    expect(
      shown(
        edges.filter(({ from, to }) => from === 'index.ts' && to.startsWith('stores/') && to !== 'stores/memory.ts'),
      ),
    ).toEqual([])
  })

  it('form no cycle at run time', () => {
    const runTime = Object.fromEntries(
      [...paths].map((path) => [
        path,
        edges.filter(({ from, typeOnly }) => from === path && !typeOnly).map(({ to }) => to),
      ]),
    )
    expect(cyclesOf(runTime)).toEqual([])
    expect(cyclesOf({ a: ['b'], b: ['c', 'd'], c: ['a'], d: [] })).toEqual(['a -> b -> c -> a'])
  })
})

describe('the imports from outside', () => {
  it('are the run-time dependencies and the optional peer, each where it is at home, and node: where it may be', () => {
    const stray = foreign.filter(
      ({ from, to }) => !livesIn(from, to.startsWith('node:') ? nodeHomes : (packageHomes[packageOf(to)] ?? [])),
    )
    expect(shown(stray)).toEqual([])
  })

  it('never include the network', () => {
    expect(shown(foreign.filter(({ to }) => /^node:(https?|http2|net|tls|dgram|dns)\b/.test(to)))).toEqual([])
  })
})

/** Every way that leads back to where it began. */
function cyclesOf(graph: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name)) found.push([...trail.slice(trail.indexOf(name)), name].join(' -> '))
    if (trail.includes(name) || done.has(name)) return
    for (const to of graph[name] ?? []) visit(to, [...trail, name])
    done.add(name)
  }
  for (const name of Object.keys(graph)) visit(name, [])
  return found
}
