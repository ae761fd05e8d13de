import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeHost, type Host } from './built-package.js'

describe('two copies of the package in one process', () => {
  let host: Host
  beforeAll(async () => {
    host = await makeHost()
  })
  afterAll(() => {
    host.remove()
  })

  it.each([
    ['an ES module', 'CommonJS', `import('./scenarios.mjs')`, `createRequire(import.meta.url)('countersign')`],
    ['CommonJS', 'an ES module', `import('./scenarios.cjs')`, `await import('countersign')`],
  ])(
    'know the errors of each other: the core is %s, its sender and store are %s',
    async (_core, _other, core, other) => {
      const lines = [
        `import { createRequire } from 'node:module'`,
        `const { default: all, mix = all.mix } = await ${core}`,
        `await mix(${other})`,
        `console.log('mixed')`,
      ]
      host.write('mix.mjs', lines.join('\n'))
      expect(await host.run('mix.mjs')).toBe('mixed\n')
    },
  )
})
