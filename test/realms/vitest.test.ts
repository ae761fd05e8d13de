import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeHost, type Host } from './built-package.js'
import { describeWithRunners, runner } from './runners.js'

const environments = ['node', 'jsdom', 'happy-dom']
const pools = ['forks', 'threads', 'vmThreads', 'vmForks']

/** The package is loaded by Node, as Vitest has it, and once in each environment by Vite, as a host may tell it to. */
const projects = environments.flatMap((environment) =>
  [...pools, 'threads with Vite'].map((name) => {
    const [pool = '', ...byVite] = name.split(' ')
    const lacksWebCrypto = environment === 'jsdom' && pool.startsWith('vm')
    return {
      test: {
        name: `${environment} on ${name}`,
        environment,
        pool,
        server: { deps: { inline: byVite.length > 0 ? ['countersign'] : [] } },
        setupFiles: lacksWebCrypto ? ['./web-crypto.mjs'] : [],
        globals: true,
        include: ['every.test.mjs'],
      },
    }
  }),
)

/** In contexts of their own, jsdom has no crypto.subtle, without which there are no passkeys. */
const webCrypto = `
  import { webcrypto } from 'node:crypto'
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto })
`

const tests = `
  import { consume } from './consumer.mjs'
  import { mix, outlastOthers } from './scenarios.mjs'
  import { createRequire } from 'node:module'

  test('whole sign-ins', () => consume())
  test('contention', () => outlastOthers())
  test('fake timers', () => {
    vi.useFakeTimers()
    return Promise.all([outlastOthers(), consume()]).finally(() => vi.useRealTimers())
  })
  test('two copies', () => mix(createRequire(import.meta.url)('countersign')))
`

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string }[] }[]
}

describeWithRunners('Vitest', () => {
  let host: Host
  beforeAll(async () => {
    host = await makeHost()
    host.write('every.test.mjs', tests)
    host.write('web-crypto.mjs', webCrypto)
    host.write('vitest.config.mjs', `export default ${JSON.stringify({ test: { projects } })}`)
  })
  afterAll(() => {
    host.remove()
  })

  it(`signs in under ${environments.join(', ')}, on ${pools.join(', ')}`, async () => {
    const args = ['run', '--reporter=default', '--reporter=json', '--outputFile.json=report.json']
    await host.run(runner('vitest/vitest.mjs'), args)
    const report = JSON.parse(readFileSync(join(host.folder, 'report.json'), 'utf8')) as Report
    const statuses = report.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status))
    expect(statuses).toEqual(Array<string>(4 * projects.length).fill('passed'))
  })
})
