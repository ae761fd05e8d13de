import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))
const doors = JSON.parse(readFileSync(source('doors.json'), 'utf8')) as Readonly<Record<string, string>>

export default defineConfig({
  resolve: {
    // Tests and examples import the names a user types; here they mean the source.
    alias: Object.entries(doors).map(([name, file]) => ({
      find: new RegExp(`^countersign${name === 'index' ? '' : `/${name}`}$`),
      replacement: source(file),
    })),
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
