import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { DemoPortal } from '../demo/demo-portal.js'

/** As Debian has it; the shell is the same browser without windows, and takes half the time. */
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'] as const
export const CHROMIUM = process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path)) ?? PLACES[0]
/** Ends what would never end; no busy machine takes as long. */
export const PATIENCE_MS = 180_000
const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url))
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const DESKTOP = { width: 1280, height: 860 }
export const PHONE = { width: 390, height: 844 }

/** Whether there is a browser to test with; its absence is told, and fails the build where it counts. */
export function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true
  console.warn(`NO BROWSER TESTS: there is no Chromium at ${CHROMIUM}; set CHROMIUM to where it is.`)
  return false
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET, headless: true, timeout: PATIENCE_MS })
}

/** A page of a fresh profile, and all that went wrong in it. */
export interface Visit {
  readonly page: Page
  /** Console errors, uncaught exceptions and violations of the content security policy. */
  readonly faults: readonly string[]
  close(): Promise<void>
}

export async function visit(browser: Browser, portal: DemoPortal, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL: portal.origin, viewport: DESKTOP, locale: 'en-GB', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    // Chromium reports every page that is not a 2xx; those are the portal's own answers to wrong codes.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text())
  })
  page.setDefaultTimeout(PATIENCE_MS)
  return { page, faults, close: () => context.close() }
}

/** Keeps pictures of a page for people to look at, wide and narrow, and answers how far the narrow one runs over. */
export async function picture(page: Page, name: string): Promise<number> {
  await page.waitForLoadState()
  await page.setViewportSize(PHONE)
  const overflow = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  await page.screenshot({ path: `${SCREENSHOTS}${name}-phone.png`, fullPage: true })
  await page.setViewportSize(DESKTOP)
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true })
  return overflow
}
