import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  entry: {
    index: 'src/index.ts',
    otp: 'src/otp/index.ts',
    qr: 'src/qr.ts',
    testing: 'src/testing/index.ts',
    postgres: 'src/stores/postgres.ts',
    mysql: 'src/stores/mysql.ts',
    sqlite: 'src/stores/sqlite.ts',
    redis: 'src/stores/redis.ts',
  },
  target: 'node20',
  platform: 'node',
  splitting: true,
  treeshake: true,
  sourcemap: true,
}

export default defineConfig([
  { ...shared, format: 'esm', dts: true, clean: true },
  {
    ...shared,
    format: 'cjs',
    dts: true,
    // @noble/hashes ships ES modules only. Node can require() those, but Jest cannot without configuration, so this
    // build carries the few files it uses; and Jest cannot import() either, so lazy loading becomes a lazy require().
    noExternal: ['@noble/hashes'],
    esbuildOptions(options) {
      options.supported = { ...options.supported, 'dynamic-import': false }
    },
  },
])
