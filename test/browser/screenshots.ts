import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startDemo } from '../demo/demo-portal.js'
import { launchChromium, PHONE, visit } from './chromium.js'
import { smallPng } from './small-png.js'
import { enrolText, heading, more, signIn, typeCode } from './steps.js'

// Takes the pictures that README and docs show, of the demo as it is: `npm run screenshots`.

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
const WIDE = { width: 1100, height: 720 }

mkdirSync(FOLDER, { recursive: true })
const portal = await startDemo()
const browser = await launchChromium()
const { page, faults } = await visit(browser, portal, { viewport: WIDE, reducedMotion: 'reduce' })

async function take(name: string, of: Page = page): Promise<void> {
  writeFileSync(`${FOLDER}${name}.png`, smallPng(await of.screenshot()))
  console.log(`docs/pictures/${name}.png`)
}

try {
  await signIn(page, 'amara')
  await more(page, 'Account')
  await page.getByLabel('Authenticator app').check()
  await page.getByRole('button', { name: 'Set Up Two-Factor Authentication' }).click()
  await page.getByRole('button', { name: 'Scan with the pretend phone' }).click()
  await page.locator('.apps').waitFor()
  await take('enrolment')
  await typeCode(page, portal.appCode())
  await heading(page, 'Keep your recovery codes')
  await take('recovery-codes')
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await heading(page, 'Account')
  await take('account')
  await more(page, 'Team')
  await take('team')

  const { page: phone } = await visit(browser, portal, { viewport: PHONE, reducedMotion: 'reduce' })
  await signIn(phone, 'ben')
  await enrolText(portal, phone)
  await more(phone, 'Sign out')
  await heading(phone, 'Sign in')
  await take('sign-in-phone', phone)
  portal.clock.advanceSeconds(60)
  await more(page, 'Sign out')
  await signIn(page, 'ben')
  await page.getByText('It is sent with the last digit.').waitFor()
  await take('sign-in-code')
  if (faults.length > 0) throw new Error(faults.join('\n'))
} finally {
  await browser.close()
  await portal.close()
}
