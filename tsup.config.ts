import { copyFile } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'

const doors = {
  index: 'src/index.ts',
  otp: 'src/otp/index.ts',
  qr: 'src/qr.ts',
  testing: 'src/testing/index.ts',
  postgres: 'src/stores/postgres.ts',
  mysql: 'src/stores/mysql.ts',
  sqlite: 'src/stores/sqlite.ts',
  redis: 'src/stores/redis.ts',
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
}

export default defineConfig([
  { ...shared, format: 'esm', entry: { ...doors, cli: 'src/cli/main.ts' } },
  {
    ...shared,
    format: 'cjs',
    // @noble/hashes ships ES modules only. Node can require() those, but Jest cannot without configuration, so this
    // build carries the few files it uses; and Jest cannot import() either, so lazy loading becomes a lazy require().
    noExternal: ['@noble/hashes'],
    onSuccess: () => copyFile('node_modules/@noble/hashes/LICENSE', 'dist/noble-hashes.LICENSE'),
    plugins: [
      { name: 'lazy-require', renderChunk: (code) => ({ code: code.replaceAll(/\bimport\((".+?")\)/g, lazyRequire) }) },
    ],
  },
])

function lazyRequire(_: string, specifier: string): string {
  return `Promise.resolve().then(() => { const loaded = require(${specifier}); return { default: loaded, ...loaded } })`
}
