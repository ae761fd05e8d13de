import { readFileSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'

const files = JSON.parse(readFileSync('src/doors.json', 'utf8')) as Readonly<Record<string, string>>
const doors = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, `src/${file}`]))

/**
 * What both builds carry of the packages they use. @noble/hashes ships ES modules only, which Node can require() but Jest
 * cannot without configuration; of thirty-two and qrcode only what is used comes along, and nothing that asks for a file
 * system. A few files load faster than many, too.
 */
const licences = {
  '@noble/hashes': 'LICENSE',
  'thirty-two': 'LICENSE.txt',
  qrcode: 'license',
  dijkstrajs: 'LICENSE.md',
}

/** Carries thirty-two without the constructor that Node has deprecated (DEP0005), so that nothing we ship prints a warning or dies of one. */
export const thirtyTwo: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'thirty-two',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]thirty-two[\\/]lib[\\/]thirty-two[\\/]thirty-two\.js$/ }, async ({ path }) => ({
      contents: withoutBufferConstructor(await readFile(path, 'utf8')),
    }))
  },
}

/** Carries qrcode without TextEncoder, which Jest's jsdom keeps from the code; Buffer is there wherever thirty-two works. */
export const qrcode: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'qrcode',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]qrcode[\\/]lib[\\/]core[\\/]byte-data\.js$/ }, async ({ path }) => ({
      contents: withoutTextEncoder(await readFile(path, 'utf8')),
    }))
  },
}

/** `splitting` keeps what two doors share, the error classes above all, in one chunk of one identity. */
const shared: Options = {
  entry: doors,
  target: 'node20',
  platform: 'node',
  splitting: true,
  treeshake: true,
  dts: { entry: doors },
  // `node:sqlite` exists under no other name.
  removeNodeProtocol: false,
  noExternal: Object.keys(licences),
  esbuildPlugins: [thirtyTwo, qrcode],
  onSuccess: async () => {
    for (const [name, file] of Object.entries(licences)) {
      await copyFile(`node_modules/${name}/${file}`, `dist/${name.replace(/^@/, '').replace('/', '-')}.LICENSE`)
    }
  },
}

export default defineConfig([
  { ...shared, format: 'esm', entry: { ...doors, cli: 'src/cli/main.ts' } },
  {
    ...shared,
    format: 'cjs',
    // Jest cannot import() without configuration, so lazy loading becomes a lazy require().
    plugins: [
      { name: 'lazy-require', renderChunk: (code) => ({ code: code.replaceAll(/\bimport\((".+?")\)/g, lazyRequire) }) },
    ],
  },
])

function lazyRequire(_: string, specifier: string): string {
  return `Promise.resolve().then(() => { const loaded = require(${specifier}); return { default: loaded, ...loaded } })`
}

/** What `new Buffer()` does with a text or bytes is `Buffer.from`, and with a length `Buffer.alloc`. */
function withoutBufferConstructor(code: string): string {
  const rewritten = code
    .replaceAll(/\bnew Buffer\((plain|encoded)\)/g, 'Buffer.from($1)')
    .replaceAll(/\bnew Buffer\((quintetCount|Math\.ceil)\(/g, 'Buffer.alloc($1(')
  if (/\bnew Buffer\b/.test(rewritten)) throw new Error('thirty-two calls Buffer() where this rewriting does not know')
  return rewritten
}

function withoutTextEncoder(code: string): string {
  const rewritten = code.replace('new TextEncoder().encode(data)', 'Buffer.from(data)')
  if (rewritten.includes('TextEncoder') || rewritten === code)
    throw new Error('qrcode encodes text as this rewriting does not know')
  return rewritten
}
