import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { defineConfig, mergeConfig, type Plugin } from 'vitest/config'
import shared from '../../vitest.config.js'
import type { Instrumented } from './instrument.js'

/** One thread that keeps all it has imported, and runs what it is told to (`session.ts`) until its socket ends. */
const { projects: _, ...test } = shared.test ?? {}
export default mergeConfig(
  { ...shared, test },
  defineConfig({
    plugins: [mutants()],
    test: {
      name: 'quick',
      include: ['test/mutation/session.ts'],
      maxWorkers: 1,
      testTimeout: 0,
      hookTimeout: 0,
      reporters: [{}],
    },
  }),
)

/** Serves the sources with their mutants in them. */
function mutants(): Plugin {
  const code = JSON.parse(readFileSync(process.env['MUTATION_CODE'] ?? '', 'utf8')) as Instrumented['code']
  return {
    name: 'mutants',
    enforce: 'pre',
    load: (id) => code[pathOf(id)],
    transform: (text, id) => (/^(?:src|test)\/(?!.*\.test\.ts$).*\.ts$/.test(pathOf(id)) ? setApart(text) : undefined),
  }
}

function pathOf(id: string): string {
  return relative(process.cwd(), id).replaceAll('\\', '/')
}

/** What a module does while it is imported is done once for all the tests: it belongs to none, and no mutant may mark it. */
function setApart(text: string): string {
  return `globalThis.beginImport_9fa48?.();${text}\nglobalThis.endImport_9fa48?.();`
}
