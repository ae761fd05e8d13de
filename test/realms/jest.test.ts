import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeHost, type Host } from './built-package.js'
import { describeWithRunners, runner } from './runners.js'

const jsdom = runner('jest-environment-jsdom')

/** What @simplewebauthn/server asks for, which jsdom keeps from the code that it runs. */
const completedJsdom = `
  const { default: Environment } = require('${jsdom}')
  module.exports = class extends Environment {
    constructor(...args) {
      super(...args)
      Object.assign(this.global, { TextEncoder, TextDecoder })
      Object.defineProperty(this.global, 'crypto', { value: crypto })
    }
  }
`

const heading = `
  const { consume } = require('./consumer.cjs')
  const { mix, outlastOthers } = require('./scenarios.cjs')
`
const signIns = `
  test('whole sign-ins', () => consume())
`
const signInsWithoutPasskeys = `
  test('whole sign-ins without passkeys', () => consume(['totp', 'sms']))
  test('passkeys say what they need', () => {
    const { passkeys } = require('countersign/passkeys')
    const verifier = passkeys({ rpId: 'example.com', origins: ['https://example.com'] })
    return expect(verifier.creationOptions({ exclude: [] })).rejects.toMatchObject({
      code: 'ERR_PASSKEYS_FAILED',
      message: expect.stringContaining('jsdom'),
    })
  })
`
const scenarios = `
  test('contention', () => outlastOthers())
  test('fake timers', () => {
    jest.useFakeTimers()
    return Promise.all([outlastOthers(), consume(['totp', 'sms'])])
  })
  test('two copies', () => {
    jest.resetModules()
    return mix(require('countersign'))
  })
`

const projects = {
  node: { testEnvironment: 'node', tests: [signIns, scenarios] },
  jsdom: { testEnvironment: jsdom, tests: [signInsWithoutPasskeys, scenarios] },
  'jsdom with what passkeys need': { testEnvironment: './completed-jsdom.cjs', tests: [signIns] },
  'timers faked before anything is loaded': {
    testEnvironment: 'node',
    fakeTimers: { enableGlobally: true },
    tests: [signIns, scenarios],
  },
}

describeWithRunners('Jest, as it comes', () => {
  let host: Host
  beforeAll(async () => {
    host = await makeHost()
    host.write('completed-jsdom.cjs', completedJsdom)
  })
  afterAll(() => {
    host.remove()
  })

  it.each(Object.entries(projects))('%s: signs in', async (name, { tests, ...project }) => {
    const file = name.replaceAll(' ', '-')
    host.write(`${file}.test.js`, [heading, ...tests].join(''))
    host.write(`${file}.json`, { ...project, rootDir: '.', testRegex: `/${file}\\.test\\.js$` })
    const printed = await host.run(runner('jest/bin/jest.js'), ['--ci', '--no-cache', '--config', `${file}.json`])
    expect(printed).toMatch(/^Tests: +\d+ passed, \d+ total$/m)
  })
})
