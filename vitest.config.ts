import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    // Tests and examples import the names a user types; here they mean the source.
    alias: [
      { find: /^countersign$/, replacement: source('index.ts') },
      { find: /^countersign\/(otp|testing)$/, replacement: source('$1/index.ts') },
      { find: /^countersign\/qr$/, replacement: source('qr.ts') },
      { find: /^countersign\/(postgres|mysql|sqlite|redis)$/, replacement: source('stores/$1.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
