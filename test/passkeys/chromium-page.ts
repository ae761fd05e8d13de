import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, Frame, Page } from 'playwright-core'
import { PATIENCE_MS } from '../browser/chromium.js'

const bundle = fileURLToPath(
  new URL('../../node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js', import.meta.url),
)

/** An empty page on this machine, under any name that leads here. */
export interface PageServer {
  readonly port: number
  close(): Promise<void>
}

/** Serves an empty page, and @simplewebauthn/browser for it. */
export async function servePage(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const script = request.url === '/simplewebauthn.js'
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(script ? readFileSync(bundle) : '<!doctype html><title>Passkeys</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

/** The authenticators that Chromium can pretend to have. */
export interface VirtualAuthenticator {
  readonly transport: 'usb' | 'nfc' | 'ble' | 'internal'
  readonly verifiesUser?: boolean
  readonly synced?: boolean
}

/** A page of a fresh profile, with pretend authenticators. */
export async function openPage(browser: Browser, origin: string) {
  const page = await browser.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(origin)
  return { page, ...(await authenticatorsOf(page)) }
}

/** Gives a page pretend authenticators that are touched as soon as they blink. */
export async function authenticatorsOf(page: Page) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  return {
    async addAuthenticator({ transport, verifiesUser = false, synced = false }: VirtualAuthenticator): Promise<string> {
      const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport,
          hasResidentKey: true,
          hasUserVerification: verifiesUser,
          isUserVerified: verifiesUser,
          automaticPresenceSimulation: true,
          defaultBackupEligibility: synced,
          defaultBackupState: synced,
        },
      })
      return authenticatorId
    },
    async removeAuthenticator(authenticatorId: string): Promise<void> {
      await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
  }
}

/** A frame of `origin` in `page`, which lets it use passkeys. */
export async function frameIn(page: Page, origin: string): Promise<Frame> {
  const loaded = page.waitForEvent('framenavigated', (frame) => frame.parentFrame() !== null)
  await page.evaluate(`(() => {
    const frame = document.createElement('iframe')
    frame.allow = 'publickey-credentials-create; publickey-credentials-get'
    frame.src = ${JSON.stringify(origin)}
    document.body.append(frame)
  })()`)
  return loaded
}

/** What the browser answers to creation options, or the name of its error. */
export const create = (page: Page | Frame, options: unknown): Promise<unknown> =>
  page.evaluate(`(async (options) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
    try { return (await navigator.credentials.create({ publicKey })).toJSON() } catch (error) { return error.name }
  })(${JSON.stringify(options)})`)

/** What the browser answers to request options, or the name of its error. */
export const get = (page: Page | Frame, options: unknown): Promise<unknown> =>
  page.evaluate(`(async (options) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    try { return (await navigator.credentials.get({ publicKey })).toJSON() } catch (error) { return error.name }
  })(${JSON.stringify(options)})`)
