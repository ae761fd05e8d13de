import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, parse, sourceFiles, walk } from './source.js'
import ts from 'typescript'

/**
 * The edges of the design. An area is a folder of `src/` or a file at its top; it may import itself and what stands here.
 * A new edge changes the design first.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  'stripped-cause': [],
  interfaces: ['errors'],
  otp: ['errors'],
  defaults: ['interfaces'],
  crypto: ['errors', 'interfaces', 'otp'],
  sms: ['errors', 'interfaces', 'otp'],
  user: ['errors', 'interfaces', 'otp', 'sms'],
  options: ['errors', 'stripped-cause', 'interfaces', 'defaults', 'otp', 'crypto', 'sms', 'user'],
  services: ['errors', 'stripped-cause', 'interfaces', 'defaults', 'otp', 'crypto', 'sms', 'user', 'options'],
  'two-factor': [
    'errors',
    'stripped-cause',
    'interfaces',
    'defaults',
    'otp',
    'crypto',
    'sms',
    'user',
    'options',
    'services',
  ],
  index: ['errors', 'interfaces', 'options', 'two-factor', 'stores', 'sms'],
  qr: ['errors', 'otp'],
  stores: ['errors', 'interfaces', 'defaults'],
  testing: ['errors', 'interfaces', 'otp'],
  cli: [
    'errors',
    'stripped-cause',
    'interfaces',
    'defaults',
    'crypto',
    'user',
    'options',
    'services',
    'two-factor',
    'stores',
  ],
}

/** One service a group of the public API. What they share, and the parts of a large one, are the other files of `services/`. */
const services: ReadonlySet<string> = new Set(
  ['account', 'admin', 'challenge', 'enrolment', 'factors', 'maintenance', 'recovery-codes', 'trusted-devices'].map(
    (name) => `services/${name}.ts`,
  ),
)

/** Who may know a package: a file, or a folder ending in a slash. */
const packageHomes: Readonly<Record<string, readonly string[]>> = {
  '@noble/hashes': ['crypto/', 'otp/', 'testing/'],
  'libphonenumber-js': ['sms/phone-number.ts'],
  qrcode: ['qr.ts'],
  'thirty-two': ['otp/base32.ts'],
  // A driver, out of the project that the command line runs in.
  '(computed) name': ['cli/main.ts'],
}

const nodeHomes: readonly string[] = ['defaults.ts', 'crypto/', 'stores/', 'cli/']

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
      const e = await import('e'); type F = import('f').F; const g = require('g'); import 'h'; await import(i)`
    const found = importsOf(parse('x.ts', text))
    expect(found.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', '(computed) i'])
    expect(found.filter(({ typeOnly }) => typeOnly).map(({ name }) => name)).toEqual(['b', 'f'])
  })

  it('sees all of src', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(edges.length).toBeGreaterThan(10)
  })
})

describe('imports inside src', () => {
  it('name files that exist', () => {
    expect(shown(edges.filter(({ to }) => !paths.has(to)))).toEqual([])
  })

  it('start in an area the design knows', () => {
    expect([...paths].filter((path) => mayImport[areaOf(path)] === undefined)).toEqual([])
  })

  it('point one way', () => {
    const wrong = edges.filter(
      ({ from, to }) => areaOf(from) !== areaOf(to) && mayImport[areaOf(from)]?.includes(areaOf(to)) === false,
    )
    expect(shown(wrong)).toEqual([])
  })

  it('never lead from one service to another: only two-factor.ts knows the services', () => {
    expect(shown(edges.filter(({ from, to }) => services.has(to) && from !== 'two-factor.ts'))).toEqual([])
    expect([...services].filter((service) => !edges.some(({ to }) => to === service))).toEqual([])
  })

  it('keep the engines behind their own doors: the root door knows only the memory store', () => {
    expect(
      shown(
        edges.filter(({ from, to }) => from === 'index.ts' && to.startsWith('stores/') && to !== 'stores/memory.ts'),
      ),
    ).toEqual([])
  })

  it('form no cycle at run time', () => {
    expect(cycles()).toEqual([])
  })
})

describe('imports from outside', () => {
  it('are the four run-time dependencies, each where it is at home, and node: where the design allows it', () => {
    const stray = foreign.filter(
      ({ from, to }) => !livesIn(from, to.startsWith('node:') ? nodeHomes : (packageHomes[packageOf(to)] ?? [])),
    )
    expect(shown(stray)).toEqual([])
  })

  it('never include the network', () => {
    expect(shown(foreign.filter(({ to }) => /^node:(https?|http2|net|tls|dgram|dns)\b/.test(to)))).toEqual([])
  })
})

describe('the functional core', () => {
  it('never waits: user/ holds no async, no await and no promise', () => {
    const waiting: string[] = []
    for (const { path, tree } of files) {
      if (areaOf(path) === 'user') walk(tree, (node) => (waits(node) ? waiting.push(`${path}: ${node.getText()}`) : 0))
    }
    expect(waiting).toEqual([])
  })
})

function waits(node: ts.Node): boolean {
  return (
    node.kind === ts.SyntaxKind.AsyncKeyword ||
    ts.isAwaitExpression(node) ||
    (ts.isIdentifier(node) && node.text === 'Promise')
  )
}

function cycles(): readonly string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    if (trail.includes(path) || done.has(path)) return
    for (const { to } of edges.filter(({ from, typeOnly }) => from === path && !typeOnly)) visit(to, [...trail, path])
    done.add(path)
  }
  for (const path of paths) visit(path, [])
  return found
}
