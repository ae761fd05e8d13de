import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PasskeyCredential } from '../../src/interfaces/passkeys.js'
import { passkeys } from '../../src/passkeys/index.js'
import { hasChromium, launchChromium } from '../browser/chromium.js'
import { base64url, bytes, CHALLENGE, OTHER_CHALLENGE } from './ceremony.js'
import { openPage } from './chromium-page.js'

const page = readFileSync(fileURLToPath(new URL('../../docs/passkeys.md', import.meta.url)), 'utf8')
const fence = (language: string): string => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? ''
const script = fence('js')
const markup = fence('html')

/** The host of the page: what the documentation says of it, as far as passkeys go. */
async function startHost() {
  const received: Record<string, unknown> = {}
  const answers: Record<string, () => unknown> = {}
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const answer = answers[path]
    if (request.method === 'POST' && answer !== undefined) {
      void read(request).then((body) => {
        received[path] = JSON.parse(body)
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answer()))
      })
      return
    }
    response.setHeader('content-type', path === '/passkeys.js' ? 'text/javascript' : 'text/html')
    response.end(path === '/passkeys.js' ? script : path === '/sign-in' ? host.signInPage : '<title>Home</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    received,
    answers,
    signInPage: '',
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return host
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

describe.runIf(hasChromium())('the front end of docs/passkeys.md', () => {
  let browser: Browser
  let host: Awaited<ReturnType<typeof startHost>>
  beforeAll(async () => {
    host = await startHost()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    host.close()
  })

  test('adds a passkey and signs in with it, and says why nothing came of it', async () => {
    const verifier = passkeys({ rpId: 'localhost', origins: [host.origin] })
    const enrolled: PasskeyCredential[] = []
    const creation = () =>
      verifier.creationOptions({
        challenge: CHALLENGE,
        issuer: 'Willow Street Clinic',
        accountName: 'ada@willow.example',
        userHandle: base64url(bytes(32, 'ada')),
        exclude: enrolled,
        timeoutMs: 20_000,
      })
    let options = await creation()
    host.answers['/passkeys/new'] = () => ({ options })
    host.answers['/passkeys'] = () => ({ recoveryCodes: ['one'] })
    host.answers['/sign-in/passkey'] = () => ({ welcome: 'Blue key' })

    const { page, addAuthenticator } = await openPage(browser, host.origin)
    await addAuthenticator({ transport: 'usb' })
    const addPasskey = (): Promise<unknown> => page.evaluate(`import('/passkeys.js').then((it) => it.addPasskey())`)
    expect(await addPasskey()).toEqual({ recoveryCodes: ['one'] })
    const attestation = await verifier.verifyAttestation({ challenge: CHALLENGE, response: host.received['/passkeys'] })
    if (attestation.status !== 'verified') throw new Error('rejected')
    enrolled.push(attestation.credential)

    options = await creation()
    expect(await addPasskey()).toEqual({ error: 'this-key-is-enrolled-already' })
    host.answers['/passkeys/new'] = () => ({ error: 'proof-required' })
    expect(await addPasskey()).toEqual({ error: 'proof-required' })

    const request = await verifier.requestOptions({ challenge: OTHER_CHALLENGE, allow: enrolled, timeoutMs: 20_000 })
    host.signInPage = markup.replace('{ "rpId": "willow.example" }', JSON.stringify(request).replaceAll('<', '\\u003c'))
    expect(host.signInPage).toContain(OTHER_CHALLENGE)
    await page.goto(`${host.origin}/sign-in`)
    await page.getByRole('button', { name: 'Use your passkey' }).click()
    await page.waitForURL(`${host.origin}/`)
    const response = host.received['/sign-in/passkey']
    const [credential] = enrolled
    if (credential === undefined) throw new Error('not enrolled')
    expect(await verifier.verifyAssertion({ challenge: OTHER_CHALLENGE, response, credential })).toMatchObject({
      status: 'verified',
    })

    const usePasskey = `import('/passkeys.js').then((it) => it.usePasskey(${JSON.stringify(request)}, AbortSignal.abort()))`
    expect(await page.evaluate(usePasskey)).toEqual({ error: 'nothing-was-touched' })
    await page.close()
  })
})
