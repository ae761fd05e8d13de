import { createServer, type RequestListener } from 'node:http'
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApp } from '../../examples/frameworks/express.js'
import { passkeys } from '../../src/passkeys/index.js'
import { authenticator, type Authenticator } from '../../src/testing/index.js'
import { launchChromium, PATIENCE_MS } from '../browser/chromium.js'
import { authenticatorsOf } from '../passkeys/chromium-page.js'
import { must } from '../support/outcome.js'
import { PHONE } from '../support/people.js'
import { makeWorld, type World } from '../support/world.js'
import { ADA, listen, openSite, WITH_PASSWORD } from './open-site.js'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

/** The portal in a browser, which says all that goes wrong on its page. */
async function open() {
  let app: RequestListener = () => undefined
  const address = await listen(
    createServer((request, response) => {
      app(request, response)
    }),
  )
  // Browsers have no passkeys under an address.
  const origin = address.replace('127.0.0.1', 'localhost')
  const world = makeWorld({ passkeys: passkeys({ rpId: 'localhost', origins: [origin] }) })
  const { site } = await openSite(world, origin)
  app = createApp(site)
  const page = await browser.newPage({ baseURL: origin })
  page.setDefaultTimeout(PATIENCE_MS)
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  await page.goto('/')
  return { world, site, page, faults }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const seeing = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail address').fill(WITH_PASSWORD.email)
  await page.getByLabel('Password').fill(WITH_PASSWORD.password)
  await press(page, 'Sign in')
}

async function typeCode(page: Page, code: string, then = 'Continue'): Promise<void> {
  await page.getByLabel('Code', { exact: true }).filter({ visible: true }).fill(code)
  await press(page, then)
}

/** Enrols the app that the page shows, and keeps the recovery codes. */
async function addApp(page: Page, world: World): Promise<{ readonly app: Authenticator; readonly codes: string[] }> {
  await press(page, 'Add an authenticator app (recommended)')
  await seeing(page, 'Switch it on')
  expect(
    await page.locator('#qr').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
  ).toBeGreaterThan(0)
  const secret = (await page.locator('#secret').textContent()) ?? ''
  const app = authenticator(`otpauth://totp/a?secret=${secret}`)
  await typeCode(page, app.code(world.clock), 'Confirm')
  await seeing(page, 'Keep these recovery codes')
  const codes = await page.locator('#code-list li').allTextContents()
  await press(page, 'I have kept them')
  await seeing(page, 'Your account')
  world.clock.advanceSeconds(30)
  return { app, codes: codes.map((code) => code.trim()) }
}

it('signs in, adds an app, trusts the computer and pays, on the pages', async () => {
  const { world, site, page, faults } = await open()
  await signIn(page)
  await seeing(page, 'Your account')
  const { app, codes } = await addApp(page, world)
  expect(codes).toHaveLength(10)
  expect(await world.twoFactor.account.status({ userId: ADA })).toMatchObject({ acknowledged: true })

  await press(page, 'Sign out')
  await signIn(page)
  await seeing(page, 'Confirm that it is you')
  await typeCode(page, '123')
  await page.getByText('A digit is missing').waitFor()
  await page.getByLabel('Trust this computer').check()
  await typeCode(page, app.code(world.clock))
  await page.getByText('This computer, which is this one').waitFor()

  await page.getByLabel('Euros').fill('100')
  await page.getByLabel('To', { exact: true }).fill('Bob')
  await press(page, 'Pay')
  await seeing(page, 'Confirm that it is you')
  world.clock.advanceSeconds(30)
  await typeCode(page, app.code(world.clock))
  await page.getByText('Paid.').waitFor()
  expect(site.payments).toEqual(['EUR 100 to Bob'])

  await press(page, 'Sign out')
  await signIn(page)
  await seeing(page, 'Your account')
  expect(faults).toEqual([])
})

it('adds a passkey and a number, signs in by each, and by a recovery code, on the pages', async () => {
  const { world, page, faults } = await open()
  const { addAuthenticator } = await authenticatorsOf(page)
  await addAuthenticator({ transport: 'usb' })
  await signIn(page)
  const { codes } = await addApp(page, world)
  await press(page, 'Add a passkey')
  await page.getByRole('listitem').filter({ hasText: 'a passkey' }).waitFor()
  await page.getByLabel('Phone number').fill('(415) 555-0123')
  await press(page, 'Add text messages')
  await typeCode(page, world.inbox.lastCode(PHONE), 'Confirm')
  await page.getByRole('listitem').filter({ hasText: 'texts to •••• 0123' }).waitFor()

  await press(page, 'Sign out')
  await signIn(page)
  await press(page, 'Use a passkey')
  await seeing(page, 'Your account')

  await press(page, 'Sign out')
  await signIn(page)
  await press(page, 'Use texts to •••• 0123')
  await page.getByText('The code in the text to •••• 0123.').waitFor()
  await press(page, 'Send another text')
  await page.getByText('A text is on its way.').waitFor()
  await typeCode(page, world.inbox.lastCode(PHONE))
  await seeing(page, 'Your account')

  await press(page, 'Sign out')
  await signIn(page)
  await page.getByLabel('Recovery code or access pass').fill(codes[0] ?? '')
  await press(page, 'Use it')
  await page.getByText('9 recovery codes are left.').waitFor()
  expect(faults).toEqual([])
})

it('asks for the access pass, and for nothing else', async () => {
  const { world, page, faults } = await open()
  const { pass } = must(await world.twoFactor.admin.issueAccessPass({ userId: ADA, actor: 'staff' }), 'issued')
  await signIn(page)
  await page.getByText('Type the access pass').waitFor()
  await page.getByLabel('Recovery code or access pass').fill(pass)
  await press(page, 'Use it')
  await seeing(page, 'Your account')
  await page.getByRole('button', { name: 'Pay', exact: true }).waitFor({ state: 'hidden' })
  await addApp(page, world)
  await page.getByRole('button', { name: 'Pay', exact: true }).waitFor()
  expect(faults).toEqual([])
})

it('has words for every reason that the docs list', () => {
  const words = readFileSync('examples/frameworks/front-end/words.js', 'utf8')
  const reasons = [...readFileSync('docs/reasons.md', 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)
  expect(reasons.length).toBeGreaterThan(30)
  // `locked` and the like are keys without quotes.
  expect(reasons.filter((reason) => !new RegExp(`^  '?${reason}'?:`, 'm').test(words))).toEqual([])
})
