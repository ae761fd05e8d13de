import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))
const doors = JSON.parse(readFileSync(source('doors.json'), 'utf8')) as Readonly<Record<string, string>>

/** What needs servers, processes or a browser, or takes long; `npm run test:all` has it. Everything else is `npm test`. */
const thorough = [
  'test/{browser,cli,demo,docs,examples,faults,histories,interop,package,processes,realms,stores}/**/*.test.ts',
  'test/contract/{dynamodb,processes,servers}.test.ts',
  'test/passkeys/{browser,front-end}.test.ts',
]

/** Processes, browsers and other runners take their time on a busy machine. */
const patient = { testTimeout: 900_000, hookTimeout: 900_000 }

export default defineConfig({
  resolve: {
    // Tests and examples import the names a user types; here they mean the source.
    alias: Object.entries(doors).map(([name, file]) => ({
      find: new RegExp(`^countersign${name === 'index' ? '' : `/${name}`}$`),
      replacement: source(file),
    })),
  },
  test: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: ['test/setup/fast-check.ts'],
    // No test leaves anything behind in a module, so that one import of the library serves all the files of a thread.
    pool: 'threads',
    isolate: false,
    // Much of the time goes by in servers, browsers and other processes.
    maxWorkers: availableParallelism() + 1,
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['src/cli/**', 'src/interfaces/**'],
      reporter: ['text', 'json-summary'],
      // What decides and computes is passed in every branch; what talks to servers is run by the thorough tests.
      thresholds: { 'src/{crypto,limits,otp,sms,user}/**/*.ts': { branches: 100 } },
    },
    projects: [
      { extends: true, test: { name: 'quick', include: ['test/**/*.test.ts'], exclude: thorough } },
      {
        extends: true,
        test: { name: 'thorough', include: thorough, globalSetup: 'test/setup/requirements.ts', ...patient },
      },
    ],
  },
})
